import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { makeIdentity } from '../transports/as2/as2-fixture.ts';
import { ROOT, runCli } from './run-cli.ts';

jest.setTimeout(120_000);

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tradelane-proposals-'));
  for (const name of ['partners', 'maps'])
    cpSync(path.join(ROOT, name), path.join(home, name), { recursive: true });
  const folder = path.join(home, 'partners/northwind-hardware');
  mkdirSync(path.join(folder, 'certificates'));
  const { certificate } = makeIdentity('NORTHWIND', { from: '2026-01-01T00:00:00.000Z', days: 7_300 });
  writeFileSync(path.join(folder, 'certificates/old.crt'), certificate);
  edit('company.yaml', /^as2:.*\n(?: .*\n)*/m, '');
  edit(
    'company.yaml',
    /^currency: USD/m,
    "currency: USD\nas2: { id: TRADELANE, url: 'https://edi.example/as2' }",
  );
  const channel =
    '{ type: as2, url: "https://as2.northwind.example/", ids: { theirs: NORTHWIND }, cem: {}, ' +
    'certificates: [{ certificate: { file: partners/northwind-hardware/certificates/old.crt } }] }';
  edit('northwind-hardware/partner.yaml', /channels:\n(?: {2}.*\n)+/, `channels:\n  - ${channel}\n`);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function edit(name: string, from: RegExp, to: string): void {
  const file = path.join(home, 'partners', name);
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

const as2 = (...args: string[]) => runCli(['as2', 'certificate', ...args], { home });
interface Row {
  id: string;
  owner: string;
  fingerprint: string;
  source: string;
}
const jsonOf = (...args: string[]) => JSON.parse(as2(...args, '--json').stdout.toString()) as Row[];

test('a certificate of ours is proposed once, and the lists tell to whom and what he has said', () => {
  const [own, theirs] = jsonOf('list');
  expect([own, theirs]).toMatchObject([
    { owner: 'own', source: 'settings' },
    { owner: 'northwind-hardware', source: 'settings' },
  ]);
  const propose = ['propose', '--respond-by', '2035-01-10T06:00:00+01:00'];
  const [first] = jsonOf(...propose);
  expect(first).toMatchObject({
    partnerId: 'northwind-hardware',
    direction: 'outbound',
    status: 'open',
    fingerprint: own!.fingerprint,
    respondBy: '2035-01-10T05:00:00.000Z',
  });
  expect(jsonOf(...propose, '--partner', 'northwind-hardware')[0]!.id).toBe(first!.id);
  expect(as2('proposals').stdout.toString()).toMatch(/northwind-hardware +ours +open/);
  expect(jsonOf('proposals', '--status', 'accepted')).toEqual([]);
  expect(as2('list').stderr).toContain('proposed to northwind-hardware (open)');
});

test.each([
  [['accept', 'none', '--reason', 'x'], 'NOT_FOUND'],
  [['withdraw', 'none', '--reason', 'x'], 'NOT_FOUND'],
  [['propose', '--respond-by', 'soon'], '--respond-by is a date'],
  [['propose', '--respond-by', '2035-01-01', '--partner', 'hansa-werkzeuge'], 'not exchanged with'],
])('%j is refused in words', (args, words) => {
  const { status, stderr } = as2(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(words);
});
