import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SecretStore } from '../../src/secrets/secret-store.ts';
import type { SecretStoreOptions } from '../../src/secrets/secret-store.ts';
import { FakeTime } from '../pipeline/fake-time.ts';

let folder: string;
const time = new FakeTime();
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tradelane-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (options: Partial<SecretStoreOptions> = {}) =>
  new SecretStore({ dataFolder: folder, clock: time, variables: {}, mountedFolder: folder, ...options });
const file = () => path.join(folder, 'secrets.json');
const PEM = `-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIB\n-----END PRIVATE KEY-----`;

describe('the store of secrets', () => {
  test('gives back what was set, to another process too; the files show nothing of it and are private', async () => {
    await open().set('acme-sftp', 'Gr\u00fcne Tinte');
    await open().set('acme-key', PEM);
    expect(await open().read('acme-sftp')).toBe('Gr\u00fcne Tinte');
    expect(await open().read('acme-key')).toBe(PEM);
    const text = readFileSync(file(), 'utf8');
    expect(text).not.toContain('Tinte');
    expect(text).not.toContain('PRIVATE');
    expect(statSync(file()).mode & 0o077).toBe(0);
    expect(statSync(path.join(folder, 'secret.key')).mode & 0o077).toBe(0);
  });

  test('the same value set twice is not seen to be the same', async () => {
    await open().set('one', 'same');
    await open().set('two', 'same');
    const { secrets } = JSON.parse(readFileSync(file(), 'utf8')) as {
      secrets: Record<string, { ciphertext: string }>;
    };
    expect(secrets['one']!.ciphertext).not.toBe(secrets['two']!.ciphertext);
  });

  test('lists names, never values, and forgets what is removed', async () => {
    await open().set('b', 'x');
    await open().set('a', 'y');
    expect(await open().list()).toEqual([
      { name: 'a', updatedAt: time.now() },
      { name: 'b', updatedAt: time.now() },
    ]);
    expect(await open().remove('a')).toBe(true);
    expect(await open().remove('a')).toBe(false);
    expect(await open().has('a')).toBe(false);
    await expect(open().read('a')).rejects.toMatchObject({
      code: 'SECRET_MISSING',
      message: expect.stringContaining('tradelane secret set a'),
    });
  });

  test('a value under another name, or changed, or under another key, is refused', async () => {
    await open().set('mine', 'secret of mine');
    const content = JSON.parse(readFileSync(file(), 'utf8')) as { secrets: Record<string, { tag: string }> };
    content.secrets['yours'] = content.secrets['mine']!;
    writeFileSync(file(), JSON.stringify(content));
    await expect(open().read('yours')).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
    const key = Buffer.alloc(32, 7).toString('base64');
    const other = open({ key }).read('mine');
    await expect(other).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
      message: expect.stringContaining('TRADELANE_SECRET_KEY'),
    });
    // A shorter tag must not pass for a right one.
    content.secrets['mine']!.tag = Buffer.from(content.secrets['mine']!.tag, 'base64')
      .subarray(0, 4)
      .toString('base64');
    writeFileSync(file(), JSON.stringify(content));
    await expect(open().read('mine')).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  test('uses the key of the environment, and then makes no file of it', async () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    await open({ key }).set('mine', 'value');
    expect(await open({ key }).read('mine')).toBe('value');
    expect(() => statSync(path.join(folder, 'secret.key'))).toThrow('ENOENT');
  });

  test('does not make a new key where secrets have lost theirs', async () => {
    await open().set('mine', 'value');
    rmSync(path.join(folder, 'secret.key'));
    await expect(open().set('other', 'value')).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
    await expect(open().read('mine')).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  test('a damaged file is told, and not overwritten', async () => {
    writeFileSync(file(), '{"version": 1, "secr');
    await expect(open().set('mine', 'value')).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
    expect(readFileSync(file(), 'utf8')).toBe('{"version": 1, "secr');
  });

  test('of changes at the same time none gets lost: it is made or refused', async () => {
    await open().set('first', 'value');
    const names = Array.from({ length: 20 }, (_, number) => `secret-${number}`);
    const results = await Promise.allSettled(names.map((name) => open().set(name, name)));
    const made = names.filter((_, index) => results[index]!.status === 'fulfilled');
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'CONFLICT', retryable: 'now' });
    }
    expect(made.length).toBeGreaterThan(0);
    expect((await open().list()).map(({ name }) => name)).toEqual(['first', ...made].sort());
  });

  test('a change that was killed in the middle does not stand in the way for ever', async () => {
    const beside = `${file()}.new`;
    writeFileSync(beside, 'half');
    await expect(open().set('mine', 'value')).rejects.toMatchObject({ code: 'CONFLICT' });
    const past = new Date(Date.now() - 60_000);
    utimesSync(beside, past, past);
    await open().set('mine', 'value');
    expect(await open().read('mine')).toBe('value');
  });

  test.each(['', '-x', '../x', 'a b', 'env:X', 'x'.repeat(101)])('refuses the name %j', async (name) => {
    await expect(open().set(name, 'value')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  test('names of JavaScript itself are names like others', async () => {
    await expect(open().read('constructor')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    await open().set('constructor', 'value');
    expect(await open().read('constructor')).toBe('value');
  });
});

describe('secrets from outside', () => {
  test('of the environment', async () => {
    const store = open({ variables: { ACME: 'value', EMPTY: '' } });
    expect(await store.read('env:ACME')).toBe('value');
    expect(await store.has('env:ACME')).toBe(true);
    await expect(store.read('env:EMPTY')).rejects.toMatchObject({
      code: 'SECRET_MISSING',
      message: expect.stringContaining('EMPTY'),
    });
  });

  test('of mounted files, without the line break at their end', async () => {
    writeFileSync(path.join(folder, 'acme'), `${PEM}\n`);
    expect(await open().read('file:acme')).toBe(PEM);
    expect(await open().has('file:other')).toBe(false);
    await expect(open().read('file:../acme')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  });
});
