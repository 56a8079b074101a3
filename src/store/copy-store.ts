import { createHash } from 'node:crypto';
import { GatewayError } from '../common/errors.ts';
import type { CollectionName, Operation, Store } from '../pipeline/ports/store.ts';
import { COLLECTIONS } from './indexed-fields.ts';

const PAGE = 500;
const ARCHIVE_PAGE = 20;
const LARGE_BYTES = 4 * 1024 * 1024;

/** What a store holds: numbers of records and archive entries, and one hash over all of it in order. */
export interface StoreDigest {
  records: number;
  archiveEntries: number;
  sha256: string;
}

/** Where a target notes that a copy into it has begun; gone once it is whole. */
const UNDER_WAY = 'copy.underWay';

/**
 * Copies everything from one store into another, which must be empty, and compares both afterwards: every record with its
 * revision, every byte of the archive. Nothing may be written to either meanwhile. A copy that was cut off goes on where it
 * ended; until it is whole no gateway works on the target (`assertWhole`). Throws CONFLICT, STORE_*.
 */
export async function copyStore(from: Store, to: Store): Promise<StoreDigest> {
  await assertWhole(from);
  const resumed = await isUnderWay(to);
  if (!resumed) {
    await assertEmpty(to);
    const record = { id: UNDER_WAY, revision: 0, value: true };
    await to.commit([{ op: 'insert', collection: 'settings', record }]);
  }
  for (const collection of COLLECTIONS) {
    for await (const page of pagesOf(from, collection)) {
      // Each page is one commit, whole or not there.
      if (resumed && (await to.get(collection, page.at(-1)!.id)) !== undefined) continue;
      // A store adds 1 to the revision of what it inserts.
      const operations = page.map(
        (record) =>
          ({ op: 'insert', collection, record: { ...record, revision: record.revision - 1 } }) as Operation,
      );
      await to.commit(operations);
    }
  }
  for await (const page of archivePagesOf(from)) {
    // Together, so that they may share a flush; apart, so that none makes a transaction too large.
    await Promise.all(page.map((sha256) => copyEntry(from, to, sha256)));
  }
  const [source, target] = [await digestStore(from), await digestStore(to)];
  if (source.sha256 !== target.sha256) {
    throw new GatewayError(
      'STORE_CORRUPT',
      `The copy differs from its source: ${describe(target)} instead of ${describe(source)}. Was a gateway running? ` +
        'Empty the target, and copy again.',
    );
  }
  await to.commit([{ op: 'delete', collection: 'settings', id: UNDER_WAY }]);
  return target;
}

/** Throws CONFLICT where a copy into that store has begun and has not ended: what is missing would be lost. */
export async function assertWhole(store: Store): Promise<void> {
  if (!(await isUnderWay(store))) return;
  throw new GatewayError(
    'CONFLICT',
    'A copy of another store into this one was cut off, so that it holds a part only. Copy again (tradelane store copy); it goes on where it ended.',
    { retryable: 'never' },
  );
}

async function isUnderWay(store: Store): Promise<boolean> {
  return (await store.get('settings', UNDER_WAY)) !== undefined;
}

/** Reads everything once; archive entries are checked against their own hashes on the way. Throws STORE_CORRUPT. */
export async function digestStore(store: Store): Promise<StoreDigest> {
  const hash = createHash('sha256');
  let records = 0;
  let archiveEntries = 0;
  for (const collection of COLLECTIONS) {
    for await (const page of pagesOf(store, collection)) {
      const counted = page.filter(({ id }) => collection !== 'settings' || id !== UNDER_WAY);
      records += counted.length;
      for (const record of counted) hash.update(`${collection}\n${JSON.stringify(record)}\n`);
    }
  }
  for await (const page of archivePagesOf(store)) {
    archiveEntries += page.length;
    for (const sha256 of page) {
      await readThrough(store, sha256);
      hash.update(`archive\n${sha256}\n`);
    }
  }
  return { records, archiveEntries, sha256: hash.digest('hex') };
}

async function assertEmpty(store: Store): Promise<void> {
  for (const collection of COLLECTIONS) {
    if ((await store.find(collection, { limit: 1 })).records.length > 0) {
      throw new GatewayError(
        'CONFLICT',
        `The target holds ${collection} already; a copy needs an empty one.`,
        { retryable: 'never' },
      );
    }
  }
}

async function* pagesOf(store: Store, collection: CollectionName) {
  let after: string | undefined;
  do {
    const page = await store.find(collection, { limit: PAGE, ...(after !== undefined && { after }) });
    if (page.records.length > 0) yield page.records;
    after = page.next;
  } while (after !== undefined);
}

/** The store checks the hash on the way. */
async function readThrough(store: Store, sha256: string): Promise<void> {
  const pieces = (await store.streamArchive(sha256))?.[Symbol.asyncIterator]();
  while (pieces !== undefined && (await pieces.next()).done !== true);
}

/** Hashes, page by page. */
async function* archivePagesOf(store: Store): AsyncGenerator<string[]> {
  let after: string | undefined;
  for (;;) {
    const hashes = await store.listArchive(ARCHIVE_PAGE, after);
    if (hashes.length === 0) return;
    yield hashes;
    after = hashes.at(-1);
  }
}

/** A small entry as part of a commit, so that several share one; a large one piece by piece. */
async function copyEntry(from: Store, to: Store, sha256: string): Promise<void> {
  const pieces = (await from.streamArchive(sha256))?.[Symbol.asyncIterator]();
  if (pieces === undefined) return;
  const read: Uint8Array[] = [];
  let size = 0;
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    read.push(next.value);
    size += next.value.length;
    if (size > LARGE_BYTES) {
      await to.putArchive(sha256, continued(read, pieces));
      return;
    }
  }
  await to.commit([], [{ sha256, bytes: Buffer.concat(read) }]);
}

async function* continued(
  read: readonly Uint8Array[],
  pieces: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* read;
  yield* { [Symbol.asyncIterator]: () => pieces };
}

function describe({ records, archiveEntries }: StoreDigest): string {
  return `${records} records and ${archiveEntries} files`;
}
