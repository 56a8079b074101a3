import type { DecimalString } from '../../common/decimal.ts';
import type { Instant, LocalDate } from '../../common/time.ts';
import type { OwnerRole } from '../exception-model.ts';
import type { MatchInput } from './facts.ts';
import type { Level, LimitName, Limits, MatchMode } from './policy.ts';

export const CHECK_IDS = [
  ...['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7'],
  ...['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'M9', 'M10', 'M11'],
  ...['M12', 'M13', 'M14', 'M15', 'M16', 'M17', 'M18'],
] as const;

/** A1–A7: arithmetic (5.7.3); M1–M11: lines; M12–M18: header (5.9.4). */
export type CheckId =
  | `A${1 | 2 | 3 | 4 | 5 | 6 | 7}`
  | `M${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18}`;

/** `tolerated`: it differs and every limit holds. `warning`: it never blocks and is told. */
export type CheckResult = 'passed' | 'tolerated' | 'warning' | 'failed' | 'notApplicable';

export type FailCode =
  | 'SUPPLIER_MISMATCH'
  | 'MIXED_INVOICE'
  | 'CURRENCY_MISMATCH'
  | 'EXCHANGE_RATE_MISSING'
  | 'QTY_OVER_ORDERED'
  | 'QTY_OVER_RECEIVED'
  | 'NOT_RECEIVED'
  | 'QTY_NOT_ACCEPTED'
  | 'PRICE_HIGH'
  | 'PRICE_LOW'
  | 'PRICE_MISSING'
  | 'PRICE_NOT_FINAL'
  | 'LINE_TOTAL'
  | 'UOM_CONVERSION_MISSING'
  | 'ITEM_MISMATCH'
  | 'UNKNOWN_LINE'
  | 'UNKNOWN_PO'
  | 'DATE_ODD'
  | 'PO_NOT_OPEN'
  | 'CHARGE_OVER'
  | 'CHARGE_UNPLANNED'
  | 'ALLOWANCE_MISSING'
  | 'FREIGHT_NOT_ALLOWED'
  | 'FREIGHT_REVIEW'
  | 'TAX_DIFFERENCE'
  | 'TAX_UNKNOWN'
  | 'TOTAL_HIGH'
  | 'TOTAL_LOW'
  | 'TERMS_DIFFER'
  | 'DUPLICATE_EXACT'
  | 'INVOICE_NUMBER_REUSED'
  | 'DUPLICATE_STRONG'
  | 'DUPLICATE_WEAK'
  | 'INVOICE_ARITHMETIC'
  | 'IMPLIED_DECIMAL_SUSPECT'
  | 'REMIT_CHANGED'
  | 'APPROVAL_REQUIRED'
  | 'PRO_FORMA'
  | 'CREDIT_WITHOUT_REFERENCE'
  | 'CREDIT_BEFORE_INVOICE'
  | 'CREDIT_EXCEEDS_INVOICED'
  | 'CREDIT_PRICE_LOW'
  | 'ORIGINAL_NOT_FOUND'
  | 'CORRECTION_AFTER_PAYMENT';

/** One check as it was computed. Numbers are decimal text; a ratio that has no finite decimal is cut to 10 places. */
export interface Check {
  id: CheckId;
  /** 1-based line of the document; absent for the header. */
  line?: number;
  /** `order/line` that this part of the line was matched to. */
  orderLine?: string;
  result: CheckResult;
  code?: FailCode;
  formula: string;
  left?: string;
  right?: string;
  difference?: string;
  /** Difference in percent of the right side. */
  pct?: string;
  limits?: Limits;
  /** Where the limits come from: `company v4`. */
  level?: string;
  /** One sentence for a clerk; absent where the check passed. */
  text?: string;
}

export type HoldType =
  | 'HOLD_RECEIPT'
  | 'HOLD_PRICE'
  | 'HOLD_QTY'
  | 'HOLD_CHARGE'
  | 'HOLD_TAX'
  | 'HOLD_TOTAL'
  | 'HOLD_DATA'
  | 'HOLD_APPROVAL'
  | 'PARKED'
  | 'DUPLICATE_BLOCKED'
  | 'FRAUD_BLOCK'
  | 'REJECTED';

/** The invoice's headline: its gravest hold, or how it was approved. */
export type MatchOutcome = 'AUTO_APPROVED' | 'APPROVED_IN_TOLERANCE' | HoldType;

export type HoldAction =
  'accept' | 'shortPay' | 'requestCredit' | 'reject' | 'wait' | 'reassign' | 'correctData';

/** Why an invoice waits, for one owner. A decision carries each type once for each owner. */
export interface MatchHold {
  type: HoldType;
  owner: OwnerRole;
  codes: FailCode[];
  lines: number[];
  /** All money that it disputes, in the document's currency; another hold may dispute a part of it too. */
  amount: DecimalString;
  texts: string[];
  allowedActions: HoldAction[];
}

/** How a line found its order line (5.9.2). */
export type AssociationMethod =
  'orderLineId' | 'buyerItem' | 'sellerItem' | 'gtin' | 'despatchAdvice' | 'substitution' | 'none';

export interface LineAllocation {
  orderId: string;
  orderLineId: string;
  /** In the unit of the order line. */
  quantity: DecimalString;
  unit?: string;
  /** Net amount of this part. */
  amount: DecimalString;
  /** Charges of the line within `amount`; absent where it has none, and until engine 4. */
  charges?: DecimalString;
  mode: MatchMode;
  modeSource: string;
  /** What the agreed price makes of it. */
  expectedAmount: DecimalString;
  /** What no failed check disputes: paid when a person decides to pay short. */
  coveredQuantity: DecimalString;
  coveredAmount: DecimalString;
  /** Share of header charges and allowances. */
  allocatedCharges: DecimalString;
  /** Commitments whose price was used. */
  commitmentIds: string[];
  failed: FailCode[];
}

export interface LineDecision {
  line: number;
  method: AssociationMethod;
  /** Why the choice was not the only one possible. */
  ambiguity?: string;
  /** For a line without an order line: what a person might mean. */
  suggestions?: string[];
  /** Net amount after off-invoice allowances and charges of the line. */
  amount: DecimalString;
  allocations: LineAllocation[];
  failed: FailCode[];
}

export interface ToleranceSource {
  name: LimitName;
  level: Level;
  version: string;
  limits: Limits;
}

/** Amounts in the document's currency. Credit notes have negative amounts: what they take off the debt. */
export interface MatchAmounts {
  currency: string;
  invoiced: DecimalString;
  /** At agreed prices, planned charges and expected tax (D365: expected invoice total). */
  expected: DecimalString;
  difference: DecimalString;
  /** To be booked by this decision, what is prepaid of it included: all when approved, the matched part under `payMatched`, else 0. */
  payable: DecimalString;
  /** Paid in advance, as the supplier says, positive; absent where nothing is. */
  prepaid?: DecimalString;
  /** Disputed money: what the order, receipts and terms do not cover. */
  atStake: DecimalString;
  /** Stated total less the sum of its parts, within the rounding limit. */
  rounding: DecimalString;
  /** Goes to the small-difference account; 0 when nothing is written off. */
  writeOff: DecimalString;
  /** Bill-back allowances to be claimed later; not part of the payable. */
  expectedClaims: DecimalString;
}

/** An allowance or charge of which only a percentage or a rate is stated, with the amount that it comes to. */
export interface ComputedCharge {
  /** 1-based line of the document; absent for the header. */
  line?: number;
  /** Place among the allowances and charges of the line or header, from 0. */
  index: number;
  /** In the document's currency, positive, rounded to its minor unit. */
  amount: DecimalString;
  percent?: DecimalString;
  /** What it is a percentage of. */
  base?: DecimalString;
  /** So much for `per` units, or for one. */
  rate?: DecimalString;
  per?: DecimalString;
  /** Those of the rate; of a percentage those that it was rounded for, each by itself: absent where it was rounded once. */
  units?: DecimalString;
}

/** Disputed money of one failed check, positive; every disputed unit of money is in one of them only. */
export interface MatchDispute {
  code: FailCode;
  line?: number;
  amount: DecimalString;
}

export type DuplicateKind = 'exact' | 'numberReused' | 'strong' | 'weak';

export interface DuplicateHit {
  kind: DuplicateKind;
  invoiceId: string;
  number: string;
  channel?: string;
  text: string;
}

/** The decision on one document (5.9.7): plain JSON, never changed once made. */
export interface MatchDecision {
  invoice: {
    documentId: string;
    number: string;
    documentType: 'invoice' | 'creditNote';
    supplierId: string;
    issueDate: LocalDate;
    orderIds: string[];
  };
  engineVersion: string;
  configVersion: string;
  /** SHA-256 (hex) of the canonical JSON of `input`. */
  inputHash: string;
  /** SHA-256 (hex) of the canonical JSON of the document alone: the identity of its content. */
  contentHash: string;
  input: MatchInput;
  outcome: MatchOutcome;
  holds: MatchHold[];
  checks: Check[];
  lines: LineDecision[];
  toleranceSources: ToleranceSource[];
  duplicates: DuplicateHit[];
  disputes: MatchDispute[];
  /** What each failed check of a line disputes by itself, also where others dispute it too; from engine version 3 on. */
  exposures?: MatchDispute[];
  amounts: MatchAmounts;
  /** Absent where every amount is stated. */
  computed?: ComputedCharge[];
  /** Which charges the customer is to pay, and which allowances are for early payment, is in the total; absent where there are none. */
  chargeReading?: { customersCharges: boolean; earlyPayment: boolean };
  /** Sentences for a clerk, the gravest first. */
  text: string[];
  decidedAt: Instant;
  actor: string;
}

/** SHA-256 of UTF-8 text as lower-case hex. An argument: the core imports no platform module. */
export type Hash = (text: string) => string;
