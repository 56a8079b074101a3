import { hash } from 'node:crypto';
import { invariant } from '../common/invariant.ts';
import type { Collections } from './collections.ts';
import { contentSha256 } from './ports/file-content.ts';
import type { FileContent } from './ports/file-content.ts';
import type { ArchiveEntry, CollectionName, Operation, Query, Store } from './ports/store.ts';
import type { StoredRecord } from './records.ts';
import { WrittenRecords } from './written-records.ts';

const PAGE = 500;

/** Lower-case hex SHA-256: the name of bytes in the archive. */
export function sha256Of(content: Uint8Array | string): string {
  return hash('sha256', content);
}

/**
 * Everything that one decision changes, gathered and then committed at once. Reads see what the unit has written, so that
 * two transactions of one interchange can speak of the same order. Nothing reaches the store before `commit`.
 */
export class UnitOfWork {
  readonly #store: Store;
  readonly #operations = new Map<string, Operation>();
  readonly #written = new WrittenRecords();
  /** What was read by id: nothing is read twice, and all of the unit decides on one state of it. */
  readonly #read = new Map<string, Promise<unknown>>();
  /** The same, once it is there. */
  readonly #known = new Map<string, StoredRecord>();
  readonly #archive = new Map<string, ArchiveEntry>();
  /** Large content that was put ahead of the commit. */
  readonly #requires = new Set<string>();
  readonly #afterCommit: (() => void)[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  get isEmpty(): boolean {
    return this.#operations.size === 0 && this.#archive.size === 0;
  }

  async get<N extends CollectionName>(collection: N, id: string): Promise<Collections[N] | undefined> {
    const pending = this.#operations.get(key(collection, id));
    if (pending !== undefined)
      return pending.op === 'delete' ? undefined : (pending.record as Collections[N]);
    return this.#stored(collection, id);
  }

  #stored<N extends CollectionName>(collection: N, id: string): Promise<Collections[N] | undefined> {
    const place = key(collection, id);
    const read = this.#read.get(place) ?? this.#load(collection, id);
    this.#read.set(place, read);
    return read as Promise<Collections[N] | undefined>;
  }

  async #load(collection: CollectionName, id: string): Promise<unknown> {
    const record = await this.#store.get(collection, id);
    if (record !== undefined) this.#known.set(key(collection, id), record);
    return record;
  }

  /** Every record that has these values, with this unit's own changes laid over what the store holds. */
  async findAll<N extends CollectionName>(
    collection: N,
    where: NonNullable<Query<Collections[N]>['where']>,
    matches: (record: Collections[N]) => boolean,
  ): Promise<Collections[N][]> {
    const found = new Map<string, Collections[N]>();
    let after: string | undefined;
    do {
      const page = await this.#store.find(collection, {
        where,
        limit: PAGE,
        ...(after === undefined ? { few: true } : { after }),
      });
      for (const record of page.records) {
        found.set(record.id, record);
        this.#known.set(key(collection, record.id), record);
      }
      after = page.next;
    } while (after !== undefined);
    return this.#overlay(collection, where, found, matches);
  }

  /** As the store's `find`, with this unit's own changes laid over the first page. */
  async find<N extends CollectionName>(
    collection: N,
    query: Query<Collections[N]>,
    matches: (record: Collections[N]) => boolean,
  ): Promise<Collections[N][]> {
    const { records } = await this.#store.find(collection, query);
    const found = new Map(records.map((record) => [record.id, record]));
    return this.#overlay(collection, query.where, found, matches);
  }

  #overlay<N extends CollectionName>(
    collection: N,
    where: Query<Collections[N]>['where'],
    found: Map<string, Collections[N]>,
    matches: (record: Collections[N]) => boolean,
  ): Collections[N][] {
    if (this.#operations.size === 0) return [...found.values()];
    for (const id of found.keys()) {
      const operation = this.#operations.get(key(collection, id));
      if (operation === undefined) continue;
      if (operation.op !== 'delete' && matches(operation.record as Collections[N]))
        found.set(id, operation.record as Collections[N]);
      else found.delete(id);
    }
    for (const place of this.#written.candidates(collection, where)) {
      const operation = this.#operations.get(place)!;
      if (operation.op !== 'delete' && matches(operation.record as Collections[N]))
        found.set(operation.record.id, operation.record as Collections[N]);
    }
    return [...found.values()];
  }

  #set(place: string, operation: Operation): void {
    this.#operations.set(place, operation);
    this.#written.add(place, operation);
  }

  insert<N extends CollectionName>(collection: N, record: Collections[N]): void {
    const place = key(collection, record.id);
    invariant(!this.#operations.has(place), `${place} is written twice in one unit of work`);
    this.#set(place, { op: 'insert', collection, record } as Operation);
  }

  /**
   * Writes a record that was read (its `revision` is the guard), or one that this unit inserted. `before`: as it was read, where that
   * was not done by this unit.
   */
  update<N extends CollectionName>(collection: N, record: Collections[N], before?: Collections[N]): void {
    const place = key(collection, record.id);
    const isNew = this.#operations.get(place)?.op === 'insert';
    this.#set(
      place,
      (isNew
        ? { op: 'insert', collection, record }
        : this.#updateOf(collection, record, before)) as Operation,
    );
  }

  #updateOf(collection: CollectionName, record: StoredRecord, read?: StoredRecord): object {
    const before = read ?? this.#known.get(key(collection, record.id));
    return { op: 'update', collection, record, ...(before?.revision === record.revision && { before }) };
  }

  /** Writes a record, whether it is there or not. */
  async put<N extends CollectionName>(collection: N, record: Collections[N]): Promise<void> {
    const stored = await this.#stored(collection, record.id);
    const written = { ...record, revision: stored?.revision ?? 0 };
    const operation =
      stored === undefined ? { op: 'insert', collection, record } : this.#updateOf(collection, written);
    this.#set(key(collection, record.id), operation as Operation);
  }

  /** Also a record that was not read: that nobody has changed it has to follow from another one in the unit. */
  delete(collection: CollectionName, id: string): void {
    this.#set(key(collection, id), { op: 'delete', collection, id } as Operation);
  }

  /** Adds operations made elsewhere, such as the work queue's completion of a leased item. */
  add(operations: readonly Operation[]): void {
    for (const operation of operations) {
      this.#set(
        key(operation.collection, operation.op === 'delete' ? operation.id : operation.record.id),
        operation,
      );
    }
  }

  /** Keeps the bytes for ever under their SHA-256, which is returned; a caller who has it already gives it. */
  archive(bytes: Uint8Array, sha256 = sha256Of(bytes)): string {
    this.#archive.set(sha256, { sha256, bytes });
    return sha256;
  }

  /** As `archive`. Large content goes into the archive at once, piece by piece: it is durable before the commit that names it. */
  async archiveContent(content: FileContent, sha256 = contentSha256(content)): Promise<string> {
    if (content instanceof Uint8Array) return this.archive(content, sha256);
    await this.#store.putArchive(content.sha256, content.read());
    this.#requires.add(content.sha256);
    return content.sha256;
  }

  /** Called once the commit is durable: waking a worker, never a change of state. */
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action);
  }

  /** What would be committed: to be joined to a commit that somebody else makes. */
  get operations(): readonly Operation[] {
    return [...this.#operations.values()];
  }

  async commit(): Promise<void> {
    if (!this.isEmpty) {
      const requires = [...this.#requires];
      await this.#store.commit(
        [...this.#operations.values()],
        [...this.#archive.values()],
        requires.length > 0 ? { requires } : {},
      );
    }
    for (const action of this.#afterCommit) action();
  }
}

function key(collection: string, id: string): string {
  return `${collection}/${id}`;
}
