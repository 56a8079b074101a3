/**
 * Child process of the suite of killed workers: a worker on the store of an installation. Each item writes, in one commit with
 * its completion, the next entry of its order's diary. Prints the id of every item that was done; ends by itself when every item
 * is done, also those of workers that died.
 */
import type { Operation } from '../../../src/pipeline/ports/store.ts';
import { WorkQueue } from '../../../src/pipeline/work/work-queue.ts';
import { Worker, type WorkHandler } from '../../../src/pipeline/work/worker.ts';
import { systemTimer } from '../../../src/jobs/system-timer.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { claimRecord } from '../../store/records.ts';
import { silentLogger } from '../../support/silent-logger.ts';

/** Short, so that the others take over what a dead one held while the test runs. */
const LEASE_MS = 1_500;

const [dataFolder = '', mongodbUri] = process.argv.slice(2);
const store = await openStore({ dataFolder, ...(mongodbUri !== undefined && { mongodbUri }) }, 'gateway');
const clock = { now: () => new Date().toISOString() };
const owner = `process ${process.pid}`;
const queue = new WorkQueue({ store, clock, random: Math.random, owner, leaseMs: LEASE_MS });
const onDead = (): Promise<readonly Operation[]> => Promise.resolve([]);

const handler: WorkHandler = async ({ item, complete }) => {
  const diary = item.orderingKey === '' ? `alone-${item.id}` : item.orderingKey;
  const counter = await store.get('counters', diary);
  const value = (counter?.value ?? 0) + 1;
  await store.commit([
    counter === undefined
      ? { op: 'insert', collection: 'counters', record: { id: diary, revision: 0, value } }
      : { op: 'update', collection: 'counters', record: { ...counter, value } },
    {
      op: 'insert',
      collection: 'claims',
      record: claimRecord(`${diary}/${String(value).padStart(5, '0')}`, item.id),
    },
    ...complete(),
  ]);
  process.stdout.write(`${item.id}\n`);
};

const worker = new Worker({
  queue,
  clock,
  timer: systemTimer,
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
  concurrency: 8,
  onDead,
});
// As a gateway does: alone on SQLite, one of many on MongoDB.
if (mongodbUri === undefined) await queue.repair.reclaim({ of: 'allOthers', running: new Set(), onDead });
await queue.repair.sweepBlocked();
worker.start();
do await worker.whenIdle();
while ((await store.count('work', { status: { in: ['ready', 'leased', 'blocked', 'delayed'] } })) > 0);
await worker.stop();
await store.close();
