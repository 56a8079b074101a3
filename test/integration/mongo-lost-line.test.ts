import diagnostics from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MongoStore } from '../../src/store/mongo/mongo-store.ts';
import { fileRecord } from '../store/records.ts';
import { MONGODB_URI, testDatabase } from '../support/mongo.ts';
import type { TestDatabase } from '../support/mongo.ts';
import { StoreProxy, through } from '../torture/store-proxy.ts';

const QUICK = { heartbeatFrequencyMS: '500', connectTimeoutMS: '500', serverSelectionTimeoutMS: '500' };

if (MONGODB_URI === undefined) {
  process.stderr.write('mongo-lost-line: skipped, no server (set MONGODB_URI to a replica set)\n');
  describe.skip('lost lines to MongoDB', () => test('needs a server', () => undefined));
} else {
  const server = MONGODB_URI;
  describe('lost lines to MongoDB', () => {
    let database: TestDatabase;
    let proxy: StoreProxy;
    let store: MongoStore;
    let warnings: object[];
    let sockets: Socket[];
    const collect = (message: unknown) => sockets.push((message as { socket: Socket }).socket);

    const open = async (timeouts: Record<string, string>, operationLimitMs = 60_000) => {
      const uri = new URL(through(database.uri, await proxy.listen()));
      for (const [name, value] of Object.entries(timeouts)) uri.searchParams.set(name, value);
      const logger = { warn: (details: object) => void warnings.push(details) };
      diagnostics.subscribe('net.client.socket', collect);
      store = await MongoStore.open({ uri: uri.toString(), logger, operationLimitMs });
      diagnostics.unsubscribe('net.client.socket', collect);
      await store.commit([{ op: 'insert', collection: 'files', record: fileRecord('f') }]);
    };

    /** The next write on a line finds that its socket has ended in this very turn of the event loop. */
    const endWithNextWrite = (socket: Socket) => {
      const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
      socket.write = (...given: unknown[]) => {
        socket.destroy();
        return write(...given);
      };
    };

    beforeEach(() => {
      database = testDatabase(server);
      proxy = new StoreProxy(database.address);
      warnings = [];
      sockets = [];
    });

    afterEach(async () => {
      await store.close();
      await proxy.close();
      await database.drop();
    });

    test('that end under an operation: it fails as on any lost line, and the next one is done', async () => {
      await open({ heartbeatFrequencyMS: '60000' }, 2_000);
      for (const socket of sockets) endWithNextWrite(socket);
      await expect(store.get('files', 'f')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(await store.get('files', 'f')).toMatchObject({ id: 'f' });
      expect(warnings).toHaveLength(1);
      expect(store.line).toEqual({ replaced: 1, replacedAt: expect.stringMatching(/^2\d{3}-/) });
    }, 30_000);

    test('that end under a heartbeat: the client is replaced, and the store answers again', async () => {
      await open(QUICK);
      for (const socket of sockets) endWithNextWrite(socket);
      const deadline = Date.now() + 20_000;
      while (store.line.replaced === 0 && Date.now() < deadline) await pause(50);
      expect(store.line).toMatchObject({ replaced: 1 });
      expect(await store.get('files', 'f')).toMatchObject({ id: 'f' });
    }, 30_000);

    test('that cannot be had again at once: the new client waits for the server, and the store answers', async () => {
      await open(QUICK);
      for (const socket of sockets) endWithNextWrite(socket);
      const replacedBy = Date.now() + 20_000;
      while (store.line.replaced === 0 && Date.now() < replacedBy) await pause(50);
      proxy.cut();
      await expect(store.get('files', 'f')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      proxy.mend();
      const deadline = Date.now() + 20_000;
      const answer = () => store.get('files', 'f').catch(() => undefined);
      while ((await answer()) === undefined && Date.now() < deadline) await pause(50);
      expect(await store.get('files', 'f')).toMatchObject({ id: 'f' });
    }, 60_000);

    test('that break all the time: afterwards the store answers, and what it has confirmed is there', async () => {
      await open({ ...QUICK, minHeartbeatFrequencyMS: '10' }, 3_000);
      const until = Date.now() + 4_500;
      const confirmed: string[] = [];
      const work = async (worker: number) => {
        for (let turn = 0; Date.now() < until; turn += 1) {
          const id = `${worker}-${turn}`;
          try {
            await store.commit([{ op: 'insert', collection: 'files', record: fileRecord(id) }]);
            await store.get('files', id);
            confirmed.push(id);
          } catch (error) {
            expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
          }
        }
      };
      const working = Promise.all(Array.from({ length: 20 }, (_, worker) => work(worker)));
      // Something has to be confirmed first.
      await pause(500);
      while (Date.now() < until) {
        await pause(20 + Math.random() * 30);
        proxy.hangUp();
      }
      await working;
      const deadline = Date.now() + 20_000;
      const answers = () => store.get('files', 'f').catch(() => undefined);
      while ((await answers()) === undefined && Date.now() < deadline) await pause(50);
      for (const id of confirmed) expect(await store.get('files', id)).toMatchObject({ id });
      expect(confirmed.length).toBeGreaterThan(0);
    }, 60_000);
  });
}
