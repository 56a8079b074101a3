import type { ApplicationAdvice } from '../documents/application-advice.ts';
import { capital, editDocument, isGone, nameOf, proveArrival, stopWaiting } from './communication.ts';
import { closeExceptions, explain, publish, raise } from './draft.ts';
import type { Draft } from './draft.ts';
import type { ExceptionEvidence } from './exception-model.ts';
import { isAnswered } from './functional-acknowledgment.ts';
import type { ApplicationAdviceReceived, OutboundDocument } from './model.ts';

/**
 * What the partner's application says of an order or change that it has read. It is no answer: nothing of it confirms or
 * refuses a quantity. False where it means nothing.
 */
export function applyApplicationAdvice(draft: Draft, event: ApplicationAdviceReceived): boolean {
  const { documents } = draft.state;
  const document = documents.find(({ documentId }) => documentId === event.documentId);
  const earlier = documents.find(({ earlierIds = [] }) => earlierIds.includes(event.documentId));
  const meant = document ?? earlier;
  if (meant === undefined) return false;
  const { status } = event.document;
  if (status !== 'rejected') accept(draft, meant, event);
  else if (document === undefined) {
    explain(draft, {
      rule: '5.13',
      text: `The partner’s application rejects an earlier sending of ${nameOf(meant)}: what counts is the one that was sent again.`,
    });
  } else if (isGone(draft)) {
    explain(draft, {
      rule: 'advice',
      text: 'The partner’s application rejects an order that is cancelled anyway.',
    });
  } else if (isAnswered(draft, document)) contradict(draft, document, event);
  else if (event.document.reasons.some(({ code }) => code === 'duplicate')) askFirst(draft, document, event);
  else reject(draft, document, event);
  return true;
}

function accept(draft: Draft, document: OutboundDocument, event: ApplicationAdviceReceived): void {
  const { key, version } = document;
  const withErrors = event.document.status === 'acceptedWithErrors';
  explain(draft, {
    rule: 'advice',
    text: `The partner’s application has taken over ${nameOf(document)}${withErrors ? ' with errors' : ''}.`,
  });
  proveArrival(draft, version, 'accepts');
  publish(draft, 'order.applicationAccepted', { version, documentId: event.documentId, withErrors }, key);
  if (!withErrors || isGone(draft)) {
    closeExceptions(
      draft,
      ({ type, subject }) => type === 'APPLICATION_ERROR' && subject === key,
      'The partner’s application accepts the document.',
    );
    return;
  }
  report(draft, document, event, {
    severity: 'medium',
    actions: ['askSupplier', 'dismiss'],
    detail: `The supplier’s application has taken over ${nameOf(document)} with errors: ${wordsOf(event.document)} Ask the supplier what it has made of the order.`,
  });
}

/** It has been answered, or is shipped by: the supplier can use it, whatever its application says. */
function contradict(draft: Draft, document: OutboundDocument, event: ApplicationAdviceReceived): void {
  explain(draft, {
    rule: 'advice',
    text: 'The partner’s application rejects what is answered: the answer stands.',
  });
  report(draft, document, event, {
    actions: ['askSupplier', 'dismiss'],
    detail: `The supplier’s application rejects ${nameOf(document)}, which the supplier has answered: ${wordsOf(event.document)} The answer stands; ask the supplier which is right.`,
  });
}

/** Sent again it could become a second order: what is in force stays so. */
function askFirst(draft: Draft, document: OutboundDocument, event: ApplicationAdviceReceived): void {
  explain(draft, { rule: 'advice', text: 'The partner’s application rejects the document as a duplicate.' });
  report(draft, document, event, {
    actions: ['askSupplier', 'cancelOrder', 'dismiss'],
    detail: `The supplier’s application rejects ${nameOf(document)} as a duplicate: ${wordsOf(event.document)} He may well have it. Ask him, and do not send it again before he has answered: it could become a second one.`,
  });
}

function reject(draft: Draft, document: OutboundDocument, event: ApplicationAdviceReceived): void {
  const { key, version } = document;
  editDocument(draft, key, { status: 'SYNTAX_REJECTED', refusedId: event.documentId });
  stopWaiting(draft, document);
  closeExceptions(
    draft,
    ({ type, subject }) => (type === 'FA_OVERDUE' || type === 'TRANSPORT_FAILED') && subject === key,
    'The partner’s application has read the document.',
  );
  explain(draft, {
    rule: 'advice',
    text: 'The partner’s application rejects the document: no answer to it is expected.',
  });
  report(draft, document, event, {
    detail: `The supplier’s application rejects ${nameOf(document)}: ${wordsOf(event.document)} Until it is corrected the supplier does not work on it: change the order in the ERP, or have the supplier correct his data and reissue it.`,
  });
  publish(draft, 'order.applicationRejected', { version, documentId: event.documentId }, key);
}

function report(
  draft: Draft,
  { key }: OutboundDocument,
  { documentId, document, documentRef }: ApplicationAdviceReceived,
  trouble: Pick<Parameters<typeof raise>[2], 'detail' | 'severity' | 'actions'>,
): void {
  const source = {
    documentId: documentRef.documentId,
    ...(documentRef.fileId === undefined ? {} : { fileId: documentRef.fileId }),
  };
  raise(draft, 'APPLICATION_ERROR', {
    ...trouble,
    detail: capital(trouble.detail),
    subject: key,
    documentId,
    evidence: evidenceOf(document).map((evidence) => ({ ...evidence, ...source })),
  });
}

type Reason = ApplicationAdvice['reasons'][number];

function evidenceOf({ id, reasons }: ApplicationAdvice): ExceptionEvidence[] {
  if (reasons.length === 0) return [{ text: `Advice ${id} gives no reason.` }];
  return reasons.map((reason) => ({
    text: sayingOf(reason),
    ...(reason.value === undefined ? {} : { actual: reason.value }),
  }));
}

/** `Line 2: item not on file (code 024, "ABC-1")`. */
function sayingOf({ code, errorCode, title, lineId, value, text }: Reason): string {
  const said = [title, text].filter((each) => each !== undefined);
  const words = said.length === 0 ? REASON_WORDS[code] : said.join(': ');
  const details = [
    ...(errorCode === undefined ? [] : [`code ${errorCode}`]),
    ...(value === undefined ? [] : [`"${value}"`]),
  ];
  const line = lineId === undefined ? '' : `Line ${lineId}: `;
  return `${line}${words}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

const REASON_WORDS: Readonly<Record<Reason['code'], string>> = {
  duplicate: 'received before',
  missingData: 'something is missing',
  invalidDate: 'a date is not valid',
  totalsDiffer: 'the totals differ',
  priceDiffers: 'the price differs',
  quantityDiffers: 'the quantity differs',
  chargeNotAgreed: 'a charge is not agreed',
  taxDiffers: 'the tax differs',
  unknownOrder: 'the order is not known',
  unknownItem: 'the item is not known',
  unknownUnit: 'the unit is not known',
  currencyDiffers: 'the currency differs',
  termsDiffer: 'the terms differ',
  payeeChanged: 'the payee has changed',
  other: 'no reason in words',
};

/** The first reason as a sentence, and how many more there are. */
function wordsOf({ reasons }: ApplicationAdvice): string {
  const [first, ...others] = reasons;
  if (first === undefined) return 'no reason is given.';
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${sayingOf(first).replace(/[.!]$/, '')}${more}.`;
}
