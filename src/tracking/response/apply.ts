import type { OrderResponse, OrderResponseLine } from '../../documents/order-response.ts';
import { latestTransmittedVersion, proveArrival } from '../communication.ts';
import { writeConfirmations } from '../confirmation.ts';
import { closeExceptions, editLine, explain, publish, raise } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { Fact } from '../facts.ts';
import { describeLine, findLine } from '../line-lookup.ts';
import type { OrderResponseReceived } from '../model.ts';
import { closeAnswerExceptions } from '../order-change.ts';
import { reportAddedCharges } from './added-charges.ts';
import {
  answerChange,
  answersCancellation,
  applyCancellationAnswer,
  reportNotFound,
} from './change-answer.ts';
import { answerAbsentLines } from './absent-lines.ts';
import type { NamedLines } from './absent-lines.ts';
import { reportCodes, reportContradiction, withHeaderClaim } from './header-claim.ts';
import { answerLine } from './line-answer.ts';
import type { ResponseContext } from './line-answer.ts';
import { UnmatchedLines } from '../unmatched-lines.ts';
import { forgetAnswered, keepUnread } from '../unread-lines.ts';
import { proposeSupplierCancellation } from './supplier-cancellation.ts';
import { rematchHeld } from '../rematch.ts';

/** A business answer of the supplier (5.1, 5.2): duplicates and copies change nothing, everything else by values. */
export function applyResponse(draft: Draft, event: OrderResponseReceived): void {
  const { document, documentRef } = event;
  const { state } = draft;
  const version = answeredVersion(draft, document);
  // Whoever is asked to confirm again may say the very same again.
  const again = state.lines.some(({ reconfirming }) => reconfirming === true);
  const known = again
    ? undefined
    : state.responses.find(({ ref }) => ref.contentHash === documentRef.contentHash);
  const applied = known === undefined && isApplicable(draft, event);
  state.responses = [
    ...state.responses,
    {
      ref: documentRef,
      ...(document.id === undefined ? {} : { id: document.id }),
      receivedAt: draft.now,
      version,
      applied,
    },
  ];
  if (known !== undefined) {
    explain(draft, {
      rule: '5.1.1',
      code: 'DUPLICATE_RESPONSE',
      text: 'The same answer was received before: nothing changes.',
    });
    return;
  }
  if (!applied) return;
  state.respondedAt ??= draft.now;
  reportCodes(draft, document, documentRef.documentId);
  reportAddedCharges(draft, document, documentRef.documentId);
  if (document.claim !== 'orderNotFound') proveArrival(draft, version);
  if (answersCancellation(draft, document, version)) {
    const others = applyCancellationAnswer(draft, event);
    if (others !== undefined) applyByClaim(draft, { ...event, document: others }, version);
    return;
  }
  applyByClaim(draft, event, version);
}

/** What does not change the order: copies, unusable codes, answers to something that we did not ask. */
function isApplicable(draft: Draft, event: OrderResponseReceived): boolean {
  const { document, documentRef } = event;
  const { documentId } = documentRef;
  const answeredBefore = draft.state.responses.some(({ applied }) => applied);
  if (document.purpose === 'information' || document.claim === 'information') {
    explain(draft, {
      rule: '5.1.1',
      code: 'INFORMATION_ONLY',
      text: 'The document is for information: nothing changes.',
    });
    return false;
  }
  if (document.purpose === 'duplicate' && answeredBefore) {
    raise(draft, 'DUPLICATE_DIFFERS', {
      documentId,
      subject: documentRef.contentHash,
      detail:
        'The answer is marked as a duplicate, but differs from the one received before. It was not applied.',
    });
    return false;
  }
  if (document.purpose === 'unknown' || document.claim === 'unknown') {
    const code = document.code ?? document.purpose;
    raise(draft, 'UNKNOWN_CODE', {
      documentId,
      causeKey: `orderResponse|${code}`,
      detail: `The header code ${code} has no meaning for this partner. The answer was not applied; add the code and reprocess.`,
    });
    return false;
  }
  if (document.claim === 'unsolicited') {
    raise(draft, 'UNSOLICITED_RESPONSE', {
      documentId,
      detail: 'The supplier sends an order of its own making instead of an answer. It was not applied.',
    });
    return false;
  }
  if (document.purpose === 'original' && answeredBefore) {
    explain(draft, {
      rule: '5.1.1',
      code: 'ACK_REPEATED_AS_ORIGINAL',
      text: 'A second answer marked as original: it is read as a replacement of the first.',
    });
  }
  return true;
}

/** Which version the answer is about (5.1.4). Without a statement, the newest one that the supplier has. */
function answeredVersion(draft: Draft, document: OrderResponse): number {
  const { state } = draft;
  const stated = document.orderVersion;
  if (stated !== undefined && stated <= state.version) return stated;
  const latest = latestTransmittedVersion(state);
  const [oldest, newer] = state.unanswered;
  const assumed =
    // Answers come in the order of what they answer.
    document.answersChange === true && oldest !== undefined && newer !== undefined
      ? oldest.version
      : document.answersChange === false
        ? Math.max(
            1,
            ...state.documents.filter((each) => each.documentType === 'order').map((each) => each.version),
          )
        : latest;
  if (state.version > 1 || stated !== undefined) {
    explain(draft, {
      rule: '5.1.4',
      code: 'ACK_VERSION_ASSUMED',
      text: `The answer names ${stated === undefined ? 'no version' : `version ${stated}, which does not exist`}: it is read as an answer to version ${assumed}.`,
    });
  }
  return assumed;
}

function applyByClaim(draft: Draft, event: OrderResponseReceived, version: number): void {
  const { document, documentRef } = event;
  if (document.claim === 'orderNotFound') {
    reportNotFound(draft, documentRef.documentId);
    return;
  }
  if (document.claim === 'cancelled' || document.purpose === 'cancellation') {
    proposeSupplierCancellation(draft, documentRef.documentId);
    return;
  }
  if (answerChange(draft, document, version)) return;
  const context = contextOf(draft, event, version);
  const answered = answerNamedLines(draft, document, context);
  answerAbsentLines(draft, document, context, answered);
  finishAnswer(draft, context);
  const unread = { ...document, purpose: 'change' as const, orderVersion: version, lines: context.unread };
  keepUnread(draft, { ...event, document: unread });
}

/** Lines of an answer that was applied but for them. */
export function answerUnread(draft: Draft, event: OrderResponseReceived): void {
  applyByClaim(draft, event, answeredVersion(draft, event.document));
}

function contextOf(draft: Draft, event: OrderResponseReceived, version: number): ResponseContext {
  const { document, documentRef } = event;
  const order = draft.state.order!;
  const sameCurrency =
    document.currency === undefined || order.currency === undefined || document.currency === order.currency;
  if (!sameCurrency) {
    raise(draft, 'CURRENCY_MISMATCH', {
      documentId: documentRef.documentId,
      owner: 'buyer',
      detail: `The answer is in ${document.currency ?? ''}, the order in ${order.currency ?? ''}. Its prices are for the buyer to decide; the ERP keeps those of the order.`,
    });
  }
  return {
    document,
    documentId: documentRef.documentId,
    version,
    order,
    policy: draft.policy,
    rules: draft.rules,
    headerClaim: document.claim,
    sameCurrency,
    proposalOnly: document.claim === 'counterOffer',
    currency: document.currency ?? order.currency ?? '',
    answered: [],
    written: [],
    unread: [],
  };
}

function answerNamedLines(draft: Draft, document: OrderResponse, context: ResponseContext): NamedLines {
  /** A supplier who splits one line into several of his own answers one line with several. */
  const answers = new Map<number, OrderResponseLine[]>();
  const unmatched = new UnmatchedLines<keyof typeof UNMATCHED>();
  document.lines.forEach((answered, position) => {
    const match = findLine(draft.state.lines, answered, position);
    if (match.index === undefined) {
      const type = unmatchedType(answered, match.problem);
      unmatched.add(type, describeLine(answered, match.problem));
      return;
    }
    const before = answers.get(match.index);
    const said = withHeaderClaim(answered, document.claim);
    if (before === undefined) answers.set(match.index, [said]);
    else before.push(said);
  });
  unmatched.raise(draft, { documentId: context.documentId }, (type, names) => UNMATCHED[type](names));
  reportContradiction(draft, document, context.documentId);
  const named = new Set<string>();
  for (const [index, answered] of answers) {
    const line = editLine(draft, index);
    named.add(line.id);
    answerLine(draft, line, answered, context);
  }
  return { named, lost: unmatched.has('AMBIGUOUS_LINE') || unmatched.has('UNKNOWN_LINE') };
}

const UNMATCHED = {
  AMBIGUOUS_LINE: (names: string) =>
    `The answer names ${names}, which may be several lines of the order. It was not applied to them.`,
  LINE_ADDED_BY_SUPPLIER: (names: string) =>
    `The supplier adds ${names}: not ordered, and taken as a proposal.`,
  UNKNOWN_LINE: (names: string) => `The answer names ${names}: not on the order, and not applied.`,
} as const;

function unmatchedType(
  answered: OrderResponseLine,
  problem: 'unknown' | 'ambiguous',
): keyof typeof UNMATCHED {
  if (problem === 'ambiguous') return 'AMBIGUOUS_LINE';
  return answered.schedules.some(({ claim }) => claim === 'added')
    ? 'LINE_ADDED_BY_SUPPLIER'
    : 'UNKNOWN_LINE';
}

type AcknowledgedSlice = Extract<Fact, { type: 'order.acknowledged' }>['data']['slices'][number];

/** Publishes, writes back and settles once all lines are decided. */
function finishAnswer(draft: Draft, context: ResponseContext): void {
  const { state } = draft;
  const answered = new Set(context.answered);
  forgetAnswered(draft, answered);
  const touched = state.lines.filter(({ id }) => answered.has(id));
  if (touched.length === 0) return;
  const slices: AcknowledgedSlice[] = [];
  for (const line of touched) {
    for (const { id: sliceId, state: commitment, quantity, date } of line.slices) {
      const slice: AcknowledgedSlice = { lineId: line.id, sliceId, state: commitment, quantity };
      if (date !== undefined) slice.date = date;
      slices.push(slice);
    }
  }
  publish(draft, 'order.acknowledged', { version: context.version, documentId: context.documentId, slices });
  const proposed = slices.filter((slice) => slice.state === 'PROPOSED');
  if (proposed.length > 0)
    publish(draft, 'order.changeProposed', { version: context.version, slices: proposed });
  writeConfirmations(draft, context.written);
  if (context.written.length > 0) rematchHeld(draft, context.written, 'orderAnswered');
  closeAnswerExceptions(draft, context.answered, 'A new answer settles it.');
  closeExceptions(
    draft,
    ({ type, lineId, subject }) =>
      lineId === undefined && ANSWER_AS_A_WHOLE.has(type) && subject?.includes('|') !== true,
    'A new answer settles it.',
  );
}

/** What was wrong with an earlier answer as a whole; shipments and receipts name themselves before a `|`. */
const ANSWER_AS_A_WHOLE: ReadonlySet<string> = new Set([
  'UNKNOWN_LINE',
  'AMBIGUOUS_LINE',
  'UNKNOWN_CODE',
  'CODE_VALUE_MISMATCH',
  'CURRENCY_MISMATCH',
  'CHARGE_PROPOSED',
  'DUPLICATE_DIFFERS',
  'UNSOLICITED_RESPONSE',
  'SUPPLIER_UNKNOWN_PO',
]);
