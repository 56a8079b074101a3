import { addDays, instantAt, instantMs, isBusinessDay, localDate } from '../common/calendar.ts';
import type { Instant } from '../common/time.ts';
import type { QuietWindow } from './channel-common.ts';
import { WEEKDAYS } from './settings.ts';

/** The end of the quiet windows that hold the instant; undefined where none does. `zone` is that of windows without one. */
export function quietUntil(windows: readonly QuietWindow[], now: Instant, zone: string): Instant | undefined {
  const ends = windows.flatMap((window) => endsAfter(window, now, window.zone ?? zone));
  return ends.sort((a, b) => instantMs(b) - instantMs(a))[0];
}

/** A window holds now when it began today or, over midnight, yesterday. */
function endsAfter({ from, to, days }: QuietWindow, now: Instant, zone: string): Instant[] {
  const today = localDate(now, zone);
  return [addDays(today, -1), today].flatMap((date) => {
    if (days !== undefined) {
      const workDays = days.map((day) => WEEKDAYS[day]);
      if (!isBusinessDay(date, { timeZone: zone, workDays, holidays: [], cutOff: from })) return [];
    }
    const start = instantAt(date, from, zone);
    const end = instantAt(to > from ? date : addDays(date, 1), to, zone);
    return instantMs(start) <= instantMs(now) && instantMs(now) < instantMs(end) ? [end] : [];
  });
}
