import { INDEXES } from '../../pipeline/collections.ts';
import type { CollectionName, Scalar } from '../../pipeline/ports/store.ts';

export type SqlValue = string | number | null;

export const COLLECTIONS = Object.keys(INDEXES) as CollectionName[];

/** One value for each collection. */
export function perCollection<T>(
  make: (collection: CollectionName) => T,
): Readonly<Record<CollectionName, T>> {
  const entries = COLLECTIONS.map((collection) => [collection, make(collection)] as const);
  return Object.fromEntries(entries) as Record<CollectionName, T>;
}

/** Fields kept in columns of their own beside the JSON body, because an index uses them. */
export const COLUMNS = perCollection((collection): readonly string[] => {
  const indexes: readonly (readonly string[])[] = INDEXES[collection];
  return [...new Set(indexes.flat())];
});

export function quote(name: string): string {
  return `"${name}"`;
}

export function toSqlValue(value: Scalar): string | number {
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Value of an extracted column: a scalar, or NULL for an absent or structured field. */
export function columnValue(value: unknown): SqlValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : null;
}
