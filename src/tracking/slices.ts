import type { DecimalString } from '../common/decimal.ts';
import type { CommitmentState, LineState, Slice } from './model.ts';
import { add, compare, isPositive, normalise, smaller, subtract } from './quantity.ts';

export type SliceDraft = Omit<Slice, 'id'>;

/** Replaces the line's slices; ids go on counting, so that a slice once named is never another one. */
export function replaceSlices(line: LineState, slices: readonly (SliceDraft | Slice)[]): void {
  const kept: Slice[] = [];
  for (const slice of slices) {
    if (!isPositive(slice.quantity)) continue;
    kept.push('id' in slice ? slice : { id: `${line.id}.${line.nextSlice++}`, ...slice });
  }
  line.slices = kept;
}

/** Cuts a quantity off the slices that the test chooses; the cut parts get new values. */
export function convertSlices(
  line: LineState,
  quantity: DecimalString,
  choose: (slice: Slice) => boolean,
  change: Partial<SliceDraft> & { state: CommitmentState },
): DecimalString {
  let left = quantity;
  const result: (Slice | SliceDraft)[] = [];
  for (const slice of line.slices) {
    if (!choose(slice) || !isPositive(left)) {
      result.push(slice);
      continue;
    }
    const part = smaller(slice.quantity, left);
    left = subtract(left, part);
    if (part === slice.quantity) {
      result.push({ ...slice, ...change });
    } else {
      result.push({ ...valuesOf(slice), ...change, quantity: part });
      result.push({ ...slice, quantity: subtract(slice.quantity, part) });
    }
  }
  replaceSlices(line, mergeEqual(result));
  return left;
}

function valuesOf(slice: Slice): SliceDraft {
  const values: SliceDraft & { id?: string } = { ...slice };
  delete values.id;
  return values;
}

/** Slices with the same promise are one slice. */
function mergeEqual(slices: readonly (Slice | SliceDraft)[]): (Slice | SliceDraft)[] {
  const merged: (Slice | SliceDraft)[] = [];
  for (const slice of slices) {
    const index = merged.findIndex((other) => promiseOf(other) === promiseOf(slice));
    const other = merged[index];
    if (other === undefined) merged.push(slice);
    else merged[index] = { ...other, quantity: add(other.quantity, slice.quantity) };
  }
  return merged;
}

function promiseOf(slice: Slice | SliceDraft): string {
  const { state, date, dateKind, price, item, claim, reason, implied, heldFor } = slice;
  return JSON.stringify([state, date, dateKind, price, item, claim, reason, implied, heldFor]);
}

/**
 * Makes the slices add up to a new ordered quantity: more is `state`; less is taken from what is least agreed. What is
 * confirmed goes last.
 */
export function resizeSlices(line: LineState, ordered: DecimalString, state: CommitmentState): void {
  let sum = '0';
  for (const slice of line.slices) sum = add(sum, slice.quantity);
  const difference = subtract(normalise(ordered), sum);
  if (compare(difference, '0') > 0) {
    replaceSlices(line, mergeEqual([...line.slices, { state, quantity: difference }]));
    return;
  }
  let surplus = subtract(sum, normalise(ordered));
  const kept = [...line.slices];
  for (const weakest of WEAKEST_FIRST) {
    for (let index = kept.length - 1; index >= 0 && isPositive(surplus); index--) {
      const slice = kept[index]!;
      if (slice.state !== weakest) continue;
      const part = smaller(slice.quantity, surplus);
      surplus = subtract(surplus, part);
      kept[index] = { ...slice, quantity: subtract(slice.quantity, part) };
    }
  }
  replaceSlices(line, kept);
}

const WEAKEST_FIRST: readonly CommitmentState[] = [
  'OPEN',
  'AWAITING',
  'OVERDUE',
  'CANCELLED',
  'CANCEL_REQUESTED',
  'REJECTED',
  'PENDING',
  'HOLD',
  'PROPOSED',
  'COUNTERED',
  'BACKORDERED',
  'CONFIRMED_CHANGED',
  'CONFIRMED',
];
