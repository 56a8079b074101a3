import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** 32 MB and some 80 ms for each try. */
const COST = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const LENGTH = 32;
const HASH = /^scrypt:([A-Za-z0-9_-]{16,64}):([A-Za-z0-9_-]{43})$/;
/** Each try takes 32 MB: no more of them at the same time. */
const MAX_AT_ONCE = 2;

/** `scrypt:SALT:HASH` (base64url), to be kept instead of the password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt:${salt.toString('base64url')}:${(await derive(password, salt)).toString('base64url')}`;
}

/**
 * Whether the password is the one that was kept, as hashPassword made it or as it is. Takes the same time for every answer, also
 * where nothing was kept because there is no such user.
 */
export async function isPassword(given: string, kept: string | undefined): Promise<boolean> {
  const [, salt, hash] = HASH.exec(kept ?? '') ?? [];
  const derived = await derive(given, Buffer.from(salt ?? 'nobody', 'base64url'));
  if (kept === undefined || kept === '') return false;
  if (hash !== undefined) return timingSafeEqual(derived, Buffer.from(hash, 'base64url'));
  return timingSafeEqual(digestOf(given), digestOf(kept));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  while (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await new Promise((resolve, reject) => {
      scrypt(password.normalize('NFC'), salt, LENGTH, COST, (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      });
    });
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
