import { GatewayError } from '../../common/errors.ts';
import type { Collections } from '../collections.ts';
import type { CollectionName, Page, Query, Store } from '../ports/store.ts';

/** Records looked at for one page at most; a page may then be short although more follow. */
const MAX_SCANNED = 5_000;

/**
 * A page of the records that an index finds and a predicate keeps. The cursor names the store's page and the last record
 * taken from it.
 */
export async function scanPage<N extends CollectionName>(
  store: Store,
  collection: N,
  query: Omit<Query<Collections[N]>, 'after'> & { limit: number; after?: string | undefined },
  keep: (record: Collections[N]) => boolean = () => true,
): Promise<Page<Collections[N]>> {
  const { limit, after, ...rest } = query;
  const records: Collections[N][] = [];
  let { pageAfter, lastId } = readCursor(after);
  for (let scanned = 0; scanned < MAX_SCANNED;) {
    const size = Math.min(1_000, Math.max(limit + 1, 50));
    const page = await store.find(collection, {
      ...rest,
      limit: size,
      ...(pageAfter === '' ? {} : { after: pageAfter }),
    });
    const resumed = lastId === '' ? -1 : page.records.findIndex((record) => record.id === lastId);
    for (const record of page.records.slice(resumed + 1)) {
      if (records.length === limit) return { records, next: writeCursor(pageAfter, lastId) };
      lastId = record.id;
      if (keep(record)) records.push(record);
    }
    scanned += page.records.length;
    if (page.next === undefined) return { records };
    pageAfter = page.next;
    lastId = '';
  }
  return { records, next: writeCursor(pageAfter, lastId) };
}

function writeCursor(pageAfter: string, lastId: string): string {
  return encodeURIComponent(JSON.stringify([pageAfter, lastId]));
}

function readCursor(cursor: string | undefined): { pageAfter: string; lastId: string } {
  if (cursor === undefined) return { pageAfter: '', lastId: '' };
  try {
    const value: unknown = JSON.parse(decodeURIComponent(cursor));
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string') {
      return { pageAfter: value[0], lastId: value[1] };
    }
  } catch {
    // Told below: a cursor is ours or it is not valid, whatever is wrong with it.
  }
  throw new GatewayError('INVALID_REQUEST', 'The cursor is not one that a list has returned as "next".');
}

/** Every record that an index finds, up to a limit that keeps a request bounded. */
export async function scanAll<N extends CollectionName>(
  store: Store,
  collection: N,
  query: Omit<Query<Collections[N]>, 'after' | 'limit'>,
  max = MAX_SCANNED,
): Promise<Collections[N][]> {
  const records: Collections[N][] = [];
  let after: string | undefined;
  do {
    const page = await store.find(collection, {
      ...query,
      limit: Math.min(1_000, max - records.length),
      ...(after === undefined ? {} : { after }),
    });
    records.push(...page.records);
    after = page.next;
  } while (after !== undefined && records.length < max);
  return records;
}

/** Throws GatewayError NOT_FOUND in words when there is no such record. */
export async function getOrThrow<N extends CollectionName>(
  store: Store,
  collection: N,
  id: string,
  what: string,
): Promise<Collections[N]> {
  const record = await store.get(collection, id);
  if (record === undefined) throw new GatewayError('NOT_FOUND', `There is no ${what} "${id}".`);
  return record;
}

/** Every record that a query finds, page by page: memory stays bounded whatever their number. */
export async function* eachRecord<N extends CollectionName>(
  store: Store,
  collection: N,
  query: Omit<Query<Collections[N]>, 'after' | 'limit'>,
): AsyncGenerator<Collections[N]> {
  let after: string | undefined;
  do {
    const page = await store.find(collection, {
      ...query,
      limit: 500,
      ...(after !== undefined && { after }),
    });
    yield* page.records;
    after = page.next;
  } while (after !== undefined);
}
