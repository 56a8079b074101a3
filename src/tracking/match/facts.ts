import type { DecimalString } from '../../common/decimal.ts';
import type { LocalDate } from '../../common/time.ts';
import type { CreditNote, Invoice } from '../../documents/invoice.ts';
import type { AllowanceCharge, Item, PaymentTerms, Price } from '../../documents/primitives.ts';
import type { MatchPolicy } from './policy.ts';

/**
 * Everything that a match decides on, as plain JSON: the decision keeps it, so that the same input gives the same decision
 * again at any time. Identifiers of orders and lines are the buyer's. Amounts are in the document's currency.
 */
export interface MatchInput {
  /** The gateway's id of the document; prior invoices with this id are the document itself and are left out. */
  documentId: string;
  document: Invoice | CreditNote;
  /** Order of arrival in the gateway: a held document reserves against those that came after it. */
  sequence: number;
  /** Day on which the decision is made, in the company's zone (A5). */
  today: LocalDate;
  supplier: SupplierFact;
  /** Orders that the document may refer to. */
  orders: readonly OrderFact[];
  /** Done receipts of those orders, returns negative. */
  receipts: readonly ReceiptFact[];
  despatches: readonly DespatchFact[];
  /** Commitments of the supplier that the buyer accepted, in the order in which they are to be fulfilled. */
  commitments: readonly CommitmentFact[];
  substitutions: readonly SubstitutionFact[];
  /** Other invoices and credit notes of the supplier: what was billed so far, what is reserved, and duplicates. */
  priorInvoices: readonly PriorInvoice[];
  units: readonly UnitFact[];
  policy: MatchPolicy;
  /** Company currency per one unit of the document's currency, of the invoice date. Absent = same currency. */
  exchangeRate?: DecimalString;
  /** Number of lines that the document's control segment states (CTT01, CNT), for A3. */
  statedLineCount?: number;
}

/** What master data knows of the supplier. */
export interface SupplierFact {
  /** The legal entity. */
  id: string;
  /** Further suppliers whose orders this one may invoice. */
  affiliateIds?: readonly string[];
  /** Party ids (GLN, DUNS …) under which the supplier may appear as seller. Absent = not checked. */
  partyIds?: readonly string[];
  /** Parties that may be paid instead of the seller. Absent = a remit-to is not checked against a list. */
  remitToIds?: readonly string[];
  /** Approved bank accounts. Absent = none on file, M18 is not applicable; empty = every account blocks. */
  accountIds?: readonly string[];
  /** The supplier invoices without orders: approval by a person, no match. */
  invoiceOnly?: boolean;
  defaultCurrency?: string;
  /** How the supplier writes our order numbers (5.7.1). */
  orderNumber?: { prefixes?: readonly string[]; stripLeadingZeros?: boolean };
  /** Charges that may be billed without being on the order, up to `max` for each document. */
  allowedCharges?: readonly { reason: AllowanceCharge['reason']; max: DecimalString }[];
  /** Tax rates in percent that the supplier may bill where the order line has none. */
  taxRates?: readonly DecimalString[];
  /** Payment terms agreed where the order has none. */
  paymentTerms?: PaymentTerms;
  /** False: credit notes of this supplier need not name the invoice. Default true. */
  creditNeedsReference?: boolean;
}

/** A charge (or allowance) that is on the order: an amount for the whole order, or a percentage of the goods invoiced. */
export interface PlannedCharge {
  kind: AllowanceCharge['kind'];
  reason: AllowanceCharge['reason'];
  amount?: DecimalString;
  percent?: DecimalString;
}

export interface OrderFact {
  id: string;
  version: number;
  supplierId: string;
  companyId?: string;
  currency: string;
  issueDate: LocalDate;
  /** `closed`: locked, nothing more is expected; what was received may still be billed. */
  state: 'draft' | 'open' | 'closed' | 'cancelled';
  deliveryTerms?: NonNullable<Invoice['deliveryTerms']>;
  paymentTerms?: PaymentTerms;
  plannedCharges?: readonly PlannedCharge[];
  lines: readonly OrderLineFact[];
}

export interface OrderLineFact {
  id: string;
  item: Item;
  quantity: DecimalString;
  unit?: string;
  cancelledQuantity?: DecimalString;
  /** Agreed beyond the order, or received beyond it and accepted by the buyer: billable (5.6). */
  acceptedOverReceipt?: DecimalString;
  price?: Price;
  /** Discounts and charges of the line: `percent`, or an amount for the whole ordered quantity. */
  allowanceCharges?: readonly AllowanceCharge[];
  state: 'open' | 'shortClosed' | 'cancelled';
  /** Nothing of it is received. */
  service?: boolean;
  /** Tax rate in percent that master data expects. */
  taxRate?: DecimalString;
}

/** One done receipt line. */
export interface ReceiptFact {
  id: string;
  orderId: string;
  orderLineId: string;
  receivedDate: LocalDate;
  /** Negative for a return to the supplier. In the unit of the order line unless `unit` says another. */
  quantity: DecimalString;
  /** Passed inspection; absent = all. */
  acceptedQuantity?: DecimalString;
  unit?: string;
  despatchAdviceId?: string;
}

/** One line of a despatch advice, as far as association and dates need it. */
export interface DespatchFact {
  id: string;
  orderId: string;
  orderLineId: string;
  shipDate?: LocalDate;
  item?: Item;
}

/** An accepted promise: its price holds for its quantity. */
export interface CommitmentFact {
  id: string;
  orderId: string;
  orderLineId: string;
  /** In the unit of the order line. */
  quantity: DecimalString;
  /** Absent = the order's price. */
  price?: Price;
  date?: LocalDate;
}

export interface SubstitutionFact {
  orderId: string;
  orderLineId: string;
  item: Item;
  accepted: boolean;
}

/**
 * Where a prior document stands. `posted`, `paid` and `approved` always count. `held` reserves its quantity against documents
 * that came later. `parked`, `blocked`, `rejected` and `reversed` count for nothing.
 */
export type PriorStatus =
  'held' | 'approved' | 'posted' | 'paid' | 'parked' | 'blocked' | 'rejected' | 'reversed';

export interface PriorInvoice {
  id: string;
  /** As the supplier wrote it. */
  number: string;
  supplierId: string;
  documentType: 'invoice' | 'creditNote';
  invoiceType?: Invoice['invoiceType'];
  status: PriorStatus;
  /** Order of arrival in the gateway; of two held documents the earlier one reserves. */
  sequence: number;
  issueDate: LocalDate;
  currency: string;
  /** Amount of the document as stated, positive. */
  amount: DecimalString;
  orderIds: readonly string[];
  despatchAdviceIds?: readonly string[];
  /** Number of the invoice that a credit note credits. */
  originalNumber?: string;
  /** `contentHash` of its decision; absent where the ERP is the only source. */
  contentHash?: string;
  /** `edi`, `erp`, `portal` … for the text. */
  channel?: string;
  lines: readonly PriorLine[];
  /** Header charges as they were allocated to orders; allowances negative. */
  charges?: readonly {
    reason: AllowanceCharge['reason'];
    orderId?: string;
    amount: DecimalString;
    /** Of an allowance, where stated: a credit note may take off as much of its goods. */
    percent?: DecimalString;
  }[];
}

/** What a prior document billed (positive) or credited (negative) on an order line. */
export interface PriorLine {
  orderId: string;
  orderLineId: string;
  /** Signed effect on the invoiced quantity, in the unit of the order line; 0 for money-only documents. */
  quantity: DecimalString;
  /** Signed net amount. */
  amount: DecimalString;
  /** Charges of the line within `amount`, signed like it; absent = as the order line plans them. */
  charges?: DecimalString;
  /** What was asked beside `amount` and is not paid: a debit note has taken it off. */
  withheld?: DecimalString;
  /** Part of `amount` that a person accepted beyond the agreed price. */
  acceptedDifference?: DecimalString;
  /** Paid already although its document is held (payMatched): counts as approved, whatever came first. */
  booked?: boolean;
}

/** 1 `unit` = `numerator` / `denominator` `base`; for one item, or for all. */
export interface UnitFact {
  unit: string;
  base: string;
  numerator: DecimalString;
  denominator?: DecimalString;
  /** Any id of the item; absent = for every item. */
  itemId?: string;
  /** False: known but not yet approved for matching (M8). */
  approved?: boolean;
}
