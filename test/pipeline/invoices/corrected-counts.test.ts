import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Order } from '../../../src/documents/order.ts';
import { despatchOf, orderTo, receiptOf } from '../../support/documents.ts';
import { BUYER, ERP, TestGateway } from '../../support/gateway.ts';
import { InvoiceScene } from './invoice-scene.ts';

jest.setTimeout(60_000);

let gateway: TestGateway;
let scene: InvoiceScene;
beforeEach(async () => {
  gateway = await TestGateway.start();
  scene = new InvoiceScene(gateway);
});
afterEach(() => gateway.close());

/** A receipt that says what an earlier one of line 1 should have said more or less. */
async function correct(
  order: Order,
  corrects: string,
  quantity: string,
  id = `${corrects}#2`,
): Promise<void> {
  const receipt = receiptOf(order, id);
  const [line] = receipt.lines;
  const lines = [{ ...line!, quantity: { ...line!.quantity, value: quantity } }];
  await gateway.gateway.receiveGoods({ ...receipt, corrects, lines }, ERP);
  await gateway.settle();
}

/** 100 ordered, announced and received. */
async function announced(): Promise<Order> {
  const order = orderTo('northwind-hardware', 'PO-1', [['100', '10.00']]);
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  await scene.send(despatchOf(order));
  await scene.receive(order, ['100'], 'R-1');
  return order;
}

const line = async () => (await gateway.all('orders'))[0]!.state.lines[0]!;
const troubles = async () =>
  (await gateway.troubles()).filter((trouble) => !trouble.startsWith('FA_OVERDUE'));
const claims = () => gateway.all('supplierClaims');

describe('a receipt whose count is set right', () => {
  test('downwards is no return: the goods are missing, and are asked for again', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await correct(order, 'R-PO-1', '-20');
    expect(await line()).toMatchObject({ received: '80', accepted: '80', returned: '0' });
    expect((await gateway.all('orders'))[0]!.open).toBe(true);
    await gateway.pass({ hours: 24 * 30 });
    expect(await troubles()).toEqual(['ASN_MISSING PO-1']);
  });

  test('downwards after the day of its shipment: they are missing at once', async () => {
    const order = await scene.order([['100', '10.00']], ['90']);
    await gateway.pass({ hours: 24 * 30 });
    expect(await troubles()).toEqual(['ASN_MISSING PO-1']);
    await scene.receive(order, ['10'], 'R-REST');
    expect(await troubles()).toEqual([]);
    await correct(order, 'R-REST', '-4');
    expect(await troubles()).toEqual(['ASN_MISSING PO-1']);
  });

  test('of a return, downwards, is goods that are here after all', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.receive(order, ['-30'], 'R-BACK');
    await correct(order, 'R-BACK', '10');
    expect(await line()).toMatchObject({ received: '80', returned: '20' });
    await correct(order, 'R-BACK', '-5', 'R-BACK#3');
    expect(await line()).toMatchObject({ received: '75', returned: '25' });
  });

  test('after its invoice was approved: the money is to come back, or the goods; a claim is one for a shortage', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order);
    await correct(order, 'R-PO-1', '-20');
    const exception = await scene.exception('CREDIT_EXPECTED');
    expect(exception).toMatchObject({
      valueAtStake: '200',
      detail:
        'Line 1: 100 invoiced, 80 received after the count was set right. 20 that never came are billed and not credited: ' +
        'a credit note is expected, or the goods.',
    });
    expect(exception.evidence.map(({ text }) => text)).toEqual([
      'Receipt R-PO-1#2: 20 less than R-PO-1 counted',
    ]);
    await gateway.gateway.decideException(exception.id, { action: 'claim', reason: 'missing' }, BUYER);
    await gateway.settle();
    expect(await claims()).toMatchObject([
      { kind: 'shortage', lines: [{ quantity: '20', amount: '200.00' }] },
    ]);
    await scene.receive(order, ['5'], 'R-REST');
    expect(await claims()).toMatchObject([{ lines: [{ quantity: '15', amount: '150.00' }] }]);
  });

  test('goods that went back had come: the shipment is not short of them', async () => {
    const order = await announced();
    await scene.receive(order, ['-20'], 'R-BACK');
    expect(await troubles()).toEqual([]);
    await scene.receive(order, ['20'], 'R-AGAIN');
    expect(await troubles()).toEqual([]);
    await scene.receive(order, ['1'], 'R-MORE');
    expect(await troubles()).toEqual(['OVER_RECEIVED PO-1', 'RECEIPT_VS_ASN PO-1']);
  });

  test.each([
    ['SHORT_RECEIVED', 'CREDIT_EXPECTED'],
    ['CREDIT_EXPECTED', 'SHORT_RECEIVED'],
  ])('of a shipment that is billed: the same goods are claimed once, %s first', async (...order) => {
    const placed = await announced();
    await scene.bill(placed);
    await correct(placed, 'R-1', '-20');
    expect((await gateway.openExceptions()).map(({ type }) => type).toSorted()).toEqual(order.toSorted());
    for (const type of order) await scene.decide(type, 'claim');
    expect((await claims()).map(({ kind, lines }) => [kind, lines[0]!.quantity])).toEqual([
      ['shortage', '20'],
    ]);
    await scene.receive(placed, ['20'], 'R-REST');
    expect(await claims()).toMatchObject([{ state: 'closed' }]);
  });
});
