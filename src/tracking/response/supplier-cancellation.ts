import { quantityIn, reductionFloor } from '../balance.ts';
import { editLines, explain, raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { convertWeakest, isLive, keepStanding } from '../line-changes.ts';
import { isPositive, subtract } from '../quantity.ts';

/** The supplier wants to cancel: a proposal for everything that has not shipped, never applied without the buyer. */
export function proposeSupplierCancellation(draft: Draft, documentId: string): void {
  const lineIds = editLines(
    draft,
    (line) => isPositive(subtract(quantityIn(line.slices, isLive), reductionFloor(line))),
    (line) => {
      keepStanding(line);
      const quantity = subtract(quantityIn(line.slices, isLive), reductionFloor(line));
      convertWeakest(line, quantity, { state: 'PROPOSED', claim: 'deleted' });
      line.awaitingVersion = 0;
    },
  );
  if (lineIds.length === 0) {
    explain(draft, { rule: '5.1.1', text: 'The supplier cancels, but nothing is left that could be.' });
    const shipped = draft.state.lines.filter((line) => line.slices.some(isLive));
    if (shipped.length === 0) return;
    raise(draft, 'SUPPLIER_CANCELLED', {
      documentId,
      subject: 'shipped',
      detail: `The supplier cancels the order, but what is left of it (lines ${shipped.map(({ id }) => id).join(', ')}) has been announced, received or invoiced. Nothing was changed; ask him what he means.`,
    });
    return;
  }
  explain(draft, { rule: '5.1.1', text: `The supplier cancels ${lineIds.join(', ')}: the buyer decides.` });
  raise(draft, 'SUPPLIER_CANCELLED', {
    documentId,
    detail: `The supplier cancels the order (lines ${lineIds.join(', ')}). What was agreed stands until somebody accepts the cancellation or refuses it.`,
  });
}
