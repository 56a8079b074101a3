import type { DecimalString } from '../common/decimal.ts';
import type { CommitmentState, LineBalance, LineState, ReceiptEntry, Slice } from './model.ts';
import { add, compare, larger, normalise, subtract } from './quantity.ts';

type Bucket = 'confirmed' | 'backordered' | 'rejected' | 'cancelled' | 'open';

const BUCKETS: Record<CommitmentState, Bucket> = {
  OPEN: 'open',
  AWAITING: 'open',
  OVERDUE: 'open',
  CONFIRMED: 'confirmed',
  CONFIRMED_CHANGED: 'confirmed',
  PROPOSED: 'open',
  COUNTERED: 'open',
  PENDING: 'open',
  BACKORDERED: 'backordered',
  HOLD: 'open',
  REJECTED: 'rejected',
  CANCEL_REQUESTED: 'open',
  CANCELLED: 'cancelled',
};

/** The law of 5.4.1: `ordered + over = confirmed + backordered + rejected + cancelled + open`. */
export function balanceOf(line: Pick<LineState, 'line' | 'slices'>): LineBalance {
  const balance = { confirmed: '0', backordered: '0', rejected: '0', cancelled: '0', open: '0' };
  let sum = '0';
  for (const slice of line.slices) {
    const bucket = BUCKETS[slice.state];
    balance[bucket] = add(balance[bucket], slice.quantity);
    sum = add(sum, slice.quantity);
  }
  const ordered = normalise(line.line.quantity.value);
  const { confirmed, backordered, rejected, cancelled, open } = balance;
  const over = larger('0', subtract(sum, ordered));
  return { ordered, confirmed, backordered, rejected, cancelled, open, over };
}

export function isConfirmed(slice: Slice): boolean {
  return slice.state === 'CONFIRMED' || slice.state === 'CONFIRMED_CHANGED';
}

/** Nothing agreed, refused or given up yet. */
export function isUndecided(slice: Slice): boolean {
  return BUCKETS[slice.state] === 'open';
}

export function quantityIn(slices: readonly Slice[], choose: (slice: Slice) => boolean): DecimalString {
  let sum = '0';
  for (const slice of slices) if (choose(slice)) sum = add(sum, slice.quantity);
  return sum;
}

/** What is still expected of a line: ordered without what was cancelled or rejected, or more where more is agreed. */
export function effectiveQuantity(line: LineState): DecimalString {
  const gone = quantityIn(line.slices, ({ state }) => state === 'CANCELLED' || state === 'REJECTED');
  const left = subtract(normalise(line.line.quantity.value), gone);
  return larger(quantityIn(line.slices, isAgreed), larger('0', left));
}

function isAgreed(slice: Slice): boolean {
  return isConfirmed(slice) || slice.state === 'BACKORDERED';
}

/** The supplier does not deliver it: refused, deleted, or not mentioned any more. */
export function isRefusal({ claim }: Slice): boolean {
  return claim === 'deleted' || claim === 'discontinued' || claim?.startsWith('reject') === true;
}

/** What the buyer can no longer take back: announced, received or invoiced, whichever is most (5.3.3). */
export function reductionFloor(line: LineState): DecimalString {
  return larger(line.announced, larger(line.received, line.invoiced));
}

/** Everything expected has arrived, also where some of it went back since, and nothing is undecided. */
export function isSettled(line: LineState): boolean {
  if (line.shortClosed === true) return true;
  return hasArrivedInFull(line) && !line.slices.some(needsDecision);
}

function hasArrivedInFull(line: LineState): boolean {
  return compare(add(line.received, line.returned), effectiveQuantity(line)) >= 0;
}

const NEVER_ANSWERED: ReadonlySet<CommitmentState> = new Set(['OPEN', 'AWAITING', 'OVERDUE']);

/** The supplier was asked for it and has not said a word of some of it. */
export function isUnanswered({ awaitingVersion, slices }: LineState): boolean {
  return awaitingVersion !== 0 && slices.some(({ state }) => NEVER_ANSWERED.has(state));
}

function needsDecision({ state }: Slice): boolean {
  return state === 'PROPOSED' || state === 'COUNTERED' || state === 'CANCEL_REQUESTED' || state === 'HOLD';
}

/** What receipts have brought of a line, and what of it is still here: what went back had come. */
export function arrivalsOf(
  entries: readonly ReceiptEntry[],
  lineId: string,
): { arrived: DecimalString; kept: DecimalString } {
  let arrived = '0';
  let kept = '0';
  for (const entry of entries) {
    if (entry.lineId !== lineId) continue;
    kept = add(kept, entry.quantity);
    if (!(entry.isReturn ?? compare(entry.quantity, '0') < 0)) arrived = add(arrived, entry.quantity);
  }
  return { arrived, kept };
}

/** What may be invoiced: received, but not beyond what was expected unless a person accepted the surplus. */
export function billableQuantity(line: LineState): DecimalString {
  const expected = add(effectiveQuantity(line), line.overAccepted);
  return compare(line.received, expected) <= 0 ? line.received : expected;
}
