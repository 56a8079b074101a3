import type {
  LineClaim,
  OrderResponse,
  OrderResponseLine,
  ResponseSchedule,
} from '../../documents/order-response.ts';
import { dueAfterBusinessDays } from '../../common/calendar.ts';
import { isConfirmed, quantityIn } from '../balance.ts';
import { explain, raise, setDeadline } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { isLive } from '../line-changes.ts';
import type { LineState } from '../model.ts';
import { crossingOf } from '../cancellation.ts';
import { restoreVersion } from '../restored-version.ts';
import { readAnswers } from './answer.ts';
import type { Answer } from './answer.ts';
import { keepAnswer } from './kept-answer.ts';
import { applyOutcome, decideLine } from './line.ts';
import type { LineContext, LineOutcome } from './line.ts';
import { raiseTroubles } from './troubles.ts';

export interface ResponseContext extends LineContext {
  document: OrderResponse;
  documentId: string;
  version: number;
  /** Lines whose answer was applied, and those whose agreed values changed. */
  answered: string[];
  written: string[];
  /** Those whose unit cannot be converted. */
  unread: OrderResponseLine[];
}

/** Applies what an answer says of one line, or opens what keeps it from being applied. */
export function answerLine(
  draft: Draft,
  line: LineState,
  answered: readonly OrderResponseLine[],
  context: ResponseContext,
): void {
  if (line.changedInVersion > context.version) {
    const kept = keepAnswer(draft, line.id, answered, context);
    const fate = kept
      ? 'It counts only if the supplier refuses that change.'
      : 'It was not applied to this line.';
    raise(draft, 'STALE_ACK', {
      line,
      documentId: context.documentId,
      detail: `The answer is about version ${context.version}, but line ${line.id} was changed in version ${line.changedInVersion}. ${fate}`,
    });
    return;
  }
  if (line.slices.every((slice) => slice.state === 'CANCELLED')) {
    explain(draft, {
      rule: '5.1.4',
      lineId: line.id,
      text: `Line ${line.id} is cancelled: its answer is not applied.`,
    });
    return;
  }
  if (line.slices.some((slice) => slice.state === 'CANCEL_REQUESTED')) {
    const kept = keepAnswer(draft, line.id, answered, context);
    const fate = kept ? ' If he refuses the cancellation, this answer counts.' : '';
    raise(draft, 'CROSSED_IN_FLIGHT', {
      line,
      subject: crossingOf(line.awaitingVersion),
      documentId: context.documentId,
      detail: `Line ${line.id} is being cancelled, and the supplier answers it. Find out which document he has read.${fate}`,
    });
    return;
  }
  const usable = usableAnswer(draft, line, answered, context);
  if (usable === undefined) return;
  const result = readAnswers(line, usable, context.document, context.order, context.policy, draft.rules);
  if (result.answers === undefined && result.missingUnit === undefined) {
    raise(draft, 'CODE_VALUE_MISMATCH', {
      line,
      documentId: context.documentId,
      owner: 'buyer',
      severity: 'medium',
      detail: `Line ${line.id} is answered with ${result.negative}, and nobody can ship less than nothing. It was not applied to this line.`,
    });
    return;
  }
  if (result.answers === undefined) {
    context.unread.push(...answered);
    raise(draft, 'UOM_CONVERSION_MISSING', {
      documentId: context.documentId,
      causeKey: `${line.line.item.buyerId ?? line.line.item.gtin ?? line.id}|${result.missingUnit}`,
      detail: `Line ${line.id} is answered in ${result.missingUnit}, ordered in ${line.line.quantity.unit ?? 'no unit'}, and no conversion is known. It was not applied.`,
    });
    return;
  }
  decide(draft, line, result.answers, context);
}

/** Claims that say nothing of quantities: no action, unknown line, unknown code. */
function usableAnswer(
  draft: Draft,
  line: LineState,
  answered: readonly OrderResponseLine[],
  context: ResponseContext,
): readonly OrderResponseLine[] | undefined {
  const schedules = answered.flatMap((each) => each.schedules);
  const claims = (wanted: LineClaim) => schedules.some(({ claim }) => claim === wanted);
  if (claims('unknown')) {
    const code = schedules.find(({ claim }) => claim === 'unknown')?.code ?? '';
    raise(draft, 'UNKNOWN_CODE', {
      line,
      documentId: context.documentId,
      subject: code,
      detail: `The status ${code} of line ${line.id} has no meaning for this partner. The line was left as it is.`,
    });
    return undefined;
  }
  if (claims('notFound')) {
    raise(draft, 'UNKNOWN_LINE_AT_SUPPLIER', {
      line,
      documentId: context.documentId,
      detail: `The supplier does not know line ${line.id}.`,
    });
    return undefined;
  }
  if (!claims('noAction')) return answered;
  const said = answered.map((each) => ({ ...each, schedules: each.schedules.filter(saysSomething) }));
  if (said.some((each) => each.schedules.length > 0)) return said;
  if (line.awaitingVersion === 0 || line.slices.some(isConfirmed)) return undefined;
  const header = context.headerClaim;
  if (header !== 'accepted' && header !== 'acceptedExceptions' && header !== 'acceptedWithChanges')
    return undefined;
  return answered.map((each) => ({ ...each, schedules: [{ claim: 'accepted' }] }));
}

function saysSomething({ claim }: ResponseSchedule): boolean {
  return claim !== 'noAction';
}

function decide(draft: Draft, line: LineState, answers: readonly Answer[], context: ResponseContext): void {
  if (refusesChange(draft, line, answers, context)) return;
  const outcome = decideLine(line, answers, context);
  const before = line.slices;
  const altered = applyOutcome(line, outcome);
  context.answered.push(line.id);
  if (!isRepeated(before, line)) context.written.push(line.id);
  for (const explanation of outcome.explanations) explain(draft, explanation);
  explain(draft, { rule: ruleOf(line, altered), lineId: line.id, text: summary(line, outcome) });
  raiseTroubles(draft, line, outcome, context.documentId);
  if (answers.some(({ claim }) => claim === 'acceptedUnlessStopped') && hasState(line, 'PROPOSED')) {
    setDeadline(draft, {
      key: `decisionDue/${line.id}`,
      kind: 'decisionDue',
      dueAt: dueAfterBusinessDays(
        draft.now,
        context.policy.due.stopDecisionDays,
        context.policy.companyCalendar,
      ),
      owner: 'buyer',
      subject: line.id,
    });
  }
}

const NEVER_ANSWERED: ReadonlySet<string> = new Set(['OPEN', 'AWAITING', 'OVERDUE']);

/** 5.3.3: who rejects a changed line refuses the change, and what was agreed before stands. */
function refusesChange(
  draft: Draft,
  line: LineState,
  answers: readonly Answer[],
  context: ResponseContext,
): boolean {
  if (!answers.every(({ meaning }) => meaning.class === 'reject')) return false;
  const change = draft.state.unanswered.find(({ version }) => version === context.version);
  const before = change?.previousLines.find(({ id }) => id === line.id);
  if (before === undefined || before.slices.every(({ state }) => NEVER_ANSWERED.has(state))) return false;
  const restored = restoreVersion(draft, context.version, {
    because: 'the supplier refuses our change',
    lineIds: [line.id],
    documentId: context.documentId,
  });
  if (restored.length === 0) return false;
  context.answered.push(line.id);
  raise(draft, 'CHANGE_REJECTED', {
    line,
    documentId: context.documentId,
    detail: `The supplier refuses the change of line ${line.id} in version ${context.version}. What was agreed before stands; the ERP has the refused values.`,
  });
  return true;
}

function hasState(line: LineState, state: LineState['slices'][number]['state']): boolean {
  return line.slices.some((slice) => slice.state === state);
}

function isRepeated(before: LineState['slices'], line: LineState): boolean {
  return (
    before.length === line.slices.length &&
    before.every(
      (slice, index) => slice.id === line.slices[index]?.id && slice.quantity === line.slices[index].quantity,
    )
  );
}

function ruleOf(line: LineState, altered: boolean): string {
  if (altered) return 'T17';
  if (hasState(line, 'PROPOSED')) return 'T9';
  return hasState(line, 'CONFIRMED_CHANGED') ? 'T8' : 'T7';
}

function summary(line: LineState, outcome: LineOutcome): string {
  let parts = '';
  for (const slice of line.slices) {
    if (!isLive(slice)) continue;
    const { state, quantity, date } = slice;
    parts += `${parts === '' ? '' : ', '}${quantity} ${state}${date === undefined ? '' : ` for ${date}`}`;
  }
  const gone = quantityIn(line.slices, (slice) => !isLive(slice));
  if (gone !== '0') parts += `${parts === '' ? '' : ', '}${gone} refused or cancelled`;
  return `Line ${line.id}: ${parts}${outcome.changes.length === 0 ? ', as ordered' : ''}.`;
}
