import { hash } from 'node:crypto';
import { MongoClient } from 'mongodb';
import type { Db, Sort } from 'mongodb';
import { GatewayError } from '../../common/errors.ts';
import { invariant } from '../../common/invariant.ts';
import type { Collections } from '../../pipeline/collections.ts';
import type {
  ArchiveEntry,
  CollectionName,
  CommitOptions,
  Operation,
  Page,
  Query,
  Scalar,
  Store,
} from '../../pipeline/ports/store.ts';
import { damagedArchive } from '../corrupt.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { archiveOf, chunkId, MAX_CHUNK, recordsOf } from './apply-plan.ts';
import { CommitLane } from './commit-lane.ts';
import { prepareCommit } from './commit-plan.ts';
import { pageFilters, storedName, whereFilter } from './find-filter.ts';
import { putLarge, streamLarge, sweepUploads } from './large-archive.ts';
import { toStoreError } from './mongo-error.ts';
import { prepareDatabase } from './schema.ts';
import { fromStored } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_DATABASE = 'tradelane';

export interface MongoStoreOptions {
  /** Connection string of a replica set; its path names the database, `tradelane` unless given. */
  uri: string;
}

/**
 * The store for several nodes: one MongoDB collection for each of ours, on any server that speaks its protocol and has
 * multi-document transactions. A durable commit is journalled by a majority when it resolves.
 */
export class MongoStore implements Store {
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #lane: CommitLane;
  #closed = false;

  private constructor(client: MongoClient, db: Db) {
    this.#client = client;
    this.#db = db;
    this.#lane = new CommitLane(client, db);
  }

  /** Connects, checks that the server can do what we need, and brings indexes and shape up to date. Throws STORE_*. */
  static async open({ uri }: MongoStoreOptions): Promise<MongoStore> {
    const client = createClient(uri);
    try {
      await client.connect();
      const db = client.db(databaseOf(uri));
      await prepareDatabase(client, db);
      await sweepUploads(db);
      return new MongoStore(client, db);
    } catch (error) {
      await client.close().catch(() => undefined);
      throw toStoreError(error, withoutPassword(uri));
    }
  }

  get<N extends CollectionName>(collection: N, id: string): Promise<Collections[N] | undefined> {
    return this.#guard(async () => {
      const found = await recordsOf(this.#db, collection).findOne({ _id: id }, { projection: { body: 1 } });
      return found === null ? undefined : fromStored<Collections[N]>(found);
    });
  }

  find<N extends CollectionName>(collection: N, query: Query<Collections[N]>): Promise<Page<Collections[N]>> {
    return this.#guard(async () => {
      const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
      invariant(Number.isInteger(limit) && limit > 0, `find in ${collection}: limit ${limit}`);
      const orderBy: keyof Collections[N] & string = query.orderBy ?? 'id';
      const descending = query.descending ?? false;
      const direction = descending ? -1 : 1;
      const field = storedName(collection, orderBy);
      const sort: Sort = field === '_id' ? { _id: direction } : { [field]: direction, _id: direction };
      const where = whereFilter(collection, query.where ?? {});
      const filters =
        query.after === undefined
          ? [where]
          : pageFilters(collection, where, decodeCursor(query.after, orderBy, descending));
      const rows: StoredRecord[] = [];
      for (const filter of filters) {
        if (rows.length > limit) break;
        const cursor = recordsOf(this.#db, collection).find(filter, {
          projection: { body: 1 },
          sort,
          limit: limit + 1 - rows.length,
        });
        rows.push(...(await cursor.toArray()));
      }
      const records = await Promise.all(rows.slice(0, limit).map((row) => fromStored<Collections[N]>(row)));
      const last = records.at(-1);
      if (rows.length <= limit || last === undefined) return { records };
      const value = (last[orderBy] ?? null) as Scalar | null;
      return { records, next: encodeCursor({ orderBy, descending, value, id: last.id }) };
    });
  }

  count<N extends CollectionName>(collection: N, where: Query<Collections[N]>['where']): Promise<number> {
    return this.#guard(() =>
      recordsOf(this.#db, collection).countDocuments(whereFilter(collection, where ?? {})),
    );
  }

  commit(
    operations: readonly Operation[],
    archive: readonly ArchiveEntry[] = [],
    options: CommitOptions = {},
  ): Promise<void> {
    return this.#guard(() => this.#lane.add(prepareCommit(operations, archive, options)));
  }

  readArchive(sha256: string): Promise<Uint8Array | undefined> {
    return this.#guard(async () => {
      const archive = archiveOf(this.#db);
      const first = await archive.findOne({ _id: chunkId(sha256, 0) });
      if (first === null) return undefined;
      const parts = [first.bytes.value()];
      for (let number = 1; number < first.chunks; number += 1) {
        const chunk = await archive.findOne({ _id: chunkId(sha256, number) });
        if (chunk !== null) parts.push(chunk.bytes.value());
      }
      const bytes = Buffer.concat(parts);
      if (hash('sha256', bytes) !== sha256) throw damagedArchive(sha256, this.#db.databaseName);
      return bytes;
    });
  }

  putArchive(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#guard(() => putLarge(this.#db, sha256, pieces));
  }

  streamArchive(sha256: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#guard(() => streamLarge(this.#db, sha256));
  }

  listArchive(limit: number, after = ''): Promise<string[]> {
    return this.#guard(async () => {
      const hashes: string[] = [];
      const beyond = after === '' ? {} : { _id: { $gt: chunkId(after, MAX_CHUNK) } };
      const chunks = archiveOf(this.#db).find(beyond, { projection: { _id: 1 }, sort: { _id: 1 } });
      for await (const { _id } of chunks) {
        // Its other pieces, or those of an upload that is under way.
        const [sha256 = '', number = ''] = _id.split('/');
        if (Number(number) !== 0) continue;
        if (hashes.length === limit) break;
        hashes.push(sha256);
      }
      return hashes;
    });
  }

  /** Finishes the commits that wait, then closes. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#lane.drain();
    await this.#client.close();
  }

  async #guard<T>(action: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new GatewayError('STORE_UNAVAILABLE', 'The store is closed.');
    try {
      return await action();
    } catch (error) {
      throw toStoreError(error, this.#db.databaseName);
    }
  }
}

function createClient(uri: string): MongoClient {
  try {
    return new MongoClient(uri, {
      appName: 'tradelane',
      retryWrites: true,
      retryReads: true,
      readPreference: 'primary',
      serverSelectionTimeoutMS: CONNECT_TIMEOUT_MS,
    });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('CONFIG_INVALID', `The connection string of MongoDB cannot be used: ${text}.`, {
      cause,
    });
  }
}

function databaseOf(uri: string): string {
  const [, path = ''] = /^[^:]+:\/\/[^/]+\/([^?]*)/.exec(uri) ?? [];
  return path === '' ? DEFAULT_DATABASE : decodeURIComponent(path);
}

function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//');
}
