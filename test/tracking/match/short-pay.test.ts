import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dec, formatDecimal, sum } from '../../../src/common/decimal.ts';
import { priorInvoiceOf } from '../../../src/tracking/match/prior-invoice.ts';
import { proposeShortPay } from '../../../src/tracking/match/short-pay.ts';
import type { FailCode } from '../../../src/tracking/match/model.ts';
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

test('takes the tax of a line by its own rate where the invoice has several', () => {
  const lines = [
    invoiceLine({ price: { amount: '12.00' } }),
    invoiceLine({ orderLineId: '2', item: { buyerId: 'ITEM-2' } }),
  ];
  const decision = decide(
    matchInput({
      orders: [
        order({ lines: [orderLine({ id: '1', taxRate: '19' }), orderLine({ id: '2', taxRate: '7' })] }),
      ],
      receipts: ['1', '2'].map((orderLineId) => ({
        id: `R-${orderLineId}`,
        orderId: 'PO-1',
        orderLineId,
        receivedDate: '2026-03-10',
        quantity: '100',
      })),
      document: invoice({ lines, totals: { tax: '298.00', payable: '2498.00' } }),
    }),
  );
  // 100 x 2.00 too much = 200.00, taxed at 19 %: 38.00. The other line is at 7 %.
  expect(proposeShortPay(decision)).toMatchObject({
    payable: '2260.00',
    debitNote: { tax: '38.00', total: '238.00' },
  });
});

test('a charge on a line is not paid once, and its goods are', () => {
  const decision = decide(
    matchInput({
      document: invoice({
        lines: [
          invoiceLine({
            allowanceCharges: [{ kind: 'charge', reason: 'handling', amount: '200.00' }],
          }),
        ],
        totals: { payable: '1200.00' },
      }),
    }),
  );
  expect(proposeShortPay(decision)).toMatchObject({ payable: '1000.00', debitNote: { total: '200.00' } });
});

test('a price paid short leaves the charge of its line paid, and the next invoice finds both', () => {
  const charged = (quantity: string, price: string, charge: string) =>
    invoiceLine({
      quantity: { value: quantity, unit: 'EA' },
      price: { amount: price },
      allowanceCharges: [{ kind: 'charge', reason: 'freight', amount: charge }],
    });
  const supplier = { id: 'S-1', allowedCharges: [{ reason: 'freight' as const, max: '50.00' }] };
  const first = decide(
    matchInput({
      supplier,
      document: invoice({ lines: [charged('60', '12.00', '50.00')], totals: { payable: '770.00' } }),
    }),
  );
  const prior = priorInvoiceOf(first, 'approved', { short: new Set<FailCode>(['PRICE_HIGH', 'LINE_TOTAL']) });
  expect(prior.lines).toEqual([
    {
      orderId: 'PO-1',
      orderLineId: '1',
      quantity: '60',
      amount: '650.00',
      charges: '50.00',
      withheld: '120.00',
    },
  ]);
  const rest = decide(
    matchInput({
      documentId: 'doc-2',
      sequence: 2,
      supplier,
      priorInvoices: [prior],
      document: invoice({
        id: 'INV-2',
        issueDate: '2026-03-16',
        lines: [charged('40', '10.00', '40.00')],
        totals: { payable: '440.00' },
      }),
    }),
  );
  expect(rest.outcome).toBe('AUTO_APPROVED');
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
    { orderId: 'PO-1', orderLineId: '1', quantity: '100', amount: '1000.00', withheld: '260.00' },
  ]);
  expect(rest(paidShort).outcome).toBe('AUTO_APPROVED');
  expect(rest(priorInvoiceOf(first, 'approved')).outcome).toBe('HOLD_QTY');
});

test('whatever people accept and pay short, what is paid is what later invoices find booked', () => {
  fc.assert(
    fc.property(
      fc.record({
        billed: fc.integer({ min: 1, max: 200 }),
        received: fc.integer({ min: 0, max: 200 }),
        cents: fc.integer({ min: 1, max: 2000 }),
        accepts: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        second: fc.boolean(),
        state: fc.constantFrom('open' as const, 'closed' as const, 'cancelled' as const),
      }),
      ({ billed, received, cents, accepts, second, state }) => {
        const price = formatDecimal(dec(cents).div(100), 2);
        const line = invoiceLine({
          quantity: { value: String(billed), unit: 'EA' },
          price: { amount: price },
        });
        const lines = second ? [line, line] : [line];
        const invoiced = dec(price).times(billed).times(lines.length);
        const decision = decide(
          matchInput({
            orders: [order({ state })],
            receipts: [
              {
                id: 'R-1',
                orderId: 'PO-1',
                orderLineId: '1',
                receivedDate: '2026-03-10',
                quantity: String(received),
              },
            ],
            document: invoice({ lines, totals: { payable: formatDecimal(invoiced, 2) } }),
          }),
        );
        // What is disputed of the document as a whole belongs to no line.
        fc.pre(decision.disputes.every((dispute) => dispute.line !== undefined));
        const short = new Set(
          decision.holds.filter((_, index) => accepts[index] !== true).flatMap(({ codes }) => codes),
        );
        const booked = sum(priorInvoiceOf(decision, 'approved', { short }).lines.map(({ amount }) => amount));
        const proposal = short.size === 0 ? undefined : proposeShortPay(decision, short);
        const paid = dec(proposal?.payable ?? decision.amounts.invoiced);
        expect(formatDecimal(paid, 2)).toBe(formatDecimal(booked, 2));
        expect(paid.isNegative() || paid.gt(invoiced)).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

describe('paid short in part: 110 billed of 100 ordered and 90 received, at 12.00 instead of 10.00', () => {
  const decision = decide(
    matchInput({
      receipts: [
        { id: 'R-1', orderId: 'PO-1', orderLineId: '1', receivedDate: '2026-03-10', quantity: '90' },
      ],
      document: invoice({
        lines: [invoiceLine({ quantity: { value: '110', unit: 'EA' }, price: { amount: '12.00' } })],
        totals: { payable: '1320.00' },
      }),
    }),
  );
  const paidShort = (...codes: FailCode[]) => {
    const short = new Set(codes);
    return {
      payable: proposeShortPay(decision, short)?.payable,
      lines: priorInvoiceOf(decision, 'approved', { short }).lines,
    };
  };
  const line = { orderId: 'PO-1', orderLineId: '1' };

  test('goods that are missing are accepted: 100 at 10.00', () => {
    expect(paidShort('QTY_OVER_ORDERED', 'PRICE_HIGH')).toEqual({
      payable: '1000.00',
      lines: [{ ...line, quantity: '100', amount: '1000.00', withheld: '320.00' }],
    });
  });

  test('the price is accepted: 90 at 12.00, or 100 with the missing goods', () => {
    expect(paidShort('QTY_OVER_ORDERED', 'QTY_OVER_RECEIVED')).toEqual({
      payable: '1080.00',
      lines: [
        { ...line, quantity: '90', amount: '1080.00', withheld: '240.00', acceptedDifference: '180.00' },
      ],
    });
    expect(paidShort('QTY_OVER_ORDERED')).toEqual({
      payable: '1200.00',
      lines: [
        { ...line, quantity: '100', amount: '1200.00', withheld: '120.00', acceptedDifference: '200.00' },
      ],
    });
  });

  test('what is beyond the order is accepted, what is beyond the receipt only with it', () => {
    expect(paidShort('QTY_OVER_RECEIVED', 'PRICE_HIGH')).toEqual({
      payable: '900.00',
      lines: [{ ...line, quantity: '90', amount: '900.00', withheld: '420.00' }],
    });
    expect(paidShort('PRICE_HIGH')).toEqual({
      payable: '1100.00',
      lines: [{ ...line, quantity: '110', amount: '1100.00', withheld: '220.00' }],
    });
  });
});
