import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path, { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createBackup, restoreBackup, verifyBackup } from '../../src/store/backup.ts';
import { assertWhole, copyStore, digestStore } from '../../src/store/copy-store.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { sha256Of } from '../../src/pipeline/unit-of-work.ts';
import { fileRecord } from './records.ts';
import { temporaryFolder } from './temporary-folder.ts';

const NOW = '2026-03-02T08:00:00.000Z';

let folder: ReturnType<typeof temporaryFolder>;
let data: string;
let store: SqliteStore;

beforeEach(() => {
  folder = temporaryFolder();
  data = join(folder.path, 'data');
  store = open(data);
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

function open(dataFolder: string): SqliteStore {
  return SqliteStore.open({ file: join(dataFolder, 'tradelane.sqlite'), role: 'gateway' });
}

async function fill(from: number, count: number): Promise<void> {
  for (let index = from; index < from + count; index += 10) {
    const indexes = Array.from({ length: Math.min(10, from + count - index) }, (_, offset) => index + offset);
    await Promise.all(
      indexes.map((each) => {
        const bytes = Buffer.from(`ISA*${each}`);
        const sha256 = sha256Of(bytes);
        const record = fileRecord(`f${each}`, { sha256 });
        return store.commit([{ op: 'insert', collection: 'files', record }], [{ sha256, bytes }]);
      }),
    );
  }
  const first = (await store.get('files', 'f0'))!;
  await store.commit([{ op: 'update', collection: 'files', record: { ...first, status: 'processed' } }]);
}

describe('a backup', () => {
  test('is for its owner alone, also in a folder that others may look into', async () => {
    const target = join(folder.path, 'backup');
    mkdirSync(target, { mode: 0o755 });
    await createBackup(data, target, NOW);
    expect(statSync(join(target, 'tradelane.sqlite')).mode & 0o077).toBe(0);
  });

  test.each(['../outside', 'a/../../outside', '/tmp/outside', 'mailboxes/..', ''])(
    'that names the file "%s" is none, and nothing of it is restored',
    async (name) => {
      const target = join(folder.path, 'backup');
      await createBackup(data, target, NOW);
      writeFileSync(join(folder.path, 'outside'), 'harm');
      const file = join(target, 'backup.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { files: Record<string, string> };
      manifest.files[name] = sha256Of('harm');
      writeFileSync(file, JSON.stringify(manifest));
      const restored = join(folder.path, 'restored');
      await expect(restoreBackup(target, restored)).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        message: expect.stringContaining('no manifest'),
      });
      expect(existsSync(restored)).toBe(false);
    },
  );

  test('made while the gateway writes is one moment of the store, and restores to exactly that', async () => {
    await fill(0, 300);
    writeFileSync(join(data, 'access.json'), '{"tokens":[]}');
    const writing = fill(300, 300);
    const manifest = await createBackup(data, join(folder.path, 'backup'), NOW);
    await writing;
    expect(manifest.digest.records).toBeGreaterThanOrEqual(300);
    expect(manifest.digest.records).toBeLessThanOrEqual(600);

    const restored = join(folder.path, 'restored');
    await restoreBackup(join(folder.path, 'backup'), restored);
    expect(readFileSync(join(restored, 'access.json'), 'utf8')).toBe('{"tokens":[]}');
    for (const each of [join(folder.path, 'backup'), restored])
      expect(statSync(join(each, 'tradelane.sqlite')).mode & 0o077).toBe(0);
    const copy = open(restored);
    try {
      expect(await digestStore(copy)).toEqual(manifest.digest);
      expect(Buffer.from((await copy.readArchive(sha256Of('ISA*7')))!).toString()).toBe('ISA*7');
    } finally {
      await copy.close();
    }
  });

  test('comes to an end however fast the gateway writes', async () => {
    for (let entry = 0; entry < 12; entry += 1) {
      const bytes = randomBytes(3_000_000);
      await store.commit([], [{ sha256: sha256Of(bytes), bytes }]);
    }
    let done = false;
    const writing = (async () => {
      for (let written = 0; !done; written += 1)
        await store.commit([{ op: 'insert', collection: 'files', record: fileRecord(`w${written}`) }]);
    })();
    const manifest = await createBackup(data, join(folder.path, 'backup'), NOW).finally(() => {
      done = true;
    });
    await writing;
    expect(manifest.digest.archiveEntries).toBe(12);
  }, 20_000);

  test('is not hindered by a partner who fetches from his mailbox meanwhile', async () => {
    const mailbox = join(data, 'mailboxes', 'acme', 'out');
    mkdirSync(mailbox, { recursive: true });
    for (let file = 100; file < 400; file += 1) writeFileSync(join(mailbox, `${file}.edi`), 'ISA');
    const backup = join(folder.path, 'backup');
    const made = createBackup(data, backup, NOW);
    const fetching = (async () => {
      while (!existsSync(join(backup, 'mailboxes'))) await new Promise((resolve) => setImmediate(resolve));
      for (let file = 399; file >= 200; file -= 1) rmSync(join(mailbox, `${file}.edi`));
    })();
    const [{ files }] = await Promise.all([made, fetching]);
    expect(Object.keys(files)).toContain('mailboxes/acme/out/100.edi');
    await expect(verifyBackup(backup)).resolves.toBeDefined();
  });

  test('into the data folder is refused: the next one would hold this one', async () => {
    await expect(createBackup(data, join(data, 'backup'), NOW)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect(existsSync(join(data, 'backup'))).toBe(false);
  });

  test('that cannot be made is told as trouble of the store, and leaves the folder empty for the next', async () => {
    const broken = join(folder.path, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'tradelane.sqlite'), 'no database');
    const backup = join(folder.path, 'backup');
    await expect(createBackup(broken, backup, NOW)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(readdirSync(backup)).toEqual([]);
  });

  test('that was damaged is refused, with the name of the file', async () => {
    await fill(0, 10);
    writeFileSync(join(data, 'access.json'), '{"tokens":[]}');
    const backup = join(folder.path, 'backup');
    await createBackup(data, backup, NOW);
    await expect(verifyBackup(backup)).resolves.toMatchObject({ product: 'tradelane' });
    writeFileSync(join(backup, 'access.json'), '{"tokens":[1]}');
    await expect(restoreBackup(backup, join(folder.path, 'restored'))).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining('access.json'),
    });
  });

  test('is never put over a store that is there, nor into a folder that holds something', async () => {
    await fill(0, 10);
    await createBackup(data, join(folder.path, 'backup'), NOW);
    await expect(restoreBackup(join(folder.path, 'backup'), data)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(createBackup(data, join(folder.path, 'backup'), NOW)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('a restore', () => {
  const backup = () => join(folder.path, 'backup');
  const restored = () => join(folder.path, 'restored');

  /** A backup of a database that was not written by this release. */
  function backupOf(database: Uint8Array): void {
    mkdirSync(backup());
    writeFileSync(join(backup(), 'tradelane.sqlite'), database);
    const files = { 'tradelane.sqlite': sha256Of(database) };
    // What that release has counted and hashed, in the shape that the data had then.
    const digest = { records: 1, archiveEntries: 1, sha256: 'of its own shape' };
    writeManifest({ product: 'tradelane', createdAt: NOW, files, digest });
  }

  function writeManifest(manifest: unknown): void {
    writeFileSync(join(backup(), 'backup.json'), JSON.stringify(manifest));
  }

  test('brings what an older release has backed up forward', async () => {
    const older = path.resolve(import.meta.dirname, '../fixtures/store/shape-1.sqlite.gz');
    backupOf(gunzipSync(readFileSync(older)));
    await restoreBackup(backup(), restored());
    expect(readdirSync(restored())).toEqual(['tradelane.sqlite']);
    const copy = open(restored());
    expect(await copy.count('orders', {})).toBe(5);
    await copy.close();
  });

  test('a backup of what an older release wrote can go back to it', async () => {
    const older = gunzipSync(
      readFileSync(path.resolve(import.meta.dirname, '../fixtures/store/shape-1.sqlite.gz')),
    );
    const source = join(folder.path, 'older');
    mkdirSync(source);
    writeFileSync(join(source, 'tradelane.sqlite'), older);
    await createBackup(source, backup(), NOW);
    const db = new DatabaseSync(join(backup(), 'tradelane.sqlite'), { readOnly: true });
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
    db.close();
    expect(readdirSync(backup()).sort()).toEqual(['backup.json', 'tradelane.sqlite']);
  });

  test('of what a newer release has written is refused, and leaves no store behind', async () => {
    await fill(0, 10);
    await store.close();
    const db = new DatabaseSync(join(data, 'tradelane.sqlite'));
    db.exec('PRAGMA user_version = 99');
    db.close();
    backupOf(readFileSync(join(data, 'tradelane.sqlite')));
    await expect(restoreBackup(backup(), restored())).rejects.toMatchObject({ code: 'STORE_VERSION' });
    expect(readdirSync(restored())).toEqual([]);
  });

  test('that was cut off is done again', async () => {
    await fill(0, 10);
    writeFileSync(join(data, 'secret.key'), 'key');
    await createBackup(data, backup(), NOW);
    mkdirSync(join(restored(), 'restoring'), { recursive: true });
    writeFileSync(join(restored(), 'restoring', 'tradelane.sqlite'), 'half of it');
    writeFileSync(join(restored(), 'secret.key'), 'key');
    const { digest } = await restoreBackup(backup(), restored());
    expect(readdirSync(restored()).sort()).toEqual(['secret.key', 'tradelane.sqlite']);
    const copy = open(restored());
    expect(await digestStore(copy)).toEqual(digest);
    await copy.close();
  });

  test.each([
    ['the log of a database that was taken away', 'tradelane.sqlite-wal', 'mixed'],
    ['secrets of another installation', 'secrets.json', 'nothing is overwritten'],
  ])('is not put over %s', async (_, name, because) => {
    await fill(0, 10);
    writeFileSync(join(data, 'secrets.json'), '{"ours":1}');
    await createBackup(data, backup(), NOW);
    mkdirSync(restored());
    writeFileSync(join(restored(), name), 'of another');
    await expect(restoreBackup(backup(), restored())).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(because),
    });
    expect(readdirSync(restored())).toEqual([name]);
    expect(readFileSync(join(restored(), name), 'utf8')).toBe('of another');
  });

  test('tells which file of the backup is missing', async () => {
    await fill(0, 10);
    writeFileSync(join(data, 'secret.key'), 'key');
    await createBackup(data, backup(), NOW);
    rmSync(join(backup(), 'secret.key'));
    await expect(verifyBackup(backup())).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: `${join(backup(), 'secret.key')} was backed up and is missing.`,
    });
  });
});

describe('a copy of a store', () => {
  test('holds every record with its revision, and every byte', async () => {
    await fill(0, 700);
    const target = open(join(folder.path, 'copy'));
    try {
      const digest = await copyStore(store, target);
      expect(digest).toEqual(await digestStore(store));
      expect(digest).toMatchObject({ records: 700, archiveEntries: 700 });
      expect(await target.get('files', 'f0')).toMatchObject({ revision: 2, status: 'processed' });
    } finally {
      await target.close();
    }
  });

  test('is not made into a store that holds something', async () => {
    await fill(0, 1);
    const target = open(join(folder.path, 'copy'));
    try {
      await target.commit([{ op: 'insert', collection: 'files', record: fileRecord('other') }]);
      await expect(copyStore(store, target)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await target.count('files', {})).toBe(1);
    } finally {
      await target.close();
    }
  });

  test('that was cut off is used by no gateway, and goes on where it ended', async () => {
    await fill(0, 1_200);
    const target = open(join(folder.path, 'copy'));
    try {
      for (const left of [2, 3]) {
        let commits = 0;
        const breaking = jest.spyOn(target, 'commit').mockImplementation((...given) => {
          commits += 1;
          if (commits > left) return Promise.reject(new Error('the line broke'));
          return SqliteStore.prototype.commit.apply(target, given);
        });
        await expect(copyStore(store, target)).rejects.toThrow('the line broke');
        breaking.mockRestore();
        await expect(assertWhole(target)).rejects.toMatchObject({
          code: 'CONFLICT',
          message: expect.stringContaining('store copy'),
        });
      }
      expect(await target.count('files', {})).toBeGreaterThan(0);
      expect(await copyStore(store, target)).toEqual(await digestStore(store));
      expect(await digestStore(target)).toMatchObject({ records: 1_200, archiveEntries: 1_200 });
      await assertWhole(target);
      expect(await target.get('settings', 'copy.underWay')).toBeUndefined();
    } finally {
      await target.close();
    }
  });

  test('that goes on after its source has changed is told, and stays unused', async () => {
    await fill(0, 600);
    const target = open(join(folder.path, 'copy'));
    try {
      jest.spyOn(store, 'listArchive').mockRejectedValueOnce(new Error('the line broke'));
      await expect(copyStore(store, target)).rejects.toThrow('the line broke');
      const first = (await store.get('files', 'f0'))!;
      await store.commit([{ op: 'update', collection: 'files', record: { ...first, status: 'rejected' } }]);
      await expect(copyStore(store, target)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      await expect(assertWhole(target)).rejects.toMatchObject({ code: 'CONFLICT' });
    } finally {
      await target.close();
    }
  });
});
