import type { DecimalString } from '../common/decimal.ts';
import { isConfirmed, quantityIn } from './balance.ts';
import { explain } from './draft.ts';
import type { Draft } from './draft.ts';
import { dropStanding } from './line-changes.ts';
import type { CommitmentState, LineState, Slice } from './model.ts';
import { compare, smaller, subtract } from './quantity.ts';
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

/** The supplier has said what becomes of it: goods of that quantity tell nothing new of the rest. */
function isAnswered(slice: Slice): boolean {
  return isConfirmed(slice) || slice.state === 'PROPOSED';
}

function isImplied(slice: Slice): boolean {
  return IMPLIED.has(slice.state);
}
