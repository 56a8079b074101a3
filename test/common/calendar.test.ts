import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addBusinessDays,
  addDays,
  businessDaysBetween,
  daysBetween,
  DEFAULT_CALENDAR,
  dueAfterBusinessDays,
  instantAt,
  instantMs,
  isBusinessDay,
  localDateTime,
  onBusinessDay,
  shiftBusinessDays,
  toInstant,
} from '../../src/common/calendar.ts';
import type { BusinessCalendar } from '../../src/common/calendar.ts';

const berlin: BusinessCalendar = {
  timeZone: 'Europe/Berlin',
  workDays: [1, 2, 3, 4, 5],
  holidays: ['2026-04-03', '2026-04-06'],
  cutOff: '15:00',
};

const days = fc
  .integer({ min: 0, max: 20_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));

describe('dates', () => {
  test('days are counted as the platform counts them, in every year of four digits', () => {
    const day = fc.integer({
      min: Date.UTC(1000, 0, 1) / 86_400_000,
      max: Date.UTC(9999, 11, 31) / 86_400_000,
    });
    const textOf = (epochDay: number) => new Date(epochDay * 86_400_000).toISOString().slice(0, 10);
    fc.assert(
      fc.property(day, day, (from, to) => {
        expect(addDays(textOf(from), to - from)).toBe(textOf(to));
        expect(daysBetween(textOf(from), textOf(to))).toBe(to - from);
      }),
    );
  });

  test('so are instants, to the millisecond', () => {
    const moment = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(moment, (ms) => {
        const text = new Date(ms).toISOString();
        expect(toInstant(ms)).toBe(text);
        expect(instantMs(text)).toBe(ms);
        expect(localDateTime(text, 'UTC')).toEqual({ date: text.slice(0, 10), time: text.slice(11, 16) });
      }),
    );
    expect(instantMs('2026-03-02T10:00:00+01:00')).toBe(Date.UTC(2026, 2, 2, 9));
    expect(instantMs('2026-03-02T09:00:00Z')).toBe(Date.UTC(2026, 2, 2, 9));
    expect(instantMs('2026-03-02T0x:00:00.000Z')).toBeNaN();
    expect(() => toInstant(Number.NaN)).toThrow(RangeError);
  });

  test.each(['', 'soon', '2026-3-2', '2026-00-01', '2026-13-01', '2026-01-00', '2026-01-32'])(
    '%j is no date',
    (text) => {
      expect(daysBetween(text, '2026-03-02')).toBeNaN();
    },
  );
});

describe('business days', () => {
  test.each([
    ['2026-03-02', 1, '2026-03-03'],
    ['2026-03-06', 1, '2026-03-09'],
    ['2026-03-07', 1, '2026-03-09'],
    ['2026-04-02', 1, '2026-04-07'],
    ['2026-04-07', -1, '2026-04-02'],
    ['2026-03-04', 0, '2026-03-04'],
  ])('%s plus %i is %s', (from, count, to) => {
    expect(addBusinessDays(from, count, berlin)).toBe(to);
  });

  test('counting is the inverse of adding, from business days', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -60, max: 60 }), (day, count) => {
        const start = addBusinessDays(day, 1, berlin);
        expect(businessDaysBetween(start, addBusinessDays(start, count, berlin), berlin)).toBe(count);
      }),
    );
  });

  test('a calendar without any working day does not hang', () => {
    expect(addBusinessDays('2026-03-02', 1, { ...berlin, workDays: [] }) > '2026-03-02').toBe(true);
  });
});

describe('instants of a zone', () => {
  test.each([
    ['2026-01-31', '12:00', '2026-01-31T11:00:00.000Z'],
    ['2026-07-31', '12:00', '2026-07-31T10:00:00.000Z'],
    // Clocks go forward from 02:00 to 03:00, and back from 03:00 to 02:00.
    ['2026-03-29', '01:59', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29', '02:30', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29', '03:00', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25', '03:00', '2026-10-25T02:00:00.000Z'],
  ])('%s %s in Berlin is %s', (date, time, instant) => {
    expect(instantAt(date, time, 'Europe/Berlin')).toBe(instant);
  });

  test('there and back in any zone, wherever the local time exists', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'UTC',
    );
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 23 }), zones, (date, hour, zone) => {
        const time = `${String(hour).padStart(2, '0')}:15`;
        const back = localDateTime(instantAt(date, time, zone), zone);
        const skipped = back.time !== time;
        expect(skipped ? back.date : back).toEqual(skipped ? date : { date, time });
      }),
    );
  });
});

describe('due times', () => {
  test('a due time never comes earlier for what was sent later', () => {
    const start = Date.parse('2026-03-20T00:00:00.000Z');
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 30 });
    fc.assert(
      fc.property(minutes, minutes, fc.integer({ min: 0, max: 5 }), (a, b, count) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)].map((each) =>
          dueAfterBusinessDays(new Date(start + each * 60_000).toISOString(), count, berlin),
        );
        expect(first! <= second!).toBe(true);
      }),
    );
  });

  test('the local time of day survives the change of the clocks', () => {
    expect(shiftBusinessDays('2026-03-27T09:00:00.000Z', 1, berlin)).toBe('2026-03-30T08:00:00.000Z');
    expect(dueAfterBusinessDays('2026-10-23T08:00:00.000Z', 1, berlin)).toBe('2026-10-26T09:00:00.000Z');
  });

  test('orders of one instant to two partners are due by the calendar of each', () => {
    const sixDays: BusinessCalendar = { ...berlin, workDays: [1, 2, 3, 4, 5, 6] };
    const due = (count: number, calendar: BusinessCalendar) =>
      dueAfterBusinessDays('2026-03-20T09:00:00.000Z', count, calendar).slice(0, 10);
    const dues = [due(1, berlin), due(1, sixDays), due(2, sixDays), due(1, berlin)];
    expect(dues).toEqual(['2026-03-23', '2026-03-21', '2026-03-23', '2026-03-23']);
  });

  test('what falls on a day of rest moves to the start of the next business day', () => {
    expect(onBusinessDay('2026-04-04T10:00:00.000Z', berlin)).toBe('2026-04-06T22:00:00.000Z');
    expect(onBusinessDay('2026-04-02T10:00:00.000Z', berlin)).toBe('2026-04-02T10:00:00.000Z');
  });

  test('plain days and the default calendar', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(isBusinessDay('2026-12-25', DEFAULT_CALENDAR)).toBe(true);
  });
});
