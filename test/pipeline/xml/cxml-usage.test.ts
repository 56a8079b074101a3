import { afterEach, beforeEach, expect, test } from '@jest/globals';
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
import { orderTo, receiptOf } from '../../support/documents.ts';
import { createWorld, ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start({ configuration: CXML }, createWorld(CXML));
  const order = orderTo(CXML_SUPPLIER, 'PO-1');
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  await gateway.gateway.receiveGoods(receiptOf(order), ERP);
  await gateway.settle();
});
afterEach(() => gateway.close());

async function receive(text: string): Promise<void> {
  gateway.channel(CXML_SUPPLIER).drop('document.xml', Buffer.from(text));
  await gateway.settle();
}

const INVOICE = invoiceRequest({ orders: billed(BOTH_ITEMS), summary: summary('546.00', '546.00') });

test('an invoice that says deploymentMode="test" is not paid, and told', async () => {
  await receive(cxml(INVOICE, 'test'));
  expect(await gateway.all('invoices')).toEqual([]);
  expect(await gateway.all('documents', { direction: 'inbound' })).toMatchObject([{ status: 'ignored' }]);
  const [exception] = await gateway.openExceptions();
  expect(exception).toMatchObject({ type: 'USAGE_MISMATCH', partnerId: CXML_SUPPLIER });
  expect(exception!.detail).toContain('sent test data');
});

test('the same in production is', async () => {
  await receive(cxml(INVOICE));
  expect(await gateway.all('invoices')).toMatchObject([{ status: 'AUTO_APPROVED' }]);
  expect(await gateway.troubles()).toEqual([]);
});

test('a confirmation that says that it is a test confirms nothing', async () => {
  const before = (await gateway.all('orders'))[0]!.revision;
  await receive(cxml(confirmation('reject'), 'test'));
  expect((await gateway.all('orders'))[0]!.revision).toBe(before);
  expect(await gateway.troubles()).toEqual(['USAGE_MISMATCH']);
});

test('an invoice for information only is told and never paid', async () => {
  const attributes = 'isInformationOnly="yes"';
  await receive(
    cxml(invoiceRequest({ orders: billed(BOTH_ITEMS), summary: summary('546.00', '546.00'), attributes })),
  );
  expect(await gateway.all('invoices')).toMatchObject([{ status: 'REJECTED' }]);
  const [document] = await gateway.all('documents', { direction: 'inbound' });
  expect(document!.findings.map(({ message }) => message).join()).toContain('pro-forma');
  expect((await gateway.all('erpCommands')).map(({ command }) => command.kind)).not.toContain('invoice');
});
