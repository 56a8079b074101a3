import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

/** An order that went out is released again with what no change of an order can say. */

const PARTNER = 'northwind-hardware';
const OTHER = 'pacific-fasteners';
const order = orderTo(PARTNER, 'PO-1');

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

const release = (released: typeof order) => gateway.gateway.releaseOrder(released, ERP);
const sent = () =>
  [PARTNER, OTHER].map((partner) => gateway.channel(partner as typeof PARTNER).deliveries.length);

test('another supplier: neither hears of it, and the error names both', async () => {
  await release(order);
  await gateway.settle();
  await expect(release(orderTo(OTHER, order.id))).rejects.toThrow(
    'Order PO-1 went to northwind-hardware, and seller.id "PACFAST" is pacific-fasteners.',
  );
  await gateway.settle();
  expect(sent()).toEqual([1, 0]);
  expect((await gateway.all('orders'))[0]).toMatchObject({ partnerId: PARTNER, version: 1 });
});

test('another currency: nothing is sent', async () => {
  await release(order);
  await expect(release({ ...order, currency: 'EUR' })).rejects.toThrow(
    'went out in USD, and its currency is EUR',
  );
  await gateway.settle();
  expect(sent()).toEqual([1, 0]);
});

test('an answer that another supplier sent before the order was there ties it to nobody', async () => {
  gateway.supplier(OTHER).send(responseTo(order));
  await gateway.settle();
  await release(order);
  await gateway.settle();
  expect(sent()[0]).toBe(1);
  expect((await gateway.all('orders'))[0]).toMatchObject({ partnerId: PARTNER });
});
