import { shiftBusinessDays } from '../common/calendar.ts';
import { wordsOf } from '../common/sentence.ts';
import type { LocalDate } from '../common/time.ts';
import { isConfirmed, quantityIn } from './balance.ts';
import { editLines, explain, notify, publish, raise, setDeadline } from './draft.ts';
import type { Draft } from './draft.ts';
import { hasArrived, nameOf } from './communication.ts';
import { despatchMissing } from './despatch/missing.ts';
import { pauseLadder, startLadder } from './ladder.ts';
import { keepStanding } from './line-changes.ts';
import type { Deadline, DeadlineReached, LineState } from './model.ts';
import type { LadderRung } from './policy.ts';
import { outstandingSlices } from './schedule.ts';

/** A due time has passed (5.3.4). Never cancels and never resends: it tells people. The caller has taken the deadline off. */
export function applyDeadline(draft: Draft, deadline: Deadline, event: DeadlineReached): void {
  switch (deadline.kind) {
    case 'functionalAcknowledgmentDue':
      acknowledgmentOverdue(draft, deadline);
      return;
    case 'responseDue':
      climb(draft, deadline, event.caughtUp === true);
      return;
    case 'parkedDocument':
      parkedTooLong(draft, deadline);
      return;
    case 'decisionDue':
      notify(draft, 'buyer', 'decisionDue', { lineId: deadline.subject ?? '' });
      explain(draft, {
        rule: '5.2.3',
        text: `Line ${deadline.subject ?? ''}: the supplier ships unless he is stopped, and nobody has decided yet.`,
      });
      return;
    case 'reconfirm':
      askToReconfirm(draft, deadline.subject ?? '');
      return;
    case 'despatchDue':
      despatchMissing(draft, deadline.subject ?? '');
      return;
    case 'arrivalDue':
      notify(draft, 'warehouse', 'arrivalWithoutAdvice', { date: deadline.subject ?? '' });
      explain(draft, {
        rule: '5.5',
        text: 'The promised day has come without a despatch advice: receiving is told.',
      });
      return;
    case 'backorderReminder':
      remindOfBackorder(draft, deadline);
      return;
    case 'backorderDecision':
      backorderTooLong(draft, deadline);
      return;
    case 'receiptWait':
      raise(draft, 'HOLD_RECEIPT', {
        subject: deadline.subject ?? '',
        invoiceId: deadline.subject ?? '',
        detail: `Invoice ${deadline.subject ?? ''} has waited for its receipt longer than agreed. Find out where the goods are.`,
      });
      return;
  }
}

/** T6: the answer is still awaited; nothing is sent again by itself. */
function acknowledgmentOverdue(draft: Draft, deadline: Deadline): void {
  const document = draft.state.documents.find(({ key }) => key === deadline.subject);
  if (document?.status !== 'TRANSPORT_OK') return;
  draft.state.documents = draft.state.documents.map((each) =>
    each === document ? { ...each, status: 'SYNTAX_OVERDUE' as const } : each,
  );
  explain(draft, {
    rule: 'T6',
    text: `No functional acknowledgment for ${document.key}: the answer is still awaited.`,
  });
  raise(draft, 'FA_OVERDUE', {
    subject: document.key,
    ...(document.documentId === undefined ? {} : { documentId: document.documentId }),
    detail: `The partner has not acknowledged ${nameOf(document)}. Check the proof of delivery and ask; do not send it again unasked.`,
  });
}

function climb(draft: Draft, deadline: Deadline, caughtUp: boolean): void {
  const { policy, now, state } = draft;
  const rung = policy.due.ladder.find((each) => each.rung === deadline.rung);
  const version = deadline.version ?? state.version;
  if (rung === undefined) return;
  const { outage } = policy.due;
  if (rung.pausedByOutage && outage !== undefined && outage.from <= now && now < outage.until) {
    if (draft.rules < 3) setDeadline(draft, { ...deadline, dueAt: outage.until });
    else pauseLadder(draft, deadline, outage.until);
    explain(draft, {
      rule: '5.3.4',
      text: `The partner has announced an outage: ${rung.rung} waits until ${outage.until}.`,
    });
    return;
  }
  const late = caughtUp ? ' (caught up after an outage of ours)' : '';
  explain(draft, {
    rule: `5.3.4 ${rung.rung}`,
    text: `Version ${version} is not answered: ${rung.action}${late}.`,
  });
  act(draft, rung, version, caughtUp);
}

function act(draft: Draft, rung: LadderRung, version: number, caughtUp: boolean): void {
  const data = { version: String(version), rung: rung.rung, ...(caughtUp ? { caughtUp: 'true' } : {}) };
  switch (rung.action) {
    case 'predict':
      return;
    case 'warnSupplier':
      notify(draft, 'supplier', 'responseDueSoon', data);
      return;
    case 'overdue':
      markOverdue(draft, version);
      raiseSilence(draft, version, 'The supplier has not answered in time.');
      notify(draft, 'supplier', 'responseOverdue', data);
      notify(draft, 'buyer', 'responseOverdue', data);
      publish(draft, 'order.overdue', { version, rung: rung.rung, caughtUp }, rung.rung);
      return;
    case 'escalateBuyer': {
      const unproven = isUnacknowledged(draft, version);
      const cause = unproven
        ? 'Our document was never acknowledged: the cause may be ours or the transport.'
        : 'Our document was acknowledged: the supplier has it.';
      raiseSilence(draft, version, `Still no answer. ${cause}`, unproven ? 'ediOps' : 'buyer');
      notify(draft, unproven ? 'ediOps' : 'buyer', 'responseEscalated', data);
      notify(draft, 'supplierSecondContact', 'responseOverdue', data);
      return;
    }
    case 'escalateManager':
      raiseSilence(draft, version, 'Still no answer. Look for another source.', 'procurementManager');
      notify(draft, 'procurementManager', 'responseEscalated', data);
      return;
    case 'atRisk':
      raise(draft, 'AT_RISK', {
        subject: `v${version}`,
        detail:
          'Without an answer now the goods cannot arrive when they are needed. Wait, expedite, or cancel and buy elsewhere.',
      });
      notify(draft, 'buyer', 'atRisk', data);
      return;
  }
}

function isUnacknowledged(draft: Draft, version: number): boolean {
  const document = draft.state.documents.findLast((each) => each.version === version);
  if (!draft.policy.functionalAcknowledgment.expected || document === undefined) return false;
  return !(hasArrived(document) && document.status === 'SYNTAX_OK');
}

/** T12 */
function markOverdue(draft: Draft, version: number): void {
  editLines(
    draft,
    (line) => line.awaitingVersion === version && line.slices.some(({ state }) => state === 'AWAITING'),
    (line) => {
      line.slices = line.slices.map((slice) =>
        slice.state === 'AWAITING' ? { ...slice, state: 'OVERDUE' } : slice,
      );
    },
  );
}

/** Silence and an answer that commits to nothing are two different things (5.3.4). */
function raiseSilence(draft: Draft, version: number, detail: string, owner?: Deadline['owner']): void {
  const waiting = draft.state.lines.filter((line) => line.awaitingVersion === version);
  const answered = waiting.every((line) =>
    line.slices.some(({ state }) => state === 'PENDING' || state === 'HOLD'),
  );
  raise(draft, answered ? 'NO_COMMITMENT' : 'ACK_OVERDUE', {
    subject: `v${version}`,
    detail: `${detail} Waiting: ${waiting.map(({ id }) => id).join(', ')}.`,
    ...(owner === undefined ? {} : { owner }),
  });
}

/** T20: nobody has released the order in time. The document stays parked: a later release still uses it. */
function parkedTooLong(draft: Draft, deadline: Deadline): void {
  const parked = draft.state.parked.find(({ event }) => event.documentRef.documentId === deadline.subject);
  if (parked === undefined) return;
  const { event } = parked;
  raise(draft, 'UNKNOWN_PO', {
    documentId: event.documentRef.documentId,
    subject: event.documentRef.documentId,
    detail: `The supplier sent a document (${wordsOf(event.document.documentType)}) for order ${draft.state.orderId}, which has not been released in time. It still waits: release the order, or ask the supplier.`,
  });
}

/** T18: promises that come near are to be confirmed once more; what the ERP holds stays. */
function askToReconfirm(draft: Draft, date: LocalDate): void {
  const { state } = draft;
  const nearing = (line: LineState): boolean =>
    line.awaitingVersion === 0 &&
    outstandingSlices(line).some((slice) => slice.date !== undefined && slice.date <= date);
  const lineIds = editLines(draft, nearing, (line) => {
    keepStanding(line);
    line.reconfirming = true;
    line.awaitingVersion = state.version;
    line.slices = line.slices.map((slice) =>
      isConfirmed(slice) && (slice.date ?? '') <= date ? { ...slice, state: 'AWAITING' } : slice,
    );
  });
  state.reconfirmedThrough = date;
  if (lineIds.length === 0) return;
  explain(draft, {
    rule: 'T18',
    text: `Lines ${lineIds.join(', ')} are promised for ${date} or before: the supplier is asked to confirm again.`,
  });
  notify(draft, 'supplier', 'reconfirm', { date, lines: lineIds.join(', ') });
  startLadder(draft, state.version, draft.now);
}

function remindOfBackorder(draft: Draft, deadline: Deadline): void {
  const { policy, now } = draft;
  notify(draft, 'supplier', 'backorderWithoutDate', { lineId: deadline.subject ?? '' });
  explain(draft, {
    rule: '5.4.3',
    text: `Line ${deadline.subject ?? ''}: the supplier is asked again for a date.`,
  });
  setDeadline(draft, {
    ...deadline,
    dueAt: shiftBusinessDays(now, policy.response.backorderReminderBusinessDays, policy.calendar),
  });
}

function backorderTooLong(draft: Draft, deadline: Deadline): void {
  const line = draft.state.lines.find(({ id }) => id === deadline.subject);
  if (line === undefined) return;
  const quantity = quantityIn(line.slices, ({ state }) => state === 'BACKORDERED');
  raise(draft, 'BACKORDER_WAIT_EXCEEDED', {
    line,
    quantity,
    detail: `Line ${line.id}: ${quantity} have been backordered for ${draft.policy.response.backorderMaxDays} days. Cancel, wait on, or buy elsewhere.`,
  });
}
