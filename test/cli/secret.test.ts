import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT, runCli } from './run-cli.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tradelane-secret-'));
  for (const name of ['partners', 'maps'])
    cpSync(path.join(ROOT, name), path.join(home, name), { recursive: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('a secret is set from standard input, listed by name and removed; its value is never shown', () => {
  const set = runCli(['secret', 'set', 'acme-sftp'], { home, input: 'open sesame\n' });
  expect(set.status).toBe(0);
  const list = runCli(['secret', 'list'], { home });
  expect(list.stdout.toString()).toContain('acme-sftp');
  const json = JSON.parse(runCli(['secret', 'list', '--json'], { home }).stdout.toString()) as unknown[];
  expect(json).toEqual([{ name: 'acme-sftp', updatedAt: expect.any(String) }]);
  expect(`${set.stdout.toString()}${set.stderr}${list.stdout.toString()}`).not.toContain('sesame');
  expect(runCli(['secret', 'remove', 'acme-sftp'], { home }).status).toBe(0);
  const again = runCli(['secret', 'remove', 'acme-sftp'], { home });
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('NOT_FOUND');
});

test('a value on the command line is refused', () => {
  expect(runCli(['secret', 'set', 'acme-sftp', 'sesame'], { home }).status).toBe(2);
});
