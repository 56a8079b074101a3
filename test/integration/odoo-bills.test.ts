import { afterEach, expect, describe, test } from '@jest/globals';
import type { Order } from '../../src/documents/order.ts';
import { BUYER, createWorld, edited, REPOSITORY } from '../support/gateway.ts';
import type { Configuration, TestGateway } from '../support/gateway.ts';
import { connectTo, placeOrder, startOdooGateway } from '../support/odoo-gateway.ts';
import { invoiceOf, responseTo } from '../support/documents.ts';
import { orderOf, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

let gateway: TestGateway;
afterEach(() => gateway.close());

const start = async (configuration: Configuration = REPOSITORY, today = false) => {
  const world = createWorld(configuration);
  if (today) world.time.advance(Date.now() - Date.parse(world.time.now()));
  gateway = await startOdooGateway({ world, configuration, connection: connectTo(ODOO!) });
};

async function hear(partner: string, document: Parameters<ReturnType<TestGateway['supplier']>['send']>[0]) {
  gateway.supplier(partner).send(document);
  await gateway.settle();
}

const totals = async (orderId: number) =>
  (await odoo.bills(orderId)).map((row) => [row['ref'], row['state'], row['amount_total']]);

suite('part payments', () => {
  test('what agrees is billed at once, what a person clears later is a bill of its own; together they are the invoice', async () => {
    await start(edited(REPOSITORY, 'company.yaml', 'partial: holdWhole', 'partial: payMatched'));
    const partner = 'northwind-hardware';
    const { order, placed } = await placeOrder(odoo, gateway, partner, [
      { quantity: 24, unitPrice: 10 },
      { quantity: 12, unitPrice: 2.5 },
    ]);
    await hear(partner, responseTo(order));
    for (const receipt of await odoo.receipts(placed.id)) await odoo.receive(receipt.id);
    await gateway.gateway.receiveGoods(
      {
        documentType: 'receiptAdvice',
        id: `R-${order.id}`,
        receivedDate: '2026-03-02',
        lines: order.lines.map(({ id, item, quantity }) => ({
          orderId: order.id,
          orderLineId: id,
          item,
          quantity,
        })),
      },
      BUYER,
    );
    await hear(partner, invoiceOf(order, { '2': '4.00' }));
    expect(await totals(placed.id)).toEqual([[`I-${order.id} (part 1)`, 'posted', 240]]);
    expect((await odoo.lines(placed.id)).map((row) => row['qty_invoiced'])).toEqual([24, 0]);

    const [held] = await gateway.openExceptions();
    expect(held).toMatchObject({ type: 'HOLD_PRICE' });
    await gateway.gateway.decideException(held!.id, { action: 'accept', reason: 'Agreed.' }, BUYER);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    const bills = await totals(placed.id);
    expect(bills.map(([, state, total]) => [state, total])).toEqual([
      ['posted', 240],
      ['posted', 48],
    ]);
    expect(bills.every(([ref]) => String(ref).startsWith(`I-${order.id}`))).toBe(true);
    expect((await odoo.lines(placed.id)).map((row) => row['qty_invoiced'])).toEqual([24, 12]);
  });
});

suite('prices that include the tax', () => {
  test('the supplier is told net prices; a promise leaves the price alone; the bill is net and tax, to the cent', async () => {
    await start(REPOSITORY, true);
    const reader = readerOf(gateway, connectTo(ODOO!), { read: { overlapSeconds: 30 } });
    await reader.poll();
    const partner = 'hansa-werkzeuge';
    const vendorId = await odoo.vendor('HANSA');
    const productId = await odoo.product({ code: `T-${odoo.run}`, vendorCode: 'V-1', vendorId, price: 99 });
    const included = await odoo.create('account.tax', {
      name: `19 % incl. ${odoo.run}`,
      amount: 19,
      type_tax_use: 'purchase',
      price_include_override: 'tax_included',
    });
    const currency = await odoo.activeCurrency('EUR');
    const placed = await odoo.order({
      vendorId,
      lines: [{ productId, quantity: 24, price: 11.9, date: `${day(28)} 12:00:00`, taxIds: [included] }],
      values: { currency_id: currency },
    });
    await reader.poll();
    await gateway.settle();
    const order: Order = await orderOf(gateway, placed.name);
    expect(order.lines).toMatchObject([
      { price: { amount: '10' }, lineAmount: '240.00', taxes: [{ rate: '19' }] },
    ]);

    await hear(partner, {
      ...responseTo(order, { '1': { claim: 'acceptedWithChanges', date: day(27) } }),
      issueDate: day(0),
    });
    expect(await gateway.troubles()).toEqual([]);
    expect(await odoo.lines(placed.id)).toMatchObject([{ product_qty: 24, price_unit: 11.9 }]);

    for (const receipt of await odoo.receipts(placed.id)) await odoo.receive(receipt.id);
    await reader.poll();
    const invoice = invoiceOf(order);
    const taxes = [{ type: 'VAT', category: 'S', rate: '19', baseAmount: '240.00', amount: '45.60' }];
    await hear(partner, {
      ...invoice,
      issueDate: day(0),
      taxes,
      totals: { ...invoice.totals, tax: '45.60', payable: '285.60' },
    });
    expect((await gateway.openExceptions()).map(({ detail }) => detail)).toEqual([]);
    expect(await odoo.bills(placed.id)).toMatchObject([
      { state: 'posted', amount_untaxed: 240, amount_total: 285.6 },
    ]);
  });
});
