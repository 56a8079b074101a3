import { INDEXES } from '../pipeline/collections.ts';
import type { CollectionName } from '../pipeline/ports/store.ts';

export const COLLECTIONS = Object.keys(INDEXES) as CollectionName[];

/** One value for each collection. */
export function perCollection<T>(
  make: (collection: CollectionName) => T,
): Readonly<Record<CollectionName, T>> {
  const entries = COLLECTIONS.map((collection) => [collection, make(collection)] as const);
  return Object.fromEntries(entries) as Record<CollectionName, T>;
}

/** Fields kept beside the JSON body, because an index uses them. */
export const INDEXED_FIELDS = perCollection((collection): readonly string[] => {
  const indexes: readonly (readonly string[])[] = INDEXES[collection];
  return [...new Set(indexes.flat())];
});
