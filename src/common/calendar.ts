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

export function addHours(instant: Instant, hours: number): Instant {
  return toInstant(instantMs(instant) + hours * 3_600_000);
}

/** The number that two digits of a text write; NaN where they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Days from 0000-03-01, the start of a leap cycle, to 1970-01-01. */
const EPOCH_SHIFT = 719_468;

/** Days since 1970-01-01; NaN for text that is no date. A year is taken to begin in March, so that its leap day is its last. */
function epochDay(date: LocalDate): number {
  const month = twoDigits(date, 5);
  const day = twoDigits(date, 8);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return Number.NaN;
  const year = twoDigits(date, 0) * 100 + twoDigits(date, 2) - (month <= 2 ? 1 : 0);
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return year * 365 + leapDays + dayOfYear - EPOCH_SHIFT;
}

function padded(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function fromEpochDay(day: number): LocalDate {
  const shifted = day + EPOCH_SHIFT;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  // What is no date, or beyond four digits of a year, is told as the platform tells it.
  if (!(year >= 1000 && year <= 9999)) return new Date(day * DAY_MS).toISOString().slice(0, 10);
  return `${year}-${padded(month)}-${padded(dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1)}`;
}

/** Milliseconds since 1970; NaN for text that is no instant. */
export function instantMs(instant: Instant): number {
  // 2026-03-02T09:00:00.000Z, as the house writes it.
  if (instant.length !== 24 || instant.charCodeAt(23) !== 0x5a) return Date.parse(instant);
  const time = (twoDigits(instant, 11) * 60 + twoDigits(instant, 14)) * 60 + twoDigits(instant, 17);
  const ms = twoDigits(instant, 20) * 10 + (twoDigits(instant, 21) % 10);
  return epochDay(instant) * DAY_MS + time * 1000 + ms;
}

export function toInstant(ms: number): Instant {
  const day = Math.floor(ms / DAY_MS);
  const rest = Math.floor(ms - day * DAY_MS);
  const seconds = Math.floor(rest / 1000);
  const thousandths = rest - seconds * 1000;
  const text = `${timeOf(seconds)}:${padded(seconds % 60)}.${thousandths < 100 ? '0' : ''}${padded(thousandths)}Z`;
  return `${fromEpochDay(day)}T${text}`;
}

/** `15:04` of seconds since midnight. */
function timeOf(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}`;
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

/** The date itself on a business day, else the first one after it. */
export function nextBusinessDay(date: LocalDate, calendar: BusinessCalendar): LocalDate {
  return isBusinessDay(date, calendar) ? date : addBusinessDays(date, 1, calendar);
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
/** By zone, then by quarter hour. */
const offsets = new Map<string, Map<number, number>>();
const MAX_OFFSETS = 20_000;

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
  let ofZone = offsets.get(timeZone);
  if (ofZone === undefined) offsets.set(timeZone, (ofZone = new Map<number, number>()));
  const known = ofZone.get(quarter);
  if (known !== undefined) return known;
  const parts: Record<string, number> = {};
  const start = quarter * QUARTER_HOUR_MS;
  for (const part of zoneFormat(timeZone).formatToParts(start)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - start;
  if (ofZone.size > MAX_OFFSETS) ofZone.clear();
  ofZone.set(quarter, offset);
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
  const shifted = ms + offsetMs(ms, timeZone);
  const day = Math.floor(shifted / DAY_MS);
  const local = { date: fromEpochDay(day), time: timeOf((shifted - day * DAY_MS) / 1000) };
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
  const local = epochDay(date) * DAY_MS + (twoDigits(time, 0) * 60 + twoDigits(time, 3)) * 60_000;
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
