import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { OperationsWatch } from '../../../src/pipeline/work/watch-operations.ts';
import { enqueue } from '../../../src/pipeline/work/work-queue.ts';
import { TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
let watch: OperationsWatch;
let disk = { free: 500e9, size: 1000e9 };
let steadyMs = 0;

beforeEach(async () => {
  gateway = await TestGateway.start();
  disk = { free: 500e9, size: 1000e9 };
  steadyMs = 0;
  watch = new OperationsWatch(gateway.context, {
    disk: () => Promise.resolve(disk),
    steadyMs: () => steadyMs,
  });
});
afterEach(() => gateway.close());

/** Time goes on, on both clocks. */
function pass(ms: number): void {
  steadyMs += ms;
  gateway.world.time.advance(ms);
}

async function told(): Promise<string[]> {
  await watch.look();
  return gateway.troubles();
}

test('while everything is normal, nobody is told', async () => {
  expect(await told()).toEqual([]);
  pass(60_000);
  expect(await told()).toEqual([]);
});

test('a disk that is nearly full is told, and closes when there is room', async () => {
  disk = { free: 4e9, size: 1000e9 };
  expect(await told()).toEqual(['DISK_LOW']);
  expect((await gateway.openExceptions())[0]!.detail).toContain('4.0 of 1000.0 GB are free');
  disk = { free: 40e9, size: 1000e9 };
  expect(await told()).toEqual([]);
});

test('a small disk is measured by its share', async () => {
  disk = { free: 2e9, size: 20e9 };
  expect(await told()).toEqual([]);
  disk = { free: 0.5e9, size: 20e9 };
  expect(await told()).toEqual(['DISK_LOW']);
});

test('a clock that is set is told once', async () => {
  await told();
  pass(60_000);
  gateway.world.time.advance(-600_000);
  expect(await told()).toEqual(['CLOCK_SKEW']);
  expect((await gateway.openExceptions())[0]!.detail).toContain('back by 600 seconds');
  pass(60_000);
  expect(await told()).toEqual([]);
});

test('work that nobody does is told after a quarter of an hour', async () => {
  const { context } = gateway;
  const item = { kind: 'notify', key: 'k', orderingKey: '', partnerId: '', payload: {} } as const;
  await context.store.commit(enqueue(context, item));
  expect(await told()).toEqual([]);
  pass(16 * 60_000);
  expect(await told()).toEqual(['QUEUE_BACKLOG']);
});
