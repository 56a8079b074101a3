import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { GatewayError } from '../common/errors.ts';
import { makeFolder } from '../folders.ts';
import { digestStore } from './copy-store.ts';
import type { StoreDigest } from './copy-store.ts';
import { toStoreError } from './sqlite/sqlite-error.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';

const DATABASE = 'tradelane.sqlite';
const MANIFEST = 'backup.json';
/** Not copied: the database and what SQLite and the lock keep beside it, and what is on its way in at this moment. */
const LEFT_OUT = /^(tradelane\.sqlite.*|.*\.tmp|(.*\/)?under-way\/.*)$/;
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
  const source = new DatabaseSync(path.join(dataFolder, DATABASE), { readOnly: true });
  try {
    // Page by page, begun anew by SQLite whenever the gateway writes in between: the copy is one moment of the store.
    await backup(source, path.join(target, DATABASE), { rate: 2_000 });
  } finally {
    source.close();
  }
  await chmod(path.join(target, DATABASE), PRIVATE);
  const companions = (await filesBelow(dataFolder)).filter((name) => !LEFT_OUT.test(name));
  for (const name of companions) await copyPrivately(path.join(dataFolder, name), path.join(target, name));
  const digest = await readThrough(path.join(target, DATABASE));
  const files: Record<string, string> = {};
  for (const name of [DATABASE, ...companions]) files[name] = await sha256OfFile(path.join(target, name));
  const manifest: BackupManifest = { product: 'tradelane', createdAt: now, files, digest };
  await writeFile(path.join(target, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: PRIVATE });
  return manifest;
}

/** Checks every file of a backup against its manifest. Throws FILE_UNREADABLE, STORE_CORRUPT. */
export async function verifyBackup(folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  for (const [name, expected] of Object.entries(manifest.files)) {
    const found = await sha256OfFile(path.join(folder, name)).catch(() => 'missing');
    if (found !== expected)
      throw new GatewayError(
        'STORE_CORRUPT',
        `${path.join(folder, name)} is not the file that was backed up.`,
      );
  }
  return manifest;
}

/** Puts a verified backup into a data folder that holds no store yet, and compares what it holds afterwards. */
export async function restoreBackup(folder: string, dataFolder: string): Promise<BackupManifest> {
  const manifest = await verifyBackup(folder);
  await makeFolder(dataFolder, { mode: 0o700 });
  if ((await readdir(dataFolder)).includes(DATABASE))
    throw new GatewayError(
      'CONFLICT',
      `${dataFolder} holds a store already. Stop the gateway, move that folder away, and restore into a new one.`,
      { retryable: 'never' },
    );
  for (const name of Object.keys(manifest.files))
    await copyPrivately(path.join(folder, name), path.join(dataFolder, name));
  const digest = await readThrough(path.join(dataFolder, DATABASE));
  if (digest.sha256 !== manifest.digest.sha256)
    throw new GatewayError(
      'STORE_CORRUPT',
      `What was restored into ${dataFolder} is not what was backed up.`,
    );
  return manifest;
}

async function readManifest(folder: string): Promise<BackupManifest> {
  const file = path.join(folder, MANIFEST);
  try {
    return manifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new GatewayError('FILE_UNREADABLE', `${file} is no manifest of a backup.`, { cause });
  }
}

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
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
