import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CollectionName } from '../../../src/pipeline/ports/store.ts';
import { readOperations } from '../../../src/pipeline/queries/operations.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { slowQueries } from '../../support/query-plans.ts';

let store: SqliteStore;
beforeEach(() => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
});
afterEach(() => store.close());

interface Shape {
  where?: Record<string, unknown>;
  orderBy?: string;
  descending?: boolean;
}

const newest = { orderBy: 'createdAt', descending: true };
const openOrSnoozed = { in: ['open', 'snoozed'] };

/** The shape of every query that the pipeline, the API and the jobs ask; those of the work queue are in its own test. */
const SHAPES: Record<string, [CollectionName, Shape][]> = {
  'receiving and processing': [
    ['interchanges', { where: { fileId: 'f' } }],
    ['interchanges', { where: { controlKey: 'k' }, ...newest }],
    ['documents', { where: { fileId: 'f' } }],
    ['documents', { where: { interchangeId: 'i' } }],
    ['orderDocuments', { where: { documentId: 'd' } }],
    ['orders', { where: { number: 'PO-1' } }],
    ['exceptions', { where: { fingerprint: 'f', status: openOrSnoozed } }],
    ['exceptions', { where: { groupKey: 'g', status: 'open' } }],
    ['invoices', { where: { supplierId: 's' }, orderBy: 'normalisedNumber' }],
    ['invoices', { where: { supplierId: 's', normalisedNumber: 'n' } }],
  ],
  ticks: [
    ['deadlines', { where: { status: 'pending', dueAt: { lte: 'now' } }, orderBy: 'dueAt' }],
    ['jobs', { where: { name: 'poll' } }],
    ['jobs', { where: { nextRunAt: { gt: '', lt: 'now' } }, orderBy: 'nextRunAt' }],
  ],
  'lists, newest first, with each filter': [
    ...(['files', 'documents', 'invoices', 'work'] as const).map((collection): [CollectionName, Shape] => [
      collection,
      newest,
    ]),
    ['files', { where: { status: 's' }, ...newest }],
    ['files', { where: { partnerId: 'p' }, ...newest }],
    ['files', { where: { direction: 'd' }, ...newest }],
    ['documents', { where: { partnerId: 'p' }, ...newest }],
    ['documents', { where: { documentType: 't' }, ...newest }],
    ['documents', { where: { status: 's' }, ...newest }],
    ['invoices', { where: { status: 's' }, ...newest }],
    ...(['ready', 'delayed', 'blocked', 'dead'] as const).map((status): [CollectionName, Shape] => [
      'work',
      { where: { status }, ...newest },
    ]),
    ['work', { where: { status: 'leased' }, orderBy: 'leaseUntil', descending: true }],
    ['orders', { orderBy: 'updatedAt', descending: true }],
    ['orders', { where: { partnerId: 'p' }, orderBy: 'updatedAt', descending: true }],
    ['orders', { where: { badge: 'b' }, orderBy: 'updatedAt', descending: true }],
    ['orders', { where: { open: true }, orderBy: 'updatedAt', descending: true }],
    ['exceptions', { orderBy: 'openedAt', descending: true }],
    ['exceptions', { where: { status: 'resolved' }, orderBy: 'openedAt', descending: true }],
    ['exceptions', { where: { status: 'open' }, orderBy: 'priority', descending: true }],
    ['exceptions', { where: { status: openOrSnoozed }, orderBy: 'priority', descending: true }],
    ['repeatRuns', { orderBy: 'startedAt', descending: true }],
    ['approvals', { orderBy: 'requestedAt', descending: true }],
    ['approvals', { where: { status: 'waiting' }, orderBy: 'requestedAt', descending: true }],
    ['audit', { orderBy: 'at', descending: true }],
    ['audit', { where: { subject: 'order:1' }, orderBy: 'at', descending: true }],
    ['erpCommands', { where: { number: { gt: 5 } }, orderBy: 'number' }],
    ['erpLinks', { where: { kind: 'order', erpId: '7' } }],
    ['erpLinks', { where: { kind: 'order' }, orderBy: 'erpId' }],
  ],
  'pages and searches': [
    ['orders', { where: { number: { gte: 'PO', lt: 'PP' } }, orderBy: 'number' }],
    ['invoices', { where: { number: { gte: 'A', lt: 'B' } }, orderBy: 'number' }],
    ['invoices', { where: { number: 'A' } }],
    ['documents', { where: { number: 'n' } }],
    ['files', { where: { sha256: 'h' } }],
    ['work', { where: { key: 'k' } }],
    ['orderEvents', { where: { orderId: 'o' }, orderBy: 'sequence', descending: true }],
    ['orderDocuments', { where: { orderId: 'o' }, orderBy: 'createdAt' }],
    ['matchDecisions', { where: { invoiceId: 'i' }, ...newest }],
    ['orderTimers', { where: { dueAt: { lte: 'now' } }, orderBy: 'dueAt' }],
    ['orderTimers', { orderBy: 'dueAt' }],
  ],
};

test.each(Object.entries(SHAPES))('no query slows down with the data: %s', async (_, shapes) => {
  for (const [collection, shape] of shapes) {
    const query = shape as Parameters<typeof store.find>[1];
    await store.find(collection, query);
    await store.count(collection, query.where);
  }
  expect(slowQueries(store)).toEqual([]);
});

test('no query of the metrics slows down with the data', async () => {
  await readOperations(store, '2026-03-02T09:00:00.000Z');
  expect(slowQueries(store)).toEqual([]);
  // As many as there is something to count, and no more when there is more of it.
  expect(store.queryPlans().length).toBeLessThan(60);
});

test('the check itself notices a table that is walked and a list that is sorted', async () => {
  await store.find('exceptions', { where: { type: 't' }, orderBy: 'priority' });
  await store.find('files', { where: { direction: 'inbound', createdAt: { gt: 'x' } }, orderBy: 'status' });
  expect(slowQueries(store)).toHaveLength(2);
});

test('a later page is found by the index as well', async () => {
  for (let index = 0; index < 5; index += 1) {
    await store.commit([
      { op: 'insert', collection: 'settings', record: { id: `s${index}`, revision: 0, value: index } },
      {
        op: 'insert',
        collection: 'audit',
        record: {
          id: `a${index}`,
          revision: 0,
          at: `2026-03-0${index + 1}`,
          actor: '',
          action: '',
          subject: 'order:1',
          details: {},
          previousHash: '',
          hash: '',
        },
      },
    ]);
  }
  for (const descending of [false, true]) {
    const query = { where: { subject: 'order:1' }, orderBy: 'at' as const, descending, limit: 2 };
    const { next = '' } = await store.find('audit', query);
    await store.find('audit', { ...query, after: next });
    const settings = await store.find('settings', { limit: 2, descending });
    await store.find('settings', { limit: 2, descending, after: settings.next ?? '' });
  }
  expect(slowQueries(store)).toEqual([]);
});
