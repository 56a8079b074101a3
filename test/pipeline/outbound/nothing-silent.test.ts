import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Order } from '../../../src/documents/order.ts';
import { orderTo, type PartnerId } from '../../support/documents.ts';
import { createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function release(partner: PartnerId, change: (line: Order['lines'][number]) => Order['lines'][number]) {
  const order = orderTo(partner, 'PO-1');
  await gateway.gateway.releaseOrder({ ...order, lines: order.lines.map(change) }, ERP);
  await gateway.settle();
}

describe('what the map of a partner has no place for', () => {
  test('is told at the document that went out without it', async () => {
    await release('northwind-hardware', (line) => ({ ...line, taxes: [{ type: 'VAT', rate: '19' }] }));
    expect(await gateway.troubles()).toEqual([]);
    const [document] = await gateway.all('documents', { direction: 'outbound' });
    const told = document!.findings.filter(({ code }) => code === 'MAP_NOT_WRITTEN');
    expect(told).toHaveLength(1);
    expect(told[0]!.severity).toBe('info');
    expect(told[0]!.actual!.split(', ')).toContain('lines[].taxes');
  });

  test('is not told of what the map writes', async () => {
    await release('hansa-werkzeuge', (line) => ({ ...line, taxes: [{ type: 'VAT', rate: '19' }] }));
    const [document] = await gateway.all('documents', { direction: 'outbound' });
    expect(document!.findings).toEqual([]);
  });

  test('keeps an order back whose price would be another one', async () => {
    await release('northwind-hardware', (line) => ({
      ...line,
      price: { amount: '3.50', unit: 'KGM' },
    }));
    expect(gateway.channel('northwind-hardware').deliveries).toEqual([]);
    const [exception] = await gateway.openExceptions();
    expect(exception!.type).toBe('MAP_ERROR');
    expect(exception!.detail).toContain(
      'lines[0].price.unit: the map has no place for KGM, and without it the price would be one for EA',
    );
  });

  test('is no loss where the unit of the price is the one that is ordered', async () => {
    await release('northwind-hardware', (line) => ({ ...line, price: { amount: '3.50', unit: 'EA' } }));
    expect(await gateway.troubles()).toEqual([]);
    expect(gateway.channel('northwind-hardware').sent('850')).toContain('3.50');
  });
});

test('a UBL partner gets the places that the quantity of a line goes to, names and long addresses', async () => {
  const order = orderTo('nordic-lighting', 'PO-1');
  const store = { id: '4012345500042', scheme: 'GLN' as const, name: 'Store 1' };
  const allocations = [
    { shipTo: store, quantity: { value: '20', unit: 'EA' } },
    { shipTo: { ...store, id: '4012345500059', name: 'Store 2' }, quantity: { value: '4', unit: 'EA' } },
  ];
  const address = { ...order.shipTo!.address, street: ['Harbor Road 1200', 'Building 7', 'Gate 3'] };
  const [line] = order.lines;
  await gateway.gateway.releaseOrder(
    { ...order, shipTo: { ...order.shipTo, address }, lines: [{ ...line!, allocations }] },
    ERP,
  );
  await gateway.settle();
  expect(await gateway.troubles()).toEqual([]);
  const sent = gateway.channel('nordic-lighting').sent('Order').replace(/>\s+</g, '><');
  expect(sent).toContain('<cac:AddressLine><cbc:Line>Gate 3</cbc:Line></cac:AddressLine>');
  expect(sent).toContain('<cbc:Description>Article 1</cbc:Description><cbc:Name>Article 1</cbc:Name>');
  expect(sent).toMatch(/<cac:Delivery><cbc:Quantity unitCode="EA">20<.*?4012345500042.*?Store 1/);
  expect(sent).toMatch(/<cac:Delivery><cbc:Quantity unitCode="EA">4<.*?4012345500059.*?Store 2/);
});

test('an item without the supplier’s number is told instead of sent by cXML, which names items by it', async () => {
  await gateway.close();
  const file = 'nordic-lighting/partner.yaml';
  const configuration = edited(REPOSITORY, file, 'order: { out: xml/ubl-2.1', 'order: { out: xml/cxml-1.2');
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
  await release('nordic-lighting', (line) => ({ ...line, item: { buyerId: `B-${line.id}` } }));
  expect(gateway.channel('nordic-lighting').deliveries).toEqual([]);
  expect(await gateway.troubles()).toEqual(['ITEM_UNKNOWN PO-1']);
});
