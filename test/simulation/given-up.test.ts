import { expect, test } from '@jest/globals';
import type { ExceptionRecord } from '../../src/pipeline/orders/order-records.ts';
import type { Operation } from '../../src/pipeline/ports/store.ts';
import type { DocumentRecord, WorkRecord } from '../../src/pipeline/records.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { findGivenUp } from './given-up.ts';

/** More than a page of the store. */
const MANY = 1_200;

const padded = (number: number) => String(number).padStart(6, '0');

function openException(number: number, named: Partial<ExceptionRecord> = {}): Operation {
  const record = {
    id: `e${padded(number)}`,
    revision: 1,
    status: 'open',
    openedAt: `2026-03-02T08:00:00.${padded(number)}Z`,
    documentId: '',
    ...named,
  } as ExceptionRecord;
  return { op: 'insert', collection: 'exceptions', record };
}

function deadWork(number: number): Operation {
  const record: Partial<WorkRecord> = {
    id: `w${padded(number)}`,
    revision: 1,
    status: 'dead',
    key: `item ${number}`,
    payload: { fileId: `f${padded(number)}` },
  };
  return { op: 'insert', collection: 'work', record: record as WorkRecord };
}

test('of everything that was given up, only that is untold which no open exception names, however many are open', async () => {
  const store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  const document = { id: 'd3', revision: 1, fileId: 'f000003' } as DocumentRecord;
  await store.commit([
    ...Array.from({ length: MANY }, (_, number) => openException(number)),
    openException(MANY, { workId: 'w000001' }),
    openException(MANY + 1, { documentId: 'd3' }),
    { op: 'insert', collection: 'documents', record: document },
    deadWork(1),
    deadWork(2),
    deadWork(3),
  ]);
  const { dead, untold } = await findGivenUp(store);
  expect(dead).toEqual(['w000001', 'w000002', 'w000003']);
  expect(untold).toEqual(['item 2']);
  await store.close();
});
