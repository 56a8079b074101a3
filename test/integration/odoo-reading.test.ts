import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import type { TestGateway } from '../support/gateway.ts';
import { connectTo, startOdooGateway } from '../support/odoo-gateway.ts';
import { orderOf, orderState, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';
import type { PlacedOrder } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });

let gateway: TestGateway;
let reader: OdooReader;
let productId = 0;
let vendorId = 0;

beforeEach(async () => {
  if (ODOO === undefined) return;
  gateway = await startOdooGateway({ connection: connectTo(ODOO) });
  reader = readerOf(gateway, connectTo(ODOO), {
    partners: { 'northwind-hardware': { references: [{ type: 'department', id: '12' }] } },
  });
  await reader.poll();
  vendorId = await odoo.vendor('NORTHWIND');
  productId = await odoo.product({
    code: `H-${odoo.run}-${Date.now()}`,
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
    console.log((await gateway.openExceptions()).map((e) => e.detail));
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
    const again = await reader.poll();
    expect(again.orders).toEqual({});
  });
});
