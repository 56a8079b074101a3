import { Binary, MongoBulkWriteError } from 'mongodb';
import type { AnyBulkWriteOperation, BulkWriteOptions, ClientSession, Collection, Db } from 'mongodb';
import type { ArchiveEntry, CollectionName } from '../../pipeline/ports/store.ts';
import type { FileRecord } from '../../pipeline/records.ts';
import { recordKey } from './commit-plan.ts';
import type { CommitPlan, PlannedWrite, PreparedCommit, StoredRevisions } from './commit-plan.ts';
import { fromStored } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

/** A document of MongoDB ends at 16 MB, and each is in memory several times on its way. */
export const CHUNK_BYTES = 2 * 1024 * 1024;

const DUPLICATE_KEY = 11_000;

/** A piece of an archive entry; `_id` is `sha256/number of the piece`. */
export interface ArchiveChunk {
  _id: string;
  chunks: number;
  bytes: Binary;
  touched?: number;
}

/** An upload under way; `_id` is the hash of its content. */
export interface Upload {
  _id: string;
  startedMs: number;
}

/** What is stored is not what the plan expects, or somebody else writes the same at this moment. */
export class PlanMismatch extends Error {}

type WriteOptions = Pick<BulkWriteOptions, 'session' | 'writeConcern'>;

export function recordsOf(db: Db, collection: CollectionName): Collection<StoredRecord> {
  return db.collection<StoredRecord>(collection);
}

export function archiveOf(db: Db): Collection<ArchiveChunk> {
  return db.collection<ArchiveChunk>('archive');
}

export function uploadsOf(db: Db): Collection<Upload> {
  return db.collection<Upload>('archiveUploads');
}

/** Beyond the last piece of any archive entry. */
export const MAX_CHUNK = 999_999;

export function chunkId(sha256: string, number: number): string {
  return `${sha256}/${String(number).padStart(6, '0')}`;
}

/** Writes a plan. Throws PlanMismatch; then the transaction has to be aborted. */
export async function applyPlan(
  db: Db,
  plan: Pick<CommitPlan, 'writes' | 'archive' | 'erase' | 'requires'>,
  options: WriteOptions,
): Promise<void> {
  try {
    for (const [collection, writes] of byCollection(plan.writes))
      await writeRecords(recordsOf(db, collection), writes, options);
    await writeArchive(archiveOf(db), plan.archive, options);
    await touchRequired(archiveOf(db), plan.requires, options);
    for (const sha256 of plan.erase) await eraseUnlessKept(db, sha256, options);
  } catch (error) {
    if (error instanceof MongoBulkWriteError && error.code === DUPLICATE_KEY)
      throw new PlanMismatch('Another commit has inserted the same.', { cause: error });
    throw error;
  }
}

async function writeRecords(
  collection: Collection<StoredRecord>,
  writes: readonly PlannedWrite[],
  options: WriteOptions,
): Promise<void> {
  const exact: AnyBulkWriteOperation<StoredRecord>[] = [];
  const inserts: StoredRecord[] = [];
  const leftovers: string[] = [];
  for (const { id, expected, record } of writes) {
    const filter = expected === undefined ? { _id: id } : { _id: id, revision: expected };
    if (record === undefined) {
      if (expected === undefined) leftovers.push(id);
      // Inserted and deleted within one group: only a look can tell whether there was one before.
      else if (expected === 0) throw new PlanMismatch('Nothing to write.');
      else exact.push({ deleteOne: { filter } });
    } else if (expected === 0) inserts.push(record);
    else exact.push({ replaceOne: { filter, replacement: record, upsert: expected === undefined } });
  }
  if (leftovers.length > 0) await collection.deleteMany({ _id: { $in: leftovers } }, options);
  if (exact.length > 0) {
    const { matchedCount, upsertedCount, deletedCount } = await collection.bulkWrite(exact, options);
    if (matchedCount + upsertedCount + deletedCount !== exact.length)
      throw new PlanMismatch('A record has another revision, or is gone.');
  }
  if (inserts.length > 0) await collection.insertMany(inserts, options);
}

async function writeArchive(
  archive: Collection<ArchiveChunk>,
  entries: readonly ArchiveEntry[],
  options: WriteOptions,
): Promise<void> {
  const wanted = new Map(entries.map((entry) => [chunkId(entry.sha256, 0), entry]));
  if (wanted.size === 0) return;
  const query = { _id: { $in: [...wanted.keys()] } };
  const known: string[] = [];
  for await (const { _id } of archive.find(query, {
    ...(options.session !== undefined && { session: options.session }),
    projection: { _id: 1 },
  })) {
    wanted.delete(_id);
    known.push(_id);
  }
  // Touched, so that it cannot be erased at the same time by another node.
  if (known.length > 0) await archive.updateMany({ _id: { $in: known } }, { $inc: { touched: 1 } }, options);
  const chunks = [...wanted.values()].flatMap(toChunks);
  const later = chunks.map(({ _id }) => _id).filter((id) => !wanted.has(id));
  // Of an upload of the same that was cut off, or is under way: those are the same bytes.
  if (later.length > 0) await archive.deleteMany({ _id: { $in: later } }, options);
  if (chunks.length > 0) await archive.insertMany(chunks, options);
}

/** Touched, so that it cannot be erased at the same time by another node. */
async function touchRequired(
  archive: Collection<ArchiveChunk>,
  requires: readonly string[],
  options: WriteOptions,
): Promise<void> {
  if (requires.length === 0) return;
  const ids = [...new Set(requires)].map((sha256) => chunkId(sha256, 0));
  const { matchedCount } = await archive.updateMany({ _id: { $in: ids } }, { $inc: { touched: 1 } }, options);
  if (matchedCount !== ids.length) throw new PlanMismatch('An archive entry was erased.');
}

async function eraseUnlessKept(db: Db, sha256: string, options: WriteOptions): Promise<void> {
  const first = await archiveOf(db).findOne(
    { _id: chunkId(sha256, 0) },
    { ...(options.session !== undefined && { session: options.session }), projection: { _id: 1 } },
  );
  // Without a first piece there is no entry: what is there is of an upload under way.
  if (first === null) return;
  const files = recordsOf(db, 'files').find(
    { sha256 },
    { ...(options.session !== undefined && { session: options.session }), projection: { body: 1 } },
  );
  for await (const file of files) if ((await fromStored<FileRecord>(file)).erased === undefined) return;
  const pieces = { $gte: chunkId(sha256, 0), $lte: chunkId(sha256, MAX_CHUNK) };
  await archiveOf(db).deleteMany({ _id: pieces }, options);
  // An upload of the same that is under way has to begin again.
  await uploadsOf(db).deleteOne({ _id: sha256 }, options);
}

function toChunks({ sha256, bytes }: ArchiveEntry): ArchiveChunk[] {
  const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
  return Array.from({ length: chunks }, (_, number) => ({
    _id: chunkId(sha256, number),
    chunks,
    bytes: new Binary(bytes.subarray(number * CHUNK_BYTES, (number + 1) * CHUNK_BYTES)),
  }));
}

/** The revisions now stored of every record that the commits touch. */
export async function readRevisions(
  db: Db,
  commits: readonly PreparedCommit[],
  session: ClientSession,
): Promise<StoredRevisions> {
  const operations = commits.flatMap((commit) => commit.operations);
  const revisions = new Map<string, number>();
  for (const { collection, id } of operations) revisions.set(recordKey(collection, id), 0);
  for (const [collection, touched] of byCollection(operations)) {
    const query = { _id: { $in: [...new Set(touched.map(({ id }) => id))] } };
    const found = recordsOf(db, collection).find(query, { session, projection: { revision: 1 } });
    for await (const { _id, revision } of found) revisions.set(recordKey(collection, _id), revision);
  }
  for (const sha256 of new Set(commits.flatMap(({ requires }) => requires))) {
    const first = { _id: chunkId(sha256, 0) };
    const found = await archiveOf(db).findOne(first, { session, projection: { _id: 1 } });
    revisions.set(recordKey('archive', sha256), found === null ? 0 : 1);
  }
  return revisions;
}

function byCollection<T extends { collection: CollectionName }>(
  items: readonly T[],
): Map<CollectionName, T[]> {
  return Map.groupBy(items, ({ collection }) => collection);
}
