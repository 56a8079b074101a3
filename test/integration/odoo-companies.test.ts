import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Order } from '../../src/documents/order.ts';
import { createWorld } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { connectTo, startOdooGateway } from '../support/odoo-gateway.ts';
import { despatchOf, invoiceOf, responseTo } from '../support/documents.ts';
import { orderOf, orderState, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';
import type { PlacedCompany, PlacedOrder } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

const NEEDED = day(28);
const NORTHWIND = 'northwind-hardware';
const HANSA = 'hansa-werkzeuge';
const SETTINGS = {
  partners: { [NORTHWIND]: { references: [{ type: 'department', id: '12' }] } },
  read: { overlapSeconds: 30 },
};

/** American goods come to the first company, in dollars; German ones to the second, that keeps its books in euros. */
let america: PlacedCompany;
let europe: PlacedCompany;
const vendors = new Map<string, number>();
const products = new Map<string, number>();
let gateway: TestGateway;

beforeAll(async () => {
  if (ODOO === undefined) return;
  const [first] = await odoo.search('res.company', [], ['name']);
  america = { id: first!.id, name: String(first!['name']), receiptTypeId: 0 };
  europe = await odoo.company('Europe Distribution', 'EUW', 'EUR');
  for (const [partner, ref] of [
    [NORTHWIND, 'NORTHWIND'],
    [HANSA, 'HANSA'],
  ] as const) {
    const vendorId = await odoo.vendor(ref);
    vendors.set(partner, vendorId);
    const code = `M-${ref}-${odoo.run}`;
    products.set(partner, await odoo.product({ code, vendorCode: 'V-1', vendorId, price: 99 }));
  }
}, 300_000);

beforeEach(async () => {
  if (ODOO === undefined) return;
  const world = createWorld();
  world.time.advance(Date.now() - Date.parse(world.time.now()));
  gateway = await startOdooGateway({ world, connection: connectTo(ODOO) });
});
afterEach(() => gateway.close());

const read = async (settings: Record<string, unknown> = {}) => {
  const reader = readerOf(gateway, connectTo(ODOO!), { ...SETTINGS, ...settings });
  await reader.poll();
  return reader;
};

async function place(
  partner: string,
  price = 10,
  values: Record<string, unknown> = {},
): Promise<PlacedOrder> {
  const inEurope = partner === HANSA;
  const currency = await odoo.activeCurrency(inEurope ? 'EUR' : 'USD');
  return odoo.order({
    vendorId: vendors.get(partner)!,
    lines: [{ productId: products.get(partner)!, quantity: 24, price, date: `${NEEDED} 12:00:00` }],
    values: {
      currency_id: currency,
      ...(inEurope && { company_id: europe.id, picking_type_id: europe.receiptTypeId }),
      ...values,
    },
  });
}

async function hear(partner: string, document: Parameters<ReturnType<TestGateway['supplier']>['send']>[0]) {
  gateway.supplier(partner).send(document);
  await gateway.settle();
}

const accepted = (order: Order) => ({
  ...responseTo(order, { '1': { claim: 'acceptedWithChanges', date: day(27) } }),
  issueDate: day(0),
});
const advised = (order: Order) => ({
  ...despatchOf(order, `S-${order.id}`),
  issuedAt: new Date().toISOString(),
  shipDate: day(0),
  estimatedDeliveryDate: day(7),
});
const billed = (order: Order) => ({ ...invoiceOf(order, {}, `I-${order.id}`), issueDate: day(0) });

const companyOf = async (model: string, id: number) => {
  const [row] = await odoo.read(model, [id], ['company_id']);
  return (row!['company_id'] as [number])[0];
};

suite('two companies, two warehouses, two currencies', () => {
  test('each order names its own company, warehouse and currency', async () => {
    const reader = await read();
    const [inAmerica, inEurope] = [await place(NORTHWIND), await place(HANSA)];
    await reader.poll();
    const [first, second] = [await orderOf(gateway, inAmerica.name), await orderOf(gateway, inEurope.name)];
    expect(first).toMatchObject({ currency: 'USD', buyer: { name: america.name }, shipTo: { id: 'WH' } });
    expect(second).toMatchObject({ currency: 'EUR', buyer: { name: europe.name }, shipTo: { id: 'EUW' } });
    expect(second.billTo).toEqual(second.buyer);
  });

  test.each([
    ['by name', () => ({ companies: ['Europe Distribution'] })],
    ['by id', () => ({ companies: [europe.id] })],
    ['by its warehouse', () => ({ warehouses: ['EUW'] })],
  ])('a gateway of one company (%s) leaves the orders of the other alone', async (_, settings) => {
    const reader = await read(settings());
    const [inAmerica, inEurope] = [await place(NORTHWIND), await place(HANSA)];
    await reader.poll();
    await reader.sweep();
    expect(await orderState(gateway, inAmerica.name)).toBeUndefined();
    expect((await orderState(gateway, inEurope.name))?.order).toBeDefined();
    expect((await reader.companies()).find(({ id }) => id === europe.id)).toMatchObject({
      name: 'Europe Distribution',
      currency: 'EUR',
      exchanged: true,
      warehouses: expect.arrayContaining([{ code: 'EUW', name: 'Europe Distribution', exchanged: true }]),
    });
  });

  test('promises, shipments, receipts and bills stay each in its company, also when both come at once', async () => {
    const reader = await read();
    const placed = { [NORTHWIND]: await place(NORTHWIND), [HANSA]: await place(HANSA, 11) };
    await reader.poll();
    await gateway.settle();
    for (const [partner, { name }] of Object.entries(placed)) {
      const order = await orderOf(gateway, name);
      await hear(partner, accepted(order));
      await hear(partner, advised(order));
    }
    expect(await gateway.troubles()).toEqual([]);
    for (const { id } of Object.values(placed)) {
      const [receipt] = await odoo.receipts(id);
      expect(receipt!['note']).toContain('S-');
      await odoo.receive(receipt!.id);
    }
    await reader.poll();
    for (const [partner, { name }] of Object.entries(placed))
      await hear(partner, billed(await orderOf(gateway, name)));
    expect(await gateway.troubles()).toEqual([]);

    for (const [partner, company, currency, total] of [
      [NORTHWIND, america, 'USD', 240],
      [HANSA, europe, 'EUR', 264],
    ] as const) {
      const { id } = placed[partner];
      const [receipt] = await odoo.receipts(id);
      expect(await companyOf('stock.picking', receipt!.id)).toBe(company.id);
      const bills = await odoo.bills(id);
      expect(bills).toMatchObject([{ state: 'posted', amount_total: total }]);
      expect((bills[0]!['currency_id'] as [number, string])[1]).toBe(currency);
      expect(await companyOf('account.move', bills[0]!.id)).toBe(company.id);
      const rows = await odoo.search(
        'account.move.line',
        [['move_id', '=', bills[0]!.id]],
        ['company_id', 'account_id'],
      );
      const companies = rows.map((row) => (row['company_id'] as [number])[0]);
      expect(new Set(companies)).toEqual(new Set([company.id]));
      const accounts = await odoo.read(
        'account.account',
        rows.map((row) => (row['account_id'] as [number])[0]),
        ['company_ids'],
      );
      expect(accounts.every((row) => (row['company_ids'] as number[]).includes(company.id))).toBe(true);
    }
  });

  test('one invoice over orders of both companies is no bill of either: a person is told', async () => {
    const reader = await read();
    const values = { company_id: europe.id, picking_type_id: europe.receiptTypeId };
    const [one, other] = [await place(NORTHWIND), await place(NORTHWIND, 12, values)];
    await reader.poll();
    await gateway.settle();
    const orders = [await orderOf(gateway, one.name), await orderOf(gateway, other.name)];
    for (const order of orders) await hear(NORTHWIND, accepted(order));
    for (const { id } of [one, other])
      for (const receipt of await odoo.receipts(id)) await odoo.receive(receipt.id);
    await reader.poll();
    const [first, second] = orders.map(billed);
    const lines = [...first!.lines, ...second!.lines].map((line, index) => ({
      ...line,
      id: String(index + 1),
    }));
    await hear(NORTHWIND, { ...first!, lines, totals: { lines: '528.00', payable: '528.00' } });
    const held = await gateway.openExceptions();
    expect(held.map(({ detail }) => detail)).toEqual([expect.stringContaining('have different companies')]);
    expect(held[0]!.allowedActions).not.toContain('accept');
    expect(await odoo.bills(one.id)).toEqual([]);
    expect(await odoo.bills(other.id)).toEqual([]);
  });

  test('a company that the user is not allowed any more: its orders are not taken for deleted', async () => {
    const reader = await read();
    const placed = await place(HANSA);
    await reader.poll();
    await gateway.settle();
    await odoo.forbid(europe.id);
    try {
      const fresh = await read();
      await fresh.sweep();
      expect((await orderState(gateway, placed.name))!.documents.map(({ key }) => key)).toEqual(['order/v1']);
      const [told] = await gateway.openExceptions();
      expect(told!.detail).toContain(`company ${europe.id} of Odoo`);
    } finally {
      await odoo.allow(europe.id);
    }
    await (await read()).sweep();
    expect(await gateway.openExceptions()).toEqual([]);
  });
});
