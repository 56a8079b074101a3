import type { DecimalString } from '../common/decimal.ts';
import { isConfirmed, quantityIn } from './balance.ts';
import { editLines, explain } from './draft.ts';
import type { Draft } from './draft.ts';
import { startLadder } from './ladder.ts';
import { dropStanding } from './line-changes.ts';
import type { CommitmentState, LineState, Slice } from './model.ts';
import { compare, larger, smaller, subtract } from './quantity.ts';
import { convertSlices } from './slices.ts';
import type { SliceDraft } from './slices.ts';

/** What a shipment confirms by itself: everything that was still waiting for a word of the supplier. */
const IMPLIED: ReadonlySet<CommitmentState> = new Set([
  'OPEN',
  'AWAITING',
  'OVERDUE',
  'PENDING',
  'BACKORDERED',
]);

/**
 * Goods on their way, or here, confirm their quantity (T19). `total` is what is shipped or received of the line in all; what
 * is beyond the confirmed quantity, and beyond what the supplier has proposed and the buyer has not decided, is taken from what
 * waits. Returns what was confirmed.
 */
export function confirmImplied(
  draft: Draft,
  line: LineState,
  total: DecimalString,
  promise: Pick<SliceDraft, 'date' | 'dateKind'>,
): DecimalString {
  const missing = subtract(total, quantityIn(line.slices, isAnswered));
  if (compare(missing, '0') <= 0) return '0';
  const waiting = quantityIn(line.slices, isImplied);
  const quantity = smaller(missing, waiting);
  if (compare(quantity, '0') <= 0) return '0';
  convertSlices(line, quantity, isImplied, {
    ...promise,
    state: 'CONFIRMED',
    implied: true,
    claim: 'acceptedAndShipped',
  });
  if (!line.slices.some(({ state }) => IMPLIED.has(state) && state !== 'BACKORDERED')) {
    line.awaitingVersion = 0;
    if (line.reconfirming !== undefined) delete line.reconfirming;
    dropStanding(line);
  }
  explain(draft, {
    rule: 'T19',
    lineId: line.id,
    text: `Line ${line.id}: ${quantity} are confirmed by the goods themselves; no answer had spoken of them.`,
  });
  return quantity;
}

/**
 * Goods do not come that were to. `total` is what is still shipped or received of the line in all; what no answer has confirmed
 * beyond it waits again, at first without anybody being asked (`askAgain`): another advice may bring it.
 */
export function takeBackImplied(line: LineState, total: DecimalString): void {
  const byGoods = quantityIn(line.slices, isByGoods);
  const answered = subtract(quantityIn(line.slices, isAnswered), byGoods);
  const carried = larger('0', subtract(total, answered));
  const excess = subtract(byGoods, carried);
  if (compare(excess, '0') <= 0) return;
  convertSlices(line, excess, isByGoods, { state: 'AWAITING' });
  line.slices = line.slices.map(({ id, state, quantity, ...promise }) =>
    state === 'AWAITING' ? { id, state, quantity } : { id, state, quantity, ...promise },
  );
}

/** Waits for the supplier's answer to what `takeBackImplied` has left; returns the lines. */
export function askAgain(draft: Draft, lineIds: ReadonlySet<string>): string[] {
  const { state } = draft;
  const versions = new Set<number>();
  const waiting = editLines(
    draft,
    (line) =>
      lineIds.has(line.id) &&
      line.awaitingVersion === 0 &&
      line.slices.some((slice) => slice.state === 'AWAITING'),
    (line) => {
      line.awaitingVersion = line.changedInVersion;
      versions.add(line.changedInVersion);
    },
  );
  for (const version of versions) {
    const runs = state.deadlines.some((each) => each.kind === 'responseDue' && each.version === version);
    if (!runs) startLadder(draft, version, draft.now);
  }
  if (waiting.length > 0 && state.respondedAt === undefined && !state.lines.some(hasImplied)) {
    delete state.impliedByDespatch;
    delete state.committedAt;
    delete state.lateByMinutes;
  }
  return waiting;
}

function hasImplied({ slices }: LineState): boolean {
  return slices.some(isByGoods);
}

function isByGoods(slice: Slice): boolean {
  return slice.implied === true && isConfirmed(slice);
}

/** The supplier has said what becomes of it: goods of that quantity tell nothing new of the rest. */
function isAnswered(slice: Slice): boolean {
  return isConfirmed(slice) || slice.state === 'PROPOSED';
}

function isImplied(slice: Slice): boolean {
  return IMPLIED.has(slice.state);
}
