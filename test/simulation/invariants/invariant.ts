import type { Collections } from '../../../src/pipeline/collections.ts';
import type { CollectionName, Store } from '../../../src/pipeline/ports/store.ts';
import type { World } from '../../support/gateway.ts';
import type { Drop } from '../courier.ts';
import type { Commit } from '../observed-store.ts';

/** What has happened since the last look. */
export interface Seen {
  world: World;
  store: Store;
  now: string;
  /** Every commit, in order. */
  commits: readonly Commit[];
  /** The newest version of every record that was written. */
  changed<N extends CollectionName>(collection: N): Collections[N][];
  /** Ids of the records of a collection that are gone since then. */
  deleted(collection: CollectionName): string[];
  /** What partners have put in. */
  drops: readonly Drop[];
}

/**
 * Something that must hold after every step, whatever happened. It knows the records and what lies at the partners, and none
 * of the code that made them. Each finding is a sentence that names the record.
 */
export interface Invariant {
  check(seen: Seen): Promise<string[]> | string[];
  /** What must hold in addition once everything has come to rest. */
  atRest?(seen: Seen): Promise<string[]> | string[];
}
