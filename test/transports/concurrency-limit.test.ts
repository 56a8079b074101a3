import { expect, test } from '@jest/globals';
import { ConcurrencyLimit } from '../../src/transports/concurrency-limit.ts';
import { gate } from '../support/scripted-channel.ts';

test('so many at the same time, the others in their order, also after failures', async () => {
  const limit = new ConcurrencyLimit(2);
  const started: number[] = [];
  const gates = Array.from({ length: 5 }, () => gate<number>());
  const runs = gates.map(({ promise }, index) =>
    limit.run(() => {
      started.push(index);
      return promise;
    }),
  );
  const settled = Promise.allSettled(runs);
  expect(started).toEqual([0, 1]);
  expect([limit.running, limit.waiting]).toEqual([2, 3]);
  gates[1]!.fail(new Error('broken'));
  await expect(runs[1]).rejects.toThrow('broken');
  expect(started).toEqual([0, 1, 2]);
  for (const [index, { open }] of gates.entries()) open(index);
  await settled;
  expect(started).toEqual([0, 1, 2, 3, 4]);
  expect([limit.running, limit.waiting]).toEqual([0, 0]);
});

test('one who comes when a slot has just become free does not overtake those who wait', async () => {
  const limit = new ConcurrencyLimit(1);
  const order: string[] = [];
  const first = gate<string>();
  const running = limit.run(() => first.promise);
  const waited = limit.run(() => Promise.resolve(void order.push('waited')));
  first.open('');
  await running;
  const late = limit.run(() => Promise.resolve(void order.push('late')));
  await Promise.all([waited, late]);
  expect(order).toEqual(['waited', 'late']);
});
