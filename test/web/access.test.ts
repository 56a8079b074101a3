import { mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { allows, createAccess, hashToken, SESSION_HOURS } from '../../src/web/auth/access.ts';
import { openAccess } from '../../src/web/auth/access-file.ts';

const NOW = '2026-03-02T08:00:00.000Z';

function laterBy(hours: number): string {
  return new Date(Date.parse(NOW) + hours * 3_600_000).toISOString();
}

describe('the access file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tradelane-access-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('the first start makes an admin token that only the owner can read and the gateway knows as a digest', async () => {
    const { access, adminToken } = await openAccess(folder, NOW);
    expect(access.authenticate(adminToken!)).toEqual({ name: 'admin', role: 'admin' });
    for (const name of ['access.json', 'admin-token']) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
    const text = await readFile(join(folder, 'access.json'), 'utf8');
    expect(text).toContain(hashToken(adminToken!));
    expect(text).not.toContain(adminToken);
  });

  test('later starts keep tokens and sessions, with or without the file of the first token', async () => {
    const first = await openAccess(folder, NOW);
    const added = (await first.access.addToken('erp', 'operator', NOW))!;
    const session = first.access.openSession({ name: 'admin', role: 'admin' }, NOW).value;
    const second = await openAccess(folder, NOW);
    expect(second.adminToken).toBe(first.adminToken);
    expect(second.access.authenticate(added)).toEqual({ name: 'erp', role: 'operator' });
    expect(second.access.readSession(session, NOW)).toMatchObject({ name: 'admin' });
    await unlink(join(folder, 'admin-token'));
    const third = await openAccess(folder, NOW);
    expect(third.adminToken).toBeUndefined();
    expect(third.access.authenticate(first.adminToken!)).toBeDefined();
  });

  test('a token that was removed is not offered again', async () => {
    const { access } = await openAccess(folder, NOW);
    await access.removeToken('admin');
    expect((await openAccess(folder, NOW)).adminToken).toBeUndefined();
  });

  test('a damaged file stops the start and says what to do', async () => {
    await openAccess(folder, NOW);
    await writeFile(join(folder, 'access.json'), '{"tokens": [');
    await expect(openAccess(folder, NOW)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('access.json is damaged'),
    });
  });
});

describe('sessions', () => {
  const access = createAccess({
    sessionKey: 'k'.repeat(43),
    tokens: [{ name: 'maria', role: 'operator', sha256: hashToken('secret'), createdAt: NOW }],
  });
  const { value } = access.openSession({ name: 'maria', role: 'operator' }, NOW);

  test('last as long as they say', () => {
    expect(access.readSession(value, laterBy(SESSION_HOURS - 0.01))).toMatchObject({
      name: 'maria',
      role: 'operator',
    });
    expect(access.readSession(value, laterBy(SESSION_HOURS))).toBeUndefined();
  });

  test('cannot be changed, made up, or read with another key', () => {
    const [, signature] = value.split('.');
    const forged = Buffer.from(JSON.stringify(['maria', laterBy(10_000)])).toString('base64url');
    expect(access.readSession(`${forged}.${signature}`, NOW)).toBeUndefined();
    expect(access.readSession(forged, NOW)).toBeUndefined();
    expect(access.readSession('', NOW)).toBeUndefined();
    const other = createAccess({ sessionKey: 'o'.repeat(43), tokens: [] });
    expect(other.readSession(value, NOW)).toBeUndefined();
  });

  test('end with their token', async () => {
    await access.removeToken('maria');
    expect(access.readSession(value, NOW)).toBeUndefined();
    expect(access.authenticate('secret')).toBeUndefined();
  });
});

test('each role may do what the lesser ones may', () => {
  expect(allows('admin', 'operator')).toBe(true);
  expect(allows('operator', 'operator')).toBe(true);
  expect(allows('viewer', 'operator')).toBe(false);
});
