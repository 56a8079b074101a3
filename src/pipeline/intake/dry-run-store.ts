import type { Collections } from '../collections.ts';
import { readPieces } from '../ports/file-content.ts';
import type { ArchiveEntry, CollectionName, Operation, Page, Query, Store } from '../ports/store.ts';

/**
 * A store that reads from a real one and keeps every commit to itself: the real use cases run on it, and nothing of what they
 * do is kept or leaves the house. Finds see committed changes of records that they would have found, not new ones.
 */
export class DryRunStore implements Store {
  readonly #store: Store;
  readonly #forgetful: boolean;
  readonly #records = new Map<
    string,
    { collection: CollectionName; record: Collections[CollectionName] | undefined }
  >();
  readonly #archive = new Map<string, Uint8Array>();

  /** Where `forgetful`, no key counts as used: what was done once would be done again. */
  constructor(store: Store, { forgetful = false }: { forgetful?: boolean } = {}) {
    this.#store = store;
    this.#forgetful = forgetful;
  }

  /** Records of a collection that were written in this run. */
  written<N extends CollectionName>(collection: N): Collections[N][] {
    return [...this.#records.values()].flatMap((entry) =>
      entry.collection === collection && entry.record !== undefined ? [entry.record as Collections[N]] : [],
    );
  }

  async get<N extends CollectionName>(collection: N, id: string): Promise<Collections[N] | undefined> {
    const entry = this.#records.get(`${collection}/${id}`);
    if (entry === undefined && this.#forgetful && collection === 'claims') return undefined;
    return entry === undefined
      ? this.#store.get(collection, id)
      : (entry.record as Collections[N] | undefined);
  }

  async find<N extends CollectionName>(
    collection: N,
    query: Query<Collections[N]>,
  ): Promise<Page<Collections[N]>> {
    const page = await this.#store.find(collection, query);
    const records = page.records.flatMap((record) => {
      const entry = this.#records.get(`${collection}/${record.id}`);
      if (entry === undefined) return [record];
      return entry.record === undefined ? [] : [entry.record as Collections[N]];
    });
    return { ...page, records };
  }

  count<N extends CollectionName>(collection: N, where: Query<Collections[N]>['where']): Promise<number> {
    return this.#store.count(collection, where);
  }

  commit(operations: readonly Operation[], archive: readonly ArchiveEntry[] = []): Promise<void> {
    for (const operation of operations) {
      const { collection } = operation;
      const id = operation.op === 'delete' ? operation.id : operation.record.id;
      const record =
        operation.op === 'delete'
          ? undefined
          : { ...operation.record, revision: operation.record.revision + 1 };
      this.#records.set(`${collection}/${id}`, {
        collection,
        record: record,
      });
    }
    for (const { sha256, bytes } of archive) this.#archive.set(sha256, bytes);
    return Promise.resolve();
  }

  async readArchive(sha256: string): Promise<Uint8Array | undefined> {
    return this.#archive.get(sha256) ?? this.#store.readArchive(sha256);
  }

  async putArchive(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const read: Uint8Array[] = [];
    for await (const piece of pieces) read.push(piece);
    this.#archive.set(sha256, Buffer.concat(read));
  }

  async streamArchive(sha256: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const kept = this.#archive.get(sha256);
    return kept === undefined ? this.#store.streamArchive(sha256) : readPieces(kept);
  }

  listArchive(limit: number, after?: string): Promise<string[]> {
    return this.#store.listArchive(limit, after);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
