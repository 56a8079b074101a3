import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createBackup, restoreBackup, verifyBackup } from '../../src/store/backup.ts';
import { copyStore, digestStore } from '../../src/store/copy-store.ts';
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
    const copy = open(restored);
    try {
      expect(await digestStore(copy)).toEqual(manifest.digest);
      expect(Buffer.from((await copy.readArchive(sha256Of('ISA*7')))!).toString()).toBe('ISA*7');
    } finally {
      await copy.close();
    }
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
});
