import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createIdSource } from '../../../src/pipeline/ids.ts';
import { enqueue, WorkQueue } from '../../../src/pipeline/work/work-queue.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { FakeTime } from '../fake-time.ts';

const DAY_MS = 86_400_000;
const onDead = () => Promise.resolve([]);

let store: SqliteStore;
let time: FakeTime;

beforeEach(() => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  time = new FakeTime();
});
afterEach(() => store.close());

function node(owner: string, leaseMs = 30_000): WorkQueue {
  return new WorkQueue({ store, clock: time, random: () => 0.5, owner, leaseMs });
}

async function addMany(count: number): Promise<void> {
  const ids = createIdSource(time);
  const spec = { kind: 'sendFile', orderingKey: '', partnerId: 'acme', payload: {} } as const;
  await store.commit(
    Array.from({ length: count }, (_, number) =>
      enqueue({ clock: time, ids }, { ...spec, key: `w${number}`, id: `w${number}` }),
    ).flat(),
  );
}

test('everything that a gateway had in hand when it was killed goes on at its next start, however much', async () => {
  await addMany(1_200);
  await node('killed').claim(1_200);
  const next = node('next');
  expect(await next.repair.reclaim({ of: 'allOthers', running: new Map(), onDead })).toBe(1_200);
  expect(await store.count('work', { status: 'leased' })).toBe(0);
});

test('long work of gateways that live hides no lease of one that has died', async () => {
  await addMany(1_001);
  const busy = node('busy');
  await busy.heartbeat.beat();
  await busy.claim(1_000);
  time.advance(1);
  await node('killed').claim(1);
  time.advance(31_000);
  await busy.heartbeat.beat();
  expect(await node('next').repair.reclaim({ of: 'expired', running: new Map(), onDead })).toBe(1);
});

test('a death is seen however many have died before, and those of earlier days are forgotten', async () => {
  const queue = node('this-one');
  const killed = Array.from({ length: 1_001 }, (_, number) => node(`killed-${number}`));
  for (const each of killed) await each.heartbeat.beat();
  time.advance(60_000);
  expect(await queue.heartbeat.deaths()).toHaveLength(1_001);
  await queue.repair.sweepAfterDeaths();
  time.advance(DAY_MS);
  const later = node('killed-later', 1_000);
  await later.heartbeat.beat();
  time.advance(2_000);
  await queue.repair.sweepAfterDeaths();
  expect((await queue.heartbeat.deaths()).map((death) => death.split(' ')[0])).toEqual(['killed-later']);
});

test('a gateway that wakes up after days and was forgotten is alive again', async () => {
  const frozen = node('frozen');
  await frozen.heartbeat.beat();
  time.advance(2 * DAY_MS);
  const queue = node('this-one');
  await queue.repair.sweepAfterDeaths();
  expect(await queue.heartbeat.isAlive('frozen', time.now())).toBe(false);
  await frozen.heartbeat.beat();
  expect(await queue.heartbeat.isAlive('frozen', time.now())).toBe(true);
});
