import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Order } from '../../src/documents/order.ts';
import type { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import { BUYER, createWorld } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { connectTo, startOdooGateway } from '../support/odoo-gateway.ts';
import { despatchOf, invoiceOf, responseTo } from '../support/documents.ts';
import { orderOf, orderState, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
const PARTNER = 'northwind-hardware';
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

let gateway: TestGateway;
let reader: OdooReader;
let vendorId = 0;
let customerId = 0;
let productId = 0;

/** A customer's order of a product that goes from the supplier to the customer, with Odoo's own app for that. */
beforeAll(async () => {
  if (ODOO === undefined) return;
  await odoo.install('stock_dropshipping');
  vendorId = await odoo.vendor('NORTHWIND');
  const [country] = await odoo.search('res.country', [['code', '=', 'AT']], ['code']);
  customerId = await odoo.create('res.partner', {
    name: `End customer ${odoo.run}`,
    street: 'Ring 1',
    zip: '8010',
    city: 'Graz',
    country_id: country!.id,
    phone: '+43 316 1',
  });
  productId = await odoo.product({ code: `D-${odoo.run}`, vendorCode: 'NW-HAM-16', vendorId, price: 7 });
  const [route] = await odoo.search('stock.route', [['name', '=', 'Dropship']], ['name']);
  await odoo.call('product.product', 'write', {
    ids: [productId],
    vals: { route_ids: [[6, 0, [route!.id]]] },
  });
}, 300_000);

beforeEach(async () => {
  if (ODOO === undefined) return;
  const world = createWorld();
  world.time.advance(Date.now() - Date.parse(world.time.now()));
  gateway = await startOdooGateway({ world, connection: connectTo(ODOO) });
  reader = readerOf(gateway, connectTo(ODOO), {
    partners: { [PARTNER]: { references: [{ type: 'department', id: '12' }] } },
    read: { overlapSeconds: 30 },
    // Of no warehouse: a gateway of certain warehouses exchanges them all the same.
    warehouses: ['WH'],
  });
  await reader.poll();
});
afterEach(() => gateway.close());

/** Sold to the customer; what Odoo orders from the supplier because of it, confirmed by a buyer. */
async function sell(quantity: number): Promise<{ id: number; name: string; lineId: number }> {
  const saleId = await odoo.create('sale.order', {
    partner_id: customerId,
    order_line: [[0, 0, { product_id: productId, product_uom_qty: quantity, price_unit: 20 }]],
  });
  await odoo.call('sale.order', 'action_confirm', { ids: [saleId] });
  const [sale] = await odoo.read('sale.order', [saleId], ['name']);
  const [line] = await odoo.search(
    'purchase.order.line',
    [
      ['product_id', '=', productId],
      ['order_id.origin', 'like', String(sale!['name'])],
    ],
    ['order_id'],
  );
  const [id] = line!['order_id'] as [number];
  await odoo.call('purchase.order', 'button_confirm', { ids: [id] });
  const [order] = await odoo.read('purchase.order', [id], ['name']);
  return { id, name: String(order!['name']), lineId: line!.id };
}

async function released(name: string): Promise<Order> {
  await reader.poll();
  await gateway.settle();
  return orderOf(gateway, name);
}

async function hear(document: Parameters<ReturnType<TestGateway['supplier']>['send']>[0]): Promise<void> {
  gateway.supplier(PARTNER).send(document);
  await gateway.settle();
}

const advised = (order: Order, quantity: string) => ({
  ...despatchOf(order, `DS-${order.id}`),
  issuedAt: new Date().toISOString(),
  shipDate: day(0),
  estimatedDeliveryDate: day(3),
  lines: despatchOf(order).lines.map((line) => ({
    ...line,
    quantity: { ...line.quantity, value: quantity },
  })),
});

suite('drop-shipping', () => {
  test('the order names the customer as the one to deliver to, and the supplier is told so', async () => {
    const bought = await sell(5);
    const order = await released(bought.name);
    expect(order).toMatchObject({
      orderType: 'dropShip',
      shipTo: {
        name: `End customer ${odoo.run}`,
        address: { street: ['Ring 1'], city: 'Graz', postalCode: '8010', country: 'AT' },
      },
      lines: [
        { item: { sellerId: 'NW-HAM-16' }, quantity: { value: '5', unit: 'EA' }, price: { amount: '7' } },
      ],
    });
    expect(order.buyer).not.toEqual(order.shipTo);
    expect(await gateway.troubles()).toEqual([]);
    const sent = [...gateway.channel(PARTNER).outbox.values()].map((bytes) => Buffer.from(bytes).toString());
    const file = sent.find((text) => text.includes(bought.name))!;
    expect(file).toMatch(/N1\*ST\*END CUSTOMER|N1\*ST\*End customer/i);
    expect(file).toMatch(/N4\*Graz/i);
  });

  test('promised, announced and delivered to the customer in parts, billed and posted', async () => {
    const bought = await sell(5);
    const order = await released(bought.name);
    const answer = { claim: 'dateChanged' as const, date: day(4) };
    await hear({ ...responseTo(order, { '1': answer }), issueDate: day(0) });
    const [proposed] = await gateway.openExceptions();
    await gateway.gateway.decideException(proposed!.id, { action: 'accept', reason: 'In time.' }, BUYER);
    await gateway.settle();
    const [line] = await odoo.lines(bought.id);
    expect(String(line!['date_planned']).slice(0, 10)).toBe(day(4));

    await hear(advised(order, '3'));
    expect(await gateway.troubles()).toEqual([]);
    const transfers = await odoo.receipts(bought.id);
    expect(transfers.map((row) => row['picking_type_code'])).toEqual(['dropship', 'dropship']);
    const announced = transfers.find(({ note }) => String(note).includes(`DS-${order.id}`))!;
    const moves = await odoo.moves(bought.id);
    const quantityOf = (id: number) =>
      moves
        .filter(({ picking_id: picking }) => (picking as [number])[0] === id)
        .map((row) => row['quantity']);
    expect(quantityOf(announced.id)).toEqual([3]);
    // Nobody at the buyer's counts these goods; still it is a person who says that they were delivered.
    expect(transfers.map(({ state }) => state)).toEqual(['assigned', 'assigned']);

    await odoo.receive(announced.id);
    expect((await reader.poll()).receipts).toBe(1);
    const rest = transfers.find(({ id }) => id !== announced.id)!;
    await odoo.receive(rest.id);
    await reader.poll();
    const state = (await orderState(gateway, bought.name))!;
    expect(state.receipts.map(({ id }) => id).sort()).toEqual(transfers.map(({ name }) => name).sort());
    expect(state.lines[0]!.received).toBe('5');

    await hear({ ...invoiceOf(order), issueDate: day(0) });
    expect(await odoo.bills(bought.id)).toMatchObject([{ state: 'posted', amount_total: 35 }]);
    expect((await odoo.lines(bought.id)).map((row) => row['qty_invoiced'])).toEqual([5]);
  });

  test('goods that a customer sends back to the supplier count back', async () => {
    const bought = await sell(4);
    await released(bought.name);
    const [transfer] = await odoo.receipts(bought.id);
    await odoo.receive(transfer!.id);
    await reader.poll();
    await odoo.sendBack(transfer!.id, 1);
    await reader.poll();
    expect((await orderState(gateway, bought.name))!.lines[0]!.received).toBe('3');
  });
});
