import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { GatewayError } from '../common/errors.ts';
import type { Instant } from '../common/time.ts';
import { makeFolder } from '../folders.ts';

/** AES-256-GCM with a nonce of its own for each value; the name is bound to it as associated data. All base64. */
const sealed = z.strictObject({
  nonce: z.base64(),
  ciphertext: z.base64(),
  tag: z.base64(),
  updatedAt: z.iso.datetime(),
});

const secretFile = z.strictObject({ version: z.literal(1), secrets: z.record(z.string(), sealed) });

export type SealedSecret = z.infer<typeof sealed>;
export type SealedSecrets = Record<string, SealedSecret>;

/** Only the owner of the process may read them. */
const PRIVATE = 0o600;
/** A change takes milliseconds; what is older was left by a process that was killed. */
const ABANDONED_MS = 10_000;

export function seal(key: Buffer, name: string, value: string, updatedAt: Instant): SealedSecret {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const ciphertext = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    updatedAt,
  };
}

/** Throws where the key is another one, or the value was changed or moved to another name. */
export function unseal(key: Buffer, name: string, secret: SealedSecret): string {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(secret.nonce, 'base64'), {
    authTagLength: 16,
  })
    .setAAD(Buffer.from(name))
    .setAuthTag(Buffer.from(secret.tag, 'base64'));
  return decipher.update(secret.ciphertext, 'base64', 'utf8') + decipher.final('utf8');
}

/** Empty where there is no file yet. */
export async function readSecretFile(file: string): Promise<SealedSecrets> {
  const text = await readTextFile(file);
  if (text === undefined) return {};
  try {
    return secretFile.parse(JSON.parse(text)).secrets;
  } catch (cause) {
    throw new GatewayError('SECRET_UNREADABLE', `${file} is damaged. Restore it from a backup.`, { cause });
  }
}

/** Undefined where there is no such file. */
export async function readTextFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Changes the file as a whole or not at all: written beside, synced, renamed. The file beside keeps other processes from
 * changing it at the same time: they get CONFLICT.
 */
export async function changeSecretFile(
  file: string,
  change: (secrets: SealedSecrets) => void,
): Promise<void> {
  const beside = `${file}.new`;
  await makeFolder(path.dirname(file), { mode: 0o700 });
  const handle = await openAlone(beside);
  try {
    try {
      const secrets = await readSecretFile(file);
      change(secrets);
      await handle.writeFile(`${JSON.stringify({ version: 1, secrets }, undefined, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** Writes a file that must not be there yet; false where it is. */
export async function createPrivately(file: string, text: string): Promise<boolean> {
  await makeFolder(path.dirname(file), { mode: 0o700 });
  try {
    const handle = await open(file, 'wx', PRIVATE);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await syncFolder(path.dirname(file));
  return true;
}

async function openAlone(beside: string) {
  try {
    return await open(beside, 'wx', PRIVATE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const { mtimeMs } = await stat(beside);
    if (Date.now() - mtimeMs < ABANDONED_MS) {
      throw new GatewayError('CONFLICT', `${beside} is being written by another command. Try again.`, {
        cause: error,
      });
    }
    await rm(beside, { force: true });
    return open(beside, 'wx', PRIVATE);
  }
}

/** Makes names in a folder durable. Windows cannot and need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
