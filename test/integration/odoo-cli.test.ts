import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROOT, runCli } from '../cli/run-cli.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
let home: string;

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tradelane-odoo-cli-'));
  for (const name of ['partners', 'maps'])
    cpSync(path.join(ROOT, name), path.join(home, name), { recursive: true });
  const partner = path.join(home, 'partners/nordic-lighting/partner.yaml');
  writeFileSync(partner, NORDIC);
  writeFileSync(
    path.join(home, 'odoo.yaml'),
    `url: ${odoo.address.url}\ndatabase: ${odoo.address.database}\napiKey: { secret: env:ODOO_API_KEY }\nread: { overlapSeconds: 30 }\n`,
  );
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const NORDIC = `partner: nordic-lighting
name: Nordic Lighting
accounts: { supplierId: NORDIC-${odoo.run} }
xml: { identities: [{ scheme: "0088", id: "7300010000001" }] }
channels: [{ type: folder }]
documents: { order: { out: xml/ubl-2.1/order } }
`;

const run = (...args: string[]) => {
  const { stdout, stderr, status } = runCli(['odoo', ...args], { home });
  return { status, stderr, out: stdout.toString() };
};
const steps = (partner: string) =>
  JSON.parse(run('check', '--partner', partner, '--json').out) as {
    name: string;
    result: string;
    text: string;
  }[];

suite('tradelane odoo', () => {
  test('check tells what is there and what a partner\u2019s orders would lack', async () => {
    const before = steps('nordic-lighting');
    expect(before.filter(({ name }) => name === 'rights').map(({ result }) => result)).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    expect(before.find(({ name }) => name === 'vendor')).toMatchObject({
      result: 'failed',
      text: expect.stringContaining(`NORDIC-${odoo.run}`),
    });
    // Odoo counts it among its vendors from its first bill on.
    const vendorId = await odoo.vendor(`NORDIC-${odoo.run}`, { supplier_rank: 0 });
    await odoo.product({ code: `N-${odoo.run}`, vendorId });
    const after = steps('nordic-lighting');
    expect(after.find(({ name }) => name === 'vendor')!.result).toBe('ok');
    expect(after.find(({ name }) => name === 'barcode')).toMatchObject({ result: 'missing' });
    expect(run('check', '--partner', 'nordic-lighting').status).toBe(0);
  });

  test('check names a language that Odoo does not have', () => {
    const file = path.join(home, 'odoo.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, `${before}\nlanguage: xx_XX\n`);
    expect(steps('nordic-lighting').find(({ name }) => name === 'settings')).toMatchObject({
      result: 'failed',
      text: expect.stringMatching(/language xx_XX.*active in Odoo are .*en_US/),
    });
    writeFileSync(file, before);
  });

  test('sync --once takes an order in; a second time there is nothing new', async () => {
    expect(run('sync', '--once').status).toBe(0);
    const [vendor] = await odoo.search('res.partner', [['ref', '=', `NORDIC-${odoo.run}`]], ['name']);
    const productId = await odoo.product({ code: `S-${odoo.run}`, vendorId: vendor!.id });
    const placed = await odoo.order({ vendorId: vendor!.id, lines: [{ productId, quantity: 2, price: 4 }] });
    expect(run('sync', '--once').out).toMatch(/order released|orders released/);
    const { stdout } = runCli(['order', 'show', placed.name], { home });
    expect(stdout.toString()).toContain(placed.name);
    expect(JSON.parse(run('sync', '--once', '--json').out)).not.toHaveProperty('orders.released');
  });

  test('without Odoo the command says how to set it up', () => {
    const bare = mkdtempSync(path.join(tmpdir(), 'tradelane-odoo-bare-'));
    for (const name of ['partners', 'maps'])
      cpSync(path.join(ROOT, name), path.join(bare, name), { recursive: true });
    const { status, stderr } = runCli(['odoo', 'check'], { home: bare });
    expect([status, stderr]).toEqual([2, expect.stringContaining('odoo.yaml')]);
    rmSync(bare, { recursive: true });
  });
});
