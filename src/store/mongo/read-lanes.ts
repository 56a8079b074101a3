import type { Db } from 'mongodb';
import { Batches } from '../../common/batches.ts';
import type { CollectionName } from '../../pipeline/ports/store.ts';
import { perCollection } from '../indexed-fields.ts';
import { archiveOf, recordsOf } from './apply-plan.ts';
import type { ArchiveChunk } from './apply-plan.ts';
import { isBefore, isMatch, storedName, whereFilter } from './find-filter.ts';
import type { Where } from './find-filter.ts';
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

/** For the first record in that order. */
export interface Search {
  where: Where;
  orderBy: string;
}

type Found = Record<string, unknown>;

/**
 * What this process reads by id, and what it looks for that is rarely there; of each collection one command at a time. Most of what a
 * read costs is the command, for the server as for us, and workers ask for much at the same time.
 */
export class ReadLanes {
  readonly archive: Reads<ArchiveChunk>;
  readonly #records: Readonly<Record<CollectionName, Reads<Body>>>;
  readonly #rare: Readonly<Record<CollectionName, Batches<Search, Found | undefined>>>;

  constructor(db: Db) {
    this.archive = readTogether(MAX_CHUNKS, (filter) => archiveOf(db).find(filter).toArray());
    this.#records = perCollection((collection) =>
      readTogether(MAX_RECORDS, (filter) =>
        recordsOf(db, collection)
          .find<Body>(filter, { projection: { body: 1 } })
          .toArray(),
      ),
    );
    this.#rare = perCollection(
      (collection) => new Batches(MAX_SEARCHES, (searches) => searchTogether(db, collection, searches)),
    );
  }

  get(collection: CollectionName, id: string): Promise<Body | undefined> {
    return this.#records[collection].ask(id);
  }

  /** The first record that a search finds; mostly there is none. */
  findRare(collection: CollectionName, search: Search): Promise<Found | undefined> {
    return this.#rare[collection].ask(search);
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

/** Who found which of the records is seen here; only where that is too much they search one by one. */
async function searchTogether(
  db: Db,
  collection: CollectionName,
  searches: readonly Search[],
): Promise<readonly (Found | undefined)[]> {
  const [only] = searches;
  if (searches.length === 1) return [await searchAlone(db, collection, only!)];
  const any = { $or: searches.map(({ where }) => whereFilter(collection, where)) };
  const options = { projection: { body: 1 }, limit: MOST_FOUND + 1 };
  const stored = await recordsOf(db, collection).find<Body>(any, options).toArray();
  if (stored.length > MOST_FOUND)
    return Promise.all(searches.map((search) => searchAlone(db, collection, search)));
  const found = await Promise.all(stored.map((each) => fromStored<Found>(each)));
  return searches.map(({ where, orderBy }) =>
    found
      .filter((record) => isMatch(record, where))
      .reduce<Found | undefined>(
        (first, record) =>
          first === undefined || isBefore(record[orderBy], first[orderBy]) ? record : first,
        undefined,
      ),
  );
}

async function searchAlone(
  db: Db,
  collection: CollectionName,
  { where, orderBy }: Search,
): Promise<Found | undefined> {
  const options = { projection: { body: 1 }, sort: { [storedName(collection, orderBy)]: 1 } as const };
  const found = await recordsOf(db, collection).findOne<Body>(whereFilter(collection, where), options);
  return found === null ? undefined : fromStored<Found>(found);
}
