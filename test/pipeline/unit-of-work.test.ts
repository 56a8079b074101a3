import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Collections } from '../../src/pipeline/collections.ts';
import { UnitOfWork } from '../../src/pipeline/unit-of-work.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

type OrderDocumentRecord = Collections['orderDocuments'];

const join = (id: number, orderId: string, documentId: string): OrderDocumentRecord => ({
  id: `join-${String(id).padStart(6, '0')}`,
  revision: 0,
  orderId,
  documentId,
  createdAt: '2026-03-02T08:00:00.000Z',
});

let store: SqliteStore;
beforeEach(() => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
});
afterEach(() => store.close());

describe('a unit of work', () => {
  const value = fc.constantFrom('a', 'b', 'c');
  const steps = fc.array(
    fc.oneof(
      fc.record({ does: fc.constant('write' as const), id: fc.nat(7), orderId: value, documentId: value }),
      fc.record({ does: fc.constant('delete' as const), id: fc.nat(7) }),
      fc.record({ does: fc.constant('look' as const), orderId: value, documentId: value }),
    ),
    { maxLength: 30 },
  );

  test('finds what the store holds with its own changes laid over it, whenever it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        store = SqliteStore.open({ file: ':memory:', role: 'tool' });
        const kept = [join(0, 'a', 'a'), join(1, 'b', 'a'), join(2, 'a', 'c'), join(3, 'c', 'b')];
        await store.commit(kept.map((record) => ({ op: 'insert', collection: 'orderDocuments', record })));
        const unit = new UnitOfWork(store);
        const now = new Map(kept.map((record) => [record.id, record]));
        for (const step of all) {
          if (step.does === 'look') {
            const { orderId, documentId } = step;
            const matches = (one: OrderDocumentRecord) =>
              one.orderId === orderId && one.documentId === documentId;
            const found = await unit.findAll('orderDocuments', { orderId, documentId }, matches);
            expect(new Set(found.map(({ id }) => id))).toEqual(
              new Set([...now.values()].filter(matches).map(({ id }) => id)),
            );
            continue;
          }
          const { id } = join(step.id, '', '');
          if (step.does === 'delete') {
            unit.delete('orderDocuments', id);
            now.delete(id);
          } else {
            const record = join(step.id, step.orderId, step.documentId);
            await unit.put('orderDocuments', record);
            now.set(id, record);
          }
        }
        await store.close();
      }),
      { numRuns: 60 },
    );
  });

  test('of a file with countless transactions finds its own records without looking through all of them', async () => {
    const unit = new UnitOfWork(store);
    const started = performance.now();
    for (let id = 0; id < 20_000; id += 1) {
      const documentId = `document-${id}`;
      unit.insert('orderDocuments', join(id, 'PO-1', documentId));
      const found = await unit.find(
        'orderDocuments',
        { where: { documentId } },
        (one) => one.documentId === documentId,
      );
      expect(found.length).toBe(1);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
