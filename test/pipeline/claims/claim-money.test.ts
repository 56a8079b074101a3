import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Order } from '../../../src/documents/order.ts';
import { despatchOf, invoiceOf, orderTo, receiptOf, responseTo } from '../../support/documents.ts';
import { BUYER, createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';
import { creditOf, InvoiceScene } from '../invoices/invoice-scene.ts';

// Several configurations are loaded and their maps compiled.
jest.setTimeout(60_000);

let gateway: TestGateway;
let scene: InvoiceScene;

async function start(configuration: Configuration = REPOSITORY): Promise<void> {
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
  scene = new InvoiceScene(gateway);
}

async function claiming(kinds: string): Promise<void> {
  await gateway.close();
  await start(
    edited(REPOSITORY, 'company.yaml', 'policy:\n', `policy:\n  claims: { automatic: [${kinds}] }\n`),
  );
}

beforeEach(() => start());
afterEach(() => gateway.close());

const claims = async () => (await gateway.all('supplierClaims')).sort((a, b) => a.id.localeCompare(b.id));
const values = async () => (await claims()).map(({ kind, state, value }) => [kind, state, value]);

async function release(order: Order): Promise<Order> {
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  await scene.send(responseTo(order));
  return order;
}

describe('the same goods are claimed once', () => {
  test('where they are missing of a shipment and of an invoice', async () => {
    const order = await scene.order([['100', '10.00']]);
    await scene.send(despatchOf(order));
    await scene.receive(order, ['80'], 'R-1');
    await scene.decide('SHORT_RECEIVED', 'claim');
    const invoice = await scene.bill(order);
    await gateway.pass({ days: 40 });
    await scene.decide('HOLD_RECEIPT', 'requestCredit');
    expect(await values()).toEqual([['shortage', 'sent', '200.00']]);
    await scene.send(creditOf(invoice, [['1', '20', '10.00']], { effect: 'return' }));
    expect(await claims()).toMatchObject([{ state: 'credited', credited: '200.00' }]);
    const booked = await scene.erp('invoice', 'creditNote');
    expect(booked.map(({ kind, data }) => [kind, data['payable']]).toSorted()).toEqual([
      ['creditNote', '200.00'],
      ['invoice', '1000.00'],
    ]);
  });

  test('where more came than was announced, and than was ordered', async () => {
    await claiming('wrongItem');
    const order = await scene.order([['100', '10.00']]);
    await scene.send(despatchOf(order));
    await scene.receive(order, ['110'], 'R-1');
    expect(await values()).toEqual([['wrongItem', 'sent', '100.00']]);
  });

  test('where they came broken and went back', async () => {
    await claiming('damage, return');
    const order = await scene.order([['100', '10.00']]);
    const receipt = receiptOf(order, 'R-1');
    const lines = receipt.lines.map((line) => ({ ...line, damagedQuantity: '7' }));
    await gateway.gateway.receiveGoods({ ...receipt, lines }, ERP);
    await gateway.settle();
    await scene.bill(order);
    await scene.receive(order, ['-10'], 'R-BACK');
    expect(await values()).toEqual([
      ['damage', 'sent', '70.00'],
      ['return', 'sent', '30.00'],
    ]);
  });
});

test('what a person claims by hand is claimed as they say, receipt by receipt', async () => {
  const order = await scene.order([['100', '10.00']]);
  for (const [receiptId, received] of [
    ['R-1', '60'],
    ['R-2', '40'],
  ] as const) {
    await scene.receive(order, [received], receiptId);
    await gateway.gateway.openClaim(
      {
        kind: 'wrongItem',
        orderId: 'PO-1',
        receiptId,
        lines: [{ lineId: '1', quantity: '3' }],
        reason: 'blue',
      },
      BUYER,
    );
  }
  expect(await values()).toEqual([
    ['wrongItem', 'sent', '30.00'],
    ['wrongItem', 'sent', '30.00'],
  ]);
});

test('goods are claimed in whole yen', async () => {
  scene = new InvoiceScene(gateway, 'nordic-lighting');
  const order = orderTo('nordic-lighting', 'PO-1', [['100', '333']]);
  const [line] = order.lines;
  const allowanceCharges = [
    { kind: 'allowance' as const, reason: 'discount' as const, percent: '10', amount: '3330' },
  ];
  await release({ ...order, currency: 'JPY', lines: [{ ...line!, allowanceCharges }] });
  await scene.send(despatchOf(order));
  await scene.receive(order, ['93'], 'R-1');
  await scene.decide('SHORT_RECEIVED', 'claim');
  expect(await values()).toEqual([['shortage', 'sent', '2098']]);
});

describe('goods are claimed at what they cost', () => {
  test('less the discount of their line', async () => {
    const order = orderTo('northwind-hardware', 'PO-1', [['100', '10.00']]);
    const [line] = order.lines;
    const allowanceCharges = [
      { kind: 'allowance' as const, reason: 'discount' as const, percent: '10', amount: '100.00' },
    ];
    await release({ ...order, lines: [{ ...line!, allowanceCharges }] });
    await scene.send(despatchOf(order));
    await scene.receive(order, ['80'], 'R-1');
    await scene.decide('SHORT_RECEIVED', 'claim');
    expect(await values()).toEqual([['shortage', 'sent', '180.00']]);
  });

  test('by the unit of their price', async () => {
    const order = orderTo('northwind-hardware', 'PO-1', [['120', '24.00']]);
    const [line] = order.lines;
    await release({ ...order, lines: [{ ...line!, price: { amount: '24.00', unit: 'DZ' } }] });
    await scene.send(despatchOf(order));
    await scene.receive(order, ['96'], 'R-1');
    await scene.decide('SHORT_RECEIVED', 'claim');
    expect(await values()).toEqual([['shortage', 'sent', '48.00']]);
  });
});

describe('money of a credit note', () => {
  test('covers one claim only, also where it waits for its invoice', async () => {
    const order = await scene.order([['100', '10.00']]);
    await scene.send(despatchOf(order));
    await scene.receive(order, ['80'], 'R-1');
    await scene.decide('SHORT_RECEIVED', 'claim');
    await scene.receive(order, ['20'], 'R-2');
    await gateway.gateway.openClaim(
      { kind: 'wrongItem', orderId: 'PO-1', lines: [{ lineId: '1', quantity: '20' }], reason: 'blue' },
      BUYER,
    );
    const invoice = await scene.bill(order, { 1: '12.00' });
    await scene.decide('HOLD_PRICE', 'requestCredit');
    await scene.send(creditOf(invoice, [['1', '100', '2.00']], { id: 'C-1', effect: 'price' }));
    expect((await claims()).map(({ kind, state, credited }) => [kind, state, credited])).toEqual([
      ['shortage', 'closed', '0.00'],
      ['wrongItem', 'sent', '0.00'],
      ['overcharge', 'credited', '200.00'],
    ]);
  });

  test('of less than the hold disputes by now does not release the invoice', async () => {
    const order = await scene.order([['100', '10.00']], ['60']);
    const invoice = await scene.bill(order, { 1: '12.00' });
    await scene.decide('HOLD_PRICE', 'requestCredit');
    expect(await values()).toEqual([['overcharge', 'sent', '200.00']]);
    await scene.receive(order, ['40'], 'R-2');
    await scene.send(creditOf(invoice, [['1', '60', '2.00']], { id: 'C-1', effect: 'price' }));
    expect(await scene.erp('invoice')).toEqual([]);
    await scene.send(creditOf(invoice, [['1', '40', '2.00']], { id: 'C-2', effect: 'price' }));
    expect(await claims()).toMatchObject([{ state: 'credited', credited: '200.00' }]);
    expect((await scene.erp('invoice', 'creditNote')).map(({ data }) => data['payable']).sort()).toEqual([
      '120.00',
      '1200.00',
      '80.00',
    ]);
  });

  test('that is its tax covers no charge', async () => {
    const order = orderTo('northwind-hardware', 'PO-1', [['100', '10.00']]);
    const taxed = order.lines.map((line) => ({ ...line, taxes: [{ type: 'VA', rate: '25' }] }));
    await release({ ...order, lines: taxed });
    await scene.receive(order, ['100'], 'R-1');
    const invoice = {
      ...invoiceOf(order, {}, 'A-1'),
      allowanceCharges: [
        {
          kind: 'charge' as const,
          reason: 'handling' as const,
          code: 'D500',
          amount: '50.00',
          settlement: 'offInvoice' as const,
        },
      ],
      taxes: [{ type: 'VA', rate: '25', baseAmount: '1000.00', amount: '250.00' }],
      totals: { lines: '1000.00', charges: '50.00', tax: '250.00', payable: '1300.00' },
    };
    await scene.send(invoice);
    await scene.decide('HOLD_CHARGE', 'requestCredit');
    const credit = creditOf(invoice, [['1', '20', '10.00']], { id: 'C-1', effect: 'return' });
    await scene.send({
      ...credit,
      taxes: [{ type: 'VA', rate: '25', baseAmount: '200.00', amount: '50.00' }],
      totals: { lines: '200.00', tax: '50.00', payable: '250.00' },
    });
    expect(await scene.invoice('C-1')).toMatchObject({ type: 'creditNote', status: 'HOLD_QTY' });
    expect((await claims()).map(({ kind, state, credited }) => [kind, state, credited])).toEqual([
      ['overcharge', 'sent', '0.00'],
    ]);
  });
});
