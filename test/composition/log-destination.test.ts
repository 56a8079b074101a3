import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { LogDestination } from '../../src/composition/log-destination.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A place that takes so many bytes at a time, or nothing while `trouble` is set. */
function place({ atATime = Number.POSITIVE_INFINITY } = {}) {
  const state = { text: '', trouble: undefined as string | undefined, attempts: 0 };
  const destination = new LogDestination(2, (_descriptor, bytes, done) => {
    state.attempts += 1;
    if (state.trouble !== undefined) {
      done(Object.assign(new Error(state.trouble), { code: state.trouble }), 0);
      return;
    }
    const taken = bytes.subarray(0, atATime);
    state.text += taken.toString('latin1');
    done(null, taken.length);
  });
  return { state, destination };
}

test('what waited while the disk was full is written once there is room, in its order', () => {
  const { state, destination } = place({ atATime: 3 });
  state.trouble = 'ENOSPC';
  destination.write('first\n');
  destination.write('second\n');
  expect(state.text).toBe('');
  state.trouble = undefined;
  jest.advanceTimersByTime(1_000);
  destination.write('third\n');
  expect(state.text).toBe('first\nsecond\nthird\n');
});

test('of a long outage a megabyte waits, and how many lines are lost is told', () => {
  const { state, destination } = place();
  state.trouble = 'ENOSPC';
  const line = `${'x'.repeat(999)}\n`;
  for (let written = 0; written < 1_007; written += 1) destination.write(line);
  state.trouble = undefined;
  jest.advanceTimersByTime(1_000);
  const lines = state.text.trim().split('\n');
  expect(lines).toHaveLength(1_001);
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    lines: 7,
    cause: 'ENOSPC',
    msg: 'Lines of the log could not be written',
  });
});

test('nothing is kept for a reader that has gone', () => {
  const { state, destination } = place();
  state.trouble = 'EPIPE';
  destination.write('first\n');
  destination.write('second\n');
  jest.advanceTimersByTime(60_000);
  expect(state.attempts).toBe(1);
});
