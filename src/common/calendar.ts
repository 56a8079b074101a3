import type { Instant, LocalDate } from './time.ts';

/** ISO weekday: 1 Monday … 7 Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Which days and hours count for due times. All arithmetic is on civil dates of the zone: clock changes move no due day. */
export interface BusinessCalendar {
  /** IANA name: `Europe/Berlin`. */
  timeZone: string;
  workDays: readonly Weekday[];
  holidays: readonly LocalDate[];
  /** `15:00`: what happens later counts as the next business day. */
  cutOff: string;
}

export const DEFAULT_CALENDAR: BusinessCalendar = {
  timeZone: 'UTC',
  workDays: [1, 2, 3, 4, 5],
  holidays: [],
  cutOff: '15:00',
};

const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;
/** Ten years: a calendar without any business day in that time is taken to have no rest days at all. */
const SEARCH_DAYS = 3_660;

/** Milliseconds since 1970; NaN for text that is no instant. */
export function instantMs(instant: Instant): number {
  return Date.parse(instant);
}

export function toInstant(ms: number): Instant {
  return new Date(ms).toISOString();
}

export function addHours(instant: Instant, hours: number): Instant {
  return toInstant(instantMs(instant) + hours * 3_600_000);
}

function epochDay(date: LocalDate): number {
  return Math.floor(Date.parse(date) / DAY_MS);
}

function fromEpochDay(day: number): LocalDate {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Calendar days; negative goes back. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return fromEpochDay(epochDay(date) + days);
}

/** Calendar days from one date to another, negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return epochDay(to) - epochDay(from);
}

/** 1970-01-01 was a Thursday. */
function isBusinessEpochDay(day: number, calendar: BusinessCalendar): boolean {
  const weekday = (((((day + 3) % 7) + 7) % 7) + 1) as Weekday;
  if (!calendar.workDays.includes(weekday)) return false;
  return calendar.holidays.length === 0 || !calendar.holidays.includes(fromEpochDay(day));
}

export function isBusinessDay(date: LocalDate, calendar: BusinessCalendar): boolean {
  return isBusinessEpochDay(epochDay(date), calendar);
}

function stepBusinessDays(day: number, count: number, calendar: BusinessCalendar): number {
  const step = count < 0 ? -1 : 1;
  let left = Math.abs(count);
  let current = day;
  for (let searched = 0; left > 0; searched++) {
    current += step;
    if (searched > SEARCH_DAYS || isBusinessEpochDay(current, calendar)) left--;
  }
  return current;
}

/** The date `count` business days later, or earlier if negative; 0 returns the date itself. */
export function addBusinessDays(date: LocalDate, count: number, calendar: BusinessCalendar): LocalDate {
  return fromEpochDay(stepBusinessDays(epochDay(date), count, calendar));
}

/** Business days after `from` up to and including `to`; negative when `to` is earlier. */
export function businessDaysBetween(from: LocalDate, to: LocalDate, calendar: BusinessCalendar): number {
  const start = epochDay(from);
  const end = epochDay(to);
  const [low, high] = start <= end ? [start, end] : [end, start];
  if (high - low > SEARCH_DAYS) return end - start;
  let count = 0;
  for (let day = low + 1; day <= high; day++) if (isBusinessEpochDay(day, calendar)) count++;
  return start <= end ? count : -count;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** Local time minus UTC at an instant, in milliseconds. Zones change their offset on quarter hours only. */
function offsetMs(ms: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const quarter = Math.floor(ms / QUARTER_HOUR_MS);
  const key = `${timeZone}|${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const parts: Record<string, number> = {};
  const start = quarter * QUARTER_HOUR_MS;
  for (const part of zoneFormat(timeZone).formatToParts(start)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - start;
  if (offsets.size > 20_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

interface LocalDateTime {
  readonly date: LocalDate;
  readonly time: string;
}

/** What was asked for last: one decision asks again and again for the same moment. */
let lastLocal: { instant: Instant; timeZone: string; local: LocalDateTime } | undefined;

/** Civil date and time of day (`15:04`) of an instant in a zone. */
export function localDateTime(instant: Instant, timeZone: string): LocalDateTime {
  if (lastLocal?.instant === instant && lastLocal.timeZone === timeZone) return lastLocal.local;
  const ms = instantMs(instant);
  const text = new Date(ms + offsetMs(ms, timeZone)).toISOString();
  const local = { date: text.slice(0, 10), time: text.slice(11, 16) };
  lastLocal = { instant, timeZone, local };
  return local;
}

export function localDate(instant: Instant, timeZone: string): LocalDate {
  return localDateTime(instant, timeZone).date;
}

/**
 * The instant of a civil date and time. A time that the clocks skip is read with the offset before the change (one hour
 * later on the clock); a time that occurs twice is its first occurrence.
 */
export function instantAt(date: LocalDate, time: string, timeZone: string): Instant {
  const local = Date.parse(`${date}T${time}:00.000Z`);
  const before = offsetMs(local - DAY_MS, timeZone);
  const after = offsetMs(local + DAY_MS, timeZone);
  const first = local - before;
  if (before === after || offsetMs(first, timeZone) === before) return toInstant(first);
  const second = local - after;
  return toInstant(offsetMs(second, timeZone) === after ? second : first);
}

let lastDue: { from: Instant; count: number; calendar: BusinessCalendar; due: Instant } | undefined;

/**
 * Due time `count` business days after an instant, at the same time of day. What happens after the cut-off or on a day of
 * rest counts as happening at the start of the next business day.
 */
export function dueAfterBusinessDays(from: Instant, count: number, calendar: BusinessCalendar): Instant {
  if (lastDue?.from === from && lastDue.count === count && lastDue.calendar === calendar) return lastDue.due;
  const { date, time } = localDateTime(from, calendar.timeZone);
  const inTime = isBusinessDay(date, calendar) && time <= calendar.cutOff;
  const startDate = inTime ? date : addBusinessDays(date, 1, calendar);
  const startTime = inTime ? time : '00:00';
  const due = instantAt(addBusinessDays(startDate, count, calendar), startTime, calendar.timeZone);
  lastDue = { from, count, calendar, due };
  return due;
}

/** The same time of day some business days later, without regard to the cut-off. */
export function shiftBusinessDays(from: Instant, count: number, calendar: BusinessCalendar): Instant {
  const { date, time } = localDateTime(from, calendar.timeZone);
  return instantAt(addBusinessDays(date, count, calendar), time, calendar.timeZone);
}

/** The instant itself on a business day, else the start of the next business day. */
export function onBusinessDay(at: Instant, calendar: BusinessCalendar): Instant {
  const date = localDate(at, calendar.timeZone);
  if (isBusinessDay(date, calendar)) return at;
  return instantAt(addBusinessDays(date, 1, calendar), '00:00', calendar.timeZone);
}
