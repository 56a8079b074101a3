import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import type { TestGateway } from '../support/gateway.ts';
import { connectTo, startOdooGateway } from '../support/odoo-gateway.ts';
import { responseTo } from '../support/documents.ts';
import { orderOf, orderState, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';
import type { PlacedOrder } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });

const PARTNER = 'northwind-hardware';
/** A short overlap: every test reads what those before it have left. */
const WITH_DEPARTMENT = {
  partners: { [PARTNER]: { references: [{ type: 'department', id: '12' }] } },
  read: { overlapSeconds: 30 },
};

let gateway: TestGateway;
let reader: OdooReader;
let productId = 0;
let vendorId = 0;

beforeEach(async () => {
  if (ODOO === undefined) return;
  gateway = await startOdooGateway({ connection: connectTo(ODOO) });
  reader = readerOf(gateway, connectTo(ODOO), WITH_DEPARTMENT);
  await reader.poll();
});
beforeAll(async () => {
  if (ODOO === undefined) return;
  vendorId = await odoo.vendor('NORTHWIND');
  productId = await odoo.product({
    code: `H-${odoo.run}`,
    vendorCode: 'NW-HAM-16',
    vendorId,
    price: 2.5,
  });
});
afterEach(() => gateway.close());

function place(quantity = 100, price = 2.45): Promise<PlacedOrder> {
  return odoo.order({ vendorId, lines: [{ productId, quantity, price, date: '2026-12-15 12:00:00' }] });
}

const sent = (orderId: string) =>
  gateway.context.store
    .get('orders', orderId)
    .then((record) => (record?.state.documents ?? []).map(({ key }) => key));

suite('orders out of Odoo', () => {
  test('a confirmed order is released with all that a document needs; a draft is not', async () => {
    const draft = await odoo.draft({ vendorId, lines: [{ productId, quantity: 1, price: 1 }] });
    const placed = await place();
    await reader.poll();
    expect(await orderState(gateway, draft.name)).toBeUndefined();

    expect(await orderOf(gateway, placed.name)).toMatchObject({
      id: placed.name,
      currency: 'USD',
      seller: { id: 'NORTHWIND' },
      lines: [
        {
          id: '1',
          item: { sellerId: 'NW-HAM-16' },
          quantity: { value: '100', unit: 'EA' },
          price: { amount: '2.45' },
          requestedDeliveryDate: '2026-12-15',
        },
      ],
    });
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    expect(await sent(placed.name)).toEqual(['order/v1']);
  });

  test('a line that is changed alone, without the order, becomes a change; read again it is none', async () => {
    const placed = await place();
    await reader.poll();
    await odoo.call('purchase.order.line', 'write', {
      ids: placed.lineIds,
      vals: { date_planned: '2026-12-18 12:00:00' },
    });
    const report = await reader.poll();
    expect(report.orders.changed).toBeGreaterThanOrEqual(1);
    expect((await orderOf(gateway, placed.name)).lines[0]!.requestedDeliveryDate).toBe('2026-12-18');
    expect(await sent(placed.name)).toEqual(['order/v1', 'orderChange/v2']);
    await reader.refresh([placed.id]);
    expect(await sent(placed.name)).toEqual(['order/v1', 'orderChange/v2']);
  });

  test('a quantity of zero takes a line out; a line that is added comes with the next number', async () => {
    const { id, name, lineIds } = await odoo.order({
      vendorId,
      lines: [
        { productId, quantity: 10, price: 2 },
        { productId, quantity: 20, price: 2 },
      ],
    });
    await reader.poll();
    await gateway.settle();
    await odoo.call('purchase.order.line', 'write', {
      ids: [lineIds[0]],
      vals: { product_qty: 0, price_unit: 2, date_planned: '2026-12-15 12:00:00', discount: 0 },
    });
    await odoo.call('purchase.order', 'write', {
      ids: [id],
      vals: { order_line: [[0, 0, { product_id: productId, product_qty: 30, price_unit: 2 }]] },
    });
    await reader.poll();
    const { lines } = await orderOf(gateway, name);
    expect(lines.map((line) => [line.id, line.quantity.value])).toEqual([
      ['2', '20'],
      ['3', '30'],
    ]);
  });

  test('what we have written from an answer is no change; what a buyer writes afterwards is', async () => {
    const placed = await place(100);
    await reader.poll();
    await gateway.settle();
    const order = await orderOf(gateway, placed.name);
    gateway.supplier(PARTNER).send(responseTo(order, { '1': { claim: 'dateChanged', date: '2026-12-16' } }));
    await gateway.settle();
    expect(await odoo.lines(placed.id)).toMatchObject([{ date_planned: '2026-12-16 12:00:00' }]);
    await reader.poll();
    await gateway.settle();
    expect(await sent(placed.name)).toEqual(['order/v1']);
    await odoo.call('purchase.order.line', 'write', {
      ids: placed.lineIds,
      vals: { product_qty: 90, price_unit: 2.45, date_planned: '2026-12-22 12:00:00', discount: 0 },
    });
    await reader.poll();
    await gateway.settle();
    expect(await sent(placed.name)).toEqual(['order/v1', 'orderChange/v2']);
    expect((await orderOf(gateway, placed.name)).lines).toMatchObject([
      { quantity: { value: '90' }, requestedDeliveryDate: '2026-12-22' },
    ]);
  });

  test('a cancelled order is cancelled, a deleted one is found by the full reading', async () => {
    const cancelled = await place();
    const deleted = await place();
    await reader.poll();
    await gateway.settle();
    await odoo.call('purchase.order', 'button_cancel', { ids: [cancelled.id, deleted.id] });
    await odoo.call('purchase.order', 'unlink', { ids: [deleted.id] });
    expect((await reader.poll()).orders.cancelled).toBe(1);
    expect((await sent(cancelled.name)).at(-1)).toBe('orderChange/v2');
    expect(await sent(deleted.name)).toEqual(['order/v1']);
    await reader.sweep();
    expect((await sent(deleted.name)).at(-1)).toBe('orderChange/v2');
  });

  test('an order whose unit nobody has named is not sent; named, it goes', async () => {
    const unit = await odoo.create('uom.uom', {
      name: `Gebinde ${odoo.run}`,
      relative_factor: 40,
      relative_uom_id: 1,
    });
    const { name, id } = await odoo.order({
      vendorId,
      lines: [{ productId, quantity: 2, price: 80, unitId: unit }],
    });
    expect((await reader.poll()).orders.incomplete).toBe(1);
    expect(await orderState(gateway, name)).toBeUndefined();
    const [exception] = (await gateway.openExceptions()).filter(({ orderId }) => orderId === name);
    expect(exception).toMatchObject({
      type: 'ERP_ORDER_UNSENDABLE',
      detail: expect.stringContaining('Gebinde'),
    });
    reader = readerOf(gateway, connectTo(ODOO!), {
      units: { [`Gebinde ${odoo.run}`]: 'PF' },
      ...WITH_DEPARTMENT,
    });
    await reader.refresh([id]);
    expect((await orderOf(gateway, name)).lines[0]).toMatchObject({
      quantity: { value: '2', unit: 'PF' },
      packSize: '40',
    });
    expect((await gateway.openExceptions()).filter(({ orderId }) => orderId === name)).toEqual([]);
  });

  test('a discount is taken off the price; a foreign currency, terms, incoterm and ship-to are told', async () => {
    await odoo.call('res.currency', 'write', { ids: [126], vals: { active: true } });
    const customer = await odoo.create('res.partner', {
      name: 'End customer',
      city: 'Graz',
      street: 'Ring 1',
    });
    const [terms] = await odoo.search('account.payment.term', [['name', '=', '30 Days']], ['name']);
    const [incoterm] = await odoo.search('account.incoterms', [['code', '=', 'FCA']], ['code']);
    const { name } = await odoo.order({
      vendorId,
      lines: [{ productId, quantity: 3, price: 9.99, discount: 10 }],
      values: {
        currency_id: 126,
        payment_term_id: terms!.id,
        incoterm_id: incoterm!.id,
        incoterm_location: 'Hamburg',
        dest_address_id: customer,
        note: '<p>Please call<br>before delivery.</p>',
      },
    });
    await reader.poll();
    expect(await orderOf(gateway, name)).toMatchObject({
      currency: 'EUR',
      orderType: 'dropShip',
      shipTo: { name: 'End customer', address: { city: 'Graz' } },
      paymentTerms: { description: '30 Days', netDays: 30 },
      deliveryTerms: { incoterm: 'FCA', location: 'Hamburg' },
      notes: ['Please call\nbefore delivery.'],
      lines: [{ price: { amount: '8.991' }, lineAmount: '26.97' }],
    });
  });

  test('an order confirmed before the first reading is left alone, also when it is written later', async () => {
    const early = await place();
    await odoo.call('purchase.order', 'write', {
      ids: [early.id],
      vals: { date_approve: '2026-11-01 08:00:00' },
    });
    await odoo.order({ vendorId, lines: [{ productId, quantity: 1, price: 1 }] });
    const world = await startOdooGateway({ connection: connectTo(ODOO!) });
    const fresh = readerOf(world, connectTo(ODOO!), WITH_DEPARTMENT);
    await fresh.poll();
    await odoo.call('purchase.order', 'write', { ids: [early.id], vals: { note: 'later' } });
    await fresh.poll();
    expect(await orderState(world, early.name)).toBeUndefined();
    await world.close();
  });

  test('many rows of one second are read page by page, none twice and none left out', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => ({ productId, quantity: index + 1, price: 1 }));
    const { name } = await odoo.order({ vendorId, lines });
    await reader.poll();
    expect((await orderOf(gateway, name)).lines).toHaveLength(40);
  });
});

suite('master data out of Odoo', () => {
  test('exchange rates and vendor price lists, once; a rate that changes, again', async () => {
    const [euro] = await odoo.search(
      'res.currency',
      [
        ['name', '=', 'EUR'],
        ['active', 'in', [true, false]],
      ],
      ['name'],
    );
    const today = gateway.context.clock.now().slice(0, 10);
    const [known] = await odoo.search(
      'res.currency.rate',
      [
        ['currency_id', '=', euro!.id],
        ['name', '=', today],
      ],
      ['name'],
    );
    const id =
      known?.id ??
      (await odoo.create('res.currency.rate', { currency_id: euro!.id, name: today, rate: 0.5 }));
    await odoo.call('res.currency.rate', 'write', { ids: [id], vals: { rate: 0.5 } });
    await reader.readMasterData();
    const stored = (key: string) =>
      gateway.context.store.get('masterData', key).then((record) => record?.data);
    expect(await stored(`exchangeRate:EUR/${today}`)).toEqual({ rate: '2' });
    const [price] = await odoo.search('product.supplierinfo', [['partner_id', '=', vendorId]], ['price']);
    expect(await stored(`item:${PARTNER}/${price!.id}`)).toMatchObject({
      sellerId: 'NW-HAM-16',
      price: '2.5',
      currency: 'USD',
    });
    await odoo.call('res.currency.rate', 'write', { ids: [id], vals: { rate: 0.8 } });
    await reader.readMasterData();
    expect(await stored(`exchangeRate:EUR/${today}`)).toEqual({ rate: '1.25' });
    await odoo.call('res.currency.rate', 'unlink', { ids: [id] });
  });
});

suite('receipts out of Odoo', () => {
  const received = async (orderId: string) =>
    (await orderState(gateway, orderId))!.receipts.map(({ id, lines }) => [
      id,
      ...lines.map(({ quantity }) => quantity),
    ]);

  test('a part, its backorder and a return count once each, however often they are read', async () => {
    const placed = await place(100);
    await reader.poll();
    const [first] = await odoo.receipts(placed.id);
    await odoo.receive(first!.id, new Map([[placed.lineIds[0]!, 60]]));
    expect((await reader.poll()).receipts).toBe(1);
    expect((await reader.refresh([placed.id])).receipts).toBe(0);
    const backorder = (await odoo.receipts(placed.id)).find(({ state }) => state !== 'done');
    await odoo.receive(backorder!.id);
    await reader.poll();
    expect(await received(placed.name)).toEqual([
      [first!['name'], '60'],
      [backorder!['name'], '40'],
    ]);
    const back = await odoo.sendBack(first!.id, 5);
    await reader.poll();
    expect(await received(placed.name)).toEqual([
      [first!['name'], '60'],
      [backorder!['name'], '40'],
      [back, '-5'],
    ]);
    expect((await orderState(gateway, placed.name))!.lines[0]!.received).toBe('95');
  });

  test('what a warehouse counts in pieces is told in the ordered unit', async () => {
    const dozen = await odoo.create('uom.uom', {
      name: `Dutzend ${odoo.run}`,
      relative_factor: 12,
      relative_uom_id: 1,
    });
    reader = readerOf(gateway, connectTo(ODOO!), {
      ...WITH_DEPARTMENT,
      units: { [`Dutzend ${odoo.run}`]: 'DZN' },
    });
    const placed = await odoo.order({
      vendorId,
      lines: [{ productId, quantity: 5, price: 30, unitId: dozen }],
    });
    await reader.poll();
    const [receipt] = await odoo.receipts(placed.id);
    await odoo.receive(receipt!.id);
    await reader.poll();
    expect((await orderOf(gateway, placed.name)).lines[0]).toMatchObject({
      quantity: { value: '5', unit: 'DZN' },
      packSize: '12',
    });
    expect(await received(placed.name)).toEqual([[receipt!['name'], '5']]);
  });

  test('a receipt that is corrected after it was counted tells the difference', async () => {
    const placed = await place(10);
    await reader.poll();
    const [receipt] = await odoo.receipts(placed.id);
    await odoo.receive(receipt!.id);
    await reader.poll();
    const [move] = await odoo.moves(placed.id);
    await odoo.call('stock.picking', 'action_toggle_is_locked', { ids: [receipt!.id] });
    await odoo.call('stock.move', 'write', { ids: [move!.id], vals: { quantity: 8 } });
    await reader.poll();
    expect(await received(placed.name)).toEqual([
      [receipt!['name'], '10'],
      [`${String(receipt!['name'])}#2`, '-2'],
    ]);
    // The two have never come: no return.
    expect((await orderState(gateway, placed.name))!.lines[0]).toMatchObject({
      received: '8',
      returned: '0',
    });
  });

  test('a service is received by what a person enters at its line', async () => {
    const service = await odoo.create('product.product', {
      name: `Assembly ${odoo.run}`,
      type: 'service',
      default_code: `S-${odoo.run}`,
    });
    const placed = await odoo.order({ vendorId, lines: [{ productId: service, quantity: 8, price: 50 }] });
    await reader.poll();
    const enter = (quantity: number) =>
      odoo.call('purchase.order.line', 'write', { ids: placed.lineIds, vals: { qty_received: quantity } });
    await enter(8);
    await reader.poll();
    await enter(6);
    await reader.poll();
    await reader.refresh([placed.id]);
    expect(await received(placed.name)).toEqual([
      [placed.name, '8'],
      [`${placed.name}#2`, '-2'],
    ]);
    expect((await orderState(gateway, placed.name))!.lines[0]!.received).toBe('6');
  });
});
