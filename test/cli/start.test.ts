import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { prepareHome } from '../support/folder-home.ts';
import { ROOT, runCli } from './run-cli.ts';

let home: string;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'tradelane-start-'));
  await prepareHome(home);
});
let onTestEnd: () => void = () => undefined;
afterEach(() => {
  onTestEnd();
  onTestEnd = () => undefined;
  rmSync(home, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function start(variables: Record<string, string>) {
  const child = spawn(process.execPath, [`${ROOT}src/main.ts`, 'start'], {
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', TRADELANE_HOME: home, ...variables },
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  let text = '';
  child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()));
  return { child, ended, errors: () => text };
}

describe('a start that cannot succeed ends with one line that says what to do', () => {
  const cases: [string, () => void, Record<string, string>, RegExp][] = [
    [
      'the data folder is a file',
      () => writeFileSync(path.join(home, 'data'), ''),
      {},
      /CONFIG_INVALID: The data folder .* EEXIST.*TRADELANE_DATA/,
    ],
    [
      'the data folder lies below /proc',
      () => undefined,
      { TRADELANE_DATA: '/proc/tradelane' },
      /CONFIG_INVALID: The data folder \/proc\/tradelane .* ENOENT.*TRADELANE_DATA/,
    ],
    [
      'there is no company',
      () => unlinkSync(path.join(home, 'partners/company.yaml')),
      {},
      /PARTNER_INVALID: .*company\.yaml/,
    ],
    [
      'a setting is wrong',
      () => undefined,
      { TRADELANE_WORKERS: 'many' },
      /CONFIG_INVALID: .*TRADELANE_WORKERS="many"/,
    ],
    [
      'roles are split on SQLite',
      () => undefined,
      { TRADELANE_ROLES: 'web' },
      /CONFIG_INVALID: .*on SQLite one gateway does everything/,
    ],
    [
      'a role is unknown',
      () => undefined,
      { TRADELANE_ROLES: 'web,cook' },
      /CONFIG_INVALID: .*TRADELANE_ROLES/,
    ],
    [
      'MongoDB is away',
      () => undefined,
      // Without this the driver looks for a server for ten seconds.
      { TRADELANE_MONGODB_URI: 'mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=200' },
      /STORE_UNAVAILABLE: .*127\.0\.0\.1:1/,
    ],
    [
      'the database is of another program',
      () => {
        mkdirSync(path.join(home, 'data'));
        writeFileSync(path.join(home, 'data/tradelane.sqlite'), 'ISA*00*          *00*'.repeat(200));
      },
      {},
      /STORE_CORRUPT: .*no SQLite database/,
    ],
  ];
  test.each(cases)(
    '%s',
    async (_, spoil, variables, expected) => {
      spoil();
      const { ended, errors } = start({ TRADELANE_PORT: String(await freePort()), ...variables });
      expect((await ended)[0]).toBe(2);
      expect(errors().trim().split('\n').at(-1)).toMatch(expected);
      expect(errors()).not.toContain('    at ');
    },
    60_000,
  );

  test('the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { ended, errors } = start({ TRADELANE_PORT: String((server.address() as AddressInfo).port) });
    expect((await ended)[0]).toBe(2);
    expect(errors()).toMatch(/PORT_IN_USE: Port \d+ .* is taken/);
    server.close();
  }, 60_000);
});

test('a gateway that is told to stop leaves no lease and no sign of life behind, and starts again', async () => {
  const port = await freePort();
  for (let turn = 0; turn < 2; turn += 1) {
    const { child, ended, errors } = start({ TRADELANE_PORT: String(port) });
    await ready(port);
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(errors()).toBe('');
    const store = SqliteStore.open({ file: path.join(home, 'data/tradelane.sqlite'), role: 'gateway' });
    expect(await store.count('nodes', {})).toBe(0);
    expect(await store.count('work', { status: 'leased' })).toBe(0);
    await store.close();
  }
}, 60_000);

test('what looks like a setting and is none is told before the start', async () => {
  const port = await freePort();
  const { child, ended, errors } = start({ TRADELANE_PORT: String(port), TRADELANE_WORKER: '4' });
  await ready(port);
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
  expect(errors()).toBe(
    'TRADELANE_WORKER is set, and is no setting: it changes nothing. The nearest one is TRADELANE_WORKERS.\n',
  );
}, 60_000);

async function ready(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a gateway whose reader has gone gives back what it has in hand all the same', async () => {
  const port = await freePort();
  const { child, ended } = start({ TRADELANE_PORT: String(port) });
  onTestEnd = () => child.kill('SIGKILL');
  await ready(port);
  child.stdout.destroy();
  child.stderr.destroy();
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
  const store = SqliteStore.open({ file: path.join(home, 'data/tradelane.sqlite'), role: 'gateway' });
  expect(await store.count('nodes', {})).toBe(0);
  await store.close();
}, 60_000);

// Linux has a device that is always full.
(existsSync('/dev/full') ? test : test.skip)(
  'a log on a disk that is full keeps the gateway neither from working nor from ending',
  async () => {
    const port = await freePort();
    // Every poll of this channel fails, and that is logged.
    rmSync(path.join(home, 'inbox/nordic-lighting'), { recursive: true });
    writeFileSync(path.join(home, 'inbox/nordic-lighting'), '');
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [`${ROOT}src/main.ts`, 'start'], {
      env: { ...process.env, NODE_OPTIONS: '', TRADELANE_HOME: home, TRADELANE_PORT: String(port) },
      stdio: ['ignore', 'ignore', full],
    });
    closeSync(full);
    const ended = once(child, 'close') as Promise<[number | null]>;
    onTestEnd = () => child.kill('SIGKILL');
    await ready(port);
    // Asked without a pause, the gateway would refuse to answer.
    while ((await failedPolls(port, 'nordic-lighting')) < 2)
      await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  },
  60_000,
);

async function failedPolls(port: number, partnerId: string): Promise<number> {
  const token = readFileSync(path.join(home, 'data/admin-token'), 'utf8').trim();
  const answer = await fetch(`http://127.0.0.1:${port}/api/channels?partnerId=${partnerId}`, {
    headers: { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(5_000),
  });
  const { records } = (await answer.json()) as { records: { failuresInARow: number }[] };
  // Its first poll may still be under way.
  return records[0]?.failuresInARow ?? 0;
}

test('a gateway that runs on settings which were changed since is told by doctor: the change counts from the next start on', async () => {
  const port = String(await freePort());
  const running = start({ TRADELANE_PORT: port });
  try {
    await new Promise<void>((resolve) => {
      running.child.stdout.on('data', (bytes: Buffer) => {
        if (bytes.includes('is running')) resolve();
      });
    });
    const look = () => {
      const { stdout } = runCli(['doctor', '--json'], { home, variables: { TRADELANE_PORT: port } });
      const checks = JSON.parse(stdout.toString()) as { name: string; ok: boolean; text: string }[];
      return checks.find(({ name }) => name === 'gateway');
    };
    expect(look()).toEqual({ name: 'gateway', ok: true, text: `running on port ${port}` });
    const file = path.join(home, 'partners/hansa-werkzeuge/partner.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n# agreed today\n`);
    expect(look()).toMatchObject({ ok: false, text: expect.stringContaining('were changed since then') });
  } finally {
    running.child.kill();
    await running.ended;
  }
}, 60_000);
