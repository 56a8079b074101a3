import { quantityIn, reductionFloor } from '../balance.ts';
import { editLines, explain, raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { isLive, keepStanding } from '../line-changes.ts';
import { isPositive, subtract } from '../quantity.ts';
import { convertSlices } from '../slices.ts';

/** The supplier wants to cancel: a proposal for everything that has not shipped, never applied without the buyer. */
export function proposeSupplierCancellation(draft: Draft, documentId: string): void {
  const lineIds = editLines(
    draft,
    (line) => isPositive(subtract(quantityIn(line.slices, isLive), reductionFloor(line))),
    (line) => {
      keepStanding(line);
      const quantity = subtract(quantityIn(line.slices, isLive), reductionFloor(line));
      convertSlices(line, quantity, isLive, { state: 'PROPOSED', claim: 'deleted' });
      line.awaitingVersion = 0;
    },
  );
  explain(draft, { rule: '5.1.1', text: `The supplier cancels ${lineIds.join(', ')}: the buyer decides.` });
  raise(draft, 'SUPPLIER_CANCELLED', {
    documentId,
    detail: `The supplier cancels the order (lines ${lineIds.join(', ')}). What was agreed stands until somebody accepts the cancellation or refuses it.`,
  });
}
