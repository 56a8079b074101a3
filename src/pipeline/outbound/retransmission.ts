import { UNFINISHED } from '../collections.ts';
import type { WorkRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** The orderingKey of everything that sends a file again: one after the other. */
export function retransmissionsOf(fileId: string): string {
  return `send:${fileId}`;
}

/** What was asked for and has not ended: it waits, runs, or was given up and can be redriven. */
export async function retransmissionOf(unit: UnitOfWork, fileId: string): Promise<WorkRecord | undefined> {
  const orderingKey = retransmissionsOf(fileId);
  const [item] = await unit.find(
    'work',
    { where: { orderingKey, status: { in: UNFINISHED } }, orderBy: 'sequence', limit: 1 },
    (record) => record.orderingKey === orderingKey && record.status !== 'done',
  );
  return item;
}
