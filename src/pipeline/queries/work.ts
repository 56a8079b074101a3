import type { Page, Store } from '../ports/store.ts';
import type { WorkRecord } from '../records.ts';
import { getOrThrow, scanPage } from './scan.ts';

export interface WorkFilter {
  /** `pending` stands for everything that is neither done nor dead. */
  status?: WorkRecord['status'] | 'pending' | undefined;
  kind?: WorkRecord['kind'] | undefined;
  partnerId?: string | undefined;
  limit: number;
  after?: string | undefined;
}

/** Newest first; what is being done, by its lease. */
export function listWork(store: Store, filter: WorkFilter): Promise<Page<WorkRecord>> {
  const { status, kind, partnerId, limit, after } = filter;
  // Nearly all of it is done: there the newest are looked through.
  const where = status === undefined || status === 'pending' || status === 'done' ? {} : { status };
  return scanPage(
    store,
    'work',
    { where, orderBy: status === 'leased' ? 'leaseUntil' : 'createdAt', descending: true, limit, after },
    (item) =>
      (status !== 'pending' || (item.status !== 'done' && item.status !== 'dead')) &&
      (status !== 'done' || item.status === 'done') &&
      (kind === undefined || item.kind === kind) &&
      (partnerId === undefined || item.partnerId === partnerId),
  );
}

export function showWork(store: Store, id: string): Promise<WorkRecord> {
  return getOrThrow(store, 'work', id, 'work item');
}
