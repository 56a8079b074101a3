import type { Store } from '../../src/pipeline/ports/store.ts';
import { eachRecord } from '../../src/pipeline/queries/scan.ts';

/**
 * Ids of work that was given up, a thousand at most, and the keys of that among it which no open exception names: by itself, or by
 * the document whose delivery it was.
 */
export async function findGivenUp(store: Store): Promise<{ dead: string[]; untold: string[] }> {
  const { records: dead } = await store.find('work', { where: { status: 'dead' }, limit: 1_000 });
  if (dead.length === 0) return { dead: [], untold: [] };
  const told = new Set<unknown>();
  for (const status of ['open', 'snoozed'] as const)
    for await (const { workId, documentId } of eachRecord(store, 'exceptions', { where: { status } })) {
      if (workId !== undefined) told.add(workId);
      const document = documentId === '' ? undefined : await store.get('documents', documentId);
      if (document !== undefined) told.add(document.fileId);
    }
  return {
    dead: dead.map(({ id }) => id),
    untold: dead
      .filter(({ id, payload }) => !told.has(id) && !told.has(payload['fileId']))
      .map(({ key }) => key),
  };
}
