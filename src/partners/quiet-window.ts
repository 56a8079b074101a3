import {
  addDays,
  instantAt,
  instantMs,
  isBusinessDay,
  localDateTime,
  toInstant,
} from '../common/calendar.ts';
import type { Instant } from '../common/time.ts';
import type { QuietWindow } from './channel-common.ts';
import { WEEKDAYS } from './settings.ts';

/** The end of the quiet windows that hold the instant; undefined where none does. `zone` is that of windows without one. */
export function quietUntil(windows: readonly QuietWindow[], now: Instant, zone: string): Instant | undefined {
  const ends = windows.flatMap((window) => endsAfter(window, now, window.zone ?? zone));
  return ends.sort((a, b) => instantMs(b) - instantMs(a))[0];
}

/**
 * A window holds now when it began today or, over midnight, yesterday: by the time that has passed, or by the clock on the wall. They
 * differ on the two days on which the clocks change, and nobody knows by which the partner goes.
 */
function endsAfter({ from, to, days }: QuietWindow, now: Instant, zone: string): Instant[] {
  const { date: today, time } = localDateTime(now, zone);
  return [addDays(today, -1), today].flatMap((date) => {
    if (days !== undefined) {
      const workDays = days.map((day) => WEEKDAYS[day]);
      if (!isBusinessDay(date, { timeZone: zone, workDays, holidays: [], cutOff: from })) return [];
    }
    const endDate = to > from ? date : addDays(date, 1);
    const hasBegun = date < today || time >= from || instantAt(date, from, zone) <= now;
    if (!hasBegun) return [];
    const end = instantAt(endDate, to, zone);
    if (end > now) return [end];
    // The hour that comes twice: the end has been, and is still to come.
    const comesAgain = endDate === today && time < to;
    return comesAgain ? [toInstant(instantMs(now) + minutesBetween(time, to) * 60_000)] : [];
  });
}

function minutesBetween(from: string, to: string): number {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return minutes(to) - minutes(from);
}
