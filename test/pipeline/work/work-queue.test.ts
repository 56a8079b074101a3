import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GatewayError } from '../../../src/common/errors.ts';
import { createIdSource } from '../../../src/pipeline/ids.ts';
import type { IdSource } from '../../../src/pipeline/ports/clock.ts';
import type { Operation } from '../../../src/pipeline/ports/store.ts';
import type { WorkRecord } from '../../../src/pipeline/records.ts';
import { discardDead, redriveDead } from '../../../src/pipeline/work/dead-work.ts';
import { enqueue, WorkQueue, type Lease, type WorkSpec } from '../../../src/pipeline/work/work-queue.ts';
import { WorkLine } from '../../../src/pipeline/work/work-line.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { claimRecord } from '../../store/records.ts';
import { FakeTime } from '../fake-time.ts';

let store: SqliteStore;
let time: FakeTime;
let ids: IdSource;
let queue: WorkQueue;

beforeEach(() => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  time = new FakeTime();
  ids = createIdSource(time);
  queue = node('node-1');
});
afterEach(() => store.close());

function node(owner: string, random = () => 0.5): WorkQueue {
  return new WorkQueue({ store, clock: time, random, owner, leaseMs: 30_000 });
}

async function add(id: string, spec: Partial<WorkSpec> = {}): Promise<void> {
  await store.commit(
    enqueue(
      { clock: time, ids },
      { kind: 'sendFile', key: id, id, orderingKey: '', partnerId: 'acme', payload: {}, ...spec },
    ),
  );
}

async function claimIds(limit = 10, by = queue): Promise<string[]> {
  return (await by.claim(limit)).map(({ item }) => item.id);
}

async function claimOne(by = queue): Promise<Lease> {
  const [lease] = await by.claim(1);
  if (lease === undefined) throw new Error('nothing to claim');
  return lease;
}

async function finish(lease: Lease, by = queue): Promise<void> {
  await by.complete(lease);
  await by.parked.bringBack(lease.item.orderingKey);
}

async function stored(id: string): Promise<WorkRecord> {
  const record = await store.get('work', id);
  if (record === undefined) throw new Error(`no work ${id}`);
  return record;
}

const nothingElse = (): Promise<readonly Operation[]> => Promise.resolve([]);
const unavailable = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');

describe('claim', () => {
  test('leases the oldest first, once, with owner, epoch and end of the lease', async () => {
    for (const id of ['c', 'a', 'b']) await add(id);
    expect(await claimIds(2)).toEqual(['c', 'a']);
    expect(await claimIds()).toEqual(['b']);
    expect(await claimIds()).toEqual([]);
    expect(await stored('a')).toMatchObject({
      status: 'leased',
      owner: 'node-1',
      epoch: 1,
      attempts: 1,
      leaseUntil: '2026-03-02T08:00:30.000Z',
    });
  });

  test('two nodes never get the same item', async () => {
    for (let index = 0; index < 40; index += 1) await add(`w${index}`);
    const other = node('node-2');
    const claimed = await Promise.all([claimIds(30), claimIds(30, other), claimIds(30), claimIds(30, other)]);
    const all = claimed.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(40);
  });

  test('a store that cannot be written says so: it is no lease of somebody else', async () => {
    await add('w');
    const commit = store.commit.bind(store);
    store.commit = () => Promise.reject(new GatewayError('STORE_UNAVAILABLE', 'disk full'));
    await expect(queue.claim(1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    store.commit = commit;
    expect(await claimIds()).toEqual(['w']);
  });

  test('smaller lanes go first', async () => {
    await add('catalogue', { lane: 5 });
    await add('order', { lane: 1 });
    expect(await claimIds()).toEqual(['order', 'catalogue']);
  });

  test('partners take turns, whatever one of them has waiting', async () => {
    for (let index = 0; index < 200; index += 1) await add(`acme-${index}`);
    await add('globex-0', { partnerId: 'globex' });
    await add('initech-0', { partnerId: 'initech' });
    expect(await claimIds(4)).toEqual(['acme-0', 'globex-0', 'initech-0', 'acme-1']);
    await add('globex-1', { partnerId: 'globex' });
    expect(await claimIds(1)).toEqual(['acme-2']);
    expect(await claimIds(1)).toEqual(['globex-1']);
    expect(await claimIds(2)).toEqual(['acme-3', 'acme-4']);
  });

  test('a small number of slots still reaches every partner in turn', async () => {
    for (const partnerId of ['a', 'b', 'c']) {
      for (let index = 0; index < 3; index += 1) await add(`${partnerId}${index}`, { partnerId });
    }
    const order: string[] = [];
    for (let round = 0; round < 9; round += 1) order.push(...(await claimIds(1)));
    expect(order).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  test('a partner whose id begins with that of another has its own line', async () => {
    await add('x', { partnerId: 'acme' });
    await add('y', { partnerId: 'acme-eu' });
    await add('z', { partnerId: '' });
    expect(await claimIds(1)).toEqual(['z']);
    expect((await claimIds(2)).sort()).toEqual(['x', 'y']);
  });
});

describe('a node with a line of its own', () => {
  const orderingKey = 'partner:acme';
  const shared = (owner: string) => {
    const line = new WorkLine({ limit: 4, isAlone: false });
    line.open(() => undefined);
    return new WorkQueue({ store, clock: time, random: () => 0.5, owner, leaseMs: 30_000, line });
  };

  test('leases with an item what comes next of its order, as far as there is room, and does it in order', async () => {
    for (let index = 0; index < 6; index += 1) await add(`f${index}`, { kind: 'processFile', orderingKey });
    const own = shared('node-1');
    const done: string[] = [];
    for (let turn = 0; done.length < 6 && turn < 20; turn += 1) {
      for (const lease of await own.take(3)) {
        done.push(lease.item.id);
        await finish(lease, own);
        own.line.end(lease.item);
      }
      // As a worker does every second: others may have left something.
      own.line.isLeft = true;
      if (turn === 0) expect(own.line.size).toBe(4);
    }
    expect(done).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'f5']);
  });

  test('leaves the order of what another node holds alone', async () => {
    for (const id of ['first', 'second']) await add(id, { kind: 'processFile', orderingKey });
    await add('free', { kind: 'processFile' });
    await claimOne();
    const other = shared('node-2');
    expect((await other.take(3)).map(({ item }) => item.id)).toEqual(['free']);
    expect(other.line.size).toBe(0);
  });

  test('takes nothing in when its line was closed meanwhile', async () => {
    for (const id of ['first', 'second']) await add(id, { kind: 'processFile', orderingKey });
    const own = shared('node-1');
    own.line.close();
    expect((await own.take(3)).map(({ item }) => item.id)).toEqual(['first']);
    expect(await stored('second')).toMatchObject({ owner: '', attempts: 0 });
  });
});

describe('order within an orderingKey', () => {
  const orderingKey = 'order:PO-1';
  beforeEach(async () => {
    for (const id of ['first', 'second', 'third']) await add(id, { orderingKey });
    await add('free');
  });

  test('one after the other, and others are not held up', async () => {
    const [first, free] = await queue.claim(10);
    expect([first?.item.id, free?.item.id]).toEqual(['first', 'free']);
    expect(await claimIds()).toEqual([]);
    await finish(first!);
    expect(await claimIds()).toEqual(['second']);
    expect(await claimIds()).toEqual([]);
  });

  test('a delayed item holds up the younger ones until it is done', async () => {
    await queue.fail((await claimOne()).item, unavailable, nothingElse);
    expect(await claimIds()).toEqual(['free']);
    time.advance(60_000);
    await queue.repair.releaseDue();
    expect(await claimIds()).toEqual(['first']);
  });

  test('a dead item holds up the younger ones until a person redrives it', async () => {
    await queue.fail((await claimOne()).item, new GatewayError('TRANSPORT_REJECTED', 'no'), nothingElse);
    expect(await claimIds()).toEqual(['free']);
    await redriveDead({ store, clock: time }, 'first', { by: 'ann', reason: 'address corrected' });
    const lease = await claimOne();
    expect(lease.item).toMatchObject({ id: 'first', attempts: 1, epoch: 2 });
    expect(lease.item.history.at(-1)).toMatchObject({
      outcome: 'redriven',
      message: 'ann: address corrected',
    });
    await finish(lease);
    expect(await claimIds()).toEqual(['second']);
  });

  test('or gives it up', async () => {
    await queue.fail((await claimOne()).item, new GatewayError('TRANSPORT_REJECTED', 'no'), nothingElse);
    expect(await claimIds()).toEqual(['free']);
    await discardDead({ store, clock: time }, 'first', { by: 'ann', reason: 'sent by mail' });
    expect(await stored('first')).toMatchObject({ status: 'done' });
    expect(await claimIds()).toEqual(['second']);
  });

  test('the completion brings the next one back in its own commit', async () => {
    const lease = await claimOne();
    expect((await claimIds()).includes('second')).toBe(false);
    await finish(lease);
    const second = await claimOne();
    await store.commit(second.complete());
    expect((await stored('third')).status).toBe('ready');
  });

  test('a parking that crosses the completion is undone', async () => {
    const lease = await claimOne();
    const raced = await stored('second');
    await finish(lease);
    await store.commit([{ op: 'update', collection: 'work', record: { ...raced, status: 'blocked' } }]);
    await queue.parked.bringBack(orderingKey);
    expect(await claimIds()).toEqual(['second', 'free']);
  });

  test('what a crash left blocked behind a finished item is swept free', async () => {
    const lease = await claimOne();
    const raced = await stored('second');
    await finish(lease);
    await store.commit([{ op: 'update', collection: 'work', record: { ...raced, status: 'blocked' } }]);
    await queue.repair.sweepBlocked();
    expect(await claimIds()).toEqual(['second', 'free']);
  });

  test('what another node parked right before its death is brought back once it is seen to be dead', async () => {
    const other = new WorkQueue({ store, clock: time, random: () => 0, owner: 'other', leaseMs: 1000 });
    await other.heartbeat.beat();
    const lease = await claimOne();
    const raced = await stored('second');
    await finish(lease);
    await store.commit([{ op: 'update', collection: 'work', record: { ...raced, status: 'blocked' } }]);
    await queue.repair.sweepAfterDeaths();
    expect((await stored('second')).status).toBe('blocked');
    time.advance(1001);
    await queue.repair.sweepAfterDeaths();
    expect((await stored('second')).status).toBe('ready');
  });

  test('property: any mix of finishing, failing and dying keeps every order and loses nothing', async () => {
    const action = fc.constantFrom('finish', 'finish', 'fail', 'die', 'claim', 'wait');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('k1', 'k2', ''), { minLength: 1, maxLength: 12 }),
        fc.array(action, { maxLength: 60 }),
        async (keys, actions) => {
          const own = SqliteStore.open({ file: ':memory:', role: 'tool' });
          const workers = ['n1', 'n2'].map(
            (owner) => new WorkQueue({ store: own, clock: time, random: () => 0, owner, leaseMs: 1000 }),
          );
          for (const [index, key] of keys.entries()) {
            await own.commit(
              enqueue(
                { clock: time, ids },
                { kind: 'sendFile', key: `${index}`, orderingKey: key, partnerId: key, payload: { index } },
              ),
            );
          }
          const doneOrder: number[] = [];
          const held: { lease: Lease; by: WorkQueue }[] = [];
          const step = async (what: string): Promise<void> => {
            const by = workers[doneOrder.length % 2]!;
            if (what === 'claim' || held.length === 0) {
              for (const lease of await by.claim(2)) held.push({ lease, by });
              return;
            }
            if (what === 'wait') {
              time.advance(500);
              return;
            }
            const { lease, by: owner } = held.shift()!;
            if (what === 'fail')
              await owner.fail(lease.item, unavailable, nothingElse).catch(() => undefined);
            if (what !== 'finish') return;
            try {
              await owner.complete(lease);
              doneOrder.push(Number(lease.item.payload['index']));
            } catch {
              return; // taken over meanwhile
            }
            await owner.parked.bringBack(lease.item.orderingKey);
          };
          for (const what of actions) await step(what);
          for (let rounds = 0; doneOrder.length < keys.length && rounds < 1000; rounds += 1) {
            time.advance(2 * 3_600_000);
            held.length = 0;
            await workers[0]!.repair.reclaim({ of: 'allOthers', running: new Set(), onDead: nothingElse });
            await workers[1]!.repair.reclaim({ of: 'allOthers', running: new Set(), onDead: nothingElse });
            await workers[0]!.repair.releaseDue();
            for (const lease of await workers[0]!.claim(10)) held.push({ lease, by: workers[0]! });
            while (held.length > 0) await step('finish');
          }
          expect([...doneOrder].sort((a, b) => a - b)).toEqual(keys.map((_, index) => index));
          for (const key of ['k1', 'k2']) {
            const ofKey = doneOrder.filter((index) => keys[index] === key);
            expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
          }
          await own.close();
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('completion', () => {
  test('is one commit with the result', async () => {
    await add('w');
    const lease = await claimOne();
    const result: Operation = { op: 'insert', collection: 'claims', record: claimRecord('result') };
    await store.commit([result, ...lease.complete()]);
    expect(await store.get('claims', 'result')).toBeDefined();
    expect(await stored('w')).toMatchObject({ status: 'done', owner: '', finishedAt: time.now() });
  });

  test('is refused, with the result, once another node took the lease over', async () => {
    await add('w');
    const lease = await claimOne();
    const other = node('node-2');
    time.advance(31_000);
    await other.repair.reclaim({ of: 'expired', running: new Set(), onDead: nothingElse });
    const taken = await claimOne(other);
    expect(taken.item.epoch).toBe(2);
    const result: Operation = { op: 'insert', collection: 'claims', record: claimRecord('result') };
    await expect(store.commit([result, ...lease.complete()])).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { collection: 'work', id: 'w' },
    });
    expect(await store.get('claims', 'result')).toBeUndefined();
    expect(await queue.leaseState(lease.item)).toBe('lost');
    expect(await other.leaseState(taken.item)).toBe('held');
  });
});

describe('leases', () => {
  test('live as long as the heartbeat of their node, not longer', async () => {
    await add('w');
    await queue.heartbeat.beat();
    await claimOne();
    const other = node('node-2');
    for (let beat = 0; beat < 6; beat += 1) {
      time.advance(10_000);
      await queue.heartbeat.beat();
      expect(await other.repair.reclaim({ of: 'expired', running: new Set(), onDead: nothingElse })).toBe(0);
    }
    time.advance(31_000);
    expect(await other.repair.reclaim({ of: 'expired', running: new Set(), onDead: nothingElse })).toBe(1);
    expect(await claimIds(1, other)).toEqual(['w']);
    expect((await stored('w')).history.at(-1)).toMatchObject({ outcome: 'takenOver' });
  });

  test('of every other node are taken over at once by a gateway that is alone', async () => {
    await add('w');
    await queue.heartbeat.beat();
    await claimOne();
    const next = node('node-1-restarted');
    await next.repair.reclaim({ of: 'allOthers', running: new Set(), onDead: nothingElse });
    expect(await claimIds(1, next)).toEqual(['w']);
  });

  test('given back by a graceful stop do not count as an attempt', async () => {
    await add('w');
    await queue.release((await claimOne()).item);
    expect(await stored('w')).toMatchObject({ status: 'ready', attempts: 0, owner: '' });
  });

  test('an item that ends its node again and again becomes a dead letter with its exception', async () => {
    await add('poison');
    const letters: string[] = [];
    for (let start = 0; start < 7; start += 1) {
      const starting = node(`start-${start}`);
      await starting.repair.reclaim({
        of: 'allOthers',
        running: new Set(),
        onDead: (item) => {
          letters.push(item.id);
          return Promise.resolve([{ op: 'insert', collection: 'claims', record: claimRecord('told') }]);
        },
      });
      await claimIds(1, starting);
    }
    expect(letters).toEqual(['poison']);
    expect(await stored('poison')).toMatchObject({ status: 'dead', attempts: 6 });
    expect(await store.get('claims', 'told')).toBeDefined();
  });
});

describe('failure', () => {
  async function pauses(error: unknown, spec: Partial<WorkSpec> = {}): Promise<number[]> {
    await add('w', spec);
    const found: number[] = [];
    for (;;) {
      const failed = await queue.fail((await claimOne()).item, error, nothingElse);
      if (failed.status === 'dead') return found;
      const dueAt = await queue.repair.nextDueAt();
      found.push((Date.parse(dueAt ?? '') - Date.parse(time.now())) / 60_000);
      time.advance(Date.parse(dueAt ?? '') - Date.parse(time.now()) - 1);
      expect(await queue.repair.releaseDue()).toBe(0);
      time.advance(1);
      expect(await queue.repair.releaseDue()).toBe(1);
    }
  }

  test('of a transport is tried again after 1, 2, 4, 8, 15, 30, 60 minutes, then every 4 hours for 24 hours', async () => {
    const found = await pauses(unavailable);
    expect(found).toEqual([1, 2, 4, 8, 15, 30, 60, 240, 240, 240, 240, 240, 120]);
    expect(found.reduce((total, pause) => total + pause)).toBe(24 * 60);
  });

  test('of the ERP is tried ten times in all', async () => {
    expect(await pauses(new GatewayError('ERP_UNAVAILABLE', 'down'), { kind: 'writeErp' })).toHaveLength(9);
  });

  test('that no retry can help is a dead letter at once', async () => {
    expect(await pauses(new GatewayError('TRANSPORT_REJECTED', 'no'))).toEqual([]);
  });

  test('that nobody foresaw is tried three times', async () => {
    expect(await pauses(new TypeError('bug'))).toEqual([1, 2]);
  });

  test('of a conflict is tried again at once, a little later each time', async () => {
    const taken = new GatewayError('CONFLICT', 'somebody else was faster', { retryable: 'now' });
    const found = await pauses(taken);
    expect(found.slice(0, 3).map((minutes) => minutes * 60_000)).toEqual([100, 200, 300]);
    expect(found).toHaveLength(13);
  });

  test('pauses are spread by a fifth to either side', async () => {
    for (const [random, expectedMs] of [
      [0, 48_000],
      [1, 72_000],
    ] as const) {
      await add(`w${random}`);
      const spread = node('spread', () => random);
      const failed = await spread.fail((await claimOne(spread)).item, unavailable, nothingElse);
      expect(Date.parse(failed.notBefore) - Date.parse(time.now())).toBe(expectedMs);
    }
  });

  test('the dead letter and its exception are one commit', async () => {
    await add('w');
    const lease = await claimOne();
    const exception: Operation = { op: 'insert', collection: 'claims', record: claimRecord('exception') };
    const rejected = new GatewayError('TRANSPORT_REJECTED', 'file name not allowed');
    await queue.fail(lease.item, rejected, () => Promise.resolve([exception]));
    expect(await stored('w')).toMatchObject({
      status: 'dead',
      history: [{ outcome: 'dead', message: 'file name not allowed' }],
    });
    expect(await store.get('claims', 'exception')).toBeDefined();
  });

  test('the history keeps the newest twenty entries', async () => {
    await add('w');
    for (let turn = 0; turn < 25; turn += 1) await queue.release((await claimOne()).item);
    expect((await stored('w')).history).toHaveLength(20);
  });

  test('only a dead item can be redriven or discarded', async () => {
    await add('w');
    const note = { by: 'ann', reason: 'x' };
    await expect(redriveDead({ store, clock: time }, 'w', note)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    await expect(discardDead({ store, clock: time }, 'none', note)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

test('an effect enqueued twice under its own id is refused the second time', async () => {
  await add('effect-1');
  await expect(add('effect-1')).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('every query of the queue is served by an index', async () => {
  for (let index = 0; index < 30; index += 1)
    await add(`w${index}`, { orderingKey: 'k', partnerId: `p${index % 3}` });
  const [lease] = await queue.claim(5);
  await finish(lease!);
  await queue.heartbeat.beat();
  await queue.repair.releaseDue();
  await queue.repair.nextDueAt();
  await queue.repair.sweepBlocked();
  await queue.repair.sweepAfterDeaths();
  await queue.repair.reclaim({ of: 'expired', running: new Set(), onDead: nothingElse });
  await queue.repair.reclaim({ of: 'allOthers', running: new Set(), onDead: nothingElse });
  for (const { sql, plan } of store.queryPlans()) {
    if (sql.startsWith('INSERT')) continue;
    // All that is delayed, or leased, is all that is in that index.
    const walk = /^(?!.*SCAN work(?! USING INDEX work:(notBefore delayed|leaseUntil leased)))/;
    expect({ sql, plan }).toEqual({ sql, plan: expect.stringMatching(walk) });
    if (!sql.includes('UNION'))
      expect({ sql, plan }).toEqual({ sql, plan: expect.not.stringContaining('TEMP B-TREE') });
  }
});
