import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
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
import { encodeCursor } from '../cursor.ts';
import { perCollection } from '../indexed-fields.ts';
import { quote } from './columns.ts';
import { countSql, findSql } from './find-sql.ts';
import { takeGatewayLock, type GatewayLock } from './gateway-lock.ts';
import { GroupCommit } from './group-commit.ts';
import { LargeArchive } from './large-archive.ts';
import { applyChanges, pendingChanges } from './schema.ts';
import { toStoreError } from './sqlite-error.ts';
import { Statements } from './statements.ts';
import { applyCommit, prepareCommit, type PreparedCommit } from './writes.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const MAX_GROUP = 100;
const MAX_GROUP_MS = 5;
const PAGE_BYTES = 4_096;
const GET = perCollection((collection) => `SELECT body FROM ${quote(collection)} WHERE "id" = ?`);
/** The log is copied into the file once it has so many pages: one that many commits have written is copied once. */
const CHECKPOINT_PAGES = 8_192;

export interface SqliteStoreOptions {
  /** The database file; its folder is made when missing. `:memory:` for a store that ends with the process. */
  file: string;
  /**
   * `gateway` is the one long-running process of the data folder and holds the gateway lock; `tool` (a command of the CLI)
   * may read and write beside it.
   */
  role: 'gateway' | 'tool';
}

/** How long a write waits for another process. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * The embedded store: one table per collection, records as JSON beside the columns that an index needs; WAL with
 * synchronous=FULL, so that a commit has reached the disk when it resolves. Commits that come in successive turns of the event
 * loop share one transaction.
 */
export class SqliteStore implements Store {
  readonly #db: DatabaseSync;
  readonly #large: LargeArchive;
  readonly #file: string;
  readonly #lock: GatewayLock | undefined;
  readonly #statements: Statements;
  readonly #group: GroupCommit<PreparedCommit>;
  #synchronous: 'FULL' | 'NORMAL' = 'FULL';

  private constructor(db: DatabaseSync, large: LargeArchive, file: string, lock: GatewayLock | undefined) {
    this.#db = db;
    this.#large = large;
    this.#file = file;
    this.#lock = lock;
    this.#statements = new Statements(db);
    this.#group = new GroupCommit((commits) => this.#guard(() => this.#applyGroup(commits)));
  }

  /** Opens the file, making or upgrading it as needed. Throws STORE_*. */
  static open({ file, role }: SqliteStoreOptions): SqliteStore {
    const inMemory = file === ':memory:';
    let lock: GatewayLock | undefined;
    let db: DatabaseSync | undefined;
    try {
      if (!inMemory) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      if (!inMemory && role === 'gateway') lock = takeGatewayLock(file);
      db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
      const pending = pendingChanges(db, file);
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY');
      db.exec(`PRAGMA cache_size = -32768; PRAGMA journal_size_limit = ${2 * CHECKPOINT_PAGES * PAGE_BYTES}`);
      db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      if (pending.migrations.length + pending.statements.length > 0) {
        const upgradeLock = inMemory || lock !== undefined ? undefined : takeGatewayLock(file);
        try {
          applyChanges(db, file);
        } finally {
          upgradeLock?.release();
        }
      }
      const large = new LargeArchive(file, BUSY_TIMEOUT_MS, inMemory ? db : undefined);
      if (lock !== undefined) large.sweep();
      return new SqliteStore(db, large, file, lock);
    } catch (error) {
      db?.close();
      lock?.release();
      throw toStoreError(error, file);
    }
  }

  get<N extends CollectionName>(collection: N, id: string): Promise<Collections[N] | undefined> {
    return this.#read(() => {
      const row = this.#statements.get(GET[collection]).get(id);
      return row === undefined ? undefined : (parseBody(row) as Collections[N]);
    });
  }

  find<N extends CollectionName>(collection: N, query: Query<Collections[N]>): Promise<Page<Collections[N]>> {
    return this.#read(() => {
      const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
      invariant(Number.isInteger(limit) && limit > 0, `find in ${collection}: limit ${limit}`);
      const rows: Record<string, unknown>[] = [];
      for (const sql of findSql(collection, query, limit + 1)) {
        if (rows.length <= limit) rows.push(...this.#statements.get(sql.text).all(...sql.params));
      }
      const records = rows.slice(0, limit).map((row) => parseBody(row) as Collections[N]);
      const last = records.at(-1);
      if (rows.length <= limit || last === undefined) return { records };
      const orderBy: keyof Collections[N] & string = query.orderBy ?? 'id';
      const value = (last[orderBy] ?? null) as Scalar | null;
      const next = encodeCursor({ orderBy, descending: query.descending ?? false, value, id: last.id });
      return { records, next };
    });
  }

  count<N extends CollectionName>(collection: N, where: Query<Collections[N]>['where']): Promise<number> {
    return this.#read(() => {
      const sql = countSql(collection, where ?? {});
      return Number(this.#statements.get(sql.text).get(...sql.params)?.['n']);
    });
  }

  async commit(
    operations: readonly Operation[],
    archive: readonly ArchiveEntry[] = [],
    options: CommitOptions = {},
  ): Promise<void> {
    this.#assertOpen();
    await this.#group.add(prepareCommit(operations, archive, options));
  }

  readArchive(sha256: string): Promise<Uint8Array | undefined> {
    return this.#read(() => {
      const rows = this.#statements
        .get('SELECT chunk, chunks, bytes FROM archive WHERE sha256 = ? ORDER BY chunk')
        .all(sha256);
      const [first] = rows;
      if (first?.['chunk'] !== 0) return undefined;
      const parts = rows.map((row) => row['bytes'] as Uint8Array);
      const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      if (Number(first['chunks']) !== rows.length || hash('sha256', bytes) !== sha256) {
        throw damagedArchive(sha256, this.#file);
      }
      return bytes;
    });
  }

  async putArchive(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    this.#assertOpen();
    try {
      await this.#large.put(sha256, pieces);
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }

  streamArchive(sha256: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#read(() => this.#large.stream(sha256));
  }

  listArchive(limit: number, after = ''): Promise<string[]> {
    return this.#read(() =>
      this.#statements
        .get('SELECT sha256 FROM archive WHERE chunk = 0 AND sha256 > ? ORDER BY sha256 LIMIT ?')
        .all(after, limit)
        .map((row) => String(row['sha256'])),
    );
  }

  /** Looks for damage in the whole file; each entry is one sentence of SQLite. Empty when all is well. */
  checkIntegrity(): string[] {
    return this.#guard(() =>
      this.#db
        .prepare('PRAGMA integrity_check')
        .all()
        .map((row) => String(row['integrity_check']))
        .filter((text) => text !== 'ok'),
    );
  }

  /** The plan of every statement used so far, for the test that no query walks a whole table. */
  queryPlans(): { sql: string; plan: string }[] {
    return this.#statements.texts().map((sql) => {
      const steps = this.#db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
      return { sql, plan: steps.map((step) => String(step['detail'])).join(' / ') };
    });
  }

  /** Finishes the commits that wait, then closes. */
  async close(): Promise<void> {
    await Promise.resolve();
    if (!this.#db.isOpen) return;
    this.#group.drain();
    this.#large.close();
    this.#db.close();
    this.#lock?.release();
  }

  /** Applies as many commits as fit one transaction. Conflicts are rare: only a group that has one is done again with savepoints. */
  #applyGroup(waiting: readonly PreparedCommit[]): readonly unknown[] {
    const commits = waiting.slice(0, MAX_GROUP);
    this.#setSynchronous(commits.some((commit) => commit.durable) ? 'FULL' : 'NORMAL');
    const [only] = commits;
    if (commits.length === 1 && only !== undefined) return [this.#applyAlone(only)];
    return this.#applyTogether(commits) ?? this.#applyOneByOne(commits);
  }

  /** Undefined when one of the commits cannot be applied; then none is. */
  #applyTogether(commits: readonly PreparedCommit[]): readonly undefined[] | undefined {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const outcomes: undefined[] = [];
      const endAt = performance.now() + MAX_GROUP_MS;
      for (const commit of commits) {
        applyCommit(this.#statements, commit);
        outcomes.push(undefined);
        if (performance.now() > endAt) break;
      }
      this.#db.exec('COMMIT');
      return outcomes;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      if (error instanceof GatewayError && error.code === 'CONFLICT') return undefined;
      throw error;
    }
  }

  /** Each under its savepoint: those that conflict are left out. */
  #applyOneByOne(commits: readonly PreparedCommit[]): readonly unknown[] {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const outcomes: unknown[] = [];
      const endAt = performance.now() + MAX_GROUP_MS;
      for (const commit of commits) {
        outcomes.push(this.#applyOne(commit));
        if (performance.now() > endAt) break;
      }
      this.#db.exec('COMMIT');
      return outcomes;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** The transaction is its own; no savepoint is needed. */
  #applyAlone(commit: PreparedCommit): unknown {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      applyCommit(this.#statements, commit);
      this.#db.exec('COMMIT');
      return undefined;
    } catch (error) {
      if (!this.#db.isTransaction) throw error;
      this.#db.exec('ROLLBACK');
      return toStoreError(error, this.#file);
    }
  }

  /** In WAL mode FULL flushes the log at every commit, NORMAL leaves that to the next FULL one; the order is kept. */
  #setSynchronous(mode: 'FULL' | 'NORMAL'): void {
    if (mode === this.#synchronous) return;
    this.#db.exec(`PRAGMA synchronous = ${mode}`);
    this.#synchronous = mode;
  }

  #applyOne(commit: PreparedCommit): unknown {
    this.#db.exec('SAVEPOINT one');
    try {
      applyCommit(this.#statements, commit);
      this.#db.exec('RELEASE one');
      return undefined;
    } catch (error) {
      // A full disk makes SQLite roll the whole transaction back; then every commit of the group has failed.
      if (!this.#db.isTransaction) throw error;
      this.#db.exec('ROLLBACK TO one');
      this.#db.exec('RELEASE one');
      return toStoreError(error, this.#file);
    }
  }

  /** What the read throws, the promise is rejected with. */
  #read<T>(read: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.#assertOpen();
      resolve(this.#guard(read));
    });
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }

  #assertOpen(): void {
    if (!this.#db.isOpen) {
      throw new GatewayError('STORE_UNAVAILABLE', `The store ${this.#file} is closed.`, {
        details: { file: this.#file },
      });
    }
  }
}

function parseBody(row: Record<string, unknown>): unknown {
  return JSON.parse(row['body'] as string);
}
