import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { WorkRecord } from '../../../src/pipeline/records.ts';
import { createIdSource } from '../../../src/pipeline/ids.ts';
import type { IdSource } from '../../../src/pipeline/ports/clock.ts';
import { HandOverStore } from '../../../src/pipeline/work/hand-over-store.ts';
import { WorkLine } from '../../../src/pipeline/work/work-line.ts';
import { enqueue, WorkQueue, type WorkSpec } from '../../../src/pipeline/work/work-queue.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { claimRecord } from '../../store/records.ts';
import { FakeTime } from '../fake-time.ts';

let stored: SqliteStore;
let store: HandOverStore;
let line: WorkLine;
let queue: WorkQueue;
let time: FakeTime;
let ids: IdSource;

beforeEach(() => {
  stored = SqliteStore.open({ file: ':memory:', role: 'tool' });
  time = new FakeTime();
  ids = createIdSource(time);
  setUp(3);
});
afterEach(() => stored.close());

function setUp(limit: number): void {
  line = new WorkLine({ limit, isAlone: true });
  store = new HandOverStore({ store: stored, line, clock: time, owner: 'node-1' });
  queue = new WorkQueue({ store, clock: time, random: () => 0.5, owner: 'node-1', line });
  line.open(() => undefined);
}

function spec(id: string, more: Partial<WorkSpec> = {}) {
  return enqueue(
    { clock: time, ids },
    { kind: 'processFile', key: id, id, orderingKey: '', partnerId: 'acme', payload: {}, ...more },
  );
}

async function take(limit = 1): Promise<string[]> {
  return (await queue.take(limit)).map(({ item }) => item.id);
}

async function status(id: string): Promise<WorkRecord['status'] | undefined> {
  return (await stored.get('work', id))?.status;
}

test('what is enqueued is leased by the commit that enqueues it', async () => {
  await store.commit(spec('a'));
  expect(await stored.get('work', 'a')).toMatchObject({ status: 'leased', owner: 'node-1', attempts: 1 });
  const [lease] = await queue.take(1);
  await store.commit(lease!.complete());
  expect(line.isCompleted(lease!.item)).toBe(true);
  expect(await status('a')).toBe('done');
});

test('a commit that is refused hands nothing over, and its place is free again', async () => {
  setUp(1);
  const claim = { op: 'insert', collection: 'claims', record: claimRecord('x') } as const;
  await store.commit([claim]);
  await expect(store.commit([...spec('a'), claim])).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await take()).toEqual([]);
  await store.commit(spec('b'));
  expect(await take()).toEqual(['b']);
});

test('of one order only the oldest begins, also when a newer one was committed first', async () => {
  const [older, newer] = [spec('older', { orderingKey: 'k' }), spec('newer', { orderingKey: 'k' })];
  await store.commit(newer);
  await store.commit(older);
  const leases = await queue.take(3);
  expect(leases.map(({ item }) => item.id)).toEqual(['older']);
  await store.commit(leases[0]!.complete());
  line.end(leases[0]!.item);
  expect(await take(3)).toEqual(['newer']);
});

test('waits for an older item of its order that another process has', async () => {
  await stored.commit(spec('elsewhere', { orderingKey: 'k' }));
  await store.commit(spec('mine', { orderingKey: 'k' }));
  line.isLeft = false;
  expect(await take(3)).toEqual([]);
  expect(await stored.get('work', 'mine')).toMatchObject({ status: 'blocked', attempts: 0, owner: '' });
});

test('partners take turns, and the more urgent lane goes first', async () => {
  setUp(10);
  for (const id of ['a1', 'a2', 'a3']) await store.commit(spec(id, { partnerId: 'a' }));
  await store.commit(spec('slow', { partnerId: 'c', lane: 0 }));
  await store.commit(spec('b1', { partnerId: 'b' }));
  expect(await take(5)).toEqual(['slow', 'a1', 'b1', 'a2', 'a3']);
});

test('what has no room stays in the store, is found there, and what follows from files has room of its own', async () => {
  for (const id of ['1', '2', '3', '4']) await store.commit(spec(id));
  await store.commit(spec('answer', { kind: 'sendFile' }));
  expect(await status('4')).toBe('ready');
  expect(await status('answer')).toBe('leased');
  expect((await take(5)).sort()).toEqual(['1', '2', '3', '4', 'answer']);
});

test('a partner whose single item is left in the store does not wait for a full line of another', async () => {
  setUp(40);
  for (let count = 0; count < 40; count += 1) await store.commit(spec(`a${count}`, { partnerId: 'a' }));
  await store.commit(spec('b', { partnerId: 'b' }));
  expect(await status('b')).toBe('ready');
  const turns: string[] = [];
  while (!turns.includes('b')) turns.push(...(await take(1)));
  expect(turns.length).toBeLessThan(12);
});

test('what comes behind an item that was left goes to the store too', async () => {
  setUp(1);
  await store.commit(spec('1', { orderingKey: 'k' }));
  await store.commit(spec('2', { orderingKey: 'k' }));
  await store.commit(spec('answer', { kind: 'sendFile', orderingKey: 'k' }));
  expect(await status('answer')).toBe('ready');
});

test('an item that has failed is leased only when it begins: what ends its node is counted then', async () => {
  await store.commit(spec('a'));
  const [lease] = await queue.take(1);
  await queue.fail(lease!.item, new Error('once'), () => Promise.resolve([]));
  line.end(lease!.item);
  time.advance(10_000);
  await queue.repair.releaseDue();
  expect(await status('a')).toBe('ready');
  expect(await take()).toEqual(['a']);
});

test('a line that is closed gives back what had not begun, and takes nothing more in', async () => {
  await store.commit(spec('a'));
  for (const item of line.close()) await queue.release(item);
  expect(await stored.get('work', 'a')).toMatchObject({ status: 'ready', attempts: 0 });
  await store.commit(spec('b'));
  expect(await status('b')).toBe('ready');
});

test('what is put aside behind the work of another node has not been tried', async () => {
  line = new WorkLine({ limit: 3, isAlone: false });
  store = new HandOverStore({ store: stored, line, clock: time, owner: 'node-1' });
  queue = new WorkQueue({ store, clock: time, random: () => 0.5, owner: 'node-1', line });
  line.open(() => undefined);
  const orderingKey = 'order:PO-1';
  await stored.commit(spec('older', { orderingKey }));
  const other = new WorkQueue({ store: stored, clock: time, random: () => 0.5, owner: 'node-2' });
  const [lease] = await other.claim(1);
  await store.commit(spec('younger', { orderingKey }));
  expect(await take()).toEqual([]);
  expect(await stored.get('work', 'younger')).toMatchObject({ status: 'blocked', attempts: 0, owner: '' });
  await other.complete(lease!);
  await other.parked.bringBack(orderingKey);
  line.isLeft = true;
  expect(await take()).toEqual(['younger']);
  expect(await stored.get('work', 'younger')).toMatchObject({ status: 'leased', attempts: 1 });
});
