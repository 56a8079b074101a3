import { INDEXES, type PartialIndex } from '../pipeline/collections.ts';
import type { CollectionName } from '../pipeline/ports/store.ts';

export const COLLECTIONS = Object.keys(INDEXES) as CollectionName[];

/** One value for each collection. */
export function perCollection<T>(
  make: (collection: CollectionName) => T,
): Readonly<Record<CollectionName, T>> {
  const entries = COLLECTIONS.map((collection) => [collection, make(collection)] as const);
  return Object.fromEntries(entries) as Record<CollectionName, T>;
}

export interface DeclaredIndex {
  fields: readonly string[];
  /** Records with other values than these are not in it. */
  only?: PartialIndex<string>['only'];
}

/** The declared indexes of each collection. */
export const DECLARED_INDEXES = perCollection((collection): readonly DeclaredIndex[] =>
  (INDEXES[collection] as readonly (readonly string[] | PartialIndex<string>)[]).map((index) =>
    'only' in index ? index : { fields: index },
  ),
);

/** Fields kept beside the JSON body, because an index uses them. */
export const INDEXED_FIELDS = perCollection((collection): readonly string[] => {
  const indexes = DECLARED_INDEXES[collection];
  return [...new Set(indexes.flatMap(({ fields, only }) => (only ? [...fields, only.field] : fields)))];
});
