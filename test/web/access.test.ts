import { mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createAccessToken,
  digestOf,
  listAccessTokens,
  removeAccessToken,
} from '../../src/pipeline/access/access-tokens.ts';
import type { TokenContext } from '../../src/pipeline/access/access-tokens.ts';
import { verifyAudit } from '../../src/pipeline/audit.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { allows, createAccess, SESSION_HOURS } from '../../src/web/auth/access.ts';
import { openAccess } from '../../src/web/auth/open-access.ts';

const NOW = '2026-03-02T08:00:00.000Z';
const ADMIN = { name: 'admin', roles: ['admin'] };
const EARLIER_FILE = {
  tokens: [
    { name: 'admin', role: 'admin', sha256: digestOf('old admin'), createdAt: NOW },
    { name: 'erp', role: 'operator', sha256: digestOf('old erp'), createdAt: NOW },
  ],
  sessionKey: 's'.repeat(43),
};

function laterBy(hours: number): string {
  return new Date(Date.parse(NOW) + hours * 3_600_000).toISOString();
}

let folder: string;
let store: SqliteStore;
let context: TokenContext;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tradelane-access-'));
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  context = { store, clock: { now: () => NOW } };
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

describe('the first start', () => {
  test('makes an admin token that only the owner can read and the store knows as a digest', async () => {
    const { access, adminToken } = await openAccess(context, folder);
    expect(await access.authenticate(adminToken!)).toMatchObject({ name: 'admin', role: 'admin' });
    expect((await stat(join(folder, 'admin-token'))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(folder, 'admin-token'), 'utf8')).trim()).toBe(adminToken);
    expect((await listAccessTokens(store)).map(({ id }) => id)).toEqual([digestOf(adminToken!)]);
  });

  test('of several gateways on one store makes one token, and every gateway takes it', async () => {
    const other = await mkdtemp(join(tmpdir(), 'tradelane-access-'));
    const opened = await Promise.all([
      openAccess(context, folder),
      openAccess(context, folder),
      openAccess(context, other),
    ]);
    const tokens = opened.flatMap(({ adminToken }) => adminToken ?? []);
    expect(new Set(tokens).size).toBe(1);
    for (const { access } of opened) expect(await access.authenticate(tokens[0]!)).toBeDefined();
    expect(await listAccessTokens(store)).toHaveLength(1);
    await rm(other, { recursive: true });
  });
});

test.each(['', ' ', 'two words', 'x'.repeat(61)])('"%s" is no name of a token', async (name) => {
  const made = createAccessToken(context, { name, role: 'viewer' }, ADMIN);
  await expect(made).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

describe('later starts', () => {
  test('keep tokens and sessions, with or without the file of the first token', async () => {
    const first = await openAccess(context, folder);
    const added = await createAccessToken(context, { name: 'erp', role: 'operator' }, ADMIN);
    const principal = (await first.access.authenticate(first.adminToken!))!;
    const session = first.access.openSession(principal, NOW).value;
    const second = await openAccess(context, folder);
    expect(second.adminToken).toBe(first.adminToken);
    expect(await second.access.authenticate(added)).toMatchObject({ name: 'erp', role: 'operator' });
    expect(await second.access.readSession(session, NOW)).toMatchObject({ name: 'admin' });
    await unlink(join(folder, 'admin-token'));
    const third = await openAccess(context, folder);
    expect(third.adminToken).toBeUndefined();
    expect(await third.access.authenticate(first.adminToken!)).toBeDefined();
  });

  test('do not offer a token that was removed', async () => {
    await openAccess(context, folder);
    await removeAccessToken(context, 'admin', ADMIN);
    expect((await openAccess(context, folder)).adminToken).toBeUndefined();
  });
});

describe('an access.json of an earlier release', () => {
  test('is taken over with its tokens and sessions, once, and the audit log tells', async () => {
    await writeFile(join(folder, 'access.json'), JSON.stringify(EARLIER_FILE));
    const { access } = await openAccess(context, folder);
    expect(await access.authenticate('old erp')).toMatchObject({ name: 'erp', role: 'operator' });
    await removeAccessToken(context, 'erp', ADMIN);
    const again = await openAccess(context, folder);
    expect(await again.access.authenticate('old erp')).toBeUndefined();
    expect(await again.access.authenticate('old admin')).toBeDefined();
    const { records } = await store.find('audit', {});
    expect(records.map(({ action }) => action)).toEqual(['access.imported', 'token.removed']);
    expect((await verifyAudit(store)).firstBroken).toBeUndefined();
  });

  test('that is damaged stops the start and says what to do', async () => {
    await writeFile(join(folder, 'access.json'), '{"tokens": [');
    await expect(openAccess(context, folder)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('access.json is damaged'),
    });
  });
});

describe('sessions', () => {
  const open = async () => {
    const access = createAccess({ store, sessionKey: 'k'.repeat(43) });
    const token = await createAccessToken(context, { name: 'maria', role: 'operator' }, ADMIN);
    const principal = (await access.authenticate(token))!;
    return { access, token, value: access.openSession(principal, NOW).value };
  };

  test('last as long as they say', async () => {
    const { access, value } = await open();
    expect(await access.readSession(value, laterBy(SESSION_HOURS - 0.01))).toMatchObject({
      name: 'maria',
      role: 'operator',
    });
    expect(await access.readSession(value, laterBy(SESSION_HOURS))).toBeUndefined();
  });

  test('cannot be changed, made up, or read with another key', async () => {
    const { access, token, value } = await open();
    const [, signature] = value.split('.');
    const forged = Buffer.from(JSON.stringify([digestOf(token), laterBy(10_000)])).toString('base64url');
    expect(await access.readSession(`${forged}.${signature}`, NOW)).toBeUndefined();
    expect(await access.readSession(forged, NOW)).toBeUndefined();
    expect(await access.readSession('', NOW)).toBeUndefined();
    const other = createAccess({ store, sessionKey: 'o'.repeat(43) });
    expect(await other.readSession(value, NOW)).toBeUndefined();
  });

  test('end with the sign-out, on every gateway and for whoever has copied them; others of the token go on', async () => {
    const { access, token, value } = await open();
    const other = createAccess({ store, sessionKey: 'k'.repeat(43) });
    const elsewhere = other.openSession((await other.authenticate(token))!, NOW).value;
    expect(elsewhere).not.toBe(value);
    await Promise.all([access.endSession(value, NOW), other.endSession(value, NOW)]);
    expect(await access.readSession(value, NOW)).toBeUndefined();
    expect(await other.readSession(value, NOW)).toBeUndefined();
    expect(await access.readSession(elsewhere, NOW)).toMatchObject({ name: 'maria' });
    expect(await access.authenticate(token)).toMatchObject({ name: 'maria' });
  });

  test('that have ended are kept until they would have ended, and never more than some', async () => {
    const { access, token, value } = await open();
    const principal = (await access.authenticate(token))!;
    const kept = async () => (await store.get('accessTokens', digestOf(token)))!.endedSessions ?? [];
    await access.endSession(value, NOW);
    await access.endSession(access.openSession(principal, laterBy(1)).value, laterBy(SESSION_HOURS));
    expect(await kept()).toHaveLength(1);
    const values = Array.from(
      { length: 150 },
      (_, minute) => access.openSession(principal, laterBy(2 + minute / 60)).value,
    );
    for (const one of values) await access.endSession(one, laterBy(5));
    expect((await kept()).length).toBeLessThan(150);
    for (const one of values) expect(await access.readSession(one, laterBy(5))).toBeUndefined();
    const late = access.openSession(principal, laterBy(5)).value;
    expect(await access.readSession(late, laterBy(5))).toMatchObject({ name: 'maria' });
  });

  test('that are none are ended without a word', async () => {
    const { access, value } = await open();
    await removeAccessToken(context, 'maria', ADMIN);
    await access.endSession(value, NOW);
    await access.endSession('made.up', NOW);
    expect(await listAccessTokens(store)).toEqual([]);
  });

  test('end with their token, also when another of the same name is made', async () => {
    const { access, token, value } = await open();
    await removeAccessToken(context, 'maria', ADMIN);
    await createAccessToken(context, { name: 'maria', role: 'admin' }, ADMIN);
    expect(await access.readSession(value, NOW)).toBeUndefined();
    expect(await access.authenticate(token)).toBeUndefined();
  });
});

test('a name can be given once', async () => {
  await createAccessToken(context, { name: 'erp', role: 'viewer' }, ADMIN);
  await expect(createAccessToken(context, { name: 'erp', role: 'admin' }, ADMIN)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
});

test('each role may do what the lesser ones may', () => {
  expect(allows('admin', 'operator')).toBe(true);
  expect(allows('operator', 'operator')).toBe(true);
  expect(allows('viewer', 'operator')).toBe(false);
});
