import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { enqueue } from '../../../src/pipeline/work/work-queue.ts';
import { applyChanges, MIGRATIONS, type Migration } from '../../../src/store/sqlite/schema.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { fileRecord } from '../records.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'tradelane.db');
});
afterEach(() => folder.remove());

function inDatabase<T>(action: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file);
  try {
    return action(db);
  } finally {
    db.close();
  }
}

async function storeWithOneFile(): Promise<void> {
  const store = SqliteStore.open({ file, role: 'gateway' });
  await store.commit([
    { op: 'insert', collection: 'files', record: fileRecord('f1', { partnerId: 'acme' }) },
  ]);
  await store.close();
}

describe('a file that this version must not touch', () => {
  test('data of a newer version is refused with both versions and what to do', async () => {
    await storeWithOneFile();
    inDatabase((db) => db.exec('PRAGMA user_version = 99'));
    expect(() => SqliteStore.open({ file, role: 'gateway' })).toThrow(
      expect.objectContaining({
        code: 'STORE_VERSION',
        message: expect.stringMatching(/shape 99 .* newer Tradelane.*Run the newer version/),
      }),
    );
  });

  test('a database of another program is refused and left as it is', () => {
    inDatabase((db) => db.exec('CREATE TABLE theirs (id)'));
    expect(() => SqliteStore.open({ file, role: 'gateway' })).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT' }),
    );
    expect(inDatabase((db) => db.prepare('SELECT name FROM sqlite_schema').all())).toHaveLength(1);
  });

  test('a file that is no database is refused', () => {
    writeFileSync(file, 'ISA*00*          *00*'.repeat(200));
    expect(() => SqliteStore.open({ file, role: 'gateway' })).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT' }),
    );
  });
});

describe('upgrade', () => {
  const next: Migration = {
    version: 1000,
    description: 'channel names in capitals',
    up: (db) => db.exec(`UPDATE files SET body = json_set(body, '$.channel', 'FOLDER')`),
  };

  test('runs each missing step once and remembers it', async () => {
    await storeWithOneFile();
    inDatabase((db) => {
      applyChanges(db, file, [...MIGRATIONS, next]);
      expect(db.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 1000 });
      expect(db.prepare(`SELECT json_extract(body, '$.channel') AS c FROM files`).get()).toMatchObject({
        c: 'FOLDER',
      });
      applyChanges(db, file, [
        ...MIGRATIONS,
        {
          ...next,
          up: () => {
            throw new Error('must not run again');
          },
        },
      ]);
    });
  });

  test('a step that fails leaves the data as it was', async () => {
    await storeWithOneFile();
    const failing: Migration = {
      ...next,
      up: (db) => {
        next.up(db);
        throw new Error('half way');
      },
    };
    inDatabase((db) => {
      expect(() => applyChanges(db, file, [...MIGRATIONS, failing])).toThrow('half way');
    });
    const store = SqliteStore.open({ file, role: 'gateway' });
    expect((await store.get('files', 'f1'))?.channel).toBe('folder');
    await store.close();
  });

  test('an index of all records becomes one of some, and a field that no index needs any more loses its column', async () => {
    const store = SqliteStore.open({ file, role: 'gateway' });
    const item = enqueue(
      { clock: { now: () => '2026-03-02T08:00:00.000Z' }, ids: { next: () => 'w1' } },
      { kind: 'processFile', key: 'process/f1', orderingKey: 'k', partnerId: 'acme', payload: {} },
    );
    await store.commit(item);
    await store.close();
    inDatabase((db) => {
      db.exec('DROP INDEX "work:position ready"');
      db.exec('CREATE INDEX "work:status,position" ON work (status, position, id)');
      db.exec('ALTER TABLE claims ADD COLUMN "createdAt" ANY');
      db.exec('CREATE INDEX "claims:createdAt" ON claims ("createdAt", "id")');
    });
    const upgraded = SqliteStore.open({ file, role: 'gateway' });
    const query = { where: { status: 'ready', position: { gt: '' } }, orderBy: 'position' } as const;
    expect((await upgraded.find('work', query)).records).toMatchObject([{ id: 'w1', status: 'ready' }]);
    expect(upgraded.queryPlans().map(({ plan }) => plan)).toEqual([
      'SEARCH work USING INDEX work:position ready (position>?)',
    ]);
    await upgraded.close();
    const columns = inDatabase((db) => db.prepare(`SELECT name FROM pragma_table_info('claims')`).all());
    expect(columns.map(({ name }) => name)).toEqual(['id', 'revision', 'body']);
  });

  test('an index declared since then is built from the records that are there, one no longer declared goes', async () => {
    await storeWithOneFile();
    inDatabase((db) => {
      db.exec('DROP INDEX "files:partnerId,createdAt"; DROP INDEX "files:sha256"');
      db.exec('ALTER TABLE files DROP COLUMN "sha256"');
      db.exec('CREATE INDEX "files:name" ON files (revision)');
    });
    const store = SqliteStore.open({ file, role: 'gateway' });
    const where = { sha256: '' };
    expect((await store.find('files', { where })).records).toHaveLength(1);
    await store.find('files', { where: { partnerId: 'acme' }, orderBy: 'createdAt' });
    expect(store.queryPlans().map(({ plan }) => plan)).toEqual([
      'SEARCH files USING INDEX files:sha256 (sha256=?)',
      'SEARCH files USING INDEX files:partnerId,createdAt (partnerId=?)',
    ]);
    await store.close();
    expect(
      inDatabase((db) => db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'files:name'`).all()),
    ).toEqual([]);
  });

  test('a tool does not upgrade under a running gateway', async () => {
    const gateway = SqliteStore.open({ file, role: 'gateway' });
    inDatabase((db) => db.exec('DROP INDEX "files:sha256"'));
    expect(() => SqliteStore.open({ file, role: 'tool' })).toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE' }),
    );
    await gateway.close();
    const tool = SqliteStore.open({ file, role: 'tool' });
    await tool.close();
  });
});
