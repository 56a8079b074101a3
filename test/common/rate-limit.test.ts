import { expect, test } from '@jest/globals';
import { createRateLimit } from '../../src/common/rate-limit.ts';

test('a burst goes through, then one call as often as the rate allows', () => {
  const limit = createRateLimit(6);
  for (let call = 0; call < 6; call += 1) expect(limit.take('a', 0)).toBe(0);
  expect(limit.take('a', 0)).toBe(10);
  expect(limit.take('b', 0)).toBe(0);
  expect(limit.take('a', 9_000)).toBe(1);
  expect(limit.take('a', 10_000)).toBe(0);
  expect(limit.take('a', 10_000)).toBe(10);
});

test('a pause gives back no more than one burst', () => {
  const limit = createRateLimit(2);
  expect(limit.take('a', 0)).toBe(0);
  const after = 3_600_000;
  expect([limit.take('a', after), limit.take('a', after)]).toEqual([0, 0]);
  expect(limit.take('a', after)).toBeGreaterThan(0);
});
