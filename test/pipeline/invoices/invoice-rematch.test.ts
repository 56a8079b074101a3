import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { dec, formatDecimal } from '../../../src/common/decimal.ts';
import type { Invoice } from '../../../src/documents/invoice.ts';
import type { Order } from '../../../src/documents/order.ts';
import { despatchOf, invoiceOf, orderTo, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';
import { creditOf, InvoiceScene } from './invoice-scene.ts';

jest.setTimeout(60_000);

let gateway: TestGateway;
let scene: InvoiceScene;

beforeEach(async () => {
  gateway = await TestGateway.start();
  scene = new InvoiceScene(gateway);
});
afterEach(() => gateway.close());

/** An invoice over a part of a one-line order, with a delivery note of its own. */
function partOf(order: Order, id: string, quantity: string, price = '10.00'): Invoice {
  const whole = invoiceOf(order, { 1: price }, id);
  const amount = formatDecimal(dec(quantity).times(price), 2);
  const lines = whole.lines.map((line) => ({
    ...line,
    quantity: { ...line.quantity, value: quantity },
    ...(line.lineAmount !== undefined && { lineAmount: amount }),
  }));
  return {
    ...whole,
    despatchAdviceId: `DN-${id}`,
    lines,
    totals: { ...whole.totals, lines: amount, payable: amount },
  };
}

const standings = async () =>
  Object.fromEntries(
    (await gateway.all('invoices')).map(({ number, type, prior }) => [`${type} ${number}`, prior.status]),
  );

describe('an invoice that waits for what another one took is matched again', () => {
  test('when that one is refused', async () => {
    const order = await scene.order([['100', '10.00']], ['50']);
    await scene.send(partOf(order, 'A-1', '50', '12.00'));
    await scene.send(partOf(order, 'B-1', '45'));
    expect(await standings()).toEqual({ 'invoice A-1': 'held', 'invoice B-1': 'held' });
    await scene.decide('HOLD_PRICE', 'reject');
    expect(await standings()).toEqual({ 'invoice A-1': 'rejected', 'invoice B-1': 'approved' });
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable: '450.00' } }]);
    expect((await gateway.all('matchDecisions')).at(-1)!.trigger).toBe('otherInvoiceDecided');
  });

  test('when goods that it asks too many of are not paid', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.send(partOf(order, 'A-1', '110'));
    await scene.send(partOf(order, 'B-1', '5'));
    expect(await standings()).toEqual({ 'invoice A-1': 'held', 'invoice B-1': 'held' });
    const [first] = (await gateway.openExceptions()).filter(({ invoiceId }) => invoiceId.includes('A1'));
    await gateway.gateway.decideException(
      first!.id,
      { action: 'shortPay', reason: 'ten are too many' },
      { name: 'Bea Buyer', roles: ['admin'] },
    );
    await gateway.settle();
    // 100 of A-1 are paid: nothing is left for B-1, and its reason says so.
    expect(await standings()).toEqual({ 'invoice A-1': 'approved', 'invoice B-1': 'held' });
    const { holds } = await scene.invoice('B-1');
    expect(holds.flatMap(({ texts }) => texts).join(' ')).toContain('already invoiced 100:');
  });

  test('when a credit note gives goods back', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    const first = partOf(order, 'A-1', '100');
    await scene.send(first);
    await scene.receive(order, ['-20'], 'R-BACK');
    await scene.receive(order, ['20'], 'R-AGAIN');
    await scene.send(partOf(order, 'B-1', '20'));
    expect(await standings()).toEqual({ 'invoice A-1': 'approved', 'invoice B-1': 'held' });
    await scene.send(creditOf(first, [['1', '20', '10.00']], { id: 'C-9', effect: 'return' }));
    expect(await standings()).toEqual({
      'invoice A-1': 'approved',
      'invoice B-1': 'approved',
      'creditNote C-9': 'approved',
    });
    expect((await gateway.all('matchDecisions')).at(-1)!.trigger).toBe('creditApproved');
    expect(await gateway.troubles()).toEqual([]);
  });

  test('when a corrected invoice bills less than the one that it replaces', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.send(partOf(order, 'A-1', '100'));
    await scene.send(partOf(order, 'B-1', '10'));
    expect(await standings()).toEqual({ 'invoice A-1': 'approved', 'invoice B-1': 'held' });
    await scene.send({
      ...partOf(order, 'A-2', '90'),
      invoiceType: 'corrected',
      references: [{ type: 'invoice', id: 'A-1' }],
    });
    expect(await standings()).toEqual({
      'invoice A-1': 'reversed',
      'invoice A-2': 'approved',
      'invoice B-1': 'approved',
    });
  });

  test('and nothing is matched again for an invoice that only stands where it stood', async () => {
    const order = await scene.order([['100', '10.00']], ['50']);
    await scene.send(partOf(order, 'A-1', '50'));
    await scene.send(partOf(order, 'B-1', '45'));
    expect((await gateway.all('matchDecisions')).map(({ trigger }) => trigger)).toEqual([
      'invoiceReceived',
      'invoiceReceived',
    ]);
  });
});

describe('invoices and a credit note over one order', () => {
  /** Every order of arrival ends the same: 80 of 100 are paid for, at 10.00. */
  test.each([
    ['A-1', 'B-1', 'C-9'],
    ['A-1', 'C-9', 'B-1'],
    ['C-9', 'A-1', 'B-1'],
    ['B-1', 'A-1', 'C-9'],
    ['B-1', 'C-9', 'A-1'],
    ['C-9', 'B-1', 'A-1'],
  ])('come to the same as %s, %s, %s', async (...arrival) => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.receive(order, ['-20'], 'R-BACK');
    const first = partOf(order, 'A-1', '60');
    const documents = {
      'A-1': first,
      'B-1': partOf(order, 'B-1', '40'),
      'C-9': creditOf(first, [['1', '20', '10.00']], { id: 'C-9', effect: 'return' }),
    };
    for (const number of arrival) await scene.send(documents[number as keyof typeof documents]);
    expect(await standings()).toEqual({
      'invoice A-1': 'approved',
      'invoice B-1': 'approved',
      'creditNote C-9': 'approved',
    });
    expect(await gateway.troubles()).toEqual([]);
  });
});

describe('an invoice that names its delivery note and no order', () => {
  const byDelivery = (order: Order): Invoice => {
    const { id, issueDate, currency, buyer, seller, lines, totals } = invoiceOf(order, {}, 'A-1');
    return {
      documentType: 'invoice',
      invoiceType: 'commercial',
      ...{ id, issueDate, currency, buyer, seller, totals },
      despatchAdviceId: 'DN-77',
      lines: lines.map(({ item, quantity, price, lineAmount }) => ({ item, quantity, price, lineAmount })),
    };
  };

  test('is matched with the order of the delivery note, and waits for its goods', async () => {
    scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    const order = await scene.order([['100', '10.00']]);
    await scene.send(despatchOf(order, 'DN-77'));
    await scene.send(byDelivery(order));
    expect(await scene.invoice('A-1')).toMatchObject({ status: 'HOLD_RECEIPT', orderIds: ['PO-1'] });
    await scene.receive(order, ['100'], 'R-1');
    expect(await standings()).toEqual({ 'invoice A-1': 'approved' });
    expect(await scene.erp('invoice')).toMatchObject([{ orderIds: ['PO-1'], data: { payable: '1000.00' } }]);
  });

  test('finds it also where the delivery note comes later', async () => {
    scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    const order = await scene.order([['100', '10.00']]);
    await scene.send(byDelivery(order));
    await scene.send({ ...byDelivery(order), id: 'A-2', despatchAdviceId: 'DN-78' });
    expect(await gateway.troubles()).toEqual(['DUPLICATE_STRONG', 'UNKNOWN_PO', 'UNKNOWN_PO']);
    await scene.send(despatchOf(order, 'DN-77'));
    expect(await scene.invoice('A-1')).toMatchObject({ status: 'HOLD_RECEIPT', orderIds: ['PO-1'] });
    expect(await scene.invoice('A-2')).toMatchObject({ orderIds: [] });
    expect((await gateway.all('matchDecisions')).map(({ trigger }) => trigger)).toEqual([
      'invoiceReceived',
      'invoiceReceived',
      'deliveryNoteReceived',
    ]);
    await scene.receive(order, ['100'], 'R-1');
    expect(await standings()).toMatchObject({ 'invoice A-1': 'approved' });
  });

  test('and before the order, too', async () => {
    scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    const order = orderTo('hansa-werkzeuge', 'PO-1', [['100', '10.00']]);
    await scene.send(byDelivery(order));
    await scene.send(despatchOf(order, 'DN-77'));
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    await scene.receive(order, ['100'], 'R-1');
    expect(await standings()).toEqual({ 'invoice A-1': 'approved' });
  });

  test('is held against a delivery note that comes later where it names the order, but not which of two lines', async () => {
    scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    const order = orderTo('hansa-werkzeuge', 'PO-1', [
      ['60', '10.00'],
      ['60', '12.00'],
    ]);
    const [first, second] = order.lines;
    const twice = { ...order, lines: [first!, { ...second!, item: first!.item }] };
    await gateway.gateway.releaseOrder(twice, ERP);
    await gateway.settle();
    await scene.send(responseTo(twice));
    const invoice = byDelivery(twice);
    const lines = invoice.lines.slice(1);
    const totals = { lines: '720.00', payable: '720.00' };
    await scene.send({ ...invoice, orderId: 'PO-1', lines, totals });
    const advice = despatchOf(twice, 'DN-77');
    await scene.send({ ...advice, lines: advice.lines.filter(({ orderLineId }) => orderLineId === '2') });
    expect(await scene.invoice('A-1')).toMatchObject({ status: 'HOLD_RECEIPT' });
    await scene.receive(twice, ['0', '60'], 'R-1');
    expect(await standings()).toEqual({ 'invoice A-1': 'approved' });
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable: '720.00' } }]);
  });
});

describe('an invoice that cannot be matched', () => {
  test.each([
    [
      'of an order that is not ours',
      'UNKNOWN_PO',
      ({ lines, ...invoice }: Invoice) => ({
        ...invoice,
        orderId: 'PO-9',
        lines: lines.map((line) => ({ ...line, orderId: 'PO-9' })),
      }),
    ],
    [
      'with a line that is on no order',
      'UNKNOWN_LINE',
      ({ lines, ...invoice }: Invoice) => ({
        ...invoice,
        lines: lines.map((line) => ({ ...line, orderLineId: '99', item: { buyerId: 'NEW' } })),
      }),
    ],
    [
      'that is older than its order',
      'HOLD_DATA',
      (invoice: Invoice) => ({ ...invoice, issueDate: '2026-02-20' }),
    ],
    [
      'that does not add up',
      'INVOICE_ARITHMETIC',
      (invoice: Invoice) => ({ ...invoice, totals: { ...invoice.totals, payable: '1001.00' } }),
    ],
  ])('%s can be matched again and refused, and is never only dismissed', async (_, type, change) => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.send(change(partOf(order, 'A-1', '100')));
    const { allowedActions } = await scene.exception(type);
    expect(allowedActions).toEqual(expect.arrayContaining(['reject', 'reprocess', 'askSupplier']));
    expect(allowedActions).not.toContain('dismiss');
    await scene.decide(type, 'reprocess');
    expect(await standings()).toEqual({ 'invoice A-1': 'held' });
    await scene.decide(type, 'reject');
    expect(await standings()).toEqual({ 'invoice A-1': 'rejected' });
    expect(await gateway.troubles()).toEqual([]);
  });
});
