import { addBusinessDays, addHours, instantAt, localDate, shiftBusinessDays } from '../common/calendar.ts';
import type { Instant, LocalDate } from '../common/time.ts';
import { isConfirmed } from './balance.ts';
import { clearDeadlines, setDeadline } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Deadline, LineState, Slice } from './model.ts';
import { add, compare, isPositive, larger, subtract } from './quantity.ts';
import { departureFor } from './transit.ts';

/** Deadlines that follow from what is promised: despatch, reconfirmation, backorders. */

/** Ship date of a promise; from a delivery date by the transit time, where it is known. */
export function shipDateOfSlice(
  { date, dateKind, claim, implied }: Slice,
  { line }: LineState,
  draft: Draft,
): LocalDate | undefined {
  const { state, policy } = draft;
  const promised =
    date === undefined || dateKind === 'ship'
      ? date
      : (departureFor(date, line, state.order, policy) ?? date);
  return claim === 'acceptedAndShipped' && implied !== true ? earlier(promised, answeredOn(draft)) : promised;
}

/** What is said to have shipped (ACK AC) has left by the day of the answer: its advice is due at once. */
function answeredOn({ state, policy }: Draft): LocalDate | undefined {
  const answer = state.responses.findLast(({ applied }) => applied);
  return answer === undefined ? undefined : localDate(answer.receivedAt, policy.calendar.timeZone);
}

/** Confirmed slices of which nothing has been announced or received yet; what came counts for the earliest promise. */
export function outstandingSlices(line: LineState): Slice[] {
  // What went back had come: nobody announces it a second time.
  let shipped = larger(line.announced, add(line.received, line.returned));
  const [only] = line.slices;
  if (only === undefined || line.slices.length === 1)
    return only !== undefined && isConfirmed(only) && compare(shipped, only.quantity) < 0 ? line.slices : [];
  const confirmed = line.slices.filter(isConfirmed);
  if (confirmed.length > 1) confirmed.sort((a, b) => ((a.date ?? '') < (b.date ?? '') ? -1 : 1));
  return confirmed.filter(({ quantity }) => {
    const covered = compare(shipped, quantity) >= 0;
    shipped = covered ? subtract(shipped, quantity) : '0';
    return !covered;
  });
}

function earlier(a: LocalDate | undefined, b: LocalDate | undefined): LocalDate | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/** Brings the deadlines into line with the promises. Dates already checked are not checked again. */
export function schedulePromises(draft: Draft): void {
  const { state, policy } = draft;
  let ship: LocalDate | undefined;
  let promised: LocalDate | undefined;
  for (const line of state.lines) {
    if (line.shortClosed === true || line.deleted === true) continue;
    for (const slice of outstandingSlices(line)) {
      const shipDate = shipDateOfSlice(slice, line, draft);
      if (isAfter(shipDate, state.despatchCheckedThrough)) ship = earlier(ship, shipDate);
      if (isAfter(slice.date, state.reconfirmedThrough)) promised = earlier(promised, slice.date);
    }
  }
  follow(draft, 'despatchDue', ship, 'supplierManager', (date) =>
    instantAt(
      addBusinessDays(date, policy.despatch.missingAfterBusinessDays, policy.calendar),
      policy.calendar.cutOff,
      policy.calendar.timeZone,
    ),
  );
  follow(draft, 'reconfirm', policy.due.reconfirmDays > 0 ? promised : undefined, 'buyer', (date) =>
    instantAt(
      addBusinessDays(date, -policy.due.reconfirmDays, policy.calendar),
      '00:00',
      policy.calendar.timeZone,
    ),
  );
  scheduleBackorders(draft);
}

function isAfter(date: LocalDate | undefined, checked: LocalDate | undefined): boolean {
  return date !== undefined && (checked === undefined || date > checked);
}

/** One deadline that follows the earliest date; the date itself is its subject. */
function follow(
  draft: Draft,
  kind: 'despatchDue' | 'reconfirm',
  date: LocalDate | undefined,
  owner: Deadline['owner'],
  dueAt: (date: LocalDate) => Instant,
): void {
  const current = draft.state.deadlines.find((deadline) => deadline.kind === kind);
  if (current?.subject === date) return;
  if (date === undefined) clearDeadlines(draft, (deadline) => deadline.kind === kind);
  else setDeadline(draft, { key: kind, kind, dueAt: dueAt(date), owner, subject: date });
}

/** 5.4.3: a backorder without a date is asked for again and again, and no backorder waits for ever. */
function scheduleBackorders(draft: Draft): void {
  const { state, policy, now } = draft;
  const waiting = new Map<string, boolean>();
  for (const line of state.lines) {
    for (const slice of line.slices) {
      if (slice.state !== 'BACKORDERED' || !isPositive(slice.quantity)) continue;
      waiting.set(line.id, (waiting.get(line.id) ?? false) || slice.date === undefined);
    }
  }
  if (state.deadlines.some(isBackorder)) {
    clearDeadlines(draft, (deadline) => {
      if (!isBackorder(deadline)) return false;
      const undated = waiting.get(deadline.subject ?? '');
      return undated === undefined || (deadline.kind === 'backorderReminder' && !undated);
    });
  }
  for (const [lineId, undated] of waiting) {
    const { backorderMaxDays, backorderReminderBusinessDays } = policy.response;
    ensure(draft, 'backorderDecision', lineId, () => addHours(now, backorderMaxDays * 24));
    if (undated) {
      ensure(draft, 'backorderReminder', lineId, () =>
        shiftBusinessDays(now, backorderReminderBusinessDays, policy.calendar),
      );
    }
  }
}

function isBackorder({ kind }: Deadline): boolean {
  return kind === 'backorderReminder' || kind === 'backorderDecision';
}

function ensure(
  draft: Draft,
  kind: 'backorderReminder' | 'backorderDecision',
  lineId: string,
  dueAt: () => Instant,
): void {
  const key = `${kind}/${lineId}`;
  if (draft.state.deadlines.some((deadline) => deadline.key === key)) return;
  if (
    kind === 'backorderDecision' &&
    draft.state.exceptions.some((open) => open.type === 'BACKORDER_WAIT_EXCEEDED' && open.lineId === lineId)
  )
    return;
  setDeadline(draft, { key, kind, dueAt: dueAt(), owner: 'buyer', subject: lineId });
}
