import { ZERO } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { Dispute, Exposure } from './context.ts';
import type { LinePart } from './line-checks.ts';
import type { FailCode } from './model.ts';
import { compare, greatest, least, minus, quotient, sign, times, toDec, ZERO_RATIO } from './ratio.ts';
import type { Ratio } from './ratio.ts';

/** What a line does to the order line: bills goods, gives goods back, or moves money only. */
export type Role = 'bill' | 'credit' | 'money';

/** What the checks of a part found, beyond their codes. */
export interface Found {
  overOrdered: Ratio;
  overReceived: Ratio;
  receivedCode?: FailCode;
  agreedPrice?: Ratio;
  lineTotal: Ratio;
  /** Billed on an order line that is not live. */
  overClosed: Ratio;
}

export const NOTHING: Found = {
  overOrdered: ZERO_RATIO,
  overReceived: ZERO_RATIO,
  lineTotal: ZERO_RATIO,
  overClosed: ZERO_RATIO,
};

const DATA_CODES: ReadonlySet<FailCode> = new Set([
  'UOM_CONVERSION_MISSING',
  'ITEM_MISMATCH',
  'PRICE_NOT_FINAL',
  'PRICE_MISSING',
]);

/** The disputes of a part, and the quantity that none of them touches. */
export interface PartDisputes {
  disputes: Dispute[];
  covered: Ratio;
}

/** What each failed check of a part disputes by itself: what the owner of its hold decides on. */
export function exposuresOf(
  part: LinePart,
  role: Role,
  failed: readonly FailCode[],
  found: Found,
  amount: Dec,
): Exposure[] {
  const where = { line: part.number, part: `${part.number}|${part.orderLine}` };
  return [...new Set(failed)].map((code) => {
    const exposed = role === 'bill' ? billExposure(part, code, found) : creditExposure(code, found.lineTotal);
    return { code, amount: exposed === undefined ? amount.abs() : toDec(exposed), ...where };
  });
}

/** Undefined: the whole amount. */
function creditExposure(code: FailCode, missing: Ratio): Ratio | undefined {
  const partly = code === 'CREDIT_PRICE_LOW' || code === 'LINE_TOTAL';
  return partly && sign(missing) > 0 ? missing : undefined;
}

function billExposure(part: LinePart, code: FailCode, found: Found): Ratio | undefined {
  if (DATA_CODES.has(code)) return undefined;
  const unitAmount = quotient(part.amount, part.quantity) ?? ZERO_RATIO;
  const positive = (value: Ratio) => greatest(value, ZERO_RATIO);
  if (code === 'QTY_OVER_ORDERED') return positive(times(found.overOrdered, unitAmount));
  if (code === 'PO_NOT_OPEN') return positive(times(found.overClosed, unitAmount));
  if (code === found.receivedCode) return positive(times(found.overReceived, unitAmount));
  if (code === 'LINE_TOTAL') return positive(least(found.lineTotal, part.amount));
  if (found.agreedPrice === undefined || part.price === undefined) return undefined;
  return positive(times(minus(part.price, found.agreedPrice), part.quantity));
}

/** Splits what is disputed so that no money is counted twice: data, quantity beyond order, beyond receipt, then price. */
export function disputesOf(
  part: LinePart,
  role: Role,
  failed: readonly FailCode[],
  found: Found,
  amount: Dec,
): PartDisputes {
  const line = part.number;
  if (failed.length === 0) return { disputes: [], covered: part.quantity };
  const blocking = failed.find((code) => DATA_CODES.has(code));
  if (blocking !== undefined) {
    return { disputes: [{ code: blocking, amount: amount.abs(), line }], covered: ZERO_RATIO };
  }
  if (role !== 'bill') {
    const whole = failed.includes('CREDIT_EXCEEDS_INVOICED') || sign(found.lineTotal) <= 0;
    const disputed = whole ? amount.abs() : toDec(found.lineTotal);
    return {
      disputes: failed.map((code, index) => ({ code, amount: index === 0 ? disputed : ZERO, line })),
      covered: part.quantity,
    };
  }
  const disputes: Dispute[] = [];
  const unitAmount = quotient(part.amount, part.quantity) ?? ZERO_RATIO;
  const add = (code: FailCode, value: Ratio): void => {
    disputes.push({ code, amount: toDec(greatest(value, ZERO_RATIO)), line });
  };
  // Each excess disputes only what the ones before it do not.
  let over = ZERO_RATIO;
  const addExcess = (code: FailCode | undefined, excess: Ratio): void => {
    if (code === undefined || !failed.includes(code)) return;
    add(code, times(minus(excess, least(excess, over)), unitAmount));
    over = greatest(over, excess);
  };
  addExcess('QTY_OVER_ORDERED', found.overOrdered);
  addExcess('PO_NOT_OPEN', found.overClosed);
  addExcess(found.receivedCode, found.overReceived);
  const covered = greatest(minus(part.quantity, over), ZERO_RATIO);
  if (found.agreedPrice !== undefined && part.price !== undefined) {
    const code = compare(part.price, found.agreedPrice) > 0 ? 'PRICE_HIGH' : 'PRICE_LOW';
    add(code, times(minus(part.price, found.agreedPrice), covered));
  }
  if (failed.includes('LINE_TOTAL')) {
    const told = disputes.length > 0;
    add('LINE_TOTAL', told ? ZERO_RATIO : least(found.lineTotal, part.amount));
  }
  if (failed.includes('PRICE_HIGH') && found.agreedPrice === undefined) add('PRICE_HIGH', part.amount);
  return { disputes, covered };
}
