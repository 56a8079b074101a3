import { GatewayError } from '../../common/errors.ts';
import { UNFINISHED } from '../collections.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { WorkRecord } from '../records.ts';
import { ready, RELAXED, updateWork } from './work-record.ts';

/** Whether an older item with the same orderingKey is not done yet; a dead one also holds its order up. */
export async function isBlocked(store: Store, item: WorkRecord): Promise<boolean> {
  if (item.orderingKey === '') return false;
  const { records } = await store.find('work', {
    where: {
      orderingKey: item.orderingKey,
      status: { in: UNFINISHED },
      sequence: { lt: item.sequence },
    },
    orderBy: 'sequence',
    limit: 1,
    few: true,
  });
  return records.length > 0;
}

export async function oldestBlocked(store: Store, orderingKey: string): Promise<WorkRecord | undefined> {
  const { records } = await store.find('work', {
    where: { orderingKey, status: 'blocked' },
    orderBy: 'sequence',
    limit: 1,
    few: true,
  });
  return records[0];
}

/** Puts the oldest blocked item of the order back in the line if nothing unfinished is before it. */
export async function unblock(store: Store, orderingKey: string): Promise<void> {
  if (orderingKey === '') return;
  const item = await oldestBlocked(store, orderingKey);
  if (item === undefined || (await isBlocked(store, item))) return;
  await commitUnlessTaken(store, updateWork(ready(item)));
}

/** False when somebody else changed the item first. Not flushed: what a power cut undoes of it is done again. */
export async function commitUnlessTaken(store: Store, ...operations: Operation[]): Promise<boolean> {
  try {
    await store.commit(operations, [], RELAXED);
    return true;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'CONFLICT') return false;
    throw error;
  }
}
