import type { Clock } from '../../common/time.ts';
import type { Collections } from '../collections.ts';
import type {
  ArchiveEntry,
  CollectionName,
  CommitOptions,
  Operation,
  Page,
  Query,
  Store,
} from '../ports/store.ts';
import type { WorkRecord } from '../records.ts';
import type { WorkLine } from './work-line.ts';
import { LEASE_MS, leased, RELAXED, released, updateWork } from './work-record.ts';

export interface HandOverOptions {
  store: Store;
  line: WorkLine;
  clock: Clock;
  /** Name of this process, as its queue has it. */
  owner: string;
}

/**
 * The store of a process whose worker is told of work by the commit that makes it: an item that becomes ready is committed as leased
 * by this node at once, as long as its line has room. So it is neither looked for nor leased by a commit of its own.
 */
export class HandOverStore implements Store {
  readonly #options: HandOverOptions;
  readonly #store: Store;

  constructor(options: HandOverOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  async commit(
    operations: readonly Operation[],
    archive?: readonly ArchiveEntry[],
    options?: CommitOptions,
  ): Promise<void> {
    const { line } = this.#options;
    const taken: WorkRecord[] = [];
    const left: WorkRecord[] = [];
    const handed = operations.map((operation) => this.#hand(operation, taken, left));
    try {
      await this.#store.commit(handed, archive, options);
    } catch (error) {
      for (const item of taken) line.withdraw(item);
      throw error;
    }
    for (const operation of operations) {
      if (operation.op === 'update' && operation.collection === 'work' && operation.record.status === 'done')
        line.complete(operation.record.id);
    }
    for (const item of left) line.leave(item);
    for (const item of taken) await this.#add({ ...item, revision: item.revision + 1 });
  }

  #hand(operation: Operation, taken: WorkRecord[], left: WorkRecord[]): Operation {
    if (operation.collection !== 'work' || operation.op === 'delete') return operation;
    const { record } = operation;
    if (record.status !== 'ready') return operation;
    const { line, clock, owner } = this.#options;
    if (!line.reserve(record)) {
      left.push(record);
      return operation;
    }
    const item = leased(record, owner, clock.now(), LEASE_MS);
    taken.push(item);
    return { ...operation, record: item };
  }

  async #add(item: WorkRecord): Promise<void> {
    const { line, clock } = this.#options;
    if (line.add(item)) return;
    line.withdraw(item);
    await this.#store.commit([updateWork(released(item, clock.now()))], [], RELAXED);
  }

  get<N extends CollectionName>(collection: N, id: string): Promise<Collections[N] | undefined> {
    return this.#store.get(collection, id);
  }

  find<N extends CollectionName>(collection: N, query: Query<Collections[N]>): Promise<Page<Collections[N]>> {
    return this.#store.find(collection, query);
  }

  count<N extends CollectionName>(collection: N, where: Query<Collections[N]>['where']): Promise<number> {
    return this.#store.count(collection, where);
  }

  readArchive(sha256: string): Promise<Uint8Array | undefined> {
    return this.#store.readArchive(sha256);
  }

  putArchive(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#store.putArchive(sha256, pieces);
  }

  streamArchive(sha256: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#store.streamArchive(sha256);
  }

  listArchive(limit: number, after?: string): Promise<string[]> {
    return this.#store.listArchive(limit, after);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
