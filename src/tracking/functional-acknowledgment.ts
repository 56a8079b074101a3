import type { Draft } from './draft.ts';
import { clearDeadlines, closeExceptions, explain, publish, raise } from './draft.ts';
import { arrive, capital, editDocument, hasArrived, isGone, nameOf, stopWaiting } from './communication.ts';
import type { FunctionalAcknowledgmentReceived, OutboundDocument } from './model.ts';

/** What the partner's translator says of a document that we sent (T4, T5). False where it means nothing. */
export function applyFunctionalAcknowledgment(
  draft: Draft,
  event: FunctionalAcknowledgmentReceived,
): boolean {
  const document = draft.state.documents.find(({ documentId }) => documentId === event.documentId);
  if (document === undefined) return applyToEarlier(draft, event);
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
    if (!isOfSecond(draft, document)) reportConflict(draft, document, event);
    return true;
  }
  endWaiting(draft, document);
  if (accepted && isRefused(document)) {
    explain(draft, {
      rule: '5.11.4',
      text: 'The partner accepts the syntax of the document, which its application has rejected: that stands.',
    });
    return true;
  }
  if (accepted) accept(draft, document, event);
  else if (document.status === 'SYNTAX_REJECTED') return false;
  else if (!isGone(draft) && isAnswered(draft, document)) outvote(draft, document, event);
  else reject(draft, document, event);
  return true;
}

function isRefused({ status, documentId, refusedId }: OutboundDocument): boolean {
  return status === 'SYNTAX_REJECTED' && refusedId !== undefined && refusedId === documentId;
}

/** The acknowledgment of a document is not awaited any more. */
function endWaiting(draft: Draft, document: OutboundDocument): void {
  clearDeadlines(draft, ({ key }) => key === `functionalAcknowledgmentDue/${document.key}`);
  closeExceptions(
    draft,
    (open) => open.type === 'FA_OVERDUE' && open.subject === document.key,
    'The acknowledgment has arrived.',
  );
}

/** 5.13: what was sent in an earlier envelope. Accepted, the partner has the document, and maybe a second time. */
function applyToEarlier(draft: Draft, event: FunctionalAcknowledgmentReceived): boolean {
  const document = draft.state.documents.find(({ earlierIds = [] }) => earlierIds.includes(event.documentId));
  if (document === undefined) return false;
  if (event.status === 'receivedOnly' || event.status === 'rejected') {
    const verb = event.status === 'rejected' ? 'rejects' : 'has received';
    explain(draft, {
      rule: '5.13',
      text: `The partner ${verb} an earlier sending of ${nameOf(document)}: what counts is the one that was sent again.`,
    });
    return true;
  }
  const { key, status } = document;
  endWaiting(draft, document);
  if (status !== 'SYNTAX_OK') accept(draft, document, event);
  if (status === 'SYNTAX_REJECTED' || status === 'TRANSPORT_FAILED') return true;
  explain(draft, { rule: '5.13', text: 'The partner accepts the sending before it, too: he has it twice.' });
  raise(draft, 'FA_CONFLICT', {
    subject: twiceOf(key),
    documentId: event.documentId,
    detail: `${capital(nameOf(document))} was sent again, and the partner accepts the first sending: he may have it twice. Ask him to use one of them only.`,
  });
  return true;
}

/** Subject of the exception over a document that the partner has twice. */
function twiceOf(key: string): string {
  return `${key}/twice`;
}

/** The partner has accepted the first of two sendings and rejects the second: he has the document once. */
function isOfSecond(draft: Draft, { key }: OutboundDocument): boolean {
  const isTwice = (open: { type: string; subject?: string }): boolean =>
    open.type === 'FA_CONFLICT' && open.subject === twiceOf(key);
  if (!draft.state.exceptions.some(isTwice)) return false;
  closeExceptions(draft, isTwice, 'The partner rejects the second sending: he has the document once.');
  return true;
}

/** The supplier has answered the document, or ships by it: he can read it, whatever his translator says. */
export function isAnswered({ state, rules }: Draft, { documentType, version }: OutboundDocument): boolean {
  if (rules < 2 || state.exceptions.some(({ type }) => type === 'SUPPLIER_UNKNOWN_PO')) return false;
  if (state.responses.some((response) => response.applied && response.version >= version)) return true;
  return documentType === 'order' && state.shipments.some(({ status }) => status === 'live');
}

/** A rejection behind the answer: it is not sent again, and somebody asks what was wrong. */
function outvote(draft: Draft, document: OutboundDocument, event: FunctionalAcknowledgmentReceived): void {
  editDocument(draft, document.key, {
    status: 'SYNTAX_OK',
    acknowledgedAt: draft.now,
    acknowledgedErrors: true,
  });
  reportConflict(draft, document, event, 'answered');
  if (!hasArrived(document)) arrive(draft, document, event.documentId, draft.now);
}

/** 5.11.4: of two that contradict the first stands, unless it was a rejection that the partner has taken back. */
function reportConflict(
  draft: Draft,
  document: OutboundDocument,
  event: FunctionalAcknowledgmentReceived,
  was: 'accepted' | 'answered' = 'accepted',
): void {
  const stands = was === 'accepted' ? 'acceptance' : 'answer';
  explain(draft, {
    rule: '5.11.4',
    text: `A rejection after ${was === 'accepted' ? 'an acceptance' : 'the answer'}: the ${stands} stands.`,
  });
  raise(draft, 'FA_CONFLICT', {
    subject: document.key,
    documentId: event.documentId,
    detail: `${capital(nameOf(document))} was ${was}, and a later acknowledgment rejects it. The ${was === 'accepted' ? 'first one' : stands} stands; ask the partner which is right.`,
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
  if (!hasArrived(document)) arrive(draft, document, document.documentId ?? event.documentId, draft.now);
}

function reject(draft: Draft, document: OutboundDocument, event: FunctionalAcknowledgmentReceived): void {
  editDocument(draft, document.key, { status: 'SYNTAX_REJECTED', acknowledgedAt: draft.now });
  stopWaiting(draft, document);
  if (isGone(draft)) {
    explain(draft, { rule: 'T5', text: 'The partner rejects the document; the order is cancelled anyway.' });
    return;
  }
  explain(draft, { rule: 'T5', text: 'The partner rejects the document as faulty: no answer is expected.' });
  const name = capital(nameOf(document));
  const { receivedBefore = false } = event;
  raise(draft, 'FA_REJECTED', {
    subject: document.key,
    documentId: event.documentId,
    detail: receivedBefore
      ? `${name} was rejected because the partner had received its control number before, and we use none twice: he may well have it. Ask him; reissue it only if he does not, it may become a second one.`
      : `The partner rejected ${nameOf(document)} as faulty. Correct the cause and reissue it; until then the supplier does not have it.`,
    evidence: event.findings.map((finding) => ({ text: finding.message, place: finding.place })),
    ...(receivedBefore ? { actions: ['askSupplier', 'reissue', 'dismiss'] } : {}),
  });
  publish(
    draft,
    'order.syntaxRejected',
    { version: document.version, documentId: event.documentId },
    document.key,
  );
}
