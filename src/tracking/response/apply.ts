import { formatDecimal, sum } from '../../common/decimal.ts';
import type {
  HeaderClaim,
  LineClaim,
  OrderResponse,
  OrderResponseLine,
} from '../../documents/order-response.ts';
import { latestTransmittedVersion } from '../communication.ts';
import { writeConfirmations } from '../confirmation.ts';
import { closeExceptions, editLine, explain, publish, raise, valueOf } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { Fact } from '../facts.ts';
import { describeLine, findLine } from '../line-lookup.ts';
import type { LineState, OrderResponseReceived } from '../model.ts';
import { closeAnswerExceptions } from '../order-change.ts';
import {
  answerChange,
  answersCancellation,
  applyCancellationAnswer,
  reportNotFound,
} from './change-answer.ts';
import { answerLine } from './line-answer.ts';
import type { ResponseContext } from './line-answer.ts';
import { CLAIM_MEANINGS } from './claims.ts';
import { UnmatchedLines } from '../unmatched-lines.ts';
import { forgetAnswered, keepUnread } from '../unread-lines.ts';
import { proposeSupplierCancellation } from './supplier-cancellation.ts';
import { rematchHeld } from '../rematch.ts';

/** A business answer of the supplier (5.1, 5.2): duplicates and copies change nothing, everything else by values. */
export function applyResponse(draft: Draft, event: OrderResponseReceived): void {
  const { document, documentRef } = event;
  const { state } = draft;
  const version = answeredVersion(draft, document);
  const known = state.responses.find(({ ref }) => ref.contentHash === documentRef.contentHash);
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
  if (answersCancellation(draft, document, version)) {
    applyCancellationAnswer(draft, event);
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
  const assumed =
    document.answersChange === false
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
      detail: `The answer is in ${document.currency ?? ''}, the order in ${order.currency ?? ''}. Prices were not compared.`,
    });
  }
  return {
    document,
    documentId: documentRef.documentId,
    version,
    order,
    policy: draft.policy,
    headerClaim: document.claim,
    sameCurrency,
    proposalOnly: document.claim === 'counterOffer',
    answered: [],
    written: [],
    unread: [],
  };
}

/** Which lines of the order an answer names, and whether it names others that are not found. */
interface NamedLines {
  named: ReadonlySet<string>;
  lost: boolean;
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

/**
 * A rejected order rejects its lines, whatever they claim; their reasons are kept. An order that is on hold promises nothing
 * (AH), whatever its lines claim.
 */
function withHeaderClaim(answered: OrderResponseLine, claim: HeaderClaim): OrderResponseLine {
  const instead = OVERRULED_BY[claim];
  if (instead === undefined) return answered;
  const schedules = answered.schedules.map((schedule) =>
    isOverruled(schedule.claim, claim) ? { ...schedule, claim: instead } : schedule,
  );
  return { ...answered, schedules };
}

const OVERRULED_BY: Partial<Record<HeaderClaim, LineClaim>> = {
  rejected: 'rejected',
  rejectedExceptions: 'rejected',
  pending: 'datePending',
};

function isOverruled(claim: LineClaim, header: HeaderClaim): boolean {
  if (header === 'pending') return isPromise(claim);
  return !claim.startsWith('reject') && claim !== 'discontinued';
}

function isPromise(claim: LineClaim): boolean {
  const { class: amounts } = CLAIM_MEANINGS[claim];
  return amounts === 'accept' || amounts === 'change';
}

/** The header says no, or not yet, and lines say yes: the more cautious of the two counts. */
function reportContradiction(draft: Draft, document: OrderResponse, documentId: string): void {
  const { claim, code } = document;
  if (OVERRULED_BY[claim] === undefined || claim === 'rejectedExceptions') return;
  const lines = document.lines.filter(({ schedules }) => schedules.some((each) => isPromise(each.claim)));
  if (lines.length === 0) return;
  raise(draft, 'CODE_VALUE_MISMATCH', {
    documentId,
    detail: `The header says ${code ?? claim}, but ${lines.length === 1 ? 'a line is' : `${lines.length} lines are`} accepted (${lines
      .slice(0, 10)
      .map((line) => describeLine(line))
      .join(', ')}). The header was used.`,
  });
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

type AbsentTreatment = 'accepted' | 'rejected' | 'missing' | 'pending' | 'untouched';

/** What a line means that the answer does not name (5.1.2). */
function absentTreatment(draft: Draft, document: OrderResponse): AbsentTreatment {
  const { response } = draft.policy;
  const bare = document.lines.length === 0;
  // A change speaks of the lines that it names; one that names none speaks of the order.
  if (document.purpose === 'change' && !bare) return 'untouched';
  switch (document.claim) {
    case 'accepted':
    case 'acceptedExceptions':
      return 'accepted';
    case 'acceptedWithChanges': {
      // Only the heading was amended: its dates hold for every line.
      if (bare && (document.promisedDeliveryDate ?? document.promisedShipDate) !== undefined)
        return 'accepted';
      return response.absentLine === 'open' ? 'missing' : response.absentLine;
    }
    case 'pending':
      return 'pending';
    case 'rejected':
      return 'rejected';
    case 'rejectedExceptions':
      return response.rfScope === 'order' ? 'rejected' : 'accepted';
    case 'counterOffer':
      return bare ? 'missing' : 'untouched';
    default:
      return bare && response.bareResponseAccepts ? 'accepted' : 'missing';
  }
}

function answerAbsentLines(
  draft: Draft,
  document: OrderResponse,
  context: ResponseContext,
  { named, lost }: NamedLines,
): void {
  const treatment = absentTreatment(draft, document);
  if (treatment === 'untouched') return;
  if (treatment === 'accepted' && lost) {
    explain(draft, {
      rule: '5.1.4',
      text: 'The answer names lines that are not found: those that it leaves out are not taken as accepted.',
    });
    return;
  }
  const missing: LineState[] = [];
  for (let index = 0; index < draft.state.lines.length; index++) {
    const line = draft.state.lines[index]!;
    if (named.has(line.id) || line.deleted === true || !needsAnswer(line, treatment)) continue;
    // An answer to an earlier version cannot name what is new since: that waits for its own.
    if (line.changedInVersion > context.version && (treatment === 'missing' || isNew(draft, line))) continue;
    if (treatment === 'missing') {
      missing.push(line);
      continue;
    }
    answerLine(draft, editLine(draft, index), [impliedAnswer(line, treatment)], context);
  }
  if (missing.length === 0) return;
  const unmatched = new UnmatchedLines<'LINES_MISSING_IN_ACK'>();
  for (const { id } of missing) unmatched.add('LINES_MISSING_IN_ACK', `line ${id}`);
  const value = sum(missing.map(({ line }) => valueOf(line, line.quantity.value)));
  const trouble = { documentId: context.documentId, value: formatDecimal(value) };
  const stay = missing.length === 1 ? 'It stays open' : 'They stay open';
  unmatched.raise(
    draft,
    trouble,
    (_type, names) => `The answer does not mention ${names}. ${stay} until the supplier answers.`,
  );
}

/** Lines that have their answer keep it, unless the whole order is refused. What only goods have confirmed has none yet. */
function needsAnswer(line: LineState, treatment: AbsentTreatment): boolean {
  if (line.slices.every(({ state }) => state === 'CANCELLED')) return false;
  if (treatment === 'accepted' && line.slices.some(({ implied }) => implied === true)) return true;
  return treatment === 'rejected' || line.awaitingVersion !== 0;
}

/** Added to the order by a change that is not answered yet. */
function isNew({ state }: Draft, { id, changedInVersion }: LineState): boolean {
  const change = state.unanswered.find(({ version }) => version === changedInVersion);
  return change !== undefined && !change.previousOrder.lines.some((line) => line.id === id);
}

const IMPLIED_CLAIMS = { accepted: 'accepted', rejected: 'rejected', pending: 'datePending' } as const;

function impliedAnswer(line: LineState, treatment: keyof typeof IMPLIED_CLAIMS): OrderResponseLine {
  const schedules = [{ claim: IMPLIED_CLAIMS[treatment] }];
  return { orderLineId: line.id, item: line.line.item, schedules };
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
  'DUPLICATE_DIFFERS',
  'UNSOLICITED_RESPONSE',
  'SUPPLIER_UNKNOWN_PO',
]);
