import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import type { Store } from '../../src/pipeline/ports/store.ts';
import { MongoStore } from '../../src/store/mongo/mongo-store.ts';
import { describeCrashes } from '../pipeline/crash-suite.ts';
import { MONGODB_URI, testDatabase } from '../support/mongo.ts';

/** Takes a quarter of an hour; without it some commits stand for all. On SQLite it is every one, or every second or third. */
const EVERY_COMMIT = process.env['CRASH_EVERY_COMMIT'] === '1';

if (MONGODB_URI === undefined) {
  process.stderr.write('mongo-crash: skipped, no server (set MONGODB_URI to a replica set)\n');
  describe.skip('crash at every commit: MongoDB', () => test('needs a server', () => undefined));
} else {
  const database = testDatabase(MONGODB_URI);
  const client = new MongoClient(database.uri);
  let store: MongoStore;

  beforeAll(async () => {
    store = await MongoStore.open({ uri: database.uri });
  });
  afterAll(async () => {
    await store.close();
    await client.close();
    await database.drop();
  });

  /** The store, emptied: to make its collections and indexes anew takes longer than the day that is lived on it. */
  const open = async (): Promise<Store> => {
    const collections = await client.db().collections();
    await Promise.all(
      collections
        .filter(({ collectionName }) => collectionName !== 'meta')
        .map((collection) => collection.deleteMany({})),
    );
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = name === 'close' ? () => Promise.resolve() : Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };

  describeCrashes(
    'MongoDB',
    [
      { partner: 'northwind-hardware', stride: EVERY_COMMIT ? 1 : 3 },
      { partner: 'hansa-werkzeuge', stride: EVERY_COMMIT ? 1 : 9 },
      { partner: 'nordic-lighting', stride: EVERY_COMMIT ? 1 : 9, wholeFileBytes: 0 },
      { partner: 'northwind-hardware', stride: EVERY_COMMIT ? 1 : 9, gateways: 4 },
    ],
    open,
  );
}
