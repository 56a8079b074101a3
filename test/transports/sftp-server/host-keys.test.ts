import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openHostKeys } from '../../../src/transports/sftp-server/host-keys.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('are made once, for nobody else to read, and stay', async () => {
  const place = path.join(folder.path, 'host-keys');
  const made = await openHostKeys(place);
  expect(made.map(({ type }) => type)).toEqual(['ssh-ed25519', 'ssh-rsa']);
  for (const { fingerprint } of made) expect(fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  for (const name of readdirSync(place)) expect(statSync(path.join(place, name)).mode & 0o077).toBe(0);
  expect(await openHostKeys(place)).toEqual(made);
});

test('that cannot be read end the start with the name of the file', async () => {
  writeFileSync(path.join(folder.path, 'broken'), 'not a key');
  await expect(openHostKeys(folder.path)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('broken'),
  });
});
