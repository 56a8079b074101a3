import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { GatewayError } from '../common/errors.ts';
import { makeFolder } from '../folders.ts';
import { digestStore } from './copy-store.ts';
import type { StoreDigest } from './copy-store.ts';
import { pendingChanges } from './sqlite/schema.ts';
import { toStoreError } from './sqlite/sqlite-error.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';

const DATABASE = 'tradelane.sqlite';
const MANIFEST = 'backup.json';
/** Where a backup is put and looked through before it counts as restored. */
const RESTORING = 'restoring';
/** Not copied: the database and what SQLite and the lock keep beside it, and what is on its way in at this moment. */
const LEFT_OUT = /^(tradelane\.sqlite.*|restoring\/.*|.*\.tmp|(.*\/)?under-way\/.*)$/;
/** What an earlier database may have left: SQLite would take the log for that of the restored one. */
const REMAINS = [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, `${DATABASE}-journal`];
const PRIVATE = 0o600;

/** A backup may come from anywhere: what it names must not lead out of the folder that it is put into. */
function isBelow(name: string): boolean {
  return (
    name !== '' &&
    !/[\\\0]/.test(name) &&
    !path.isAbsolute(name) &&
    path.posix.normalize(name) === name &&
    !/^\.\.?(\/|$)/.test(name)
  );
}

const manifestSchema = z.strictObject({
  product: z.literal('tradelane'),
  createdAt: z.iso.datetime(),
  /** SHA-256 by path: relative, and inside of the folder. */
  files: z.record(z.string().refine(isBelow, { error: 'a path below the folder' }), z.string()),
  digest: z.strictObject({ records: z.int(), archiveEntries: z.int(), sha256: z.string() }),
});

export type BackupManifest = z.infer<typeof manifestSchema>;

/**
 * Copies the data folder of an installation on SQLite into a new folder while the gateway runs, reads the copy through, and
 * notes hashes and counts beside it. The folder holds everything, also `secret.key`: keep it as you keep the data itself.
 * Throws INVALID_REQUEST, CONFLICT, STORE_*.
 */
export async function createBackup(dataFolder: string, target: string, now: string): Promise<BackupManifest> {
  if (!path.relative(dataFolder, target).startsWith('..'))
    throw new GatewayError(
      'INVALID_REQUEST',
      `${target} lies in the data folder ${dataFolder}: the next backup would hold this one. Name a folder elsewhere.`,
    );
  await makeFolder(target, { mode: 0o700 });
  if ((await readdir(target)).length > 0)
    throw new GatewayError('CONFLICT', `${target} is not empty; a backup needs a folder of its own.`, {
      retryable: 'never',
    });
  try {
    return await fillBackup(dataFolder, target, now);
  } catch (error) {
    // Half a backup is none, and would be in the way of the next one.
    for (const name of await readdir(target)) await rm(path.join(target, name), { recursive: true });
    throw toStoreError(error, `${path.join(dataFolder, DATABASE)} (copied to ${target})`);
  }
}

async function fillBackup(dataFolder: string, target: string, now: string): Promise<BackupManifest> {
  // Before the database: what a partner has put into a mailbox is here, or is received in the store.
  const companions = new Set(await copyCompanions(dataFolder, target));
  await copyDatabase(dataFolder, target);
  // And after it: what the store has as sent lies in the mailbox, or was fetched.
  for (const name of await copyCompanions(dataFolder, target)) companions.add(name);
  const digest = await readCopyThrough(path.join(target, DATABASE));
  const files: Record<string, string> = {};
  for (const name of [DATABASE, ...[...companions].sort()])
    files[name] = await sha256OfFile(path.join(target, name));
  const manifest: BackupManifest = { product: 'tradelane', createdAt: now, files, digest };
  await writeFile(path.join(target, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: PRIVATE });
  return manifest;
}

async function copyDatabase(dataFolder: string, target: string): Promise<void> {
  const source = new DatabaseSync(path.join(dataFolder, DATABASE), { readOnly: true });
  try {
    // One moment of the store, whatever the gateway writes meanwhile: without a snapshot of our own SQLite would begin anew at
    // every commit, and a large store under traffic would never be copied.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await backup(source, path.join(target, DATABASE), { rate: 2_000 });
    await chmod(path.join(target, DATABASE), PRIVATE);
  } finally {
    source.close();
  }
}

/** Returns what was copied, relative to the folder; what has gone meanwhile was taken in or fetched. */
async function copyCompanions(dataFolder: string, target: string): Promise<string[]> {
  const copied: string[] = [];
  for (const name of await filesBelow(dataFolder)) {
    if (LEFT_OUT.test(name)) continue;
    try {
      await copyPrivately(path.join(dataFolder, name), path.join(target, name));
      copied.push(name);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return copied;
}

/** Checks every file of a backup against its manifest. Throws FILE_UNREADABLE, STORE_CORRUPT. */
export async function verifyBackup(folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  for (const [name, expected] of Object.entries(manifest.files)) {
    const file = path.join(folder, name);
    const found = await sha256OfFile(file).catch((error: unknown) => {
      if (isMissing(error)) throw new GatewayError('STORE_CORRUPT', `${file} was backed up and is missing.`);
      throw toStoreError(error, file);
    });
    if (found !== expected)
      throw new GatewayError('STORE_CORRUPT', `${file} is not the file that was backed up.`);
  }
  return manifest;
}

/**
 * Puts a verified backup into a data folder that holds no store yet. The database comes last, and only when what was copied is the
 * same and can be used by this release: a restore that fails or is cut off leaves no store, and can be done again. Throws
 * CONFLICT, FILE_UNREADABLE, STORE_*.
 */
export async function restoreBackup(folder: string, dataFolder: string): Promise<BackupManifest> {
  const manifest = await verifyBackup(folder);
  await makeFolder(dataFolder, { mode: 0o700 });
  await assertFree(folder, dataFolder, manifest);
  const restoring = path.join(dataFolder, RESTORING);
  await rm(restoring, { recursive: true, force: true });
  try {
    const database = path.join(restoring, DATABASE);
    await copyPrivately(path.join(folder, DATABASE), database);
    if ((await sha256OfFile(database)) !== manifest.files[DATABASE])
      throw new GatewayError(
        'STORE_CORRUPT',
        `What was restored into ${dataFolder} is not what was backed up.`,
      );
    // An older release may have written it; from here on it has the shape of this one.
    await readThrough(database);
    for (const name of companionsOf(manifest))
      await copyPrivately(path.join(folder, name), path.join(dataFolder, name));
    await rename(database, path.join(dataFolder, DATABASE));
    await sync(dataFolder);
  } finally {
    await rm(restoring, { recursive: true, force: true });
  }
  return manifest;
}

async function assertFree(folder: string, dataFolder: string, manifest: BackupManifest): Promise<void> {
  const present = await readdir(dataFolder);
  const remains = REMAINS.find((name) => present.includes(name));
  if (remains !== undefined)
    throw new GatewayError(
      'CONFLICT',
      remains === DATABASE
        ? `${dataFolder} holds a store already. Stop the gateway, move that folder away, and restore into a new one.`
        : `${dataFolder} holds ${remains} of another database, which would be mixed into the restored one. Restore into a new folder.`,
      { retryable: 'never' },
    );
  for (const name of companionsOf(manifest)) {
    const file = path.join(dataFolder, name);
    const found = await sha256OfFile(file).catch(() => undefined);
    if (found !== undefined && found !== manifest.files[name])
      throw new GatewayError(
        'CONFLICT',
        `${file} is there already and differs from that of the backup ${folder}: nothing is overwritten. Restore into a new folder.`,
        { retryable: 'never' },
      );
  }
}

function companionsOf({ files }: BackupManifest): string[] {
  return Object.keys(files).filter((name) => name !== DATABASE);
}

async function readManifest(folder: string): Promise<BackupManifest> {
  const file = path.join(folder, MANIFEST);
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    if (manifest.files[DATABASE] === undefined) throw new Error(`It does not name ${DATABASE}.`);
    return manifest;
  } catch (cause) {
    throw new GatewayError(
      'FILE_UNREADABLE',
      `${file} is no manifest of a backup. Where a backup was cut off there is none: take another.`,
      { cause },
    );
  }
}

/** Leaves the copy as it is, also where an older release wrote it: it has to be able to go back to that. */
async function readCopyThrough(file: string): Promise<StoreDigest> {
  if (!isOlder(file)) return readThrough(file);
  const reading = path.join(path.dirname(file), 'reading');
  try {
    const copy = path.join(reading, DATABASE);
    await copyPrivately(file, copy);
    return await readThrough(copy);
  } finally {
    await rm(reading, { recursive: true, force: true });
  }
}

function isOlder(file: string): boolean {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const { migrations, statements } = pendingChanges(db, file);
    return migrations.length + statements.length > 0;
  } finally {
    db.close();
  }
}

/** Reads a store through, and leaves it in the shape of this release. */
async function readThrough(file: string): Promise<StoreDigest> {
  const store = SqliteStore.open({ file, role: 'tool' });
  try {
    const [damage] = store.checkIntegrity();
    if (damage !== undefined) throw new GatewayError('STORE_CORRUPT', `${file} is damaged: ${damage}.`);
    return await digestStore(store);
  } finally {
    await store.close();
  }
}

/** Paths relative to the folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

async function copyPrivately(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
  await copyFile(from, to);
  await chmod(to, PRIVATE);
  await sync(to);
}

/** What was written to a file, or the names in a folder, have reached the disk. Windows cannot do so for folders and need not. */
async function sync(file: string): Promise<void> {
  const isFolder = (await stat(file)).isDirectory();
  if (isFolder && process.platform === 'win32') return;
  const handle = await open(file, isFolder ? 'r' : 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
