import {
  addBusinessDays,
  dueAfterBusinessDays,
  instantAt,
  instantMs,
  onBusinessDay,
  shiftBusinessDays,
  toInstant,
} from '../common/calendar.ts';
import type { Instant, LocalDate } from '../common/time.ts';
import { clearDeadlines, needByOf, setDeadline } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Deadline } from './model.ts';
import type { LadderRung, TrackingPolicy } from './policy.ts';

/**
 * Until when the supplier is to answer (5.3.4): what the document says, else the earlier of the agreed business days and a
 * share of the lead time. The clock starts when the supplier has the document.
 */
function responseDueAt(
  transportedAt: Instant,
  needBy: LocalDate | undefined,
  stated: Instant | undefined,
  policy: TrackingPolicy,
): Instant {
  if (stated !== undefined && stated > transportedAt) return stated;
  const { calendar, due } = policy;
  const agreed = dueAfterBusinessDays(transportedAt, due.businessDays, calendar);
  if (needBy === undefined) return agreed;
  const start = instantMs(transportedAt);
  const leadTime = instantMs(instantAt(needBy, calendar.cutOff, calendar.timeZone)) - start;
  if (!(leadTime > 0)) return agreed;
  const share = Math.round((leadTime * Number(due.leadTimePct)) / 100);
  const shared = onBusinessDay(toInstant(start + share), calendar);
  return shared < agreed ? shared : agreed;
}

/** When a rung is due; undefined where the order has no need-by date to count back from. */
function rungDueAt(
  rung: LadderRung,
  transportedAt: Instant,
  dueAt: Instant,
  needBy: LocalDate | undefined,
  policy: TrackingPolicy,
): Instant | undefined {
  if ('sharePct' in rung.at) {
    const start = instantMs(transportedAt);
    return toInstant(start + Math.round(((instantMs(dueAt) - start) * rung.at.sharePct) / 100));
  }
  if ('businessDaysAfter' in rung.at) {
    return shiftBusinessDays(dueAt, rung.at.businessDaysAfter, policy.calendar);
  }
  if (needBy === undefined) return undefined;
  const { calendar, due } = policy;
  const lastOrderDate = addBusinessDays(needBy, -due.supplierLeadTimeDays, calendar);
  const last = instantAt(lastOrderDate, '00:00', calendar.timeZone);
  // Before the answer is due its absence says nothing about risk.
  return last < dueAt ? dueAt : last;
}

/** Starts the ladder of a version whose document has reached the supplier; each rung is one deadline. */
export function startLadder(draft: Draft, version: number, transportedAt: Instant): void {
  const { state, policy } = draft;
  if (!state.lines.some((line) => line.awaitingVersion === version)) return;
  const needBy = earliestNeedOf(draft, version);
  const dueAt = responseDueAt(transportedAt, needBy, state.order?.responseDueAt, policy);
  state.responseDueAt ??= dueAt;
  for (const rung of policy.due.ladder) {
    const rungAt = rungDueAt(rung, transportedAt, dueAt, needBy, policy);
    if (rungAt === undefined) continue;
    setDeadline(draft, {
      key: `responseDue/v${version}/${rung.rung}`,
      kind: 'responseDue',
      dueAt: rungAt,
      owner: rung.action === 'escalateManager' ? 'procurementManager' : 'buyer',
      rung: rung.rung,
      version,
    });
  }
}

/**
 * The partner has announced an outage, and a rung comes due in it: that rung waits for its end, and the paused ones behind it as long after
 * it as before. Otherwise all would come in one minute, to a supplier who has had no hour to answer.
 */
export function pauseLadder(draft: Draft, paused: Deadline, until: Instant): void {
  const { state, policy } = draft;
  const shiftMs = instantMs(until) - instantMs(paused.dueAt);
  const isPaused = new Set(policy.due.ladder.filter((rung) => rung.pausedByOutage).map(({ rung }) => rung));
  const behind = state.deadlines.filter(
    ({ kind, version, rung }) =>
      kind === 'responseDue' && version === paused.version && isPaused.has(rung ?? ''),
  );
  for (const deadline of [paused, ...behind]) {
    const dueAt = toInstant(instantMs(deadline.dueAt) + shiftMs);
    if (state.responseDueAt === deadline.dueAt && isDueDate(deadline, policy)) state.responseDueAt = dueAt;
    setDeadline(draft, { ...deadline, dueAt });
  }
}

/** The rung that says that the answer is late now. */
function isDueDate({ rung }: Deadline, { due }: TrackingPolicy): boolean {
  return due.ladder.some((each) => each.rung === rung && each.action === 'overdue');
}

export function stopLadder(draft: Draft, version: number): void {
  clearDeadlines(draft, (deadline) => deadline.kind === 'responseDue' && deadline.version === version);
}

function earliestNeedOf(draft: Draft, version: number): LocalDate | undefined {
  let earliest: LocalDate | undefined;
  for (const { line, awaitingVersion } of draft.state.lines) {
    const need = awaitingVersion === version ? needByOf(line, draft.state.order) : undefined;
    if (need !== undefined && (earliest === undefined || need < earliest)) earliest = need;
  }
  return earliest;
}
