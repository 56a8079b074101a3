import type { Operation, Store } from '../../src/pipeline/ports/store.ts';

/** The operations of one commit that has become durable. */
export type Commit = readonly Operation[];

/**
 * A store whose commits are told, one after the other in the order in which they became durable. One commit at a time also
 * makes a run independent of how long the machine takes for each.
 */
export function observeStore(store: Store, told: (commit: Commit) => void): Store {
  let last: Promise<unknown> = Promise.resolve();
  return {
    get: (collection, id) => store.get(collection, id),
    find: (collection, query) => store.find(collection, query),
    count: (collection, where) => store.count(collection, where),
    readArchive: (sha256) => store.readArchive(sha256),
    putArchive: (...args) => store.putArchive(...args),
    streamArchive: (sha256) => store.streamArchive(sha256),
    listArchive: (...args) => store.listArchive(...args),
    close: () => store.close(),
    commit: (operations, archive, options) => {
      const committed = last
        .then(() => store.commit(operations, archive, options))
        .then(() => told(operations));
      last = committed.catch(() => undefined);
      return committed;
    },
  };
}
