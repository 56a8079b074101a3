import { GatewayError } from '../common/errors.ts';
import type { Instant, LocalDate } from '../common/time.ts';

/** Odoo's instants: `2026-12-15 12:00:00`, always UTC, without zone or fraction; any other form is an error to Odoo. */
export type OdooDatetime = string;

const DATETIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;
const DAY_MS = 86_400_000;

export function toInstantOfOdoo(datetime: OdooDatetime): Instant {
  const [, date, time] = DATETIME.exec(datetime) ?? [];
  if (date === undefined || time === undefined) throw unreadable(datetime);
  return `${date}T${time}.000Z`;
}

export function fromInstant(instant: Instant): OdooDatetime {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}`;
}

/** The calendar date of an instant of Odoo in a zone: `('2026-12-14 23:30:00', 'Europe/Berlin')` is 2026-12-15. */
export function toLocalDate(datetime: OdooDatetime, zone: string): LocalDate {
  return dateFormat(zone).format(new Date(toInstantOfOdoo(datetime)));
}

/** The same time of day on another calendar date of the zone; nothing moves where the date is that date already. */
export function moveToDate(datetime: OdooDatetime, date: LocalDate, zone: string): OdooDatetime {
  let moved = datetime;
  // A second step where the clocks were put forward or back between the two dates.
  for (let step = 0; step < 2; step += 1) {
    const days = Math.round((Date.parse(date) - Date.parse(toLocalDate(moved, zone))) / DAY_MS);
    if (days === 0) return moved;
    moved = fromInstant(new Date(Date.parse(toInstantOfOdoo(moved)) + days * DAY_MS).toISOString());
  }
  return moved;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

function unreadable(datetime: string): GatewayError {
  return new GatewayError('ODOO_FAILED', `Odoo gave "${datetime}" where a date and time was expected.`);
}
