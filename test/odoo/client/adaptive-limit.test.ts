import { expect, test } from '@jest/globals';
import { AdaptiveLimit } from '../../../src/odoo/client/adaptive-limit.ts';

function create(most = 4) {
  let now = 0;
  const limit = new AdaptiveLimit({ most, slowMs: 1_000, elapsed: () => now });
  const overloaded = () => 'overloaded' as const;
  return {
    limit,
    quick: () => limit.run(() => Promise.resolve(), overloaded),
    slow: () =>
      limit.run(() => {
        now += 2_000;
        return Promise.resolve();
      }, overloaded),
    fail: () => limit.run(() => Promise.reject(new Error('busy')), overloaded).catch(() => undefined),
  };
}

test('half as many after a sign of overload, never fewer than one', async () => {
  const { limit, fail } = create(8);
  await fail();
  expect(limit.state.limit).toBe(4);
  for (let time = 0; time < 5; time += 1) await fail();
  expect(limit.state.limit).toBe(1);
});

test('an answer that takes long is such a sign', async () => {
  const { limit, slow } = create(4);
  await slow();
  expect(limit.state.limit).toBe(2);
});

test('one more after each full round that went well, up to the most', async () => {
  const { limit, fail, quick } = create(4);
  await fail();
  await fail();
  expect(limit.state.limit).toBe(1);
  await quick();
  expect(limit.state.limit).toBe(2);
  await quick();
  expect(limit.state.limit).toBe(2);
  await quick();
  expect(limit.state.limit).toBe(3);
  for (let time = 0; time < 50; time += 1) await quick();
  expect(limit.state.limit).toBe(4);
});

test('never more at a time than the limit, and everybody gets a turn in order', async () => {
  const limit = new AdaptiveLimit({ most: 2, slowMs: 1_000, elapsed: () => 0 });
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const calls = Array.from({ length: 6 }, (_, index) =>
    limit.run(
      () =>
        new Promise<void>((resolve) => {
          started.push(index);
          ends.push(resolve);
        }),
      () => 'fine',
    ),
  );
  await Promise.resolve();
  expect(started).toEqual([0, 1]);
  expect(limit.state).toEqual({ running: 2, waiting: 4, limit: 2 });
  for (let index = 0; index < 6; index += 1) {
    ends[index]!();
    await calls[index];
    expect(limit.state.running).toBeLessThanOrEqual(2);
  }
  expect(started).toEqual([0, 1, 2, 3, 4, 5]);
  expect(limit.state).toEqual({ running: 0, waiting: 0, limit: 2 });
});
