import type { HeaderClaim, OrderResponse } from '../../documents/order-response.ts';
import { acceptCancellation, closeCrossings } from '../cancellation.ts';
import { explain, raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { findLine } from '../line-lookup.ts';
import type { OrderResponseReceived, UnansweredChange } from '../model.ts';
import { restoreVersion } from '../restored-version.ts';
import { CLAIM_MEANINGS } from './claims.ts';

function openCancellation(draft: Draft): UnansweredChange | undefined {
  return draft.state.unanswered.find(({ kind }) => kind === 'cancel');
}

/**
 * A cancellation is open, and the document is its answer: it names its version, cancels itself, or answers a change while none
 * before the cancellation is open.
 */
export function answersCancellation(draft: Draft, document: OrderResponse, version: number): boolean {
  const cancellation = openCancellation(draft);
  if (cancellation === undefined) return false;
  if (document.orderVersion !== undefined) return version === cancellation.version;
  if (document.claim === 'cancelled' || document.purpose === 'cancellation') return true;
  return document.answersChange === true && draft.state.unanswered[0] === cancellation;
}

/**
 * T15, or the refusal of a cancellation: then what was agreed before stands again. Returns what the answer says of other lines,
 * to be applied like any answer.
 */
export function applyCancellationAnswer(
  draft: Draft,
  event: OrderResponseReceived,
): OrderResponse | undefined {
  const { document, documentRef } = event;
  const cancellation = openCancellation(draft);
  if (cancellation === undefined || document.claim === 'pending') return undefined;
  if (document.claim === 'orderNotFound') {
    reportNotFound(draft, documentRef.documentId);
    return undefined;
  }
  const { documentId } = documentRef;
  const requested = cancellation.previousLines.map(({ id }) => id);
  const refused = REFUSES.has(document.claim) ? requested : refusedLines(draft, document, requested);
  // Without a word in the header only the lines say what is agreed.
  const unsaid = document.claim === 'unstated' ? new Set(namedLines(draft, document)) : undefined;
  const agreed = requested.filter((id) => !refused.includes(id) && unsaid?.has(id) !== false);
  const others = REFUSES.has(document.claim) ? undefined : aboutOthers(draft, document, requested);
  if (agreed.length === 0 && refused.length === 0) {
    explain(draft, {
      rule: 'T15',
      text: 'The answer to the cancellation does not say whether the supplier agrees: it is still awaited.',
    });
    return others;
  }
  if (refused.length > 0) {
    const because = 'the supplier refuses our cancellation';
    restoreVersion(draft, cancellation.version, { because, lineIds: refused, documentId });
    closeCrossings(draft, cancellation.version, refused);
  }
  if (agreed.length > 0) acceptCancellation(draft, agreed, 'agreed by the supplier');
  if (!draft.state.lines.some((line) => line.awaitingVersion === cancellation.version))
    draft.state.unanswered = draft.state.unanswered.filter(({ version }) => version !== cancellation.version);
  if (refused.length === 0) return others;
  explain(draft, {
    rule: '5.3.3',
    text: `The supplier does not cancel ${refused.join(', ')}: what was agreed stands.`,
  });
  raise(draft, 'CHANGE_REJECTED', {
    subject: `v${cancellation.version}`,
    documentId,
    detail: `The supplier refuses to cancel ${nameLines(refused)}. What was agreed before stands.`,
  });
  return others;
}

function nameLines(lineIds: readonly string[]): string {
  return `line${lineIds.length === 1 ? '' : 's'} ${lineIds.join(', ')}`;
}

/** What is said of lines that we did not want to cancel. Who cancels without naming lines means all of them. */
function aboutOthers(
  draft: Draft,
  document: OrderResponse,
  requested: readonly string[],
): OrderResponse | undefined {
  const lines = document.lines.filter((answered, position) => {
    const { index } = findLine(draft.state.lines, answered, position);
    return index !== undefined && !requested.includes(draft.state.lines[index]!.id);
  });
  if (document.claim !== 'cancelled' && document.purpose !== 'cancellation')
    return lines.length === 0 ? undefined : { ...document, purpose: 'change', lines };
  const isAsked = document.lines.length > 0 && lines.length === 0;
  const others = draft.state.lines.filter(({ id, deleted }) => deleted !== true && !requested.includes(id));
  return isAsked || others.length === 0 ? undefined : document;
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
function refusedLines(draft: Draft, document: OrderResponse, requested: readonly string[]): string[] {
  const refused: string[] = [];
  document.lines.forEach((answered, position) => {
    const { index } = findLine(draft.state.lines, answered, position);
    const id = index === undefined ? undefined : draft.state.lines[index]!.id;
    if (id === undefined || !requested.includes(id)) return;
    const agrees = answered.schedules.every(
      ({ claim }) => claim === 'deleted' || CLAIM_MEANINGS[claim].class === 'accept' || claim === 'noAction',
    );
    if (!agrees) refused.push(id);
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
  if (change === undefined) return refusesSettledChange(draft, document, version);
  if (document.claim === 'pending') return false;
  if (document.claim === 'rejected') {
    const restored = restoreVersion(draft, version, { because: 'the supplier refuses our change' });
    explain(draft, {
      rule: '5.3.3',
      text: `The supplier refuses version ${version}: what was agreed before stands.`,
    });
    raise(draft, 'CHANGE_REJECTED', {
      subject: `v${version}`,
      detail: `The supplier refuses version ${version} (${nameLines(restored)}). The version before it stands; the ERP has the refused values.`,
    });
    return true;
  }
  acceptCancellation(draft, deletedLines(draft, change), 'taken out of the order, agreed by the supplier');
  return false;
}

/**
 * A change of notes or addresses needs no answer, and a change that was refused can be refused again. Whoever does so refuses that
 * and not the order: what was agreed has not changed.
 */
function refusesSettledChange(draft: Draft, document: OrderResponse, version: number): boolean {
  const { state } = draft;
  const isChange = state.documents.some(
    (each) => each.version === version && each.documentType === 'orderChange',
  );
  if (document.claim !== 'rejected' || !isChange) return false;
  const isRefused = state.exceptions.some(
    ({ type, subject }) => type === 'CHANGE_REJECTED' && subject === `v${version}`,
  );
  if (isRefused) {
    explain(draft, { rule: '5.3.3', text: `The supplier refuses version ${version} once more.` });
    return true;
  }
  if (state.lines.some((line) => line.changedInVersion === version)) return false;
  explain(draft, {
    rule: '5.3.3',
    text: `The supplier refuses version ${version}, from which nothing comes that is agreed: all of that stands.`,
  });
  raise(draft, 'CHANGE_REJECTED', {
    subject: `v${version}`,
    detail: `The supplier refuses version ${version}. Nothing that is agreed comes from it, and all of that stands; ask him what he could not take.`,
  });
  return true;
}

/**
 * Changes are answered once the lines that they touched are decided, and no newer change that is open would bring them back
 * undecided.
 */
export function settleUnanswered(draft: Draft): void {
  const { state } = draft;
  if (state.unanswered.length === 0) return;
  const waiting = new Set(state.lines.map(({ awaitingVersion }) => awaitingVersion));
  const open: UnansweredChange[] = [];
  for (const change of state.unanswered.toReversed()) {
    if (!waiting.has(change.version)) continue;
    open.unshift(change);
    for (const { awaitingVersion } of change.previousLines) waiting.add(awaitingVersion);
  }
  if (open.length < state.unanswered.length) state.unanswered = open;
}

function deletedLines(draft: Draft, change: UnansweredChange): string[] {
  const touched = new Set(change.previousLines.map(({ id }) => id));
  return draft.state.lines
    .filter((line) => line.awaitingVersion === change.version && touched.has(line.id))
    .filter((line) => line.slices.some(({ state }) => state === 'CANCEL_REQUESTED'))
    .map(({ id }) => id);
}
