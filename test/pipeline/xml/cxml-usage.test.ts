import { beforeEach, expect, test } from '@jest/globals';
import {
  billed,
  BOTH_ITEMS,
  confirmation,
  CXML,
  CXML_SUPPLIER,
  cxml,
  invoiceRequest,
  summary,
} from '../../support/cxml.ts';
import { orderAtSupplier } from './order-at-supplier.ts';

const scene = orderAtSupplier(CXML_SUPPLIER, CXML);
beforeEach(() => scene.receiveGoods());

const INVOICE = invoiceRequest({ orders: billed(BOTH_ITEMS), summary: summary('546.00', '546.00') });

test('an invoice that says deploymentMode="test" is not paid, and told', async () => {
  await scene.receive(cxml(INVOICE, 'test'));
  expect(await scene.gateway.all('invoices')).toEqual([]);
  expect(await scene.gateway.all('documents', { direction: 'inbound' })).toMatchObject([
    { status: 'ignored' },
  ]);
  const [exception] = await scene.gateway.openExceptions();
  expect(exception).toMatchObject({ type: 'USAGE_MISMATCH', partnerId: CXML_SUPPLIER });
  expect(exception!.detail).toContain('sent test data');
});

test('the same in production is', async () => {
  await scene.receive(cxml(INVOICE));
  expect(await scene.gateway.all('invoices')).toMatchObject([{ status: 'AUTO_APPROVED' }]);
  expect(await scene.gateway.troubles()).toEqual([]);
});

test('a confirmation that says that it is a test confirms nothing', async () => {
  const before = (await scene.gateway.all('orders'))[0]!.revision;
  await scene.receive(cxml(confirmation('reject'), 'test'));
  expect((await scene.gateway.all('orders'))[0]!.revision).toBe(before);
  expect(await scene.gateway.troubles()).toEqual(['USAGE_MISMATCH']);
});

test('an invoice for information only is told and never paid', async () => {
  const attributes = 'isInformationOnly="yes"';
  await scene.receive(
    cxml(invoiceRequest({ orders: billed(BOTH_ITEMS), summary: summary('546.00', '546.00'), attributes })),
  );
  expect(await scene.gateway.all('invoices')).toMatchObject([{ status: 'REJECTED' }]);
  const [document] = await scene.gateway.all('documents', { direction: 'inbound' });
  expect(document!.findings.map(({ message }) => message).join()).toContain('pro-forma');
  expect((await scene.gateway.all('erpCommands')).map(({ command }) => command.kind)).not.toContain(
    'invoice',
  );
});
