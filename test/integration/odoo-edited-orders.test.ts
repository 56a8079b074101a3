import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import { BUYER } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { connectTo, startOdooGateway } from '../support/odoo-gateway.ts';
import { responseTo } from '../support/documents.ts';
import { orderOf, orderState, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';
import type { PlacedOrder } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });

const PARTNER = 'northwind-hardware';
const SETTINGS = {
  partners: { [PARTNER]: { references: [{ type: 'department', id: '12' }] } },
  read: { overlapSeconds: 30 },
};

let gateway: TestGateway;
let reader: OdooReader;
let vendorId = 0;
let productId = 0;

beforeAll(async () => {
  if (ODOO === undefined) return;
  vendorId = await odoo.vendor('NORTHWIND');
  productId = await odoo.product({ code: `E-${odoo.run}`, vendorCode: 'NW-E', vendorId, price: 2.5 });
});
beforeEach(async () => {
  if (ODOO === undefined) return;
  gateway = await startOdooGateway({ connection: connectTo(ODOO) });
  reader = readerOf(gateway, connectTo(ODOO), SETTINGS);
  await reader.poll();
});
afterEach(() => gateway.close());

async function sentOrder(): Promise<PlacedOrder> {
  const line = { productId, quantity: 100, price: 2.45, date: '2026-12-15 12:00:00' };
  const placed = await odoo.order({ vendorId, lines: [line] });
  await read();
  return placed;
}

async function read(): Promise<void> {
  await reader.poll();
  await gateway.settle();
}

const press = (button: string, { id }: PlacedOrder) => odoo.call('purchase.order', button, { ids: [id] });
const sent = async ({ name }: PlacedOrder) =>
  (await orderState(gateway, name))!.documents.map(({ key }) => key);
const told = async ({ name }: PlacedOrder) =>
  (await gateway.openExceptions())
    .filter(({ orderId, type }) => orderId === name && type === 'ERP_ORDER_UNSENDABLE')
    .map(({ detail }) => detail);

suite('an order that was cancelled in Odoo and is confirmed again', () => {
  test('within one reading is the same order with its new values', async () => {
    const placed = await sentOrder();
    await press('button_cancel', placed);
    await press('button_draft', placed);
    await odoo.call('purchase.order.line', 'write', { ids: placed.lineIds, vals: { product_qty: 90 } });
    await press('button_confirm', placed);
    await read();
    expect(await told(placed)).toEqual([]);
    expect(await sent(placed)).toEqual(['order/v1', 'orderChange/v2']);
    expect((await orderOf(gateway, placed.name)).lines[0]!.quantity.value).toBe('90');
  });

  test('after the supplier was told to cancel is not silently lost: somebody is told, until it is cancelled again', async () => {
    const placed = await sentOrder();
    await press('button_cancel', placed);
    await read();
    expect(await sent(placed)).toEqual(['order/v1', 'orderChange/v2']);
    await press('button_draft', placed);
    await press('button_confirm', placed);
    await read();
    expect(await sent(placed)).toEqual(['order/v1', 'orderChange/v2']);
    expect(await told(placed)).toEqual([
      expect.stringMatching(
        /was cancelled with the supplier and is confirmed in Odoo again.*line 1.*duplicate/,
      ),
    ]);
    await press('button_cancel', placed);
    await read();
    expect(await told(placed)).toEqual([]);
    expect(await sent(placed)).toEqual(['order/v1', 'orderChange/v2']);
  });

  test('what came in before it was cancelled is not asked to be cancelled', async () => {
    const placed = await sentOrder();
    const [receipt] = await odoo.receipts(placed.id);
    await odoo.receive(receipt!.id, new Map([[placed.lineIds[0]!, 40]]));
    await press('button_cancel', placed);
    await read();
    const [line] = (await orderState(gateway, placed.name))!.lines;
    expect(line!.received).toBe('40');
    expect(line!.slices.map(({ state, quantity }) => `${state} ${quantity}`)).toEqual([
      'CONFIRMED 40',
      'CANCEL_REQUESTED 60',
    ]);
  });

  test('stays confirmed in Odoo when the supplier agrees to the cancellation afterwards', async () => {
    const placed = await sentOrder();
    await press('button_cancel', placed);
    await read();
    await press('button_draft', placed);
    await press('button_confirm', placed);
    await read();
    const order = await orderOf(gateway, placed.name);
    gateway.supplier(PARTNER).send({ ...responseTo(order), purpose: 'cancellation' });
    await gateway.settle();
    expect((await orderState(gateway, placed.name))!.lines[0]!.slices).toMatchObject([
      { state: 'CANCELLED' },
    ]);
    const [row] = await odoo.read('purchase.order', [placed.id], ['state']);
    expect(row).toMatchObject({ state: 'purchase' });
  });

  test('goes on where the supplier has refused to cancel it', async () => {
    const placed = await sentOrder();
    await press('button_cancel', placed);
    await read();
    const order = await orderOf(gateway, placed.name);
    const refused = responseTo(order, { '1': { claim: 'rejected' } });
    gateway.supplier(PARTNER).send({ ...refused, purpose: 'cancellation' });
    await gateway.settle();
    await press('button_draft', placed);
    await press('button_confirm', placed);
    await read();
    expect(await told(placed)).toEqual([]);
    await odoo.call('purchase.order.line', 'write', { ids: placed.lineIds, vals: { product_qty: 120 } });
    await read();
    expect((await orderOf(gateway, placed.name)).lines[0]!.quantity.value).toBe('120');
  });
});

suite('an order that its supplier has, and that becomes another one', () => {
  test.each([
    ['another partner', 'HANSA', /went to northwind-hardware and names hansa-werkzeuge/],
    ['no partner', 'STRANGER', /went to northwind-hardware and names a vendor that is no partner/],
  ])('a vendor that is changed to %s: nothing is sent, and somebody is told', async (_, ref, words) => {
    const placed = await sentOrder();
    const other = await odoo.vendor(ref);
    const write = (partnerId: number) =>
      odoo.call('purchase.order', 'write', { ids: [placed.id], vals: { partner_id: partnerId } });
    await write(other);
    await read();
    expect(await sent(placed)).toEqual(['order/v1']);
    expect((await orderOf(gateway, placed.name)).seller.id).toBe('NORTHWIND');
    expect(await told(placed)).toEqual([expect.stringMatching(words)]);
    await write(vendorId);
    await read();
    expect(await told(placed)).toEqual([]);
  });

  test('another currency is no change of the order', async () => {
    const placed = await sentOrder();
    const euro = await odoo.activeCurrency('EUR');
    await press('button_cancel', placed);
    await press('button_draft', placed);
    await odoo.call('purchase.order', 'write', { ids: [placed.id], vals: { currency_id: euro } });
    await press('button_confirm', placed);
    await read();
    expect(await sent(placed)).toEqual(['order/v1']);
    expect(await told(placed)).toEqual([expect.stringMatching(/was sent in USD and is in EUR/)]);
  });

  test('receipts are told while somebody has to decide on it', async () => {
    const placed = await sentOrder();
    const other = await odoo.vendor('HANSA');
    await odoo.call('purchase.order', 'write', { ids: [placed.id], vals: { partner_id: other } });
    const [receipt] = await odoo.receipts(placed.id);
    await odoo.receive(receipt!.id);
    await read();
    expect((await orderState(gateway, placed.name))!.lines[0]!.received).toBe('100');
  });

  test('what a person has dismissed is not told again with every reading', async () => {
    const placed = await sentOrder();
    const other = await odoo.vendor('HANSA');
    await odoo.call('purchase.order', 'write', { ids: [placed.id], vals: { partner_id: other } });
    await read();
    const [exception] = (await gateway.openExceptions()).filter(({ orderId }) => orderId === placed.name);
    const decision = { action: 'dismiss', reason: 'agreed by phone' } as const;
    await gateway.gateway.decideException(exception!.id, decision, BUYER);
    expect(await told(placed)).toEqual([]);
    await reader.refresh([placed.id]);
    expect(await told(placed)).toEqual([]);
  });
});
