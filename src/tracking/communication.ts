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
  OrderState,
  OutboundDocument,
  ResendRequested,
  TransmissionFailed,
  TransmissionSucceeded,
} from './model.ts';

/** Region 1: what became of each document that we sent (T1 to T3, T6). All return false where the event means nothing. */

function findDocument(
  state: OrderState,
  { documentType, version }: { documentType: string; version: number },
): OutboundDocument | undefined {
  return state.documents.find(
    (document) => document.documentType === documentType && document.version === version,
  );
}

export function editDocument(draft: Draft, key: string, change: Partial<OutboundDocument>): void {
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

export function capital(words: string): string {
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
  if (isOfEarlier(document, event)) {
    explain(draft, {
      rule: '5.13',
      text: `An earlier sending of ${nameOf(document)} has reached the supplier: what counts is the one that was sent again.`,
    });
    return true;
  }
  editDocument(draft, document.key, { status: 'TRANSPORT_OK', documentId: event.documentId });
  explain(draft, {
    rule: 'T2',
    text: `${event.documentType} version ${event.version} has reached the supplier.`,
  });
  arrive(draft, document, event.documentId, event.transmittedAt ?? draft.now);
  if (draft.policy.functionalAcknowledgment.expected && !isGone(draft)) {
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

/** What became of a sending that another one has replaced since. */
function isOfEarlier(
  { documentId, earlierIds = [] }: OutboundDocument,
  event: { documentId: string },
): boolean {
  return event.documentId !== documentId && earlierIds.includes(event.documentId);
}

/** Nothing of the order is wanted any more. */
export function isGone({ state, rules }: Draft): boolean {
  return (
    rules >= 2 && state.lines.every(({ slices }) => slices.every((slice) => slice.state === 'CANCELLED'))
  );
}

/** It was cancelled because the supplier did not have it, so that nobody told him. */
function reportCancelled(draft: Draft, document: OutboundDocument): void {
  if (document.documentType !== 'order' || !isGone(draft)) return;
  const isTold = draft.state.documents.some(
    (other) => other.version > document.version && (other.status === 'QUEUED' || hasArrived(other)),
  );
  if (isTold) return;
  raise(draft, 'CROSSED_IN_FLIGHT', {
    subject: document.key,
    ...(document.documentId === undefined ? {} : { documentId: document.documentId }),
    detail: `${capital(nameOf(document))} was cancelled without a word to the supplier, because he did not have it. He has it after all: tell him that it is cancelled.`,
  });
}

/** The supplier has the document: his time to answer starts, and lines that wait for an answer await it. */
export function arrive(draft: Draft, document: OutboundDocument, documentId: string, at: Instant): void {
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
  reportCancelled(draft, document);
}

const PROOFS = {
  answers: 'has answered',
  'ships by': 'ships by',
  accepts: 'accepts',
} as const;

type Proof = keyof typeof PROOFS;

/** Who answers a version, or ships by it, has it, whatever the transport or the check of its syntax said: it is not to be sent again. */
export function proveArrival(draft: Draft, version: number, does: Proof = 'answers'): void {
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
    text: `The supplier ${does} version ${version}, which was said ${rejected ? 'to be faulty' : 'not to be delivered'}: he has it.`,
  });
  closeExceptions(
    draft,
    (open) => (open.type === 'FA_REJECTED' || open.type === 'APPLICATION_ERROR') && open.subject === key,
    `The supplier ${PROOFS[does]} the document.`,
  );
  arrive(draft, document, documentId, draft.now);
}

export function applyTransmissionFailed(draft: Draft, event: TransmissionFailed): boolean {
  const document = findDocument(draft.state, event);
  if (document === undefined || (document.status !== 'QUEUED' && document.status !== 'TRANSPORT_OK'))
    return false;
  if (isOfEarlier(document, event)) {
    explain(draft, {
      rule: '5.13',
      text: `An earlier sending of ${nameOf(document)} was given up (${event.reason}): what counts is the one that was sent again.`,
    });
    return true;
  }
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

export function stopWaiting(draft: Draft, document: OutboundDocument): void {
  stopLadder(draft, document.version);
  clearDeadlines(draft, ({ key }) => key === `functionalAcknowledgmentDue/${document.key}`);
}

export function applyResend(draft: Draft, event: ResendRequested): boolean {
  sendAgain(draft, event);
  return true;
}

function whyWithoutContent({ state, rules }: Draft, version: number): string {
  if (rules < 4 || version < state.version) return 'a newer version has taken its place';
  return state.responses.some((answer) => answer.version >= version)
    ? 'the supplier has answered it'
    : 'what it said is not kept; change the order once more in the ERP';
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
    event.documentType === 'order' && event.version === state.version
      ? state.order
      : (change?.document ?? document?.document);
  const accepted = document?.status === 'SYNTAX_OK' && !unknown;
  if (document === undefined || content === undefined || accepted || isGone(draft)) {
    const why =
      document === undefined
        ? 'no such document went out'
        : accepted
          ? 'the partner has accepted it, and sending it again risks a second order'
          : content === undefined
            ? whyWithoutContent(draft, event.version)
            : 'the order is cancelled';
    explain(draft, { rule: '5.13', code: 'RESEND_REFUSED', text: `Not sent again: ${why}.` });
    return false;
  }
  const { documentId, earlierIds = [] } = document;
  const isKept = draft.rules < 2 || documentId === undefined || earlierIds.includes(documentId);
  editDocument(draft, document.key, {
    status: 'QUEUED',
    queuedAt: draft.now,
    ...(isKept ? {} : { earlierIds: [...earlierIds, documentId] }),
  });
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
