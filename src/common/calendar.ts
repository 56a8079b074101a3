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
