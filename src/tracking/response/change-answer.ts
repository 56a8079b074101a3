import type { HeaderClaim, OrderResponse } from '../../documents/order-response.ts';
import { acceptCancellation } from '../cancellation.ts';
import { explain, raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { findLine } from '../line-lookup.ts';
import type { OrderResponseReceived, UnansweredChange } from '../model.ts';
import { restoreVersion } from '../order-change.ts';
import { CLAIM_MEANINGS } from './claims.ts';

function openCancellation(draft: Draft): UnansweredChange | undefined {
  return draft.state.unanswered.find(({ kind }) => kind === 'cancel');
}

/** A cancellation is open, and the document is its answer: it names its version, answers a change, or cancels itself. */
export function answersCancellation(draft: Draft, document: OrderResponse, version: number): boolean {
  const cancellation = openCancellation(draft);
  if (cancellation === undefined) return false;
  if (document.orderVersion !== undefined) return version === cancellation.version;
  return (
    document.answersChange === true || document.claim === 'cancelled' || document.purpose === 'cancellation'
  );
}

/** T15, or the refusal of a cancellation: then what was agreed before stands again. */
export function applyCancellationAnswer(draft: Draft, event: OrderResponseReceived): void {
  const { document, documentRef } = event;
  const cancellation = openCancellation(draft);
  if (cancellation === undefined || document.claim === 'pending') return;
  if (document.claim === 'orderNotFound') {
    reportNotFound(draft, documentRef.documentId);
    return;
  }
  const requested = cancellation.previousLines.map(({ id }) => id);
  const refused = REFUSES.has(document.claim) ? requested : refusedLines(draft, document);
  // Without a word in the header only the lines say what is agreed.
  const unsaid = document.claim === 'unstated' ? new Set(namedLines(draft, document)) : undefined;
  const agreed = requested.filter((id) => !refused.includes(id) && unsaid?.has(id) !== false);
  if (agreed.length === 0 && refused.length === 0) {
    explain(draft, {
      rule: 'T15',
      text: 'The answer to the cancellation does not say whether the supplier agrees: it is still awaited.',
    });
    return;
  }
  if (refused.length > 0) restoreVersion(draft, cancellation.version, refused);
  if (agreed.length > 0) acceptCancellation(draft, agreed, 'agreed by the supplier');
  if (!draft.state.lines.some((line) => line.awaitingVersion === cancellation.version))
    draft.state.unanswered = draft.state.unanswered.filter((change) => change !== cancellation);
  if (refused.length === 0) return;
  explain(draft, {
    rule: '5.3.3',
    text: `The supplier does not cancel ${refused.join(', ')}: what was agreed stands.`,
  });
  raise(draft, 'CHANGE_REJECTED', {
    subject: `v${cancellation.version}`,
    documentId: documentRef.documentId,
    detail: `The supplier refuses to cancel lines ${refused.join(', ')}. What was agreed before stands.`,
  });
}

/** Whoever offers something else, or refuses, does not agree to cancel. */
const REFUSES: ReadonlySet<HeaderClaim> = new Set(['rejected', 'rejectedExceptions', 'counterOffer']);

/** The order is unknown to the supplier: for that he cannot have cancelled it. */
export function reportNotFound(draft: Draft, documentId: string): void {
  raise(draft, 'SUPPLIER_UNKNOWN_PO', {
    documentId,
    detail:
      'The supplier says that it does not know the order. Check whether our document arrived, then send it again.',
  });
}

function namedLines(draft: Draft, document: OrderResponse): string[] {
  return document.lines.flatMap((answered, position) => {
    const { index } = findLine(draft.state.lines, answered, position);
    return index === undefined ? [] : [draft.state.lines[index]!.id];
  });
}

/** Lines that the supplier will deliver in spite of the cancellation. */
function refusedLines(draft: Draft, document: OrderResponse): string[] {
  const refused: string[] = [];
  document.lines.forEach((answered, position) => {
    const match = findLine(draft.state.lines, answered, position);
    if (match.index === undefined) return;
    const agrees = answered.schedules.every(
      ({ claim }) => claim === 'deleted' || CLAIM_MEANINGS[claim].class === 'accept' || claim === 'noAction',
    );
    if (!agrees) refused.push(draft.state.lines[match.index]!.id);
  });
  return refused;
}

/**
 * Settles the change that the document answers. Returns true where nothing is left to apply: the change is refused as a
 * whole, and the version before it stands.
 */
export function answerChange(draft: Draft, document: OrderResponse, version: number): boolean {
  const { state } = draft;
  const change = state.unanswered.find((each) => each.version === version && each.kind === 'change');
  if (change === undefined || document.claim === 'pending') return false;
  if (document.claim === 'rejected') {
    const restored = restoreVersion(draft, version);
    explain(draft, {
      rule: '5.3.3',
      text: `The supplier refuses version ${version}: what was agreed before stands.`,
    });
    raise(draft, 'CHANGE_REJECTED', {
      subject: `v${version}`,
      detail: `The supplier refuses version ${version} (lines ${restored.join(', ')}). The version before it stands; the ERP has the refused values.`,
    });
    return true;
  }
  acceptCancellation(draft, deletedLines(draft, change), 'taken out of the order, agreed by the supplier');
  return false;
}

/** Changes up to a version are answered once the lines that they touched are decided. */
export function settleUnanswered(draft: Draft): void {
  const { state } = draft;
  if (state.unanswered.length === 0) return;
  const waiting = new Set(state.lines.map(({ awaitingVersion }) => awaitingVersion));
  const open = state.unanswered.filter(({ version }) => waiting.has(version));
  if (open.length < state.unanswered.length) state.unanswered = open;
}

function deletedLines(draft: Draft, change: UnansweredChange): string[] {
  const touched = new Set(change.previousLines.map(({ id }) => id));
  return draft.state.lines
    .filter((line) => touched.has(line.id) && line.slices.some(({ state }) => state === 'CANCEL_REQUESTED'))
    .map(({ id }) => id);
}
