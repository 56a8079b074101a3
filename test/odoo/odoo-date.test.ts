import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromInstant, moveToDate, toInstantOfOdoo, toLocalDate } from '../../src/odoo/odoo-date.ts';

test('Odoo keeps instants in UTC without a zone; ISO text would be an error to it', () => {
  expect(toInstantOfOdoo('2026-12-15 12:00:00')).toBe('2026-12-15T12:00:00.000Z');
  expect(fromInstant('2026-12-15T12:00:00.987Z')).toBe('2026-12-15 12:00:00');
  expect(() => toInstantOfOdoo('2026-12-15T12:00:00Z')).toThrow(/date and time/);
});

test.each([
  ['2026-12-14 23:30:00', 'Europe/Berlin', '2026-12-15'],
  ['2026-12-15 04:00:00', 'America/Chicago', '2026-12-14'],
  ['2026-07-14 22:30:00', 'Europe/Berlin', '2026-07-15'],
  ['2026-12-15 12:00:00', 'UTC', '2026-12-15'],
])('%s is in %s the %s', (datetime, zone, date) => {
  expect(toLocalDate(datetime, zone)).toBe(date);
});

test('a date moves by whole days and lands on the day that is meant, over changes of the clocks too', () => {
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/Chicago',
    'UTC',
    'Asia/Kolkata',
    'Australia/Sydney',
    'Pacific/Apia',
  );
  const day = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(day, day, zones, (from, to, zone) => {
      const datetime = fromInstant(from.toISOString());
      const date = to.toISOString().slice(0, 10);
      expect(toLocalDate(moveToDate(datetime, date, zone), zone)).toBe(date);
      expect(moveToDate(datetime, toLocalDate(datetime, zone), zone)).toBe(datetime);
    }),
    { numRuns: 500 },
  );
});
