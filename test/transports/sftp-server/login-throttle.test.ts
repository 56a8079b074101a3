import { describe, expect, test } from '@jest/globals';
import { LoginThrottle } from '../../../src/transports/sftp-server/login-throttle.ts';

function at(): { throttle: LoginThrottle; pass: (ms: number) => void } {
  let now = 0;
  return { throttle: new LoginThrottle(() => now), pass: (ms) => (now += ms) };
}

describe('an address', () => {
  test('may err a few times, then has to wait, longer each time, but never for ever', () => {
    const { throttle, pass } = at();
    const pauses: number[] = [];
    for (let failure = 0; failure < 20; failure += 1) {
      throttle.failed('10.0.0.1', 'acme');
      pauses.push(throttle.bannedForMs('10.0.0.1'));
      pass(pauses.at(-1)!);
      expect(throttle.bannedForMs('10.0.0.1')).toBe(0);
    }
    expect(pauses.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(pauses.slice(4, 7)).toEqual([2_000, 4_000, 8_000]);
    expect(Math.max(...pauses)).toBe(900_000);
  });

  test('does not answer for another one', () => {
    const { throttle } = at();
    for (let failure = 0; failure < 10; failure += 1) throttle.failed('10.0.0.1', 'acme');
    expect(throttle.bannedForMs('10.0.0.2')).toBe(0);
  });

  test('that gets in, or leaves off for half an hour, begins anew', () => {
    const { throttle, pass } = at();
    for (let failure = 0; failure < 5; failure += 1) throttle.failed('a', 'acme');
    throttle.succeeded('a', 'acme');
    expect(throttle.bannedForMs('a')).toBe(0);
    for (let failure = 0; failure < 5; failure += 1) throttle.failed('a', 'acme');
    pass(1_800_000);
    throttle.failed('a', 'acme');
    expect(throttle.bannedForMs('a')).toBe(0);
  });
});

test('an account that is guessed at from many addresses answers slower, and is never locked', () => {
  const { throttle } = at();
  for (let failure = 0; failure < 1_000; failure += 1) throttle.failed(`10.0.0.${failure}`, 'acme');
  expect(throttle.delayMs('acme')).toBe(3_000);
  expect(throttle.delayMs('other')).toBe(0);
});

test('an account of one’s own does not forgive guesses at that of another', () => {
  const { throttle } = at();
  for (let failure = 0; failure < 5; failure += 1) throttle.failed('10.0.0.1', 'acme');
  throttle.succeeded('10.0.0.1', 'own');
  expect(throttle.bannedForMs('10.0.0.1')).toBeGreaterThan(0);
  throttle.succeeded('10.0.0.1', 'acme');
  expect(throttle.bannedForMs('10.0.0.1')).toBe(0);
});
