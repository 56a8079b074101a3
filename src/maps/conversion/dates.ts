import type { Conversion, ConversionOptions } from './conversion.ts';

/** A moment on a partner's clock; without hours a calendar date. */
export interface Parts {
  year: number;
  month: number;
  day: number;
  clock: { hour: number; minute: number; second: number } | undefined;
  /** Minutes east of UTC where the text says so (2379 formats 303 and 304). */
  zoneMinutes: number | undefined;
}

const two = (value: number): string => String(value).padStart(2, '0');
const four = (value: number): string => String(value).padStart(4, '0');

/** Two-digit years: 50–99 are 19xx. */
function fullYear(year: number): number {
  return year >= 50 ? 1900 + year : 2000 + year;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export function isReal(parts: Parts): boolean {
  const { year, month, day, clock } = parts;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false;
  return clock === undefined || (clock.hour < 24 && clock.minute < 60 && clock.second < 60);
}

export function toDate(parts: Parts): string {
  return `${four(parts.year)}-${two(parts.month)}-${two(parts.day)}`;
}

function toInstant(parts: Parts, zoneMinutes: number): string | undefined {
  if (!parts.clock) return undefined;
  const { hour, minute, second } = parts.clock;
  const local = Date.UTC(parts.year, parts.month - 1, parts.day, hour, minute, second);
  return new Date(local - (parts.zoneMinutes ?? zoneMinutes) * 60_000).toISOString();
}

const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** `2026-01-31`: digits and hyphens in their places. */
function isIsoDate(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== 10) return false;
  for (let i = 0; i < 10; i++) {
    const code = value.charCodeAt(i);
    if (i === 4 || i === 7 ? code !== 45 : code < 48 || code > 57) return false;
  }
  return true;
}

/** `2026-01-31` → `20260131`. */
function compactDate(isoDate: string): string {
  return isoDate.slice(0, 4) + isoDate.slice(5, 7) + isoDate.slice(8);
}

/** Parts of a canonical date or instant, on a clock so far from UTC. */
function fromCanonical(value: string, zoneMinutes: number): Parts | undefined {
  const date = ISO_DATE.exec(value);
  if (date)
    return {
      year: Number(date[1]),
      month: Number(date[2]),
      day: Number(date[3]),
      clock: undefined,
      zoneMinutes: undefined,
    };
  const time = Date.parse(value);
  if (Number.isNaN(time)) return undefined;
  const local = new Date(time + zoneMinutes * 60_000);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    clock: { hour: local.getUTCHours(), minute: local.getUTCMinutes(), second: local.getUTCSeconds() },
    zoneMinutes,
  };
}

function readClock(text: string): Parts['clock'] | 'wrong' {
  if (text === '') return undefined;
  const match = /^(\d\d)(\d\d)(\d\d)?\d{0,2}$/.exec(text);
  if (!match) return 'wrong';
  return { hour: Number(match[1]), minute: Number(match[2]), second: Number(match[3] ?? '0') };
}

function writeClock(clock: NonNullable<Parts['clock']>): string {
  return `${two(clock.hour)}${two(clock.minute)}${clock.second === 0 ? '' : two(clock.second)}`;
}

const X12_DATES = {
  date8: { pattern: /^(\d{4})(\d\d)(\d\d)$/, expected: 'a date CCYYMMDD such as 20260131' },
  date6: { pattern: /^(\d\d)(\d\d)(\d\d)$/, expected: 'a date YYMMDD such as 260131' },
  date: { pattern: /^(\d{4}|\d\d)(\d\d)(\d\d)$/, expected: 'a date CCYYMMDD or YYMMDD' },
} as const;

/** `date8`, `date6`, `date`; with `time:` and an instant as target, both together. */
export function x12Date(name: keyof typeof X12_DATES, options: ConversionOptions): Conversion {
  const { pattern, expected } = X12_DATES[name];
  const instant = options.target === 'instant';
  return {
    name,
    expected: instant ? `${expected} with a time HHMM or HHMMSS` : expected,
    read: remember((text, extra) => {
      const match = pattern.exec(text);
      const clock = readClock(extra);
      if (!match || clock === 'wrong') return undefined;
      const year = match[1]!.length === 2 ? fullYear(Number(match[1])) : Number(match[1]);
      const parts: Parts = {
        year,
        month: Number(match[2]),
        day: Number(match[3]),
        clock: instant && !options.hasTime ? { hour: 0, minute: 0, second: 0 } : clock,
        zoneMinutes: undefined,
      };
      if (!isReal(parts)) return undefined;
      return instant ? toInstant(parts, options.zoneMinutes) : toDate(parts);
    }),
    write(value) {
      if (isIsoDate(value)) return compactDate(value).slice(name === 'date6' ? 2 : 0);
      const parts = fromCanonical(String(value), options.zoneMinutes);
      if (!parts) return undefined;
      const year = name === 'date6' ? two(parts.year % 100) : four(parts.year);
      return `${year}${two(parts.month)}${two(parts.day)}`;
    },
    writeExtra(value) {
      const clock = fromCanonical(String(value), options.zoneMinutes)?.clock;
      return clock ? writeClock(clock) : '';
    },
  };
}

/** The same few dates fill a document: the last one is not worked out again. */
function remember(
  read: (text: string, extra: string) => string | undefined,
): (text: string, extra: string) => string | undefined {
  let lastText = '';
  let lastExtra = '';
  let last: string | undefined;
  return (text, extra) => {
    if (text !== lastText || extra !== lastExtra) {
      last = read(text, extra);
      lastText = text;
      lastExtra = extra;
    }
    return last;
  };
}

export const clockTime: Conversion = {
  name: 'time',
  expected: 'a time HHMM or HHMMSS',
  read(text) {
    const clock = readClock(text);
    if (clock === undefined || clock === 'wrong' || clock.hour > 23 || clock.minute > 59 || clock.second > 59)
      return undefined;
    return `${two(clock.hour)}:${two(clock.minute)}${clock.second === 0 ? '' : `:${two(clock.second)}`}`;
  },
  write: (value) => String(value).replaceAll(':', ''),
};

export const isoDate: Conversion = {
  name: 'isoDate',
  expected: 'a date such as 2026-01-31',
  read: remember((text) => {
    const parts = fromCanonical(text.slice(0, 10), 0);
    return parts && isReal(parts) && !parts.clock ? toDate(parts) : undefined;
  }),
  write: (value) => String(value).slice(0, 10),
};

/** ISO 8601 with time; without an offset the rule's zone is meant. */
export function isoDateTime(options: ConversionOptions): Conversion {
  return {
    name: 'isoDateTime',
    expected: 'a date and time such as 2026-01-31T08:15:00Z',
    read(text) {
      if (options.target === 'date' && isIsoDate(text)) return text;
      const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(
        text,
      );
      if (!match) return undefined;
      const parts: Parts = {
        year: Number(match[1]),
        month: Number(match[2]),
        day: Number(match[3]),
        clock: { hour: Number(match[4]), minute: Number(match[5]), second: Number(match[6] ?? '0') },
        zoneMinutes: match[7] === undefined ? undefined : zoneMinutesOf(match[7]),
      };
      if (!isReal(parts)) return undefined;
      return options.target === 'date' ? toDate(parts) : toInstant(parts, options.zoneMinutes);
    },
    // Noon, so that a date is the same one in the reader's time zone.
    write: (value) => (isIsoDate(value) ? `${value}T12:00:00Z` : String(value)),
  };
}

/** `+01:00`, `Z` → minutes east of UTC. */
export function zoneMinutesOf(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** DE 2379 formats as sequences of fields: C century+year, Y year, M month, D day, h m s, Z zone, W week. */
const FORMATS: Readonly<Record<string, string>> = {
  '2': 'DMY',
  '3': 'MDY',
  '101': 'YMD',
  '102': 'CMD',
  '201': 'YMDhm',
  '203': 'CMDhm',
  '204': 'CMDhms',
  '303': 'CMDhmZ',
  '304': 'CMDhmsZ',
  '602': 'C',
  '610': 'CM',
  '616': 'CW',
};
/** Periods: two dates of that format, `-` between them or not. */
const PERIODS: Readonly<Record<string, string>> = { '717': '101', '718': '102', '719': '203' };

/** EDIFACT C507: value (2380) and format (2379). `dtm` writes 102, or 203 for an instant; `dtm:204` that format. */
export function dtm(format: string | undefined, options: ConversionOptions): Conversion | undefined {
  const instant = options.target === 'instant';
  const written = format ?? (instant ? '203' : '102');
  if (!(written in FORMATS) && !(written in PERIODS)) return undefined;
  const read = (text: string, code: string, end: boolean): string | undefined => {
    const single = PERIODS[code];
    const wanted = single === undefined ? text : splitPeriod(text)?.[end ? 1 : 0];
    const parts = wanted === undefined ? undefined : readFormat(wanted, FORMATS[single ?? code] ?? '');
    if (!parts || !isReal(parts)) return undefined;
    return instant ? toInstant(parts, options.zoneMinutes) : toDate(parts);
  };
  return {
    name: format === undefined ? 'dtm' : `dtm:${format}`,
    expected: instant ? 'a date and time in format 203' : 'a date in one of the formats 102, 203, 101, 718 …',
    read: remember((text, extra) => read(text, extra === '' ? written : extra, false)),
    readEnd: (text, extra) => (extra in PERIODS ? read(text, extra, true) : undefined),
    write(value, until) {
      const single = PERIODS[written] ?? written;
      const start = writeFormat(String(value), FORMATS[single] ?? '', options.zoneMinutes);
      if (until === '' || start === undefined) return start;
      const end = writeFormat(until, FORMATS[single] ?? '', options.zoneMinutes);
      return end === undefined ? undefined : `${start}${end}`;
    },
    writeExtra: () => PERIODS[written] ?? written,
  };
}

/** The period format whose halves have the format `code`. */
export function periodOf(code: string): string {
  return Object.keys(PERIODS).find((period) => PERIODS[period] === code) ?? '718';
}

function splitPeriod(text: string): readonly [string, string] | undefined {
  const digits = text.replace('-', '');
  if (digits.length % 2 !== 0) return undefined;
  return [digits.slice(0, digits.length / 2), digits.slice(digits.length / 2)];
}

const WIDTHS: Readonly<Record<string, number>> = { C: 4, Y: 2, M: 2, D: 2, W: 2, h: 2, m: 2, s: 2, Z: 3 };

function readFormat(text: string, format: string): Parts | undefined {
  let at = 0;
  const found: Record<string, number> = {};
  for (const field of format) {
    const part = text.slice(at, at + WIDTHS[field]!);
    at += WIDTHS[field]!;
    if (field === 'Z') found['zone'] = ZONES[part] ?? 0;
    else if (/^\d+$/.test(part) && part.length === WIDTHS[field]) found[field] = Number(part);
    else return undefined;
  }
  if (format === '' || (text.length !== at && !format.endsWith('Z'))) return undefined;
  const year = found['C'] ?? fullYear(found['Y'] ?? 0);
  const day =
    found['W'] === undefined
      ? { year, month: found['M'] ?? 1, day: found['D'] ?? 1 }
      : mondayOf(year, found['W']);
  const clock =
    found['h'] === undefined
      ? undefined
      : { hour: found['h'], minute: found['m'] ?? 0, second: found['s'] ?? 0 };
  return { ...day, clock, zoneMinutes: found['zone'] };
}

const ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  CET: 60,
  CES: 120,
  EST: -300,
  CST: -360,
  PST: -480,
};

/** The Monday of an ISO week; out of range when the week does not exist. */
function mondayOf(year: number, week: number): { year: number; month: number; day: number } {
  if (week < 1 || week > 53) return { year, month: 0, day: 0 };
  const january4 = new Date(Date.UTC(year, 0, 4));
  const weekday = (january4.getUTCDay() + 6) % 7;
  const monday = new Date(Date.UTC(year, 0, 4 - weekday + (week - 1) * 7));
  return { year: monday.getUTCFullYear(), month: monday.getUTCMonth() + 1, day: monday.getUTCDate() };
}

function writeFormat(value: string, format: string, zoneMinutes: number): string | undefined {
  if (format === 'CMD' && isIsoDate(value)) return compactDate(value);
  const parts = fromCanonical(value, zoneMinutes);
  if (!parts || format.includes('W')) return undefined;
  const clock = parts.clock ?? { hour: 0, minute: 0, second: 0 };
  const fields: Readonly<Record<string, string>> = {
    C: four(parts.year),
    Y: two(parts.year % 100),
    M: two(parts.month),
    D: two(parts.day),
    h: two(clock.hour),
    m: two(clock.minute),
    s: two(clock.second),
    Z: 'UTC',
  };
  return Array.from(format, (field) => fields[field]).join('');
}
