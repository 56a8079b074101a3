import { describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { sha256Of } from '../../src/pipeline/unit-of-work.ts';
import { copyStore } from '../../src/store/copy-store.ts';
import { MongoStore } from '../../src/store/mongo/mongo-store.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { fileRecord } from '../store/records.ts';
import { describeEraseRaces } from '../store/erase-race-contract.ts';
import { describeStoreContract } from '../store/store-contract.ts';
import { MONGODB_URI, testDatabase } from '../support/mongo.ts';

if (MONGODB_URI === undefined) {
  process.stderr.write('mongo-store: skipped, no server (set MONGODB_URI to a replica set)\n');
  describe.skip('store contract: MongoDB', () => test('needs a server', () => undefined));
} else {
  const server = MONGODB_URI;
  const openFixture = async () => {
    const database = testDatabase(server);
    let store = await MongoStore.open({ uri: database.uri });
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await MongoStore.open({ uri: database.uri });
        return store;
      },
      dispose: async () => {
        await store.close();
        await database.drop();
      },
    };
  };
  describeStoreContract('MongoDB', openFixture);
  describeEraseRaces('MongoDB', openFixture);

  describe('upgrade', () => {
    const raw = async <T>(uri: string, action: (db: Db) => Promise<T>): Promise<T> => {
      const client = new MongoClient(uri);
      try {
        return await action(client.db());
      } finally {
        await client.close();
      }
    };
    const opened = async (uri: string) => {
      const store = await MongoStore.open({ uri });
      await store.close();
    };

    test('a field that is indexed since this release is found in the records of the one before', async () => {
      const database = testDatabase(server);
      const first = await MongoStore.open({ uri: database.uri });
      await first.commit([{ op: 'insert', collection: 'files', record: fileRecord('f', { sha256: 'abc' }) }]);
      await first.close();
      await raw(database.uri, async (db) => {
        await db.collection('files').dropIndex('tradelane:sha256');
        await db.collection('files').updateMany({}, { $unset: { sha256: '' } });
      });
      const store = await MongoStore.open({ uri: database.uri });
      expect((await store.find('files', { where: { sha256: 'abc' } })).records).toHaveLength(1);
      await store.close();
      await database.drop();
    });

    test('an index of an earlier release goes, one of an operator or of a newer release stays', async () => {
      const database = testDatabase(server);
      await opened(database.uri);
      const names = () =>
        raw(database.uri, async (db) =>
          (await db.collection('files').indexes())
            .map(({ name }) => name)
            .filter((name) => /old|own/.test(name!)),
        );
      await raw(database.uri, (db) =>
        db.collection('files').createIndexes([
          { name: 'tradelane:old', key: { old: 1 } },
          { name: 'own', key: { own: 1 } },
        ]),
      );
      const setShape = (shape: number) =>
        raw(database.uri, (db) =>
          db.collection<{ _id: string }>('meta').updateOne({ _id: 'shape' }, { $set: { shape } }),
        );
      await setShape(99);
      await opened(database.uri);
      expect((await names()).sort()).toEqual(['own', 'tradelane:old']);
      await setShape(1);
      await opened(database.uri);
      expect(await names()).toEqual(['own']);
      await database.drop();
    });

    test('data of the next release is used as long as it says that this one may, and refused after', async () => {
      const database = testDatabase(server);
      await opened(database.uri);
      const setShape = (compatibleFrom: number) =>
        raw(database.uri, (db) =>
          db
            .collection<{ _id: string }>('meta')
            .updateOne({ _id: 'shape' }, { $set: { shape: 99, compatibleFrom } }),
        );
      await setShape(1);
      await opened(database.uri);
      await raw(database.uri, async (db) => {
        const meta = await db.collection<{ _id: string }>('meta').findOne({ _id: 'shape' });
        expect(meta).toMatchObject({ shape: 99, compatibleFrom: 1 });
      });
      await setShape(99);
      await expect(opened(database.uri)).rejects.toMatchObject({ code: 'STORE_VERSION' });
      await database.drop();
    });
  });

  describe('moving an installation', () => {
    test('from SQLite to MongoDB and back again changes nothing', async () => {
      const database = testDatabase(server);
      const sqlite = SqliteStore.open({ file: ':memory:', role: 'tool' });
      const back = SqliteStore.open({ file: ':memory:', role: 'tool' });
      const mongo = await MongoStore.open({ uri: database.uri });
      try {
        for (let index = 0; index < 50; index += 1) {
          const bytes = Buffer.alloc(index * 1000, index);
          const sha256 = sha256Of(bytes);
          const record = fileRecord(`f${index}`, { sha256, summary: 'é “😀”' });
          await sqlite.commit([{ op: 'insert', collection: 'files', record }], [{ sha256, bytes }]);
        }
        const digest = await copyStore(sqlite, mongo);
        expect(digest).toMatchObject({ records: 50, archiveEntries: 50 });
        expect(await copyStore(mongo, back)).toEqual(digest);
      } finally {
        await Promise.all([sqlite.close(), back.close(), mongo.close()]);
        await database.drop();
      }
    });

    test('two nodes that write the same record: one wins, the other is told', async () => {
      const database = testDatabase(server);
      const [one, two] = [
        await MongoStore.open({ uri: database.uri }),
        await MongoStore.open({ uri: database.uri }),
      ];
      try {
        await one.commit([{ op: 'insert', collection: 'files', record: fileRecord('f') }]);
        const count = async (store: MongoStore): Promise<number> => {
          let won = 0;
          for (let turn = 0; turn < 30; turn += 1) {
            const record = (await store.get('files', 'f'))!;
            const sizeBytes = record.sizeBytes + 1;
            await store
              .commit([
                { op: 'update', collection: 'files', record: { ...record, sizeBytes } },
                { op: 'insert', collection: 'files', record: fileRecord(`${record.revision}`) },
              ])
              .then(() => (won += 1))
              .catch((error: unknown) => expect(error).toMatchObject({ code: 'CONFLICT' }));
          }
          return won;
        };
        const won = await Promise.all([count(one), count(two)]);
        expect((await one.get('files', 'f'))?.sizeBytes).toBe(won[0] + won[1]);
        expect(await one.count('files', {})).toBe(1 + won[0] + won[1]);
      } finally {
        await Promise.all([one.close(), two.close()]);
        await database.drop();
      }
    });
  });
}
