import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../../src/common/errors.ts';
import { InvariantError } from '../../../src/common/invariant.ts';
import { createIdSource } from '../../../src/pipeline/ids.ts';
import type { IdSource } from '../../../src/pipeline/ports/clock.ts';
import type { Operation, Store } from '../../../src/pipeline/ports/store.ts';
import type { WorkRecord } from '../../../src/pipeline/records.ts';
import { enqueue, WorkQueue, type WorkSpec } from '../../../src/pipeline/work/work-queue.ts';
import { Worker, type WorkHandler } from '../../../src/pipeline/work/worker.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { claimRecord } from '../../store/records.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { FakeTime } from '../fake-time.ts';

let store: SqliteStore;
let time: FakeTime;
let ids: IdSource;
let worker: Worker;
let deadLetters: string[];

beforeEach(() => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  time = new FakeTime();
  ids = createIdSource(time);
  deadLetters = [];
});
afterEach(async () => {
  await worker.stop();
  await store.close();
});

function startWorker(
  handler: WorkHandler,
  { concurrency = 4, on = store }: { concurrency?: number; on?: Store } = {},
): Worker {
  const started = new Worker({
    queue: new WorkQueue({ store: on, clock: time, random: () => 0.5, owner: 'node-1', leaseMs: 30_000 }),
    clock: time,
    timer: time,
    logger: silentLogger,
    handlers: {
      processFile: handler,
      sendFile: handler,
      sendReceipt: handler,
      sendEvents: handler,
      tellPartner: handler,
      writeErp: handler,
      rejectFile: handler,
      rematchInvoices: handler,
      notify: handler,
    },
    concurrency,
    onDead: (item) => {
      deadLetters.push(item.id);
      return Promise.resolve([]);
    },
  });
  started.start();
  return started;
}

async function add(id: string, spec: Partial<WorkSpec> = {}): Promise<void> {
  await store.commit(
    enqueue(
      { clock: time, ids },
      { kind: 'sendFile', key: id, id, orderingKey: '', partnerId: 'acme', payload: {}, ...spec },
    ),
  );
}

async function stored(id: string): Promise<WorkRecord | undefined> {
  return store.get('work', id);
}

/** A promise that the test settles. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('does what is there and what is enqueued later, without any time passing', async () => {
  const seen: string[] = [];
  await add('a');
  worker = startWorker(({ item }) => {
    seen.push(item.id);
    return Promise.resolve();
  });
  await worker.whenIdle();
  await add('b');
  worker.wake();
  await worker.whenIdle();
  expect(seen).toEqual(['a', 'b']);
  expect((await stored('b'))?.status).toBe('done');
});

test('sees what another process enqueued within a second', async () => {
  const done = gate();
  worker = startWorker(() => {
    done.open();
    return Promise.resolve();
  });
  await worker.whenIdle();
  await add('from elsewhere');
  time.advance(1000);
  await done.opened;
});

test('does no more than the set number at the same time, and uses every slot that frees up', async () => {
  const release = gate();
  let running = 0;
  let most = 0;
  for (let index = 0; index < 10; index += 1) await add(`w${index}`);
  const full = gate();
  worker = startWorker(
    async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 3) full.open();
      await release.opened;
      running -= 1;
    },
    { concurrency: 3 },
  );
  await full.opened;
  release.open();
  await worker.whenIdle();
  expect(most).toBe(3);
  expect(await store.count('work', { status: 'done' })).toBe(10);
});

test('keeps the order of a key while other keys go on', async () => {
  const seen: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    await add(`${index % 2 === 0 ? 'even' : 'odd'}-${index}`, {
      orderingKey: index % 2 === 0 ? 'even' : 'odd',
    });
  }
  worker = startWorker(async ({ item }) => {
    await Promise.resolve();
    seen.push(item.id);
  });
  await worker.whenIdle();
  const numbers = (prefix: string): number[] =>
    seen.filter((id) => id.startsWith(prefix)).map((id) => Number(id.split('-')[1]));
  expect(numbers('even')).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
  expect(numbers('odd')).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
});

describe('a handler', () => {
  test('that commits its result with the completion is done once', async () => {
    await add('w');
    let runs = 0;
    worker = startWorker(async (work) => {
      runs += 1;
      const result: Operation = { op: 'insert', collection: 'claims', record: claimRecord('result') };
      await store.commit([result, ...work.complete()]);
    });
    await worker.whenIdle();
    expect(runs).toBe(1);
    expect(await stored('w')).toMatchObject({ status: 'done', history: [{ outcome: 'done' }] });
  });

  test('that meets a conflict runs again at once on the same lease', async () => {
    await add('w');
    let runs = 0;
    worker = startWorker(() => {
      runs += 1;
      return runs < 4 ? Promise.reject(new GatewayError('CONFLICT', 'changed')) : Promise.resolve();
    });
    await worker.whenIdle();
    expect(runs).toBe(4);
    expect(await stored('w')).toMatchObject({ status: 'done', attempts: 1 });
  });

  test('that fails is tried again when its pause is over, without a poll in between', async () => {
    await add('w');
    let runs = 0;
    worker = startWorker(() => {
      runs += 1;
      return runs === 1
        ? Promise.reject(new GatewayError('TRANSPORT_UNAVAILABLE', 'down'))
        : Promise.resolve();
    });
    await worker.whenIdle();
    expect(await stored('w')).toMatchObject({ status: 'delayed', notBefore: '2026-03-02T08:01:00.000Z' });
    time.advance(60_000);
    await worker.whenIdle();
    expect(await stored('w')).toMatchObject({ status: 'done', attempts: 2 });
  });

  test('that breaks an invariant is a dead letter, and the worker goes on', async () => {
    await add('bug');
    await add('fine');
    worker = startWorker(({ item }) =>
      item.id === 'bug' ? Promise.reject(new InvariantError('must not be')) : Promise.resolve(),
    );
    await worker.whenIdle();
    expect(deadLetters).toEqual(['bug']);
    expect((await stored('fine'))?.status).toBe('done');
  });

  test('whose commit was applied although its reply was lost is not run again', async () => {
    await add('w');
    let runs = 0;
    worker = startWorker(async (work) => {
      runs += 1;
      await store.commit(work.complete());
      throw new GatewayError('STORE_UNAVAILABLE', 'connection lost');
    });
    await worker.whenIdle();
    expect(runs).toBe(1);
    expect(await stored('w')).toMatchObject({ status: 'done', attempts: 1 });
  });

  test('whose lease another node took over leaves the outcome to that node', async () => {
    await add('w');
    const started = gate();
    const release = gate();
    worker = startWorker(async () => {
      started.open();
      await release.opened;
    });
    await started.opened;
    const other = new WorkQueue({ store, clock: time, random: () => 0, owner: 'node-2', leaseMs: 30_000 });
    await other.repair.reclaim({ of: 'allOthers', running: new Set(), onDead: () => Promise.resolve([]) });
    const [taken] = await other.claim(1);
    release.open();
    await worker.whenIdle();
    expect(await stored('w')).toMatchObject({ status: 'leased', owner: 'node-2' });
    await other.complete(taken!);
  });
});

describe('stop', () => {
  test('lets running work finish and claims nothing more', async () => {
    await add('a');
    await add('b');
    const started = gate();
    const release = gate();
    worker = startWorker(
      async () => {
        started.open();
        await release.opened;
      },
      { concurrency: 1 },
    );
    await started.opened;
    const stopped = worker.stop();
    release.open();
    await stopped;
    expect((await stored('a'))?.status).toBe('done');
    expect((await stored('b'))?.status).toBe('ready');
  });

  test('gives back what does not finish in time, and a late result of it is refused', async () => {
    await add('slow');
    const started = gate();
    const release = gate();
    const late = gate();
    let outcome: unknown;
    worker = startWorker(async (work) => {
      started.open();
      await release.opened;
      outcome = await store.commit(work.complete()).catch((error: unknown) => error);
      late.open();
    });
    await started.opened;
    const stopped = worker.stop(5000);
    while ((await stored('slow'))?.status === 'leased') {
      time.advance(1000);
      await turnOfEventLoop();
    }
    await stopped;
    expect(await stored('slow')).toMatchObject({ status: 'ready', attempts: 0 });
    expect(await store.count('nodes', {})).toBe(0);
    release.open();
    await late.opened;
    expect(outcome).toMatchObject({ code: 'CONFLICT' });
  });
});

describe('trouble', () => {
  test('of the store is waited out', async () => {
    let down = true;
    const flaky: Store = new Proxy(store, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          down
            ? Promise.reject(new GatewayError('STORE_UNAVAILABLE', 'gone'))
            : (value as (...given: unknown[]) => unknown).apply(target, args);
      },
    });
    await add('w');
    const done = gate();
    worker = startWorker(
      () => {
        done.open();
        return Promise.resolve();
      },
      { on: flaky },
    );
    await turnOfEventLoop();
    down = false;
    time.advance(1000);
    await done.opened;
  });

  test('of a clock that is set back by a day does not stop the heartbeat', async () => {
    worker = startWorker(() => Promise.resolve());
    await worker.whenIdle();
    time.advance(-86_400_000);
    worker.wake();
    await worker.whenIdle();
    expect((await store.get('nodes', 'node-1'))?.aliveUntil).toBe('2026-03-01T08:00:30.000Z');
  });

  test('an outcome that could not be recorded is taken up again once the lease is over', async () => {
    await add('w');
    let refuse = true;
    const refusing: Store = new Proxy(store, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const completes = property === 'commit' && JSON.stringify(args[0]).includes('"status":"done"');
          if (refuse && completes) return Promise.reject(new GatewayError('STORE_UNAVAILABLE', 'disk full'));
          return (value as (...given: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    worker = startWorker(() => Promise.resolve(), { on: refusing });
    await worker.whenIdle();
    expect((await stored('w'))?.status).toBe('leased');
    refuse = false;
    time.advance(31_000);
    await worker.whenIdle();
    expect(await stored('w')).toMatchObject({ status: 'done', attempts: 2 });
  });
});
