import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { GatewayError } from '../../common/errors.ts';
import { ACCESS_ROLES } from '../../pipeline/access/access-token-record.ts';
import { digestOf, findAccessToken, generateToken } from '../../pipeline/access/access-tokens.ts';
import type { TokenContext } from '../../pipeline/access/access-tokens.ts';
import { recordAudit } from '../../pipeline/audit.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Access } from './access.ts';
import { createAccess } from './access.ts';

/** Record of `settings`: the key that signs session cookies. */
const SESSION_KEY = 'access.sessionKey';

/** What releases before 0.2 kept in the data folder. */
const accessFile = z.strictObject({
  tokens: z.array(
    z.strictObject({
      name: z.string().min(1),
      role: z.enum(ACCESS_ROLES),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      createdAt: z.iso.datetime(),
    }),
  ),
  sessionKey: z.string().min(43),
});

/** Only the owner of the process may read it. */
const PRIVATE = 0o600;

/**
 * Opens the access of an installation. The first gateway on a store makes the token `admin` and writes it to `admin-token` of
 * its data folder, for the operator to read; that file may be deleted once the token is kept elsewhere. An `access.json` of
 * an earlier release is taken over, once. Throws CONFIG_INVALID when that file is damaged.
 */
export async function openAccess(
  context: TokenContext,
  folder: string,
): Promise<{ access: Access; adminToken: string | undefined }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const tokenPath = join(folder, 'admin-token');
  const sessionKey = await retryOnConflict(async () => {
    const known = await context.store.get('settings', SESSION_KEY);
    return known === undefined ? begin(context, folder, tokenPath) : String(known.value);
  });
  const adminToken = (await readText(tokenPath))?.trim();
  const valid = adminToken !== undefined && (await findAccessToken(context.store, adminToken)) !== undefined;
  return {
    access: createAccess({ store: context.store, sessionKey }),
    adminToken: valid ? adminToken : undefined,
  };
}

/** One commit: of several gateways that start on an empty store, one makes the first token and the others find it. */
async function begin(context: TokenContext, folder: string, tokenPath: string): Promise<string> {
  const unit = new UnitOfWork(context.store);
  const file = await readAccessFile(join(folder, 'access.json'));
  const sessionKey = file?.sessionKey ?? randomBytes(32).toString('base64url');
  unit.insert('settings', { id: SESSION_KEY, revision: 0, value: sessionKey });
  if (file === undefined) {
    // Written first: a crash in between must not leave an installation that nobody can enter.
    const token = await keepFirstToken(tokenPath);
    const createdAt = context.clock.now();
    unit.insert('accessTokens', {
      id: digestOf(token),
      revision: 0,
      name: 'admin',
      role: 'admin',
      createdAt,
    });
  } else {
    for (const { sha256, name, role, createdAt } of file.tokens)
      unit.insert('accessTokens', { id: sha256, revision: 0, name, role, createdAt });
  }
  await recordAudit(unit, context, {
    actor: { name: 'system', roles: [] },
    action: file === undefined ? 'access.begun' : 'access.imported',
    subject: 'access',
    details: { tokens: file?.tokens.map(({ name, role }) => ({ name, role })) ?? ['admin'] },
  });
  await unit.commit();
  return sessionKey;
}

async function readAccessFile(path: string): Promise<z.output<typeof accessFile> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return accessFile.parse(JSON.parse(text));
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

/** The token that lies there, or a new one that is put there whole: two gateways on one folder get the same. */
async function keepFirstToken(path: string): Promise<string> {
  const beside = `${path}.${randomBytes(8).toString('hex')}`;
  const file = await open(beside, 'wx', PRIVATE);
  try {
    await file.chmod(PRIVATE);
    await file.writeFile(`${generateToken()}\n`);
    await file.sync();
    await link(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await unlink(beside);
  }
  return (await readFile(path, 'utf8')).trim();
}
