import { describe, test } from '@jest/globals';
import { MongoStore } from '../../src/store/mongo/mongo-store.ts';
import { describeStoreContract } from '../store/store-contract.ts';
import { MONGODB_URI, testDatabase } from '../support/mongo.ts';

if (MONGODB_URI === undefined) {
  process.stderr.write('mongo-store: skipped, no server (set MONGODB_URI to a replica set)\n');
  describe.skip('store contract: MongoDB', () => test('needs a server', () => undefined));
} else {
  const server = MONGODB_URI;
  describeStoreContract('MongoDB', async () => {
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
  });
}
