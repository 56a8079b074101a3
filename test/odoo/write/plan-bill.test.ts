import { describe, expect, test } from '@jest/globals';
import { dec, formatDecimal } from '../../../src/common/decimal.ts';
import type { CreditNote, Invoice } from '../../../src/documents/invoice.ts';
import { planBill } from '../../../src/odoo/write/plan-bill.ts';
import type { BillInput } from '../../../src/odoo/write/plan-bill.ts';
import { invoiceOf, orderTo } from '../../support/documents.ts';
import { odooLine, odooOrder } from './orders.ts';

const TAXES = [
  { id: 1, rate: '19' },
  { id: 2, rate: '7' },
  { id: 3, rate: undefined },
];

const invoice = invoiceOf(orderTo('northwind-hardware', 'P00001', [['24', '10.00']]));

function allocation(
  fields: Partial<BillInput['payment']['lines'][number]> = {},
): BillInput['payment']['lines'][number] {
  return {
    line: 1,
    orderId: 'P00001',
    orderLineId: '1',
    quantity: '24',
    amount: '240.00',
    mode: '3-way',
    modeSource: 'company',
    expectedAmount: '240.00',
    coveredQuantity: '24',
    coveredAmount: '240.00',
    allocatedCharges: '0',
    commitmentIds: [],
    failed: [],
    ...fields,
  };
}

function rows(changes: Partial<BillInput> = {}, row = odooLine({ received: '24' })) {
  const order = odooOrder([row]);
  return planBill({
    document: invoice,
    payment: { kind: 'full', amount: '240.00', lines: [allocation()] },
    paidLines: new Set(),
    rowsOf: (orderId, lineId) => (orderId === 'P00001' && lineId === '1' ? [{ order, row }] : []),
    taxes: TAXES,
    ...changes,
  });
}

describe('rows of a bill', () => {
  test('an order line is billed at what was approved for it', () => {
    expect(rows()).toEqual([
      {
        name: '[A] Article',
        quantity: '24',
        price: '10',
        amount: '240',
        purchaseLineId: 11,
        productId: 7,
        taxIds: [],
      },
    ]);
    const odd = rows({
      payment: { kind: 'full', amount: '100.00', lines: [allocation({ quantity: '3', amount: '100.00' })] },
    });
    expect(odd[0]!.price).toBe('33.3333333333');
    expect(formatDecimal(dec(odd[0]!.price).times('3'), 2)).toBe('100.00');
  });

  test('a rounding that the supplier states is a row without tax', () => {
    const taxed = odooLine({ received: '24', taxIds: [1] });
    const totals = { ...invoice.totals, tax: '45.60', rounding: '-0.40', payable: '285.20' };
    const document = { ...invoice, totals };
    const payment = { kind: 'full' as const, amount: '285.20', lines: [allocation()] };
    expect(rows({ document, payment }, taxed).slice(1)).toEqual([
      { name: 'Rounding', quantity: '1', price: '-0.4', amount: '-0.4', taxIds: [] },
    ]);
  });

  test('several rows of one line: what has arrived and is not billed first', () => {
    const parts = [odooLine({ id: 11, received: '10' }), odooLine({ id: 12, received: '20', invoiced: '4' })];
    const order = odooOrder(parts);
    const found = rows({ rowsOf: () => parts.map((row) => ({ order, row })) });
    expect(found.map(({ purchaseLineId, quantity }) => [purchaseLineId, quantity])).toEqual([
      [11, '10'],
      [12, '14'],
    ]);
  });

  test('goods that an invoice takes back are negative, on the last row of their line', () => {
    const parts = [odooLine({ id: 11, received: '10' }), odooLine({ id: 12, received: '20' })];
    const order = odooOrder(parts);
    const [given] = rows({
      rowsOf: () => parts.map((row) => ({ order, row })),
      payment: {
        kind: 'full',
        amount: '-20.00',
        lines: [allocation({ quantity: '-2', amount: '-20.00', expectedAmount: '-20.00' })],
      },
    });
    expect(given).toMatchObject({ purchaseLineId: 12, quantity: '-2', price: '10', amount: '-20' });
    const { invoiceType, ...common } = invoice;
    expect(invoiceType).toBe('commercial');
    const credit: CreditNote = { ...common, documentType: 'creditNote', effect: 'return', id: 'C-1' };
    const [credited] = rows({
      document: credit,
      payment: { kind: 'full', amount: '20.00', lines: [allocation({ quantity: '-2', amount: '-20.00' })] },
    });
    expect(credited).toMatchObject({ quantity: '2', price: '10', amount: '20' });
  });

  test('taxes are those that the supplier charges: none, those of the line, or that of the rate', () => {
    const taxed = (rate: string, tax: string): Invoice => ({
      ...invoice,
      taxes: [{ type: 'VAT', rate, amount: tax }],
      totals: { ...invoice.totals, tax, payable: formatDecimal(dec('240').plus(tax), 2) },
    });
    const line = odooLine({ received: '24', taxIds: [1] });
    expect(rows({}, line)[0]!.taxIds).toEqual([]);
    expect(rows({ document: taxed('19', '45.60') }, line)[0]!.taxIds).toEqual([1]);
    expect(rows({ document: taxed('7', '16.80') }, line)[0]!.taxIds).toEqual([2]);
    expect(rows({ document: taxed('5', '12.00') }, line)[0]!.taxIds).toEqual([]);
  });

  test('freight is a row of its own, taxed where that comes to the stated tax', () => {
    const charged = (tax: string): Invoice => ({
      ...invoice,
      allowanceCharges: [
        { kind: 'charge', reason: 'freight', amount: '10.00' },
        { kind: 'allowance', reason: 'discount', amount: '5.00', settlement: 'billBack' },
      ],
      taxes: [{ type: 'VAT', rate: '19', amount: tax }],
      totals: { payable: '295.60', tax },
    });
    const line = odooLine({ received: '24', taxIds: [1] });
    const freight = (tax: string) => rows({ document: charged(tax) }, line).slice(1);
    expect(freight('45.60')).toEqual([
      { name: 'Freight', quantity: '1', price: '10', amount: '10', taxIds: [] },
    ]);
    expect(freight('47.50')[0]!.taxIds).toEqual([1]);
  });

  test('a tax that prices include is asked of the price, where Odoo has it in no other form; several are left out', () => {
    const document: Invoice = {
      ...invoice,
      taxes: [{ type: 'VAT', rate: '19', amount: '45.60' }],
      totals: { payable: '285.60', tax: '45.60' },
    };
    const line = odooLine({ received: '24', taxIds: [3] });
    const included = [{ id: 3, rate: '19', included: true }];
    expect(rows({ document, taxes: included }, line)).toMatchObject([
      { price: '11.9', amount: '240', taxIds: [3] },
    ]);
    const both = [...included, { id: 4, rate: '19', included: false }];
    expect(rows({ document, taxes: both }, odooLine({ received: '24', taxIds: [] }))).toMatchObject([
      { price: '10', taxIds: [4] },
    ]);
    const split = [
      { id: 3, rate: '12', included: true },
      { id: 4, rate: '7', included: false },
    ];
    expect(rows({ document, taxes: split }, odooLine({ received: '24', taxIds: [3, 4] }))).toMatchObject([
      { price: '10', taxIds: [] },
    ]);
  });

  test('paid short: all that was invoiced, less what is not paid, each with its reason', () => {
    const debitNote = {
      lines: [{ line: 1, code: 'PRICE_HIGH' as const, amount: '12.00' }],
      tax: '0.00',
      total: '12.00',
    };
    const found = rows({ payment: { kind: 'short', amount: '228.00', lines: [allocation()], debitNote } });
    expect(found.map(({ name, amount }) => [name, amount])).toEqual([
      ['[A] Article', '240'],
      ['Not paid: PRICE_HIGH, line 1', '-12'],
    ]);
  });

  test('the rest of a bill that was paid in parts is paid short in the same way', () => {
    const second = { ...invoice.lines[0]!, id: '2', quantity: { value: '10' }, lineAmount: '100.00' };
    const document: Invoice = { ...invoice, lines: [...invoice.lines, second] };
    const lines = [allocation({ line: 2, quantity: '10', amount: '100.00', expectedAmount: '100.00' })];
    const debitNote = {
      lines: [{ line: 2, code: 'PRICE_HIGH' as const, amount: '12.00' }],
      tax: '0.00',
      total: '12.00',
    };
    const paidLines = new Set([1]);
    const short = { kind: 'rest' as const, amount: '88.00', lines, debitNote };
    const found = rows({ document, paidLines, payment: short });
    expect(found.map(({ name, amount }) => [name, amount])).toEqual([
      ['[A] Article', '100'],
      ['Not paid: PRICE_HIGH, line 2', '-12'],
    ]);
    // Of a line that an earlier part has paid in full.
    const debit = { ...debitNote, lines: [{ ...debitNote.lines[0]!, line: 1 }] };
    const payment = { ...short, debitNote: debit };
    expect(rows({ document, paidLines, payment }).map(({ amount }) => amount)).toEqual(['100', '-12']);
    // Both were: it is claimed back, and no bill.
    const nothing = { ...payment, amount: '0.00', lines: [] };
    expect(rows({ document, paidLines: new Set([1, 2]), payment: nothing })).toEqual([]);
  });

  test('a line that was accepted without an order line is billed for itself, once', () => {
    const extra = {
      ...invoice.lines[0]!,
      id: '2',
      item: { description: 'Pallet' },
      quantity: { value: '2' },
      lineAmount: '30.00',
    };
    const document: Invoice = { ...invoice, lines: [...invoice.lines, extra] };
    expect(rows({ document })[1]).toMatchObject({ name: 'Pallet', quantity: '2', price: '15' });
    expect(rows({ document, paidLines: new Set([2]) })).toHaveLength(1);
    const part = { kind: 'part' as const, amount: '240.00', lines: [allocation()] };
    expect(rows({ document, payment: part })).toHaveLength(1);
  });

  test('a credit on the price takes back no goods', () => {
    const { invoiceType, ...common } = invoice;
    expect(invoiceType).toBe('commercial');
    const document: CreditNote = { ...common, documentType: 'creditNote', effect: 'price', id: 'C-1' };
    const payment = {
      kind: 'full' as const,
      amount: '24.00',
      lines: [allocation({ quantity: '-24', amount: '-24.00' })],
    };
    const [row] = rows({ document, payment });
    expect(row).toMatchObject({ quantity: '1', price: '24' });
    expect(row).not.toHaveProperty('purchaseLineId');
  });
});
