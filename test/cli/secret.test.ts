import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

test('partner check tells a secret that is not set, with its place, and is satisfied once it is', () => {
  const file = path.join(home, 'partners/nordic-lighting/partner.yaml');
  const push = '{ type: httpPush, url: "https://edi.example/in", token: { secret: nordic-token } }';
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(/channels:\n( {2}.*\n)+/, `channels:\n  - ${push}\n`),
  );
  const check = () =>
    (
      JSON.parse(runCli(['partner', 'check', '--json'], { home }).stdout.toString()) as { actual: string }[]
    ).filter(({ actual }) => actual.startsWith('nordic'));
  expect(check()).toEqual([
    {
      code: 'SECRET_MISSING',
      severity: 'warning',
      message: 'the secret "nordic-token" is not set here: tradelane secret set nordic-token',
      place: {
        file: 'nordic-lighting/partner.yaml',
        line: expect.any(Number),
        column: expect.any(Number),
        path: 'channels[0].token.secret',
      },
      actual: 'nordic-token',
    },
  ]);
  runCli(['secret', 'set', 'nordic-token'], { home, input: 'sesame' });
  expect(check()).toEqual([]);
});

test('partner check tells the file of a certificate that is not there', () => {
  const folder = path.join(home, 'partners/nordic-lighting');
  const file = path.join(folder, 'partner.yaml');
  const as2 =
    '{ type: as2, url: "https://as2.example/", ids: { theirs: N }, certificates: [{ certificate: { file: partners/nordic-lighting/n.crt } }] }';
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(/channels:\n( {2}.*\n)+/, `channels:\n  - ${as2}\n`),
  );
  const check = () => runCli(['partner', 'check'], { home }).stdout.toString();
  expect(check()).toMatch(
    /^nordic-lighting\/partner\.yaml:\d+:\d+: warning: there is no file .*nordic-lighting\/n\.crt: .* \[FILE_MISSING\]$/m,
  );
  writeFileSync(path.join(folder, 'n.crt'), '');
  expect(check()).not.toContain('FILE_MISSING');
});
