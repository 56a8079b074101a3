import { instantAt } from '../../common/calendar.ts';
import type { LocalDate } from '../../common/time.ts';
import { clearDeadlines, closeExceptions, explain, notify, raise, setDeadline } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { LineState } from '../model.ts';
import { outstandingSlices, shipDateOfSlice } from '../schedule.ts';

/** Lines of which something was to ship by a day and is neither announced nor here. */
export function linesMissing(draft: Draft, date: LocalDate): LineState[] {
  return draft.state.lines.filter(
    (line) =>
      line.shortClosed !== true &&
      line.deleted !== true &&
      outstandingSlices(line).some((slice) => (shipDateOfSlice(slice, line, draft) ?? '9') <= date),
  );
}

/** The day after the promised shipment has come (5.5). */
export function despatchMissing(draft: Draft, date: LocalDate): void {
  const { state, policy } = draft;
  const missing = linesMissing(draft, date);
  state.despatchCheckedThrough = date;
  if (missing.length === 0) return;
  const text = tellMissing(missing, date);
  explain(draft, { rule: '5.5', text });
  raise(draft, 'ASN_MISSING', { detail: text });
  const lines = missing.map(({ id }) => id).join(', ');
  notify(draft, 'supplier', 'despatchAdviceMissing', { date, lines });
  const arrival = earliestArrival(missing);
  if (arrival === undefined) return;
  setDeadline(draft, {
    key: 'arrivalDue',
    kind: 'arrivalDue',
    dueAt: instantAt(arrival, '00:00', policy.calendar.timeZone),
    owner: 'warehouse',
    subject: arrival,
  });
}

function tellMissing(missing: readonly LineState[], date: LocalDate): string {
  return `Lines ${missing.map(({ id }) => id).join(', ')} were to ship by ${date}, and no despatch advice has come.`;
}

function earliestArrival(lines: readonly LineState[]): LocalDate | undefined {
  const dates = lines.flatMap((line) =>
    outstandingSlices(line).flatMap((slice) => (slice.dateKind === 'ship' ? [] : (slice.date ?? []))),
  );
  return dates.sort()[0];
}

/** An advice or goods have come: what is said to be missing ends with them, for the lines that they bring. */
export function settleMissing(draft: Draft, reason: string): void {
  const { exceptions, despatchCheckedThrough: date } = draft.state;
  const open = exceptions.some(({ type }) => type === 'ASN_MISSING');
  const missing = open && date !== undefined ? linesMissing(draft, date) : [];
  if (missing.length > 0 && date !== undefined) {
    raise(draft, 'ASN_MISSING', { detail: tellMissing(missing, date) });
    return;
  }
  closeExceptions(draft, ({ type }) => type === 'ASN_MISSING', reason);
  clearDeadlines(draft, ({ kind }) => kind === 'arrivalDue');
}

/** A shipment that was announced does not come: what it brought is looked for again. */
export function expectAgain(draft: Draft, lineIds: ReadonlySet<string>): void {
  const { state } = draft;
  const date = state.despatchCheckedThrough;
  if (date === undefined) return;
  const missing = linesMissing(draft, date);
  if (!missing.some(({ id }) => lineIds.has(id))) return;
  raise(draft, 'ASN_MISSING', { detail: tellMissing(missing, date) });
}
