import { expect, test } from '@jest/globals';
import { createIdSource } from '../../../src/pipeline/ids.ts';
import { readOperations } from '../../../src/pipeline/queries/operations.ts';
import { enqueue } from '../../../src/pipeline/work/work-record.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { FakeTime } from '../fake-time.ts';

test('work waits since it could be done, not since it was made', async () => {
  const store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  const clock = new FakeTime('2026-03-02T09:00:00.000Z');
  const context = { clock, ids: createIdSource(clock) };
  const spec = { kind: 'notify', orderingKey: '', partnerId: '', payload: {}, key: 'n/1' } as const;
  const [made] = enqueue(context, spec);
  if (made?.op !== 'insert' || made.collection !== 'work') throw new Error('no work');
  await store.commit([{ ...made, record: { ...made.record, notBefore: '2026-03-02T09:30:00.000Z' } }]);
  const { waitingSince } = await readOperations(store, '2026-03-02T11:00:00.000Z');
  expect(waitingSince).toEqual({ ready: '2026-03-02T09:30:00.000Z' });
  await store.close();
});
