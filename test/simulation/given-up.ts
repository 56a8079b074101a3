import type { Store } from '../../src/pipeline/ports/store.ts';
import { eachRecord } from '../../src/pipeline/queries/scan.ts';

/** Ids of work that was given up, a thousand at most, and the keys of that among it which no open exception names. */
export async function findGivenUp(store: Store): Promise<{ dead: string[]; untold: string[] }> {
  const { records: dead } = await store.find('work', { where: { status: 'dead' }, limit: 1_000 });
  if (dead.length === 0) return { dead: [], untold: [] };
  const told = new Set<string | undefined>();
  for (const status of ['open', 'snoozed'] as const)
    for await (const { workId } of eachRecord(store, 'exceptions', { where: { status } })) told.add(workId);
  return {
    dead: dead.map(({ id }) => id),
    untold: dead.filter(({ id }) => !told.has(id)).map(({ key }) => key),
  };
}
