import type { RepeatItem, RepeatRunRecord } from '../../src/pipeline/repeat/repeat-model.ts';
import type { Harness } from './harness.ts';
import { NOW, START } from './story.ts';

/** A hold, something that waits for a second person, what was done again and what was erased. */
export async function tellOfRepeats({ gateway, time }: Harness): Promise<void> {
  const admin = { name: 'Ada Admin', roles: ['admin'] };
  await gateway.placeLegalHold(
    { scope: 'partner', subject: 'nordic-lighting', reason: 'Lawsuit 12/2026' },
    admin,
  );
  const approval = {
    id: 'approval-1',
    revision: 0,
    verb: 'retransmit' as const,
    ids: Array.from({ length: 24 }, (_, index) => `file-${index}`),
    reason: 'Wrong unit price in all of them',
    because: '24 items are more than 20.',
    requestedBy: 'Bea Buyer',
    requestedAt: time.now(),
    status: 'waiting' as const,
  };
  await gateway.store.commit([{ op: 'insert', collection: 'approvals', record: approval }]);
  const item = (id: string, outcome: RepeatItem['outcome'], effects: string[] = []): RepeatItem => ({
    ...{ id: `file-${id}`, name: `850 for PO-${id}`, outcome, effects },
    ...(outcome === 'refused' && { text: 'The partner has acknowledged it.' }),
  });
  const run: Omit<RepeatRunRecord, 'id' | 'updatedAt' | 'items'> = {
    ...{ revision: 0, verb: 'retransmit', reason: 'Their disk was lost', status: 'running' },
    ...{ requestedBy: 'Bea Buyer', agreedBy: 'Carl Chief', startedAt: START },
  };
  const goesOut = ['850-1.edi, 1.2 kB, goes to northwind-hardware once more.'];
  const cut = [item('1', 'done', goesOut), item('2', 'refused'), item('3', 'possible', goesOut)];
  const underWay = [item('1', 'done'), item('2', 'possible')];
  await gateway.store.commit([
    {
      op: 'insert',
      collection: 'repeatRuns',
      record: { ...run, id: 'run-1', updatedAt: START, items: cut },
    },
    {
      op: 'insert',
      collection: 'repeatRuns',
      record: { ...run, id: 'run-2', verb: 'reprocess', updatedAt: NOW, items: underWay },
    },
  ]);
  const classes = {
    raw: { erased: 12, kept: 3, more: false },
    canonical: { erased: 0, kept: 0, more: true },
  };
  const history = { last: { at: START, classes }, erasing: [{ at: START, classes }], erased: { raw: 1_212 } };
  await gateway.store.commit([
    {
      op: 'insert',
      collection: 'settings',
      record: { id: 'retention.history', revision: 0, value: history },
    },
  ]);
}
