import type { Db, Sort } from 'mongodb';
import type { CollectionName } from '../../pipeline/ports/store.ts';
import type { AnyQuery } from '../any-query.ts';
import { decodeCursor } from '../cursor.ts';
import { recordsOf } from './apply-plan.ts';
import { pageFilters, storedName, whereFilter } from './find-filter.ts';
import { fromStored } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

/** A record with its type forgotten. */
export type Row = Readonly<Record<string, unknown>>;

/** The first `limit` records of a query. */
export async function findRows(
  db: Db,
  collection: CollectionName,
  { where = {}, orderBy = 'id', descending = false, after }: AnyQuery,
  limit: number,
): Promise<Row[]> {
  const direction = descending ? -1 : 1;
  const field = storedName(collection, orderBy);
  const sort: Sort = field === '_id' ? { _id: direction } : { [field]: direction, _id: direction };
  const filter = whereFilter(collection, where);
  const filters =
    after === undefined
      ? [filter]
      : pageFilters(collection, filter, decodeCursor(after, orderBy, descending));
  const stored: StoredRecord[] = [];
  for (const each of filters) {
    if (stored.length === limit) break;
    const options = { projection: { body: 1 }, sort, limit: limit - stored.length };
    stored.push(...(await recordsOf(db, collection).find(each, options).toArray()));
  }
  return Promise.all(stored.map((record) => fromStored<Row>(record)));
}
