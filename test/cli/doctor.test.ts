import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ROOT, runCli } from './run-cli.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tradelane-doctor-'));
  for (const name of ['partners', 'maps', 'dictionaries'])
    cpSync(path.join(ROOT, name), path.join(home, name), { recursive: true });
  for (const name of ['inbox', 'outbox']) mkdirSync(path.join(home, name));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

type Checks = { name: string; ok: boolean; text: string }[];

function check(json: Buffer | string, name: string) {
  return (JSON.parse(json.toString()) as Checks).find((one) => one.name === name);
}

test('doctor leaves nothing behind, and counts what partner check would warn of', () => {
  const { status, stdout } = runCli(['doctor', '--json'], { home });
  expect(status).toBe(0);
  expect(check(stdout, 'partners')).toMatchObject({
    ok: true,
    // The demo has not been played: two secrets are not set.
    text: expect.stringContaining('2 warnings (tradelane partner check)'),
  });
  expect([...readdirSync(path.join(home, 'inbox')), ...readdirSync(path.join(home, 'outbox'))]).toEqual([]);
});

test('a map that is not here is trouble for doctor as for partner check', () => {
  const file = path.join(home, 'partners/hansa-werkzeuge/partner.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('edifact/d96a/orders', 'edifact/d96a/ordres'));
  const { status, stdout } = runCli(['doctor', '--json'], { home });
  expect(status).toBe(1);
  expect(check(stdout, 'partners')).toMatchObject({ ok: false, text: expect.stringContaining('ordres') });
});

test('what looks like a setting and is none is trouble, with the one that was meant; a secret may have any name', () => {
  const { status, stdout } = runCli(['doctor', '--json'], {
    home,
    variables: { TRADELANE_PROT: '8081', TRADELANE_NORDIC: 'x' },
  });
  expect(status).toBe(1);
  expect(check(stdout, 'settings')).toEqual({
    name: 'settings',
    ok: false,
    text: 'TRADELANE_NORDIC is set, and is no setting: it changes nothing. docs/operations.md lists them all. TRADELANE_PROT is set, and is no setting: it changes nothing. The nearest one is TRADELANE_PORT.',
  });
  const file = path.join(home, 'partners/pacific-fasteners/partner.yaml');
  const text = readFileSync(file, 'utf8');
  const named = text.replace('secret: pacific-fasteners-mailbox', 'secret: env:TRADELANE_NORDIC');
  expect(named).not.toBe(text);
  writeFileSync(file, named);
  const again = runCli(['doctor', '--json'], { home, variables: { TRADELANE_NORDIC: 'x' } });
  expect(check(again.stdout, 'settings')).toMatchObject({ ok: true });
});

test('a data folder below /proc is refused, instead of being tried for ever', () => {
  const { stdout } = runCli(['doctor', '--json'], {
    home,
    variables: { TRADELANE_DATA: '/proc/tradelane/data' },
  });
  expect(check(stdout, 'data')).toMatchObject({
    ok: false,
    text: expect.stringContaining('/proc/tradelane'),
  });
  const secret = runCli(['secret', 'set', 'acme'], {
    home,
    input: 'x',
    variables: { TRADELANE_DATA: '/proc/tradelane/data' },
  });
  expect(secret.status).toBe(2);
  expect(secret.stderr).toContain('/proc/tradelane');
});

test('a mistyped home makes no new installation, and a mistyped data folder is told', () => {
  const missing = path.join(home, 'tradelan');
  const lost = runCli(['order', 'list'], { home: missing });
  expect(lost.status).toBe(2);
  expect(lost.stderr).toContain(`CONFIG_INVALID: TRADELANE_HOME is ${missing}, and there is no such folder`);
  expect(readdirSync(home)).not.toContain('tradelan');
  const list = () => runCli(['order', 'list', '--json'], { home, variables: { TRADELANE_DATA: 'dta' } });
  expect(list()).toMatchObject({
    status: 0,
    stderr: `There was no data folder ${path.join(home, 'dta')}: it is made now, and knows nothing yet.\n`,
  });
  expect(list().stderr).toBe('');
});

test('a disk that takes nothing any more is seen, whatever the rights say', () => {
  const { stdout } = spawnSync(
    'sh',
    ['-c', 'ulimit -f 60; exec "$0" "$1" doctor --json', process.execPath, `${ROOT}src/main.ts`],
    { cwd: ROOT, env: { ...process.env, TRADELANE_HOME: home, NODE_OPTIONS: '' } },
  );
  expect(check(stdout, 'data')).toMatchObject({ ok: false });
  expect(check(stdout, 'inbox')).toMatchObject({ ok: false });
});
