import { addHours } from '../common/calendar.ts';
import type { Instant } from '../common/time.ts';
import { sentence } from '../common/sentence.ts';
import {
  clearDeadlines,
  closeExceptions,
  editLines,
  effectKey,
  emit,
  explain,
  publish,
  raise,
  setDeadline,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { startLadder, stopLadder } from './ladder.ts';
import type {
  DocumentQueued,
  FunctionalAcknowledgmentReceived,
  OrderState,
  OutboundDocument,
  ResendRequested,
  TransmissionFailed,
  TransmissionSucceeded,
} from './model.ts';

/** Region 1: what became of each document that we sent (T1 to T6). All return false where the event means nothing. */

function findDocument(
  state: OrderState,
  { documentType, version }: { documentType: string; version: number },
): OutboundDocument | undefined {
  return state.documents.find(
    (document) => document.documentType === documentType && document.version === version,
  );
}

function editDocument(draft: Draft, key: string, change: Partial<OutboundDocument>): void {
  draft.state.documents = draft.state.documents.map((document) =>
    document.key === key ? { ...document, ...change } : document,
  );
}

/** What went out, as people call it. */
export function nameOf({
  documentType,
  version,
}: Pick<OutboundDocument, 'documentType' | 'version'>): string {
  return documentType === 'order'
    ? `the order (version ${version})`
    : `the order change (version ${version})`;
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** True once the other side has it, by whatever proof. */
export function hasArrived(document: OutboundDocument): boolean {
  return (
    document.status === 'TRANSPORT_OK' ||
    document.status === 'SYNTAX_OK' ||
    document.status === 'SYNTAX_OVERDUE'
  );
}

/** The supplier may know the order: something went out that has not failed. */
export function supplierMayHaveOrder(state: OrderState): boolean {
  return state.documents.some((document) => document.status === 'QUEUED' || hasArrived(document));
}

/** Highest version that has reached the supplier; the newest one if none is known to have arrived. */
export function latestTransmittedVersion(state: OrderState): number {
  let latest = 0;
  for (const document of state.documents)
    if (hasArrived(document)) latest = Math.max(latest, document.version);
  return latest === 0 ? state.version : latest;
}

export function applyQueued(draft: Draft, event: DocumentQueued): boolean {
  const document = findDocument(draft.state, event);
  if (document === undefined || document.documentId === event.documentId) return false;
  editDocument(draft, document.key, { documentId: event.documentId });
  return true;
}

export function applyTransmitted(draft: Draft, event: TransmissionSucceeded): boolean {
  const document = findDocument(draft.state, event);
  if (document === undefined || hasArrived(document) || document.status === 'SYNTAX_REJECTED') return false;
  editDocument(draft, document.key, { status: 'TRANSPORT_OK', documentId: event.documentId });
  explain(draft, {
    rule: 'T2',
    text: `${event.documentType} version ${event.version} has reached the supplier.`,
  });
  arrive(draft, document, event.documentId, event.transmittedAt ?? draft.now);
  if (draft.policy.functionalAcknowledgment.expected) {
    setDeadline(draft, {
      key: `functionalAcknowledgmentDue/${document.key}`,
      kind: 'functionalAcknowledgmentDue',
      dueAt: addHours(draft.now, draft.policy.functionalAcknowledgment.dueHours),
      owner: 'ediOps',
      version: document.version,
      subject: document.key,
    });
  }
  return true;
}

/** The supplier has the document: his time to answer starts, and lines that wait for an answer await it. */
function arrive(draft: Draft, document: OutboundDocument, documentId: string, at: Instant): void {
  editDocument(draft, document.key, { transportedAt: at, documentId });
  const { version } = document;
  closeExceptions(
    draft,
    (open) => open.type === 'TRANSPORT_FAILED' && open.subject === document.key,
    'The document was delivered.',
  );
  editLines(
    draft,
    (line) => line.awaitingVersion === version && line.slices.some(({ state }) => state === 'OPEN'),
    (line) => {
      line.slices = line.slices.map((slice) =>
        slice.state === 'OPEN' ? { ...slice, state: 'AWAITING' } : slice,
      );
    },
  );
  publish(draft, 'order.sent', { version, documentId }, document.key);
  startLadder(draft, version, at);
}

/** Who answers a version has it, whatever the transport or the check of its syntax said: it is not to be sent again. */
export function proveArrival(draft: Draft, version: number): void {
  const document = draft.state.documents.findLast((each) => each.version === version);
  if (document?.documentId === undefined) return;
  const { status, documentId, key } = document;
  if (status !== 'TRANSPORT_FAILED' && status !== 'SYNTAX_REJECTED') return;
  const rejected = status === 'SYNTAX_REJECTED';
  editDocument(
    draft,
    key,
    rejected ? { status: 'SYNTAX_OK', acknowledgedErrors: true } : { status: 'TRANSPORT_OK' },
  );
  explain(draft, {
    rule: rejected ? 'T5' : 'T3',
    text: `The supplier answers version ${version}, which was said ${rejected ? 'to be faulty' : 'not to be delivered'}: he has it.`,
  });
  closeExceptions(
    draft,
    (open) => open.type === 'FA_REJECTED' && open.subject === key,
    'The supplier has answered the document.',
  );
  arrive(draft, document, documentId, draft.now);
}

export function applyTransmissionFailed(draft: Draft, event: TransmissionFailed): boolean {
  const document = findDocument(draft.state, event);
  if (document === undefined || (document.status !== 'QUEUED' && document.status !== 'TRANSPORT_OK'))
    return false;
  const answered = draft.state.responses.some(({ version }) => version >= document.version);
  if (answered) {
    explain(draft, {
      rule: 'T3',
      text: `The transport reports a failure (${event.reason}), but the supplier has answered: the document arrived.`,
    });
    if (document.status === 'QUEUED') {
      editDocument(draft, document.key, {
        status: 'TRANSPORT_OK',
        transportedAt: draft.now,
        documentId: event.documentId,
      });
    }
    return true;
  }
  editDocument(draft, document.key, { status: 'TRANSPORT_FAILED', documentId: event.documentId });
  stopWaiting(draft, document);
  explain(draft, { rule: 'T3', text: `Delivery was given up: ${event.reason}` });
  raise(draft, 'TRANSPORT_FAILED', {
    subject: document.key,
    documentId: event.documentId,
    detail: `${capital(nameOf(document))} could not be delivered: ${sentence(event.reason)} The bytes are kept; send them again when the cause is mended.`,
  });
  const { version, documentId, reason } = event;
  publish(draft, 'order.sendFailed', { version, documentId, reason }, document.key);
  return true;
}

function stopWaiting(draft: Draft, document: OutboundDocument): void {
  stopLadder(draft, document.version);
  clearDeadlines(draft, ({ key }) => key === `functionalAcknowledgmentDue/${document.key}`);
}

export function applyFunctionalAcknowledgment(
  draft: Draft,
  event: FunctionalAcknowledgmentReceived,
): boolean {
  const document = draft.state.documents.find(({ documentId }) => documentId === event.documentId);
  if (document === undefined) return false;
  if (event.status === 'receivedOnly') {
    explain(draft, {
      rule: '5.11.4',
      text: 'The partner has received the interchange; its verdict is still to come.',
    });
    return true;
  }
  const accepted = event.status !== 'rejected';
  if (document.status === 'SYNTAX_OK') {
    if (accepted) return false;
    reportConflict(draft, document, event);
    return true;
  }
  clearDeadlines(draft, ({ key }) => key === `functionalAcknowledgmentDue/${document.key}`);
  closeExceptions(
    draft,
    (open) => open.type === 'FA_OVERDUE' && open.subject === document.key,
    'The acknowledgment has arrived.',
  );
  if (accepted) accept(draft, document, event);
  else if (document.status === 'SYNTAX_REJECTED') return false;
  else reject(draft, document, event);
  return true;
}

/** 5.11.4: of two that contradict the first stands, unless it was a rejection that the partner has taken back. */
function reportConflict(
  draft: Draft,
  document: OutboundDocument,
  event: FunctionalAcknowledgmentReceived,
): void {
  explain(draft, { rule: '5.11.4', text: 'A rejection after an acceptance: the acceptance stands.' });
  raise(draft, 'FA_CONFLICT', {
    subject: document.key,
    documentId: event.documentId,
    detail: `${capital(nameOf(document))} was accepted, and a later acknowledgment rejects it. The first one stands; ask the partner which is right.`,
    evidence: event.findings.map((finding) => ({ text: finding.message, place: finding.place })),
  });
}

function accept(draft: Draft, document: OutboundDocument, event: FunctionalAcknowledgmentReceived): void {
  const withErrors = event.status === 'acceptedWithErrors';
  const takenBack = document.status === 'SYNTAX_REJECTED';
  editDocument(draft, document.key, {
    status: 'SYNTAX_OK',
    acknowledgedAt: draft.now,
    ...(withErrors ? { acknowledgedErrors: true as const } : {}),
  });
  explain(draft, {
    rule: takenBack ? '5.11.4' : 'T4',
    text: takenBack
      ? 'The partner rejected the document and now accepts it: the newer verdict stands.'
      : `The partner accepts the document${withErrors ? ' with errors' : ''}.`,
  });
  closeExceptions(
    draft,
    (open) =>
      (open.type === 'FA_REJECTED' || open.type === 'TRANSPORT_FAILED') && open.subject === document.key,
    'The partner accepts the document.',
  );
  const { version } = document;
  publish(draft, 'order.syntaxAccepted', { version, documentId: event.documentId, withErrors }, document.key);
  // An acknowledgment proves delivery, also where the transport's own proof is late or was negative.
  if (!hasArrived(document)) arrive(draft, document, event.documentId, draft.now);
}

function reject(draft: Draft, document: OutboundDocument, event: FunctionalAcknowledgmentReceived): void {
  editDocument(draft, document.key, { status: 'SYNTAX_REJECTED', acknowledgedAt: draft.now });
  stopWaiting(draft, document);
  explain(draft, { rule: 'T5', text: 'The partner rejects the document as faulty: no answer is expected.' });
  raise(draft, 'FA_REJECTED', {
    subject: document.key,
    documentId: event.documentId,
    detail: `The partner rejected ${nameOf(document)} as faulty. Correct the cause and reissue it; until then the supplier does not have it.`,
    evidence: event.findings.map((finding) => ({ text: finding.message, place: finding.place })),
  });
  publish(
    draft,
    'order.syntaxRejected',
    { version: document.version, documentId: event.documentId },
    document.key,
  );
}

export function applyResend(draft: Draft, event: ResendRequested): boolean {
  sendAgain(draft, event);
  return true;
}

/**
 * 5.13: what was accepted is never sent again, unless the supplier says that he does not have it (`unknown`); what was replaced
 * by a newer version neither. Returns whether it goes out.
 */
export function sendAgain(draft: Draft, event: ResendRequested, unknown = false): boolean {
  const { state } = draft;
  const document = findDocument(state, event);
  const change = state.unanswered.find(({ version }) => version === event.version);
  const content =
    event.documentType === 'order' && event.version === state.version ? state.order : change?.document;
  const accepted = document?.status === 'SYNTAX_OK' && !unknown;
  if (document === undefined || content === undefined || accepted) {
    const why =
      document === undefined
        ? 'no such document went out'
        : accepted
          ? 'the partner has accepted it, and sending it again risks a second order'
          : 'a newer version has taken its place';
    explain(draft, { rule: '5.13', code: 'RESEND_REFUSED', text: `Not sent again: ${why}.` });
    return false;
  }
  editDocument(draft, document.key, { status: 'QUEUED', queuedAt: draft.now });
  stopWaiting(draft, document);
  explain(draft, { rule: '5.13', text: `${event.author.name} sends ${document.key} again: ${event.reason}` });
  emit(draft, {
    kind: 'sendDocument',
    key: effectKey(draft, 'sendDocument', document.key),
    documentType: event.documentType,
    version: event.version,
    document: content,
    resend: true,
  });
  return true;
}
