import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findAccessToken, listAccessTokens } from '../../src/pipeline/access/access-tokens.ts';
import { verifyAudit } from '../../src/pipeline/audit.ts';
import { replayHistory } from '../../src/pipeline/queries/order-history.ts';
import { COLLECTIONS } from '../../src/store/indexed-fields.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { openAccess } from '../../src/web/auth/open-access.ts';
import { slowQueries } from '../support/query-plans.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/store');

/** Installations as each released shape of the data left them, after the demo: never written anew, only added to. */
const SHAPES = [
  {
    shape: 1,
    file: 'shape-1.sqlite.gz',
    accessFile: 'shape-1.access.json',
    counts: { orders: 5, files: 28, documents: 28, orderEvents: 35, invoices: 3, audit: 8, erpCommands: 7 },
  },
  {
    shape: 2,
    file: 'shape-2.sqlite.gz',
    accessFile: 'shape-2.access.json',
    counts: { orders: 5, files: 28, documents: 28, orderEvents: 35, invoices: 3, audit: 8, erpCommands: 7 },
  },
] as const;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('every released shape of the data has its fixture', () => {
  expect(SHAPES.map(({ shape }) => shape)).toEqual(MIGRATIONS.map(({ version }) => version));
  expect(readdirSync(FIXTURES).sort()).toEqual(
    SHAPES.flatMap(({ file, accessFile }) => [accessFile, file]).sort(),
  );
});

describe.each(SHAPES)('an installation of shape $shape', ({ file, accessFile, counts }) => {
  function open(): SqliteStore {
    const database = path.join(folder.path, 'tradelane.sqlite');
    writeFileSync(database, gunzipSync(readFileSync(path.join(FIXTURES, file))));
    return SqliteStore.open({ file: database, role: 'gateway' });
  }

  test('is opened with everything in it, and every list of it is read along an index', async () => {
    const store = open();
    for (const [collection, count] of Object.entries(counts))
      expect([collection, await store.count(collection as keyof typeof counts, {})]).toEqual([
        collection,
        count,
      ]);
    for (const collection of COLLECTIONS) await store.find(collection, { limit: 1_000 });
    for (const sha256 of await store.listArchive(1_000))
      expect(await store.readArchive(sha256)).toBeDefined();
    expect(store.checkIntegrity()).toEqual([]);
    expect(slowQueries(store)).toEqual([]);
    await store.close();
  });

  test('has every order looked at by the time of its next deadline', async () => {
    const store = open();
    expect(await store.count('deadlines', { status: 'pending' })).toBe(0);
    const next = (await store.find('orders', {})).records.flatMap(({ id, state }) => {
      const [dueAt] = state.deadlines.map((deadline) => deadline.dueAt).sort();
      return dueAt === undefined ? [] : [{ id, dueAt }];
    });
    expect(next.length).toBeGreaterThan(0);
    const timers = new Map(
      (await store.find('orderTimers', {})).records.map((timer) => [timer.id, timer.dueAt]),
    );
    for (const { id, dueAt } of next) expect([id, timers.get(id)! <= dueAt]).toEqual([id, true]);
    await store.close();
  });

  test('keeps its audit log whole, and its orders are decided again to what they were', async () => {
    const store = open();
    expect(await verifyAudit(store)).toEqual({ entries: counts.audit, firstBroken: undefined });
    for (const { id } of (await store.find('orders', {})).records) {
      const { differingEvents, differingState } = await replayHistory(store, id);
      expect([id, differingEvents, differingState]).toEqual([id, [], []]);
    }
    await store.close();
  });

  test('lets in who could enter before', async () => {
    const store = open();
    copyFileSync(path.join(FIXTURES, accessFile), path.join(folder.path, 'access.json'));
    await openAccess({ store, clock: { now: () => '2026-12-01T08:00:00.000Z' } }, folder.path);
    const before = JSON.parse(readFileSync(path.join(FIXTURES, accessFile), 'utf8')) as {
      tokens: { sha256: string; name: string }[];
    };
    expect((await listAccessTokens(store)).map(({ id, name }) => [id, name])).toEqual(
      before.tokens.map(({ sha256, name }) => [sha256, name]),
    );
    expect(await findAccessToken(store, 'anything else')).toBeUndefined();
    await store.close();
  });
});
