import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countExceptions } from '../../../src/pipeline/queries/exceptions.ts';
import type { ExceptionRecord } from '../../../src/pipeline/orders/order-records.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';

const MANY = 5_001;
const caller = { name: 'dana', now: '2026-03-02T09:00:00.000Z', endOfDay: '2026-03-02T22:59:59.000Z' };
let store: SqliteStore;

function record(number: number): ExceptionRecord {
  return {
    id: `x${number}`,
    revision: 0,
    type: 'QUEUE_BACKLOG',
    status: 'open',
    owner: 'ediOps',
    assignee: '',
    partnerId: 'acme',
    priority: number,
    openedAt: caller.now,
    dueAt: '2026-03-01T09:00:00.000Z',
    documentId: '',
  } as Partial<ExceptionRecord> as ExceptionRecord;
}

beforeAll(() => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
});
afterAll(() => store.close());

async function addUpTo(count: number): Promise<void> {
  const known = await store.count('exceptions', {});
  await store.commit(
    Array.from({ length: count - known }, (_, index) => ({
      op: 'insert' as const,
      collection: 'exceptions' as const,
      record: record(known + index),
    })),
  );
}

test('as many as are looked at are counted in full', async () => {
  await addUpTo(MANY - 1);
  expect(await countExceptions(store, caller)).toMatchObject({
    complete: true,
    open: MANY - 1,
    unassigned: MANY - 1,
    overdue: MANY - 1,
    byType: [{ type: 'QUEUE_BACKLOG', count: MANY - 1 }],
  });
});

test('where more are open than are looked at, that is said: the other numbers are too small', async () => {
  await addUpTo(MANY);
  expect(await countExceptions(store, caller)).toMatchObject({
    complete: false,
    open: MANY,
    overdue: MANY - 1,
  });
});
