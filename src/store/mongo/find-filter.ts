import type { Filter } from 'mongodb';
import { invariant } from '../../common/invariant.ts';
import type { CollectionName, Condition, Scalar } from '../../pipeline/ports/store.ts';
import type { Where } from '../any-query.ts';
import type { Cursor } from '../cursor.ts';
import { INDEXED_FIELDS } from '../indexed-fields.ts';
import type { StoredRecord } from './stored-record.ts';

type StoredFilter = Filter<StoredRecord>;

/** The condition of a query. */
export function whereFilter(collection: CollectionName, where: Where): StoredFilter {
  const filter: Record<string, unknown> = {};
  for (const [field, condition] of Object.entries(where)) {
    invariant(condition !== undefined, `find in ${collection}: the condition on ${field} is undefined.`);
    filter[storedName(collection, field)] = conditionFilter(condition);
  }
  return filter;
}

/**
 * The filters that read what follows a cursor, to be run one after the other until the page is full: each is one range of an
 * index, where a single `$or` would be sorted anew for every page.
 */
export function pageFilters(
  collection: CollectionName,
  where: StoredFilter,
  { orderBy, descending, value, id }: Cursor,
): StoredFilter[] {
  const beyond = descending ? '$lt' : '$gt';
  const idRange = { _id: { [beyond]: id } };
  if (orderBy === 'id') return [{ $and: [where, idRange] }];
  const field = storedName(collection, orderBy);
  const missing = { [field]: null };
  if (value === null) {
    const rest = { $and: [where, missing, idRange] };
    return descending ? [rest] : [rest, { $and: [where, { [field]: { $ne: null } }] }];
  }
  const ranges = [
    { $and: [where, { [field]: value }, idRange] },
    { $and: [where, { [field]: { [beyond]: value } }] },
  ];
  return descending ? [...ranges, { $and: [where, missing] }] : ranges;
}

/** Name of a field in the stored document. */
export function storedName(collection: CollectionName, field: string): string {
  if (field === 'id') return '_id';
  invariant(
    INDEXED_FIELDS[collection].includes(field),
    `find in ${collection}: no index has the field ${field}; add it to INDEXES.`,
  );
  return field;
}

function conditionFilter(condition: Condition): unknown {
  if (typeof condition !== 'object') return { $eq: condition };
  if ('in' in condition) return { $in: [...new Set(condition.in)] };
  const bounds = Object.entries<Scalar>(condition);
  invariant(bounds.length > 0, 'find: the condition is empty.');
  return Object.fromEntries(bounds.map(([operator, value]) => [`$${operator}`, value]));
}

/** Whether a record that was read fulfils a condition, as the server sees it. Texts are compared as they are in ids: ASCII. */
export function isMatch(record: Readonly<Record<string, unknown>>, where: Where): boolean {
  return Object.entries(where).every(([field, condition]) => {
    const value = record[field];
    if (typeof condition !== 'object') return value === condition;
    if ('in' in condition) return condition.in.includes(value as Scalar);
    const { gt, gte, lt, lte } = condition;
    return (
      (gt === undefined || isBefore(gt, value)) &&
      (lt === undefined || isBefore(value, lt)) &&
      (gte === undefined || value === gte || isBefore(gte, value)) &&
      (lte === undefined || value === lte || isBefore(value, lte))
    );
  });
}

export function isBefore(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  return typeof a === 'string' && typeof b === 'string' && a < b;
}
