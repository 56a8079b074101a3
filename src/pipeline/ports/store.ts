import type { Instant } from '../../common/time.ts';
import type { Collections } from '../collections.ts';

export type CollectionName = keyof Collections;

export type Scalar = string | number | boolean;

export type Condition =
  Scalar | { in: readonly Scalar[] } | { gt?: Scalar; gte?: Scalar; lt?: Scalar; lte?: Scalar };

/** A query over indexed top-level fields; `orderBy` is one field (ties broken by id), default id ascending. */
export interface Query<R> {
  where?: { readonly [K in keyof R]?: Condition };
  orderBy?: keyof R & string;
  descending?: boolean;
  /** At most this many, default 100, at most 1,000. */
  limit?: number;
  /** Mostly little is found, or nothing: a store that is a server looks for many such at once. Not with `after` or `descending`. */
  few?: boolean;
  /** `next` of the page before. */
  after?: string;
}

export interface Page<R> {
  records: R[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

export type Operation = {
  [N in CollectionName]:
    | { op: 'insert'; collection: N; record: Collections[N] }
    | {
        op: 'update';
        collection: N;
        record: Collections[N];
        /** As it was read, under the same revision: a store need not look what is changed. */
        before?: Collections[N];
      }
    | { op: 'delete'; collection: N; id: string };
}[CollectionName];

/** Raw bytes under their SHA-256 (lower-case hex); written once, never changed. */
export interface ArchiveEntry {
  sha256: string;
  bytes: Uint8Array;
}

export interface CommitOptions {
  /**
   * `relaxed`: survives the end of the process, but perhaps not of the machine, until a later durable commit. Only for what
   * may safely be undone by that, because it would be done again: leases, locks, heartbeats.
   */
  durability?: 'durable' | 'relaxed';
  /**
   * Hashes of archive entries that go with this commit, each unless a file record still has it that is not `erased`: the bytes
   * of a file that came in a moment ago are never lost to the erasure of an equal one.
   */
  erase?: readonly string[];
  /**
   * Hashes of archive entries that were put before and are named by this commit. Where an erasure has taken one meanwhile, the
   * commit is refused with CONFLICT over `archive`: it has to be put again.
   */
  requires?: readonly string[];
}

/** The line to a store that is a server. */
export interface StoreLine {
  /** How often its client waited for ever and was replaced by another one. */
  readonly replaced: number;
  readonly replacedAt?: Instant;
}

/**
 * The store. One commit is atomic and durable when it resolves: all of it or nothing.
 * - `insert` of an id that exists, and `update` of a record whose `revision` is not the stored one (or that is gone), throw
 *   GatewayError CONFLICT with details `{ collection, id }`, and nothing of the commit is applied.
 * - a committed insert or update is stored with `revision + 1`; `delete` of a missing id does nothing.
 * - archive entries are idempotent.
 * Commits that arrive together may share one fsync. Every method may throw GatewayError STORE_*.
 */
export interface Store {
  get<N extends CollectionName>(collection: N, id: string): Promise<Collections[N] | undefined>;
  find<N extends CollectionName>(collection: N, query: Query<Collections[N]>): Promise<Page<Collections[N]>>;
  count<N extends CollectionName>(collection: N, where: Query<Collections[N]>['where']): Promise<number>;
  commit(
    operations: readonly Operation[],
    archive?: readonly ArchiveEntry[],
    options?: CommitOptions,
  ): Promise<void>;
  readArchive(sha256: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps large content piece by piece, outside of any commit. Durable and complete when it resolves; before that the entry does
   * not exist, also after a crash. The commit that names it `requires` it. Throws STORE_CORRUPT where the pieces are not what the
   * hash says; then nothing is kept. Throws CONFLICT over `archive` where an erasure of the same has come in between: it has to be
   * put again.
   */
  putArchive(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** As `readArchive`, piece by piece; throws STORE_CORRUPT at its end where the hash is another. */
  streamArchive(sha256: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Up to `limit` hashes of archive entries beyond `after` (default: from the first on), ascending. */
  listArchive(limit: number, after?: string): Promise<string[]>;
  /** Absent where the store is a file. */
  readonly line?: StoreLine;
  close(): Promise<void>;
}
