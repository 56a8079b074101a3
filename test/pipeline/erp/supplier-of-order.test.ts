import { expect, test } from '@jest/globals';
import type { OrderChange } from '../../../src/documents/order.ts';
import { orderTo } from '../../support/documents.ts';
import { edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

const HANSA = 'hansa-werkzeuge/partner.yaml';
const SHARED = edited(REPOSITORY, HANSA, 'supplierId: HANSA', 'supplierId: NORTHWIND');

test('a supplier number that two partners have is refused: the first in the alphabet would get the order', async () => {
  const gateway = await TestGateway.start({ configuration: SHARED });
  await expect(
    gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP),
  ).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message:
      'seller.id "NORTHWIND" means several partners: hansa-werkzeuge, northwind-hardware. Give each an accounts.supplierId of its own in its partner.yaml, or name the partner\'s id.',
  });
  const byId = { ...orderTo('northwind-hardware', 'PO-1'), seller: { id: 'northwind-hardware' } };
  await gateway.gateway.releaseOrder(byId, ERP);
  await gateway.settle();
  expect(gateway.channel('northwind-hardware').sent('PO-1')).toContain('ST*850');
  expect(gateway.channel('hansa-werkzeuge').deliveries).toEqual([]);
  await gateway.close();
});

test('orders of a supplier go on while its old, suspended entry still has the number', async () => {
  const old = edited(SHARED, HANSA, 'name:', 'status: suspended\nname:');
  const gateway = await TestGateway.start({ configuration: old });
  await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
  await gateway.settle();
  expect(gateway.channel('northwind-hardware').sent('PO-1')).toContain('ST*850');
  await gateway.close();
});

test('a number in partner.yaml goes before an identity of another partner that happens to be the same', async () => {
  const same = edited(REPOSITORY, HANSA, "id: '4012345000108'", "id: 'NORTHWIND'");
  const gateway = await TestGateway.start({ configuration: same });
  await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
  expect((await gateway.all('orders'))[0]?.partnerId).toBe('northwind-hardware');
  await gateway.close();
});

test('an order that went to one supplier is not changed into one of another: he would get a change, the other nothing', async () => {
  const gateway = await TestGateway.start();
  const order = orderTo('northwind-hardware', 'PO-1');
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  const elsewhere = { ...order, seller: { id: 'PACFAST' } };
  await expect(gateway.gateway.releaseOrder(elsewhere, ERP)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining('Order PO-1 went to northwind-hardware'),
  });
  const change: OrderChange = { ...elsewhere, documentType: 'orderChange', purpose: 'change', lines: [] };
  await expect(gateway.gateway.changeOrder(change, ERP)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  await gateway.settle();
  expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(1);
  await gateway.close();
});
