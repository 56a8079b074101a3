import { createHash } from 'node:crypto';
import { Binary, WriteConcern } from 'mongodb';
import type { Collection, Db, MongoClient } from 'mongodb';
import { blocksOf } from '../blocks.ts';
import { conflict } from '../conflict.ts';
import { damagedArchive, otherContent } from '../corrupt.ts';
import { archiveOf, CHUNK_BYTES, chunkId, MAX_CHUNK, uploadsOf } from './apply-plan.ts';
import type { ArchiveChunk, Upload } from './apply-plan.ts';
import { isTransient } from './mongo-error.ts';
import { inTransaction } from './transaction.ts';

/** An upload that began so long ago was cut off: nothing takes that long. */
const ABANDONED_MS = 24 * 60 * 60_000;

const WRITTEN = { writeConcern: new WriteConcern(1) };
const DURABLE = { writeConcern: new WriteConcern('majority', undefined, true) };

/** Writes content piece by piece; the first one last: without it there is no entry. */
export async function putLarge(
  client: MongoClient,
  db: Db,
  sha256: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const archive = archiveOf(db);
  if (await exists(archive, sha256)) return;
  const upload: Upload = { _id: sha256, startedMs: Date.now() };
  await uploadsOf(db).replaceOne({ _id: sha256 }, upload, { upsert: true });
  const hash = createHash('sha256');
  let first: Uint8Array | undefined;
  let count = 0;
  // What a cut leaves is swept, or is of use to the next attempt.
  for await (const block of blocksOf(pieces, CHUNK_BYTES)) {
    hash.update(block);
    if (count === 0) first = block;
    else await put(archive, { _id: chunkId(sha256, count), chunks: 0, bytes: new Binary(block) }, WRITTEN);
    count += 1;
  }
  if (hash.digest('hex') !== sha256) throw otherContent(sha256);
  await conclude(client, db, { _id: chunkId(sha256, 0), chunks: count, bytes: new Binary(first) });
}

/** The first piece and the end of the upload are one. A majority that has them has all before them. */
async function conclude(client: MongoClient, db: Db, first: ArchiveChunk): Promise<void> {
  const archive = archiveOf(db);
  const [sha256 = ''] = first._id.split('/');
  await inTransaction(client, DURABLE.writeConcern, async (session) => {
    const { deletedCount } = await uploadsOf(db).deleteOne({ _id: sha256 }, { session });
    const found = await archive.findOne({ _id: first._id }, { session, projection: { _id: 1 } });
    if (deletedCount === 0 && found !== null) return;
    const rest = { $gt: chunkId(sha256, 0), $lte: chunkId(sha256, MAX_CHUNK) };
    const present = await archive.countDocuments({ _id: rest }, { session });
    // Ended by an erasure of what another upload of the same had put.
    if (deletedCount === 0 || present !== first.chunks - 1) throw conflict('archive', sha256, 'changed');
    const { _id, ...fields } = first;
    await archive.replaceOne({ _id }, fields, { session, upsert: true });
  }).catch((error: unknown) => {
    throw isTransient(error) ? conflict('archive', sha256, 'changed') : error;
  });
}

/** Does one thing on the database; a next one may be done over another line. */
type OnDatabase = <T>(action: (db: Db) => Promise<T>) => Promise<T>;

/** Checks every piece's presence, and the hash at the end. Undefined where there is no entry. */
export async function streamLarge(
  on: OnDatabase,
  sha256: string,
  place: string,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const first = await readPiece(on, sha256, 0);
  return first === null ? undefined : readPieces(on, sha256, place, first);
}

async function* readPieces(
  on: OnDatabase,
  sha256: string,
  place: string,
  first: ArchiveChunk,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for (let number = 0; number < first.chunks; number += 1) {
    const piece = number === 0 ? first : await readPiece(on, sha256, number);
    if (piece === null) throw damagedArchive(sha256, place);
    const bytes = piece.bytes.value();
    hash.update(bytes);
    yield bytes;
  }
  if (hash.digest('hex') !== sha256) throw damagedArchive(sha256, place);
}

function readPiece(on: OnDatabase, sha256: string, number: number): Promise<ArchiveChunk | null> {
  return on((db) => archiveOf(db).findOne({ _id: chunkId(sha256, number) }));
}

/** Removes what uploads have left that were cut off. */
export async function sweepUploads(db: Db): Promise<void> {
  const archive = archiveOf(db);
  const before = Date.now() - ABANDONED_MS;
  const abandoned = await uploadsOf(db)
    .find({ startedMs: { $lt: before } })
    .toArray();
  for (const { _id, startedMs } of abandoned) {
    const { deletedCount } = await uploadsOf(db).deleteOne({ _id, startedMs });
    if (deletedCount === 0 || (await exists(archive, _id))) continue;
    await archive.deleteMany({ _id: { $gte: chunkId(_id, 0), $lte: chunkId(_id, MAX_CHUNK) } });
  }
}

async function exists(archive: Collection<ArchiveChunk>, sha256: string): Promise<boolean> {
  return (await archive.findOne({ _id: chunkId(sha256, 0) }, { projection: { _id: 1 } })) !== null;
}

async function put(
  archive: Collection<ArchiveChunk>,
  chunk: ArchiveChunk,
  options: { writeConcern: WriteConcern },
): Promise<void> {
  const { _id, ...rest } = chunk;
  await archive.replaceOne({ _id }, rest, { ...options, upsert: true });
}
