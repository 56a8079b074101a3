import { expect, test } from '@jest/globals';
import { priorInvoiceOf } from '../../../src/tracking/match/prior-invoice.ts';
import { proposeShortPay } from '../../../src/tracking/match/short-pay.ts';
import { decide, invoice, invoiceLine, matchInput, order, orderLine } from './fixtures.ts';

test('pays what is not disputed and debits the rest with its tax', () => {
  const decision = decide(
    matchInput({
      orders: [order({ lines: [orderLine({ id: '1', quantity: '120', taxRate: '20' })] })],
      document: invoice({
        lines: [invoiceLine({ quantity: { value: '120', unit: 'EA' }, price: { amount: '10.50' } })],
        totals: { tax: '252.00', payable: '1512.00' },
      }),
    }),
  );
  // 20 not received x 10.50 = 210.00; 100 received x 0.50 too much = 50.00; tax 252.00 x 260 / 1260 = 52.00.
  expect(proposeShortPay(decision)).toEqual({
    currency: 'EUR',
    payable: '1200.00',
    debitNote: {
      lines: [
        { line: 1, code: 'QTY_OVER_RECEIVED', amount: '210.00' },
        { line: 1, code: 'PRICE_HIGH', amount: '50.00' },
      ],
      tax: '52.00',
      total: '312.00',
    },
  });
});

test('takes the tax from where it is stated', () => {
  const document = (taxes: object) =>
    invoice({
      lines: [invoiceLine({ quantity: { value: '100', unit: 'EA' }, price: { amount: '10.50' } })],
      ...taxes,
      totals: { payable: '1260.00' },
    });
  const orders = [order({ lines: [orderLine({ id: '1', quantity: '100', taxRate: '20' })] })];
  const short = proposeShortPay(
    decide(matchInput({ orders, document: document({ taxes: [{ amount: '210.00', rate: '20' }] }) })),
  );
  // 100 x 0.50 too much = 50.00; tax 210.00 x 50 / 1050 = 10.00.
  expect(short).toMatchObject({ payable: '1200.00', debitNote: { tax: '10.00', total: '60.00' } });
});

test('proposes nothing where nothing or everything is disputed', () => {
  expect(proposeShortPay(decide(matchInput()))).toBeUndefined();
  const wrongTotal = decide(matchInput({ document: invoice({ totals: { payable: '1500.00' } }) }));
  expect(proposeShortPay(wrongTotal)).toBeUndefined();
});

test('goods delivered after a short payment can still be billed', () => {
  const orders = [order({ lines: [orderLine({ id: '1', quantity: '120' })] })];
  const first = decide(
    matchInput({
      orders,
      document: invoice({
        despatchAdviceId: 'DN-1',
        lines: [invoiceLine({ quantity: { value: '120', unit: 'EA' }, price: { amount: '10.50' } })],
        totals: { payable: '1260.00' },
      }),
    }),
  );
  const rest = (prior: ReturnType<typeof priorInvoiceOf>) =>
    decide(
      matchInput({
        documentId: 'doc-2',
        sequence: 2,
        orders,
        receipts: ['100', '20'].map((quantity, index) => ({
          id: `R-${index}`,
          orderId: 'PO-1',
          orderLineId: '1',
          receivedDate: '2026-03-10',
          quantity,
        })),
        priorInvoices: [prior],
        document: invoice({
          id: 'INV-2',
          despatchAdviceId: 'DN-2',
          lines: [invoiceLine({ quantity: { value: '20', unit: 'EA' } })],
          totals: { payable: '200.00' },
        }),
      }),
    );
  const paidShort = priorInvoiceOf(first, 'approved', {
    short: new Set(first.holds.flatMap(({ codes }) => codes)),
  });
  expect(paidShort.lines).toEqual([
    { orderId: 'PO-1', orderLineId: '1', quantity: '100', amount: '1000.00' },
  ]);
  expect(rest(paidShort).outcome).toBe('AUTO_APPROVED');
  expect(rest(priorInvoiceOf(first, 'approved')).outcome).toBe('HOLD_QTY');
});
