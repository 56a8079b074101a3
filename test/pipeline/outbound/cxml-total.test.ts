import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Order } from '../../../src/documents/order.ts';
import { CXML, CXML_SUPPLIER } from '../../support/cxml.ts';
import { orderTo } from '../../support/documents.ts';
import { createWorld, ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start({ configuration: CXML }, createWorld(CXML));
});
afterEach(() => gateway.close());

async function totalOf(lines: Partial<Order['lines'][number]>[]): Promise<string | undefined> {
  const order = orderTo(CXML_SUPPLIER, 'PO-1');
  const [line] = order.lines;
  await gateway.gateway.releaseOrder(
    { ...order, lines: lines.map((given, index) => ({ ...line!, id: String(index + 1), ...given })) },
    ERP,
  );
  await gateway.settle();
  const text = Buffer.from(gateway.channel(CXML_SUPPLIER).deliveries[0]!.bytes).toString();
  return /<Total>\s*(.*?)\s*<\/Total>/s.exec(text)?.[1];
}

test('an order whose ERP states no amounts has its total all the same, which cXML asks for', async () => {
  const total = await totalOf([
    { quantity: { value: '1200', unit: 'EA' }, price: { amount: '0.125' } },
    { quantity: { value: '30', unit: 'EA' }, price: { amount: '4.75', baseQuantity: '100' } },
    {
      quantity: { value: '2', unit: 'EA' },
      price: { amount: '10' },
      allowanceCharges: [{ kind: 'allowance', reason: 'discount', percent: '5' }],
    },
  ]);
  expect(total).toBe('<Money currency="EUR">170.43</Money>');
});

test('amounts of the ERP go before what is computed', async () => {
  expect(
    await totalOf([{ quantity: { value: '3', unit: 'EA' }, price: { amount: '1' }, lineAmount: '2.5' }]),
  ).toBe('<Money currency="EUR">2.5</Money>');
});
