import { describe, test } from '@jest/globals';
import { describeWorkKills } from '../pipeline/work/work-kill-suite.ts';
import { MONGODB_URI, testDatabase } from '../support/mongo.ts';
import { StoreProxy, through } from '../torture/store-proxy.ts';

if (MONGODB_URI === undefined) {
  process.stderr.write('mongo-work-crash: skipped, no server (set MONGODB_URI to a replica set)\n');
  describe.skip('work under kill -9: MongoDB', () => test('needs a server', () => undefined));
} else {
  const server = MONGODB_URI;
  describeWorkKills('MongoDB', {
    items: 60,
    many: true,
    open: async () => {
      const database = testDatabase(server);
      // What a killed process had begun is undone at once, and not when the server thinks of it.
      const proxies = [new StoreProxy(database.address), new StoreProxy(database.address)] as const;
      const ways = await Promise.all(
        proxies.map(async (proxy) => ({
          dataFolder: '',
          mongodbUri: through(database.uri, await proxy.listen()),
        })),
      );
      return {
        settings: ways[0]!,
        // MongoDB itself does so after transactionLifetimeLimitSeconds; until then the rows of the transaction are nobody else's.
        standing: { settings: ways[1]!, undo: () => proxies[1].hangUp() },
        dispose: async () => {
          await Promise.all(proxies.map((proxy) => proxy.close()));
          await database.drop();
        },
      };
    },
  });
}
