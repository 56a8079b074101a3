import { instantMs } from '../common/calendar.ts';
import { isSettled, isUnanswered } from './balance.ts';
import { clearDeadlines, closeExceptions, explain, publish, raise } from './draft.ts';
import type { Draft } from './draft.ts';
import { stopLadder } from './ladder.ts';
import type { OrderState } from './model.ts';
import { releaseWaitingChange } from './order-change.ts';
import { settlePast } from './past-exceptions.ts';
import { followReturns } from './returned-goods.ts';
import { settleUnanswered } from './response/change-answer.ts';
import { schedulePromises } from './schedule.ts';
import { isComplete } from './status.ts';
import { settleUnread } from './unread-lines.ts';

/** What follows from every event alike: answered versions, stopped timers, promised dates, the end. */
export function settle(draft: Draft): void {
  if (draft.state.phase !== 'live') return;
  settleUnanswered(draft);
  releaseWaitingChange(draft);
  settleLadders(draft);
  settleMissingLines(draft);
  settleUnread(draft);
  if (draft.rules >= 2) settlePast(draft);
  settleDecisions(draft);
  settleCommitment(draft);
  schedulePromises(draft);
  if (draft.rules >= 2) followReturns(draft);
  settleEnd(draft);
}

const SILENCE: ReadonlySet<string> = new Set(['ACK_OVERDUE', 'NO_COMMITMENT', 'AT_RISK']);

function settleLadders(draft: Draft): void {
  const { state } = draft;
  const open = new Set<number>();
  for (const { kind, version } of state.deadlines) {
    if (kind === 'responseDue' && version !== undefined) open.add(version);
  }
  for (const { type, subject } of state.exceptions) {
    if (SILENCE.has(type) && subject !== undefined) open.add(Number(subject.slice(1)));
  }
  for (const version of open) {
    const waiting = state.lines.filter((line) => line.awaitingVersion === version);
    if (waiting.length === 0) {
      stopLadder(draft, version);
      closeExceptions(
        draft,
        ({ type, subject }) => SILENCE.has(type) && subject === `v${version}`,
        'The supplier has answered.',
      );
    } else if (
      waiting.every((line) => line.slices.some(({ state: each }) => each === 'PENDING' || each === 'HOLD'))
    ) {
      replaceOverdue(draft, version);
    }
  }
}

/** An answer without commitment ends the silence, not the waiting (5.3.4). */
function replaceOverdue(draft: Draft, version: number): void {
  const subject = `v${version}`;
  if (!draft.state.exceptions.some((open) => open.type === 'ACK_OVERDUE' && open.subject === subject)) return;
  closeExceptions(
    draft,
    (open) => open.type === 'ACK_OVERDUE' && open.subject === subject,
    'The supplier has answered.',
  );
  raise(draft, 'NO_COMMITMENT', {
    subject,
    detail: 'The supplier has answered after the due time, but commits to nothing yet.',
  });
}

function settleMissingLines(draft: Draft): void {
  const { exceptions, lines } = draft.state;
  if (!exceptions.some(({ type }) => type === 'LINES_MISSING_IN_ACK') || lines.some(isUnanswered)) return;
  closeExceptions(draft, ({ type }) => type === 'LINES_MISSING_IN_ACK', 'Every line is answered.');
}

function settleDecisions(draft: Draft): void {
  if (!draft.state.deadlines.some(({ kind }) => kind === 'decisionDue')) return;
  const undecided = new Set(
    draft.state.lines
      .filter((line) => line.slices.some(({ state }) => state === 'PROPOSED'))
      .map(({ id }) => id),
  );
  clearDeadlines(draft, ({ kind, subject }) => kind === 'decisionDue' && !undecided.has(subject ?? ''));
}

function settleCommitment(draft: Draft): void {
  const { state } = draft;
  if (state.committedAt !== undefined || state.lines.some((line) => line.awaitingVersion !== 0)) return;
  if (state.respondedAt === undefined && state.impliedByDespatch !== true) return;
  state.committedAt = draft.now;
  if (state.responseDueAt === undefined || draft.now <= state.responseDueAt) return;
  state.lateByMinutes = Math.ceil((instantMs(draft.now) - instantMs(state.responseDueAt)) / 60_000);
  explain(draft, {
    rule: '5.3.4',
    text: `The commitment came ${state.lateByMinutes} minutes after it was due.`,
  });
}

/** Exceptions that only inform, and mean nothing once everything has arrived. */
const PAST_WITH_ARRIVAL: ReadonlySet<string> = new Set([
  'ASN_MISSING',
  'ASN_LATE',
  'ASN_AFTER_RECEIPT',
  'ASN_DATE_ODD',
  'CODE_VALUE_MISMATCH',
  'BACKORDER_NO_DATE',
]);

function settleEnd(draft: Draft): void {
  const { state, policy } = draft;
  if (!state.lines.every(isSettled)) {
    reopen(state);
    return;
  }
  if (state.exceptions.length > 0) {
    closeExceptions(draft, ({ type }) => PAST_WITH_ARRIVAL.has(type), 'Everything has been received.');
  }
  if (!isComplete(state, policy.invoice.expected)) {
    reopen(state);
    return;
  }
  if (state.closedAt !== undefined) return;
  state.closedAt = draft.now;
  clearDeadlines(draft, () => true);
  publish(draft, 'order.closed', { version: state.version });
  explain(draft, {
    rule: '5.3.1',
    text: 'Every line is settled and nothing is left to do: the order is closed.',
  });
}

function reopen(state: OrderState): void {
  // An engine gives an object up to a slow form at any `delete`, also of what it does not have.
  if (state.closedAt !== undefined) delete state.closedAt;
}
