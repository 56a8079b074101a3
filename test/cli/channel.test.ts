import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT, runCli } from './run-cli.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tradelane-channel-'));
  for (const name of ['partners', 'maps'])
    cpSync(path.join(ROOT, name), path.join(home, name), { recursive: true });
  // Only the folder partner below: the others may need servers and secrets.
  const file = path.join(home, 'partners/nordic-lighting/partner.yaml');
  writeFileSync(file, NORDIC);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const NORDIC = `partner: nordic-lighting
name: Nordic Lighting
xml: { identities: [{ scheme: "0088", id: "7300010000001" }] }
channels:
  - { type: folder }
  - { type: folder, name: archive, inbox: inbox/archive, outbox: outbox/archive, documents: [order], receive: false }
documents: { order: { out: xml/ubl-2.1/order } }
`;

test('channel test tells every step, for each channel; exit 1 and the reason where one fails', () => {
  const good = runCli(['channel', 'test', 'nordic-lighting'], { home });
  expect(good.stderr).toMatch(/^There was no data folder .*\n$/);
  expect(good.status).toBe(0);
  expect(good.stdout.toString().match(/^ok /gm)).toHaveLength(8);
  mkdirSync(path.join(home, 'inbox'), { recursive: true });
  rmSync(path.join(home, 'inbox/archive'), { recursive: true, force: true });
  writeFileSync(path.join(home, 'inbox/archive'), 'a file in the way');
  const bad = runCli(['channel', 'test', 'nordic-lighting', '--channel', 'archive', '--json'], { home });
  expect(bad.status).toBe(1);
  expect(JSON.parse(bad.stdout.toString())).toMatchObject([
    {
      channel: 'archive',
      ok: false,
      steps: [{ name: 'list', ok: false, text: expect.stringContaining('a file stands where') }],
    },
  ]);
});

test('channel list shows what each is for', () => {
  const rows = JSON.parse(runCli(['channel', 'list', '--json'], { home }).stdout.toString()) as {
    partnerId: string;
  }[];
  expect(rows.filter(({ partnerId }) => partnerId === 'nordic-lighting')).toEqual([
    {
      partnerId: 'nordic-lighting',
      name: 'main',
      type: 'folder',
      receive: true,
      send: true,
      pollSeconds: 1,
      state: 'on',
      troubles: [],
    },
    {
      partnerId: 'nordic-lighting',
      name: 'archive',
      type: 'folder',
      receive: false,
      send: true,
      documents: ['order'],
      pollSeconds: 1,
      state: 'on',
      troubles: [],
    },
  ]);
  expect(runCli(['channel', 'list'], { home }).stdout.toString()).toMatch(/archive +folder +out +order/);
});

test.each([
  [['nobody'], 'There is no partner "nobody".'],
  [['nordic-lighting', '--channel', 'sftp'], 'its channels are main, archive'],
])('channel test %j says what is wrong', (args, text) => {
  const run = runCli(['channel', 'test', ...args], { home });
  expect(run.status).toBe(2);
  expect(run.stderr).toContain(text);
});
