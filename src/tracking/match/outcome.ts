import { formatDecimal, ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { OwnerRole } from '../exception-model.ts';
import type { Dispute, Exposure } from './context.ts';
import type { Check, FailCode, HoldAction, HoldType, MatchHold, MatchOutcome } from './model.ts';

interface Handling {
  type: HoldType;
  owner: OwnerRole;
}

const PAYABLES: OwnerRole = 'accountsPayable';
const LEAD: OwnerRole = 'accountsPayableLead';

/** Which hold a failed check becomes and whose it is (5.9.6, 5.15). */
const HANDLING: Readonly<Record<FailCode, Handling>> = {
  SUPPLIER_MISMATCH: { type: 'HOLD_DATA', owner: PAYABLES },
  MIXED_INVOICE: { type: 'HOLD_DATA', owner: PAYABLES },
  CURRENCY_MISMATCH: { type: 'HOLD_DATA', owner: PAYABLES },
  EXCHANGE_RATE_MISSING: { type: 'HOLD_DATA', owner: PAYABLES },
  QTY_OVER_ORDERED: { type: 'HOLD_QTY', owner: 'buyer' },
  QTY_OVER_RECEIVED: { type: 'HOLD_RECEIPT', owner: 'warehouse' },
  NOT_RECEIVED: { type: 'HOLD_RECEIPT', owner: 'warehouse' },
  QTY_NOT_ACCEPTED: { type: 'HOLD_RECEIPT', owner: 'warehouse' },
  PRICE_HIGH: { type: 'HOLD_PRICE', owner: 'buyer' },
  PRICE_LOW: { type: 'HOLD_PRICE', owner: 'buyer' },
  PRICE_MISSING: { type: 'HOLD_PRICE', owner: 'buyer' },
  PRICE_NOT_FINAL: { type: 'HOLD_PRICE', owner: 'buyer' },
  LINE_TOTAL: { type: 'HOLD_PRICE', owner: 'buyer' },
  UOM_CONVERSION_MISSING: { type: 'HOLD_DATA', owner: 'masterData' },
  ITEM_MISMATCH: { type: 'HOLD_DATA', owner: 'buyer' },
  UNKNOWN_LINE: { type: 'HOLD_DATA', owner: 'buyer' },
  UNKNOWN_PO: { type: 'HOLD_DATA', owner: 'buyer' },
  DATE_ODD: { type: 'HOLD_DATA', owner: PAYABLES },
  PO_NOT_OPEN: { type: 'HOLD_DATA', owner: 'buyer' },
  CHARGE_OVER: { type: 'HOLD_CHARGE', owner: PAYABLES },
  CHARGE_UNPLANNED: { type: 'HOLD_CHARGE', owner: PAYABLES },
  ALLOWANCE_MISSING: { type: 'HOLD_CHARGE', owner: PAYABLES },
  FREIGHT_NOT_ALLOWED: { type: 'HOLD_CHARGE', owner: PAYABLES },
  FREIGHT_REVIEW: { type: 'HOLD_CHARGE', owner: PAYABLES },
  TAX_DIFFERENCE: { type: 'HOLD_TAX', owner: PAYABLES },
  TAX_UNKNOWN: { type: 'HOLD_TAX', owner: PAYABLES },
  TOTAL_HIGH: { type: 'HOLD_TOTAL', owner: PAYABLES },
  TOTAL_LOW: { type: 'HOLD_TOTAL', owner: PAYABLES },
  TERMS_DIFFER: { type: 'HOLD_DATA', owner: PAYABLES },
  DUPLICATE_EXACT: { type: 'DUPLICATE_BLOCKED', owner: LEAD },
  INVOICE_NUMBER_REUSED: { type: 'DUPLICATE_BLOCKED', owner: LEAD },
  DUPLICATE_STRONG: { type: 'DUPLICATE_BLOCKED', owner: LEAD },
  DUPLICATE_WEAK: { type: 'DUPLICATE_BLOCKED', owner: LEAD },
  INVOICE_ARITHMETIC: { type: 'HOLD_DATA', owner: PAYABLES },
  IMPLIED_DECIMAL_SUSPECT: { type: 'HOLD_DATA', owner: PAYABLES },
  REMIT_CHANGED: { type: 'FRAUD_BLOCK', owner: LEAD },
  APPROVAL_REQUIRED: { type: 'HOLD_APPROVAL', owner: PAYABLES },
  PRO_FORMA: { type: 'REJECTED', owner: PAYABLES },
  CREDIT_WITHOUT_REFERENCE: { type: 'HOLD_DATA', owner: PAYABLES },
  CREDIT_BEFORE_INVOICE: { type: 'PARKED', owner: PAYABLES },
  CREDIT_EXCEEDS_INVOICED: { type: 'HOLD_QTY', owner: 'buyer' },
  CREDIT_PRICE_LOW: { type: 'HOLD_PRICE', owner: 'buyer' },
  ORIGINAL_NOT_FOUND: { type: 'HOLD_DATA', owner: PAYABLES },
  CORRECTION_AFTER_PAYMENT: { type: 'HOLD_DATA', owner: PAYABLES },
};

/** From the gravest: the headline of an invoice with several holds. */
const GRAVITY: readonly HoldType[] = [
  'REJECTED',
  'FRAUD_BLOCK',
  'DUPLICATE_BLOCKED',
  'PARKED',
  'HOLD_DATA',
  'HOLD_APPROVAL',
  'HOLD_QTY',
  'HOLD_PRICE',
  'HOLD_CHARGE',
  'HOLD_TAX',
  'HOLD_TOTAL',
  'HOLD_RECEIPT',
];

/** What a person may do about a hold (5.9.6). Accepting and paying less need permission and a reason: see hold.ts. */
const ALLOWED_ACTIONS: Readonly<Record<HoldType, readonly HoldAction[]>> = {
  HOLD_RECEIPT: ['wait', 'accept', 'shortPay', 'requestCredit', 'reject', 'reassign'],
  HOLD_PRICE: ['accept', 'shortPay', 'requestCredit', 'reject', 'reassign'],
  HOLD_QTY: ['accept', 'shortPay', 'requestCredit', 'reject', 'reassign'],
  HOLD_CHARGE: ['accept', 'shortPay', 'requestCredit', 'reject', 'reassign'],
  HOLD_TAX: ['accept', 'requestCredit', 'reject', 'correctData', 'reassign'],
  HOLD_TOTAL: ['accept', 'shortPay', 'requestCredit', 'reject', 'reassign'],
  HOLD_DATA: ['correctData', 'reject', 'wait', 'reassign'],
  HOLD_APPROVAL: ['accept', 'reject', 'reassign'],
  PARKED: ['wait', 'reject', 'reassign'],
  DUPLICATE_BLOCKED: ['accept', 'reject', 'reassign'],
  FRAUD_BLOCK: ['accept', 'reject', 'reassign'],
  REJECTED: [],
};

/** What disputes goods, not their price. */
export const QUANTITY_CODES: ReadonlySet<FailCode> = new Set<FailCode>([
  'QTY_OVER_ORDERED',
  'PO_NOT_OPEN',
  'QTY_OVER_RECEIVED',
  'NOT_RECEIVED',
  'QTY_NOT_ACCEPTED',
]);

/** Documents that are held as a whole, whatever their lines say. */
const WHOLE_DOCUMENT: ReadonlySet<FailCode> = new Set<FailCode>([
  'SUPPLIER_MISMATCH',
  'MIXED_INVOICE',
  'CURRENCY_MISMATCH',
  'DATE_ODD',
  'DUPLICATE_EXACT',
  'INVOICE_NUMBER_REUSED',
  'DUPLICATE_STRONG',
  'INVOICE_ARITHMETIC',
  'IMPLIED_DECIMAL_SUSPECT',
  'REMIT_CHANGED',
  'PRO_FORMA',
  'CREDIT_WITHOUT_REFERENCE',
  'CREDIT_BEFORE_INVOICE',
  'ORIGINAL_NOT_FOUND',
  'CORRECTION_AFTER_PAYMENT',
]);

/** Whether a code disputes the document as a whole, not an amount of it. */
export function disputesAll(code: FailCode): boolean {
  return WHOLE_DOCUMENT.has(code);
}

/** What holds are made of. */
export interface Findings {
  failed: readonly FailCode[];
  /** Every disputed unit of money once. */
  disputes: readonly Dispute[];
  /** What each check disputes by itself. */
  exposures: readonly Exposure[];
  checks: readonly Check[];
  /** The document's amount without sign: holds of the whole document carry all of it. */
  total: Dec;
  places: number;
}

interface OpenHold extends MatchHold {
  sum: Dec;
  /** What is counted of each part of a line. */
  parts: Map<string, Dec>;
}

/**
 * Groups failed codes into holds, one for each type and owner, with all the money that its checks dispute. A short receipt on a
 * line that nothing more can arrive on is a quantity to settle.
 */
export function buildHolds({ failed, disputes, exposures, checks, total, places }: Findings): MatchHold[] {
  const holds = new Map<string, OpenHold>();
  const wanted = new Set(failed);
  const settled = linesBeyondReceipt(disputes);
  const beyondOrder = new Set(
    checks.filter(({ code }) => code === 'QTY_OVER_ORDERED').map(({ line }) => line),
  );
  const isFinal = (code: FailCode, line: number | undefined) =>
    HANDLING[code].type === 'HOLD_RECEIPT' && line !== undefined && settled.has(line);
  const holdOf = (code: FailCode, line: number | undefined): OpenHold => {
    const { type, owner } = isFinal(code, line) ? HANDLING.QTY_OVER_ORDERED : HANDLING[code];
    const key = `${type}|${owner}`;
    let hold = holds.get(key);
    if (hold === undefined) {
      const allowedActions = [...ALLOWED_ACTIONS[type]];
      hold = {
        type,
        owner,
        codes: [],
        lines: [],
        amount: '0',
        texts: [],
        allowedActions,
        sum: ZERO,
        parts: new Map(),
      };
      holds.set(key, hold);
    }
    return hold;
  };
  for (const { result, code, line, text } of checks) {
    if (result !== 'failed' || code === undefined || !wanted.has(code)) continue;
    const hold = holdOf(code, line);
    // What is beyond the order is beyond the receipt as well: no other reason.
    const repeats = exposures !== disputes && isFinal(code, line) && beyondOrder.has(line);
    if (!repeats && !hold.codes.includes(code)) hold.codes.push(code);
    if (line !== undefined && !hold.lines.includes(line)) hold.lines.push(line);
    if (text !== undefined && !hold.texts.includes(text)) hold.texts.push(text);
  }
  for (const { code, amount, line, part } of exposures) {
    if (!wanted.has(code)) continue;
    const hold = holdOf(code, line);
    const counted = part === undefined ? ZERO : (hold.parts.get(part) ?? ZERO);
    if (amount.lte(counted)) continue;
    hold.sum = hold.sum.plus(amount.minus(counted));
    if (part !== undefined) hold.parts.set(part, amount);
  }
  return [...holds.values()].map((hold) => finish(hold, total, places)).sort(byGravity);
}

function finish(
  { type, owner, codes, lines, sum, texts, allowedActions }: OpenHold,
  total: Dec,
  places: number,
): MatchHold {
  const amount = formatDecimal(codes.some(disputesAll) || sum.gt(total) ? total : sum, places);
  return { type, owner, codes, lines, amount, texts, allowedActions };
}

function byGravity(a: MatchHold, b: MatchHold): number {
  return GRAVITY.indexOf(a.type) - GRAVITY.indexOf(b.type);
}

/** Lines on which waiting for goods helps nothing: all of the excess is beyond the order, or the order line is closed. */
function linesBeyondReceipt(disputes: readonly Dispute[]): Set<number> {
  const lines = new Set<number>();
  const awaited = new Set<number>();
  for (const { code, line, amount } of disputes) {
    if (line === undefined) continue;
    if (code === 'QTY_OVER_ORDERED' || code === 'PO_NOT_OPEN') lines.add(line);
    else if (HANDLING[code].type === 'HOLD_RECEIPT' && !amount.isZero()) awaited.add(line);
  }
  for (const line of awaited) lines.delete(line);
  return lines;
}

export function headline(holds: readonly MatchHold[], checks: readonly Check[]): MatchOutcome {
  const gravest = holds[0];
  if (gravest !== undefined) return gravest.type;
  return checks.some(({ result }) => result === 'tolerated') ? 'APPROVED_IN_TOLERANCE' : 'AUTO_APPROVED';
}
