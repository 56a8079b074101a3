import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Router from '@koa/router';
import Koa from 'koa';
import { ConnectedOdoo } from '../../src/odoo/connected-odoo.ts';
import { odooSettingsSchema } from '../../src/odoo/odoo-settings.ts';
import { addErpWakeUp } from '../../src/web/erp-wake-up.ts';
import type { TestGateway } from '../support/gateway.ts';
import { connectTo, startOdooGateway } from '../support/odoo-gateway.ts';
import { orderState, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
const SECRET = `wake-${odoo.run}`;

let gateway: TestGateway;
let server: Server;
let asked: string[];
let ruleId = 0;
let actionId = 0;

beforeEach(async () => {
  if (ODOO === undefined) return;
  gateway = await startOdooGateway({ connection: connectTo(ODOO) });
  const connection = connectTo(ODOO);
  const reader = readerOf(gateway, connection, { read: { overlapSeconds: 30 } });
  await reader.poll();
  const erp = new ConnectedOdoo({
    connection,
    context: gateway.context,
    settings: odooSettingsSchema.parse({
      url: ODOO.url,
      database: ODOO.database,
      webhook: { secret: { secret: 'odoo-wake-up' } },
    }),
    secrets: { read: () => Promise.resolve(SECRET) },
    reader,
    reconcile: () => Promise.reject(new Error('nobody asked for it')),
  });
  asked = [];
  const app = new Koa();
  const router = new Router();
  app.use((context, next) => {
    asked.push(context.path);
    return next();
  });
  addErpWakeUp(router, { erp, clock: gateway.context.clock });
  app.use(router.routes());
  server = createServer((request, response) => void app.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  // A rule that stays would make every later save of an order wait for an address that is gone.
  if (ruleId > 0) await odoo.call('base.automation', 'unlink', { ids: [ruleId] });
  if (actionId > 0) await odoo.call('ir.actions.server', 'unlink', { ids: [actionId] });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await gateway.close();
});

const address = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

/** As docs/odoo.md tells an administrator to set it up. */
async function makeRule(vendorId: number): Promise<void> {
  const [model] = await odoo.search('ir.model', [['model', '=', 'purchase.order']], ['model']);
  const [confirmed] = await odoo.search(
    'ir.model.fields.selection',
    [
      ['field_id.model', '=', 'purchase.order'],
      ['field_id.name', '=', 'state'],
      ['value', '=', 'purchase'],
    ],
    ['value'],
  );
  actionId = await odoo.create('ir.actions.server', {
    name: `Wake Tradelane ${odoo.run}`,
    model_id: model!.id,
    state: 'webhook',
    webhook_url: address(`/hooks/odoo/${SECRET}`),
  });
  ruleId = await odoo.create('base.automation', {
    name: `Tradelane: order confirmed ${odoo.run}`,
    model_id: model!.id,
    trigger: 'on_state_set',
    // Other suites confirm orders on the same Odoo.
    filter_domain: `[('state', '=', 'purchase'), ('partner_id', '=', ${vendorId})]`,
    trg_selection_field_id: confirmed!.id,
    action_server_ids: [[6, 0, [actionId]]],
  });
}

suite('the wake-up by a rule of Odoo', () => {
  test('a confirmed order is read at once, after one call', async () => {
    const vendorId = await odoo.vendor('NORTHWIND');
    await makeRule(vendorId);
    const productId = await odoo.product({ code: `W-${odoo.run}`, vendorId });
    const placed = await odoo.order({ vendorId, lines: [{ productId, quantity: 1, price: 1 }] });
    await expect(until(() => orderState(gateway, placed.name))).resolves.toMatchObject({
      orderId: placed.name,
    });
    expect(asked).toEqual([`/hooks/odoo/${SECRET}`]);
  });
});

/** Looks again until there is something; ends by the test's own time-out. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
