import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import type { Access, AccessData } from './access.ts';
import { createAccess, generateToken, hashToken, ROLES } from './access.ts';

const accessData = z.strictObject({
  tokens: z.array(
    z.strictObject({
      name: z.string().min(1),
      role: z.enum(ROLES),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      createdAt: z.iso.datetime(),
    }),
  ),
  sessionKey: z.string().min(43),
});

/** Only the owner of the process may read them. */
const PRIVATE = 0o600;

/**
 * Opens `access.json` of the data folder. The first time it makes the token `admin` and writes it to `admin-token`, for
 * the operator to read; that file may be deleted once the token is kept elsewhere, the gateway itself needs the digest only.
 * Throws GatewayError CONFIG_INVALID when the file is damaged.
 */
export async function openAccess(
  folder: string,
  now: Instant,
): Promise<{ access: Access; adminToken: string | undefined }> {
  const path = join(folder, 'access.json');
  const tokenPath = join(folder, 'admin-token');
  await mkdir(folder, { recursive: true });
  const save = (data: AccessData) => writePrivately(path, `${JSON.stringify(data, null, 2)}\n`);

  const text = await readText(path);
  if (text !== undefined) {
    const adminToken = (await readText(tokenPath))?.trim();
    const access = createAccess(readAccessData(path, text), save);
    const valid = adminToken !== undefined && access.authenticate(adminToken) !== undefined;
    return { access, adminToken: valid ? adminToken : undefined };
  }

  const adminToken = generateToken();
  await writePrivately(tokenPath, `${adminToken}\n`);
  const data: AccessData = {
    tokens: [{ name: 'admin', role: 'admin', sha256: hashToken(adminToken), createdAt: now }],
    sessionKey: randomBytes(32).toString('base64url'),
  };
  await save(data);
  return { access: createAccess(data, save), adminToken };
}

function readAccessData(path: string, text: string): AccessData {
  try {
    return accessData.parse(JSON.parse(text));
  } catch (cause) {
    throw new GatewayError(
      'CONFIG_INVALID',
      `${path} is damaged. Restore it from a backup, or delete it to have a new admin token made at the next start.`,
      { cause },
    );
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: written beside, synced, renamed. */
async function writePrivately(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', PRIVATE);
  try {
    await file.chmod(PRIVATE);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}
