import type { DeadlineRecord } from '../orders/order-records.ts';
import type { Store } from '../ports/store.ts';

export interface DaySummary {
  since: string;
  files: number;
  documents: number;
  /** Applied without a person. */
  applied: number;
  exceptionsOpened: number;
  openExceptions: number;
  deadWork: number;
  nextDeadline: DeadlineRecord | undefined;
}

/** What went on since an instant: what a quiet first page tells instead of an empty list. */
export async function summariseDay(store: Store, since: string): Promise<DaySummary> {
  const createdAt = { gte: since };
  const [files, documents, applied, exceptionsOpened, openExceptions, deadWork, deadlines] =
    await Promise.all([
      store.count('files', { createdAt }),
      store.count('documents', { createdAt }),
      store.count('documents', { status: 'applied', createdAt }),
      store.count('exceptions', { openedAt: { gte: since } }),
      store.count('exceptions', { status: 'open' }),
      store.count('work', { status: 'dead' }),
      store.find('deadlines', { where: { status: 'pending' }, orderBy: 'dueAt', limit: 1 }),
    ]);
  const nextDeadline = deadlines.records[0];
  return { since, files, documents, applied, exceptionsOpened, openExceptions, deadWork, nextDeadline };
}
