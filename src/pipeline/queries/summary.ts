import type { Store } from '../ports/store.ts';
import { findNextDeadline } from './deadlines.ts';
import type { DeadlineView } from './deadlines.ts';

export interface DaySummary {
  since: string;
  files: number;
  documents: number;
  /** Applied without a person. */
  applied: number;
  exceptionsOpened: number;
  openExceptions: number;
  deadWork: number;
  nextDeadline: DeadlineView | undefined;
}

/** What went on since an instant: what a quiet first page tells instead of an empty list. */
export async function summariseDay(store: Store, since: string): Promise<DaySummary> {
  const createdAt = { gte: since };
  const [files, documents, applied, exceptionsOpened, openExceptions, deadWork, nextDeadline] =
    await Promise.all([
      store.count('files', { createdAt }),
      store.count('documents', { createdAt }),
      store.count('documents', { status: 'applied', createdAt }),
      store.count('exceptions', { openedAt: { gte: since } }),
      store.count('exceptions', { status: 'open' }),
      store.count('work', { status: 'dead' }),
      findNextDeadline(store),
    ]);
  return { since, files, documents, applied, exceptionsOpened, openExceptions, deadWork, nextDeadline };
}
