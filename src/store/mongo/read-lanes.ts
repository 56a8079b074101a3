import type { Db } from 'mongodb';
import { Batches } from '../../common/batches.ts';
import type { CollectionName } from '../../pipeline/ports/store.ts';
import type { Where } from '../any-query.ts';
import { perCollection } from '../indexed-fields.ts';
import { archiveOf, recordsOf } from './apply-plan.ts';
import type { ArchiveChunk } from './apply-plan.ts';
import { isBefore, isMatch, whereFilter } from './find-filter.ts';
import { findRows } from './find-rows.ts';
import type { Row } from './find-rows.ts';
import { fromStored } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

const MAX_RECORDS = 100;
const MAX_SEARCHES = 32;
/** Of so many records it is seen here which search has found them. */
const MOST_FOUND = 64;
/** A piece of the archive has up to 2 MB. */
const MAX_CHUNKS = 8;

type Body = Pick<StoredRecord, '_id' | 'body'>;
type Reads<T> = Batches<string, T | undefined>;

/** For the first `limit` records in that order. */
export interface Search {
  where: Where;
  orderBy: string;
  limit: number;
}

/**
 * What this process reads by id, and what it looks for of which there is little; of each collection one command at a time. Most of what a
 * read costs is the command, for the server as for us, and workers ask for much at the same time.
 */
export class ReadLanes {
  readonly archive: Reads<ArchiveChunk>;
  readonly #records: Readonly<Record<CollectionName, Reads<Body>>>;
  readonly #searches: Readonly<Record<CollectionName, Batches<Search, readonly Row[]>>>;

  constructor(db: Db) {
    this.archive = readTogether(MAX_CHUNKS, (filter) => archiveOf(db).find(filter).toArray());
    this.#records = perCollection((collection) =>
      readTogether(MAX_RECORDS, (filter) =>
        recordsOf(db, collection)
          .find<Body>(filter, { projection: { body: 1 } })
          .toArray(),
      ),
    );
    this.#searches = perCollection(
      (collection) => new Batches(MAX_SEARCHES, (searches) => searchTogether(db, collection, searches)),
    );
  }

  get(collection: CollectionName, id: string): Promise<Body | undefined> {
    return this.#records[collection].ask(id);
  }

  /** What a search finds: mostly little, or nothing. */
  search(collection: CollectionName, search: Search): Promise<readonly Row[]> {
    return this.#searches[collection].ask(search);
  }
}

function readTogether<T extends { _id: string }>(
  limit: number,
  read: (filter: { _id: string | { $in: string[] } }) => Promise<readonly T[]>,
): Reads<T> {
  return new Batches(limit, async (asked) => {
    const [first, ...others] = [...new Set(asked)];
    const documents = await read({ _id: others.length === 0 ? first! : { $in: [first!, ...others] } });
    const found = new Map(documents.map((document) => [document._id, document]));
    return asked.map((id) => found.get(id));
  });
}

/** Who found which of the records is seen here; only where that is too much each searches by itself. */
async function searchTogether(
  db: Db,
  collection: CollectionName,
  searches: readonly Search[],
): Promise<readonly (readonly Row[])[]> {
  const searchAlone = (search: Search) => findRows(db, collection, search, search.limit);
  if (searches.length === 1) return [await searchAlone(searches[0]!)];
  const any = { $or: searches.map(({ where }) => whereFilter(collection, where)) };
  const options = { projection: { body: 1 }, limit: MOST_FOUND + 1 };
  const stored = await recordsOf(db, collection).find<Body>(any, options).toArray();
  if (stored.length > MOST_FOUND) return Promise.all(searches.map(searchAlone));
  const rows = await Promise.all(stored.map((each) => fromStored<Row>(each)));
  return searches.map(({ where, orderBy, limit }) =>
    rows
      .filter((row) => isMatch(row, where))
      .sort((a, b) => compareRows(a, b, orderBy))
      .slice(0, limit),
  );
}

function compareRows(a: Row, b: Row, orderBy: string): number {
  if (isBefore(a[orderBy], b[orderBy])) return -1;
  if (isBefore(b[orderBy], a[orderBy])) return 1;
  return isBefore(a['id'], b['id']) ? -1 : 1;
}
