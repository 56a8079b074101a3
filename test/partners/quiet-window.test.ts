import { expect, test } from '@jest/globals';
import { quietUntil } from '../../src/partners/quiet-window.ts';

/** Monday, 2 March 2026. */
const at = (time: string, date = '2026-03-02') => `${date}T${time}:00.000Z`;

test('a window on one day holds from its begin to before its end', () => {
  const windows = [{ from: '12:00', to: '13:00' }];
  expect(quietUntil(windows, at('11:59'), 'UTC')).toBeUndefined();
  expect(quietUntil(windows, at('12:00'), 'UTC')).toBe(at('13:00'));
  expect(quietUntil(windows, at('12:59'), 'UTC')).toBe(at('13:00'));
  expect(quietUntil(windows, at('13:00'), 'UTC')).toBeUndefined();
});

test('a window over midnight holds on both days', () => {
  const windows = [{ from: '22:00', to: '04:00' }];
  expect(quietUntil(windows, at('23:00'), 'UTC')).toBe(at('04:00', '2026-03-03'));
  expect(quietUntil(windows, at('03:00'), 'UTC')).toBe(at('04:00'));
  expect(quietUntil(windows, at('05:00'), 'UTC')).toBeUndefined();
});

test('from and to the same is the whole day', () => {
  const windows = [{ from: '00:00', to: '00:00' }];
  expect(quietUntil(windows, at('00:00'), 'UTC')).toBe(at('00:00', '2026-03-03'));
});

test('days are those on which it begins', () => {
  const windows = [{ from: '22:00', to: '04:00', days: ['sun' as const] }];
  expect(quietUntil(windows, at('03:00'), 'UTC')).toBe(at('04:00'));
  expect(quietUntil(windows, at('23:00'), 'UTC')).toBeUndefined();
  expect(quietUntil(windows, at('23:00', '2026-03-08'), 'UTC')).toBe(at('04:00', '2026-03-09'));
});

test('times are local: of the window’s zone, else of the partner', () => {
  const windows = [{ from: '22:00', to: '23:00' }];
  expect(quietUntil(windows, at('21:30'), 'Europe/Berlin')).toBe(at('22:00'));
  const inChicago = [{ from: '22:00', to: '23:00', zone: 'America/Chicago' }];
  expect(quietUntil(inChicago, at('04:30'), 'Europe/Berlin')).toBe(at('05:00'));
});

test('a window that the clock change takes away or doubles still ends', () => {
  // On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00.
  const windows = [{ from: '01:30', to: '03:30' }];
  expect(quietUntil(windows, at('00:45', '2026-03-29'), 'Europe/Berlin')).toBe(at('01:30', '2026-03-29'));
  expect(quietUntil(windows, at('01:45', '2026-03-29'), 'Europe/Berlin')).toBeUndefined();
});

test('a window that begins in the hour that the clocks skip holds from the change on', () => {
  const windows = [{ from: '02:30', to: '03:15' }];
  expect(quietUntil(windows, at('00:59', '2026-03-29'), 'Europe/Berlin')).toBeUndefined();
  expect(quietUntil(windows, at('01:05', '2026-03-29'), 'Europe/Berlin')).toBe(at('01:15', '2026-03-29'));
  expect(quietUntil(windows, at('01:15', '2026-03-29'), 'Europe/Berlin')).toBeUndefined();
});

test('a window that ends in the hour that comes twice holds both times', () => {
  // On 25 October 2026 the clocks of Berlin go from 03:00 back to 02:00.
  const windows = [{ from: '01:30', to: '02:30' }];
  expect(quietUntil(windows, at('00:10', '2026-10-25'), 'Europe/Berlin')).toBe(at('00:30', '2026-10-25'));
  expect(quietUntil(windows, at('01:10', '2026-10-25'), 'Europe/Berlin')).toBe(at('01:30', '2026-10-25'));
  expect(quietUntil(windows, at('01:30', '2026-10-25'), 'Europe/Berlin')).toBeUndefined();
});

test('of several the latest end counts', () => {
  const windows = [
    { from: '12:00', to: '13:00' },
    { from: '12:30', to: '14:00' },
  ];
  expect(quietUntil(windows, at('12:45'), 'UTC')).toBe(at('14:00'));
  expect(quietUntil([], at('12:45'), 'UTC')).toBeUndefined();
});
