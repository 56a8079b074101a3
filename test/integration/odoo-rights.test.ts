import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import type { TestGateway } from '../support/gateway.ts';
import { connectTo, startOdooGateway } from '../support/odoo-gateway.ts';
import { orderOf, orderState, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';
import type { PlacedOrder } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });

const SETTINGS = {
  partners: { 'northwind-hardware': { references: [{ type: 'department', id: '12' }] } },
  read: { overlapSeconds: 30 },
};

let gateway: TestGateway;
let reader: OdooReader;
let vendorId = 0;
let productId = 0;
let secretId = 0;

beforeAll(async () => {
  if (ODOO === undefined) return;
  vendorId = await odoo.vendor('NORTHWIND');
  productId = await odoo.product({ code: `R-${odoo.run}`, vendorId });
  secretId = await odoo.product({ code: `SECRET-${odoo.run}`, vendorId });
});
beforeEach(async () => {
  if (ODOO === undefined) return;
  gateway = await startOdooGateway({ connection: connectTo(ODOO) });
  reader = readerOf(gateway, connectTo(ODOO), SETTINGS);
  await reader.poll();
});
afterEach(() => gateway.close());

const place = (product = productId): Promise<PlacedOrder> =>
  odoo.order({ vendorId, lines: [{ productId: product, quantity: 10, price: 2 }] });

/** Somebody hides one record of a model from everybody but administrators' own rights, as long as the work lasts. */
async function hidden(model: string, id: number, work: () => Promise<void>): Promise<void> {
  const [row] = await odoo.search('ir.model', [['model', '=', model]], ['model']);
  const rule = await odoo.create('ir.rule', {
    name: `Hidden ${odoo.run}`,
    model_id: row!.id,
    domain_force: `[('id', '!=', ${id})]`,
  });
  try {
    await work();
  } finally {
    await odoo.call('ir.rule', 'unlink', { ids: [rule] });
  }
}

const told = async (text: string) =>
  (await gateway.openExceptions()).filter(({ detail }) => detail.includes(text)).map(({ type }) => type);

suite('what the user of the gateway may not see', () => {
  test('an order that a rule hides is not taken for deleted: its supplier hears nothing, somebody is told', async () => {
    const placed = await place();
    await reader.poll();
    await gateway.settle();
    await hidden('purchase.order', placed.id, async () => {
      await reader.sweep();
      await gateway.settle();
      expect((await orderState(gateway, placed.name))!.documents.map(({ key }) => key)).toEqual(['order/v1']);
      expect(await told(`read 1 open orders any more: ${placed.name}.`)).toEqual(['CIRCUIT_OPEN']);
    });
    await reader.sweep();
    expect(await told(placed.name)).toEqual([]);
  });

  test('an order of which something may not be read keeps no other order from being read', async () => {
    const good = await place();
    const bad = await place(secretId);
    const behind = await place();
    await hidden('product.product', secretId, async () => {
      await reader.poll();
      expect(await orderOf(gateway, good.name)).toMatchObject({ id: good.name });
      expect(await orderOf(gateway, behind.name)).toMatchObject({ id: behind.name });
      expect(await orderState(gateway, bad.name)).toBeUndefined();
      expect(await told(`Order ${bad.name} cannot be read`)).toEqual(['ERP_ORDER_UNSENDABLE']);
    });
    await reader.sweep();
    expect(await orderOf(gateway, bad.name)).toMatchObject({ id: bad.name });
    expect(await told(bad.name)).toEqual([]);
  });

  test('an order that waited longer than a day for what it lacked is sent by the full reading', async () => {
    const unit = await odoo.create('uom.uom', {
      name: `Rolle ${odoo.run}`,
      relative_factor: 50,
      relative_uom_id: 1,
    });
    const { id, name } = await odoo.order({
      vendorId,
      lines: [{ productId, quantity: 2, price: 80, unitId: unit }],
    });
    await reader.poll();
    expect(await told('Rolle')).toEqual(['ERP_ORDER_UNSENDABLE']);
    // Three days later: what was written then lies before all that a reading looks back.
    const record = (await gateway.context.store.get('erpLinks', 'cursor:odoo'))!;
    const readTo = { 'purchase.order': '2099-01-01 00:00:00' };
    await gateway.context.store.commit([
      { op: 'update', collection: 'erpLinks', record: { ...record, data: { ...record.data, readTo } } },
    ]);
    const named = readerOf(gateway, connectTo(ODOO!), {
      ...SETTINGS,
      units: { [`Rolle ${odoo.run}`]: 'RO' },
    });
    await named.sweep();
    expect((await orderOf(gateway, name)).lines[0]!.quantity).toEqual({ value: '2', unit: 'RO' });
    expect(await told('Rolle')).toEqual([]);
    // Gateways of other suites know no such unit.
    await odoo.call('purchase.order', 'button_cancel', { ids: [id] });
  });
});
