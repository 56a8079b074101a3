import { hash } from 'node:crypto';
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
  StoreLine,
} from '../../pipeline/ports/store.ts';
import type { AnyQuery } from '../any-query.ts';
import { damagedArchive } from '../corrupt.ts';
import { encodeCursor } from '../cursor.ts';
import { archiveOf, chunkId, MAX_CHUNK, recordsOf } from './apply-plan.ts';
import { prepareCommit } from './commit-plan.ts';
import { whereFilter } from './find-filter.ts';
import { findRows } from './find-rows.ts';
import type { Search } from './read-lanes.ts';
import { putLarge, streamLarge, sweepUploads } from './large-archive.ts';
import { MongoConnection } from './mongo-connection.ts';
import type { MongoConnectionOptions, MongoLine } from './mongo-connection.ts';
import { toStoreError } from './mongo-error.ts';
import { prepareDatabase } from './schema.ts';
import { fromStored } from './stored-record.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/**
 * The store for several nodes: one MongoDB collection for each of ours, on any server that speaks its protocol and has
 * multi-document transactions. A durable commit is journalled by a majority when it resolves.
 */
export class MongoStore implements Store {
  readonly #connection: MongoConnection;
  #closed = false;

  private constructor(connection: MongoConnection) {
    this.#connection = connection;
  }

  /** Connects, checks that the server can do what we need, and brings indexes and shape up to date. Throws STORE_*. */
  static async open(options: MongoConnectionOptions): Promise<MongoStore> {
    const connection = new MongoConnection(options);
    try {
      await connection.prepare(async (client, db) => {
        await prepareDatabase(client, db);
        await sweepUploads(db);
      });
      return new MongoStore(connection);
    } catch (error) {
      await connection.close();
      throw toStoreError(error, withoutPassword(options.uri));
    }
  }

  get line(): StoreLine {
    return this.#connection.state;
  }

  get<N extends CollectionName>(collection: N, id: string): Promise<Collections[N] | undefined> {
    return this.#guard(async ({ reads }) => {
      const found = await reads.get(collection, id);
      return found && fromStored<Collections[N]>(found);
    });
  }

  find<N extends CollectionName>(collection: N, query: Query<Collections[N]>): Promise<Page<Collections[N]>> {
    return this.#guard(async ({ db, reads }) => {
      const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
      invariant(Number.isInteger(limit) && limit > 0, `find in ${collection}: limit ${limit}`);
      const orderBy: keyof Collections[N] & string = query.orderBy ?? 'id';
      const descending = query.descending ?? false;
      const rows = query.few
        ? await reads.search(collection, searchOf(query, orderBy, limit + 1))
        : await findRows(db, collection, query, limit + 1);
      const records = rows.slice(0, limit) as unknown as Collections[N][];
      const last = records.at(-1);
      if (rows.length <= limit || last === undefined) return { records };
      const value = (last[orderBy] ?? null) as Scalar | null;
      return { records, next: encodeCursor({ orderBy, descending, value, id: last.id }) };
    });
  }

  count<N extends CollectionName>(collection: N, where: Query<Collections[N]>['where']): Promise<number> {
    return this.#guard(({ db }) =>
      recordsOf(db, collection).countDocuments(whereFilter(collection, where ?? {})),
    );
  }

  async commit(
    operations: readonly Operation[],
    archive: readonly ArchiveEntry[] = [],
    options: CommitOptions = {},
  ): Promise<void> {
    // At once: what the caller does to a record from here on changes nothing.
    const commit = prepareCommit(operations, archive, options);
    await this.#guard(({ lane }) => lane.add(commit));
  }

  readArchive(sha256: string): Promise<Uint8Array | undefined> {
    return this.#guard(async ({ db, reads }) => {
      const archive = archiveOf(db);
      const first = await reads.archive.ask(chunkId(sha256, 0));
      if (first === undefined) return undefined;
      const parts = [first.bytes.value()];
      for (let number = 1; number < first.chunks; number += 1) {
        const chunk = await archive.findOne({ _id: chunkId(sha256, number) });
        if (chunk !== null) parts.push(chunk.bytes.value());
      }
      const bytes = Buffer.concat(parts);
      if (hash('sha256', bytes) !== sha256) throw damagedArchive(sha256, db.databaseName);
      return bytes;
    });
  }

  putArchive(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#guard(({ client, db }) => putLarge(client, db, sha256, pieces));
  }

  streamArchive(sha256: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    return streamLarge(
      (action) => this.#guard(({ db }) => action(db)),
      sha256,
      this.#connection.databaseName,
    );
  }

  listArchive(limit: number, after = ''): Promise<string[]> {
    return this.#guard(async ({ db }) => {
      const hashes: string[] = [];
      const beyond = after === '' ? {} : { _id: { $gt: chunkId(after, MAX_CHUNK) } };
      const chunks = archiveOf(db).find(beyond, { projection: { _id: 1 }, sort: { _id: 1 } });
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
    await this.#connection.close();
  }

  async #guard<T>(action: (line: MongoLine) => Promise<T>): Promise<T> {
    if (this.#closed) throw new GatewayError('STORE_UNAVAILABLE', 'The store is closed.');
    try {
      return await this.#connection.run(action);
    } catch (error) {
      throw toStoreError(error, this.#connection.databaseName);
    }
  }
}

function searchOf({ where = {}, after, descending }: AnyQuery, orderBy: string, limit: number): Search {
  invariant(after === undefined && descending !== true, 'find: few are looked for from the first on.');
  return { where, orderBy, limit };
}

function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//');
}
