import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../../src/pipeline/actor.ts';
import { invoiceOf, orderTo, receiptOf, responseTo } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { BUYER, ERP, TestGateway } from '../../support/gateway.ts';

const CARL: Actor = { name: 'Carl Chief', roles: ['admin'] };

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function confirmed(partner: PartnerId, lines?: Parameters<typeof orderTo>[2]) {
  const order = orderTo(partner, 'PO-1', lines);
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  gateway.supplier(partner).send(responseTo(order));
  await gateway.settle();
  return order;
}

const bills = async () =>
  (await gateway.all('erpCommands')).map(({ command }) => command).filter(({ kind }) => kind === 'invoice');
const invoiceDocuments = async () =>
  (await gateway.all('documents', { documentType: 'invoice' })).map(({ status }) => status);

describe('an invoice', () => {
  test.each(['northwind-hardware', 'hansa-werkzeuge', 'nordic-lighting'] as const)(
    'of %s that agrees goes to the ERP once',
    async (partner) => {
      const order = await confirmed(partner);
      await gateway.gateway.receiveGoods(receiptOf(order), ERP);
      gateway.supplier(partner).send(invoiceOf(order));
      await gateway.settle();
      expect(await invoiceDocuments()).toEqual(['applied']);
      expect(await bills()).toMatchObject([{ kind: 'invoice', data: { payable: '546.00' } }]);
      expect(await gateway.troubles()).toEqual([]);
      expect((await gateway.all('orders'))[0]!.badge).toBe('CLOSED');
    },
  );

  test('before the goods waits, and the receipt releases it', async () => {
    const order = await confirmed('northwind-hardware');
    gateway.supplier('northwind-hardware').send(invoiceOf(order));
    await gateway.settle();
    expect(await invoiceDocuments()).toEqual(['held']);
    expect((await gateway.all('invoices'))[0]!.status).toBe('HOLD_RECEIPT');
    expect(await gateway.troubles()).toEqual([]);
    await gateway.gateway.receiveGoods(receiptOf(order), ERP);
    await gateway.settle();
    expect(await invoiceDocuments()).toEqual(['applied']);
    expect(await bills()).toHaveLength(1);
    expect((await gateway.all('matchDecisions')).map(({ trigger }) => trigger)).toEqual([
      'invoiceReceived',
      'goodsReceived',
    ]);
  });

  test('before its order is matched when the order is released', async () => {
    const order = orderTo('nordic-lighting', 'PO-1');
    gateway.supplier('nordic-lighting').send(invoiceOf(order));
    await gateway.settle();
    expect(await invoiceDocuments()).toEqual(['held']);
    expect(await gateway.troubles()).toHaveLength(1);
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    expect((await gateway.all('matchDecisions')).at(-1)!.trigger).toBe('orderReleased');
    gateway.supplier('nordic-lighting').send(responseTo(order));
    await gateway.settle();
    expect(await invoiceDocuments()).toEqual(['applied']);
    expect(await bills()).toHaveLength(1);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('that is too dear is held with the reason in words, and paid when two people accept it', async () => {
    const order = await confirmed('northwind-hardware', [['1000', '10.00']]);
    await gateway.gateway.receiveGoods(receiptOf(order), ERP);
    gateway.supplier('northwind-hardware').send(invoiceOf(order, { 1: '12.00' }));
    await gateway.settle();
    expect(await invoiceDocuments()).toEqual(['held']);
    const [exception] = await gateway.openExceptions();
    expect(exception).toMatchObject({ type: 'HOLD_PRICE', orderId: 'PO-1', valueAtStake: '2000.00' });
    expect(exception!.detail).toMatch(/12\.00.*10\.00/);
    await gateway.gateway.decideException(
      exception!.id,
      { action: 'accept', reason: 'agreed by phone' },
      BUYER,
    );
    await gateway.settle();
    expect(await bills()).toEqual([]);
    expect(await gateway.troubles()).toEqual(['HOLD_PRICE PO-1']);
    await expect(
      gateway.gateway.decideException(exception!.id, { action: 'accept', reason: 'once more' }, BUYER),
    ).rejects.toThrow();
    await gateway.gateway.decideException(exception!.id, { action: 'accept', reason: 'seen the note' }, CARL);
    await gateway.settle();
    expect(await bills()).toHaveLength(1);
    expect(await bills()).toMatchObject([{ data: { approvals: [{ by: BUYER.name }, { by: CARL.name }] } }]);
    expect(await invoiceDocuments()).toEqual(['applied']);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('that is prepaid in part and rounded is booked whole, and only the rest is to be paid', async () => {
    const order = await confirmed('nordic-lighting', [['100', '10.00']]);
    await gateway.gateway.receiveGoods(receiptOf(order), ERP);
    const totals = { lines: '1000.00', prepaid: '300.00', rounding: '-0.40', payable: '699.60' };
    gateway.supplier('nordic-lighting').send({ ...invoiceOf(order), totals });
    await gateway.settle();
    expect(await bills()).toMatchObject([
      { data: { payment: 'full', payable: '699.60', prepaid: '300.00', currency: 'EUR' } },
    ]);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('that a person rejects is not paid', async () => {
    const order = await confirmed('northwind-hardware');
    await gateway.gateway.receiveGoods(receiptOf(order), ERP);
    gateway.supplier('northwind-hardware').send(invoiceOf(order, { 1: '19.00' }));
    await gateway.settle();
    const [exception] = await gateway.openExceptions();
    await gateway.gateway.decideException(exception!.id, { action: 'reject', reason: 'wrong price' }, BUYER);
    await gateway.settle();
    expect(await invoiceDocuments()).toEqual(['rejected']);
    expect(await bills()).toEqual([]);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('that comes again in another envelope is blocked', async () => {
    const order = await confirmed('northwind-hardware');
    await gateway.gateway.receiveGoods(receiptOf(order), ERP);
    gateway.supplier('northwind-hardware').send(invoiceOf(order));
    await gateway.settle();
    gateway.supplier('northwind-hardware').send(invoiceOf(order));
    await gateway.settle();
    expect(await invoiceDocuments()).toEqual(['applied', 'duplicate']);
    expect(await bills()).toHaveLength(1);
  });

  test('that is held and comes again asks nobody a second time', async () => {
    const order = await confirmed('northwind-hardware', [['100', '10.00']]);
    await gateway.gateway.receiveGoods(receiptOf(order), ERP);
    const invoice = invoiceOf(order, { 1: '12.00' });
    for (const again of [invoice, invoice]) {
      gateway.supplier('northwind-hardware').send(again);
      await gateway.settle();
    }
    expect(await invoiceDocuments()).toEqual(['held', 'duplicate']);
    expect(await gateway.troubles()).toEqual(['HOLD_PRICE PO-1']);
  });

  test('over the same amount under another number is held as a probable duplicate', async () => {
    const order = await confirmed('northwind-hardware');
    await gateway.gateway.receiveGoods(receiptOf(order), ERP);
    gateway.supplier('northwind-hardware').send(invoiceOf(order));
    await gateway.settle();
    gateway.supplier('northwind-hardware').send(invoiceOf(order, {}, 'I-OTHER'));
    await gateway.settle();
    expect(await bills()).toHaveLength(1);
    expect(await gateway.troubles()).toContain('DUPLICATE_STRONG PO-1');
  });
});
