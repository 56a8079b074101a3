import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dec, formatDecimal, sum } from '../../../src/common/decimal.ts';
import type { Invoice } from '../../../src/documents/invoice.ts';
import type { MatchInput } from '../../../src/tracking/match/facts.ts';
import type { MatchDecision } from '../../../src/tracking/match/model.ts';
import { standingOf, updateHolds } from '../../../src/tracking/match/hold.ts';
import { priorInvoiceOf } from '../../../src/tracking/match/prior-invoice.ts';
import { decide, invoice, invoiceLine, matchInput, order, orderLine } from './fixtures.ts';

const numRuns = Number(process.env['MATCH_RUNS'] ?? '300');

/** Decides documents in the order of their arrival, each with what was decided before it. */
function arrive(documents: readonly Invoice[], facts: Partial<MatchInput>): MatchDecision[] {
  const decisions: MatchDecision[] = [];
  documents.forEach((document, sequence) => {
    const priorInvoices = decisions.map((each) => priorInvoiceOf(each, standingOf(updateHolds([], each))));
    decisions.push(
      decide(matchInput({ ...facts, documentId: document.id, document, sequence, priorInvoices })),
    );
  });
  return decisions;
}

interface Part {
  quantity: number;
  /** In cents. */
  price: number;
}

const parts = fc.array(
  fc.record({ quantity: fc.integer({ min: 1, max: 90 }), price: fc.integer({ min: 1, max: 5_000 }) }),
  { minLength: 1, maxLength: 5 },
);

function lineOf({ quantity, price }: Part) {
  return invoiceLine({
    quantity: { value: String(quantity), unit: 'EA' },
    price: { amount: formatDecimal(dec(price).div(100), 2) },
  });
}

function totalOf(lines: readonly Part[]): string {
  return formatDecimal(sum(lines.map(({ quantity, price }) => dec(quantity).times(price))).div(100), 2);
}

/** Each promise has its price; all of the goods are here. */
function promised(promises: readonly Part[]): Partial<MatchInput> {
  const quantity = String(promises.reduce((total, each) => total + each.quantity, 0));
  return {
    orders: [order({ lines: [orderLine({ id: '1', quantity, price: { amount: '99.00' } })] })],
    receipts: [{ id: 'R-1', orderId: 'PO-1', orderLineId: '1', receivedDate: '2026-03-10', quantity }],
    commitments: promises.map((each, index) => ({
      id: `1.${index + 1}`,
      orderId: 'PO-1',
      orderLineId: '1',
      quantity: String(each.quantity),
      price: { amount: formatDecimal(dec(each.price).div(100), 2) },
    })),
  };
}

const shuffled = parts.chain((promises) =>
  fc.tuple(
    fc.constant(promises),
    fc.shuffledSubarray(promises, { minLength: promises.length, maxLength: promises.length }),
  ),
);

describe('promises at several prices, all of whose goods have come', () => {
  test('are approved in whichever order the lines of an invoice stand', () => {
    fc.assert(
      fc.property(shuffled, ([promises, billed]) => {
        const document = invoice({ lines: billed.map(lineOf), totals: { payable: totalOf(billed) } });
        const { outcome, amounts } = decide(matchInput({ ...promised(promises), document }));
        expect([outcome, amounts.difference]).toEqual(['AUTO_APPROVED', '0.00']);
      }),
      { numRuns },
    );
  });

  test('are approved in whichever order their invoices come', () => {
    fc.assert(
      fc.property(shuffled, ([promises, billed]) => {
        const documents = billed.map((each, index) =>
          invoice({
            id: `I-${index}x${index * 7919}`,
            despatchAdviceId: `DN-${index}`,
            issueDate: `2026-03-${String(index + 1).padStart(2, '0')}`,
            lines: [lineOf(each)],
            totals: { payable: totalOf([each]) },
          }),
        );
        const outcomes = arrive(documents, promised(promises)).map(({ outcome }) => outcome);
        expect(outcomes).toEqual(billed.map(() => 'AUTO_APPROVED'));
      }),
      { numRuns },
    );
  });

  test('are never approved for more than they come to together, whatever is billed', () => {
    fc.assert(
      fc.property(parts, parts, (promises, billed) => {
        const documents = billed.map((each, index) =>
          invoice({
            id: `I-${index}x${index * 7919}`,
            despatchAdviceId: `DN-${index}`,
            issueDate: `2026-03-${String(index + 1).padStart(2, '0')}`,
            lines: [lineOf(each)],
            totals: { payable: totalOf([each]) },
          }),
        );
        const approved = arrive(documents, promised(promises)).filter(
          (decision) => standingOf(updateHolds([], decision)) === 'approved',
        );
        const lines = approved.flatMap((each) => each.lines.flatMap(({ allocations }) => allocations));
        const quantity = sum(lines.map((line) => line.quantity));
        const amount = sum(lines.map((line) => line.amount));
        const ordered = promises.reduce((total, each) => total + each.quantity, 0);
        expect(quantity.lte(ordered)).toBe(true);
        // The dearest goods first, and two percent on each price.
        let left = quantity;
        let most = dec(0);
        for (const each of [...promises].sort((a, b) => b.price - a.price)) {
          const taken = left.gt(each.quantity) ? dec(each.quantity) : left;
          most = most.plus(taken.times(each.price).div(100));
          left = left.minus(taken);
        }
        expect(amount.lte(most.times('1.02').plus('0.01'))).toBe(true);
      }),
      { numRuns },
    );
  });
});

describe('charges that an order plans', () => {
  const consolidated = invoice({
    id: 'I-1',
    lines: [
      invoiceLine({ orderId: 'PO-A', quantity: { value: '10', unit: 'EA' } }),
      invoiceLine({ orderId: 'PO-B', quantity: { value: '90', unit: 'EA' } }),
    ],
    allowanceCharges: [{ kind: 'charge', reason: 'freight', amount: '50.00' }],
    totals: { payable: '1050.00' },
  });
  const orders = [
    order({ id: 'PO-A', plannedCharges: [{ kind: 'charge', reason: 'freight', amount: '50.00' }] }),
    order({ id: 'PO-B' }),
  ];
  const receipts = orders.map(({ id }) => ({
    id: `R-${id}`,
    orderId: id,
    orderLineId: '1',
    receivedDate: '2026-03-10',
    quantity: '100',
  }));

  test('are billed once, also where an invoice bills other orders beside it', () => {
    const again = invoice({
      id: 'I-2',
      issueDate: '2026-03-16',
      orderId: 'PO-A',
      lines: [invoiceLine({ quantity: { value: '50', unit: 'EA' } })],
      allowanceCharges: [{ kind: 'charge', reason: 'freight', amount: '45.00' }],
      totals: { payable: '545.00' },
    });
    const [first, second] = arrive([consolidated, again], { orders, receipts });
    expect(first!.outcome).toBe('AUTO_APPROVED');
    expect(second!.holds).toMatchObject([{ type: 'HOLD_CHARGE', amount: '45.00' }]);
  });

  test('of several orders are counted where something of their plan is left', () => {
    const both = [orders[0]!, { ...orders[1]!, plannedCharges: orders[0]!.plannedCharges! }];
    const [first] = arrive([consolidated], { orders: both, receipts });
    const used = priorInvoiceOf(first!, 'approved');
    expect(used.charges).toEqual([
      { reason: 'freight', orderId: 'PO-A', amount: '25.00' },
      { reason: 'freight', orderId: 'PO-B', amount: '25.00' },
    ]);
    const second = decide(
      matchInput({
        documentId: 'I-2',
        sequence: 2,
        orders: both,
        receipts,
        priorInvoices: [{ ...used, charges: [{ reason: 'freight', orderId: 'PO-A', amount: '50.00' }] }],
        document: { ...consolidated, id: 'I-2', issueDate: '2026-03-16' },
      }),
    );
    expect(priorInvoiceOf(second, 'approved').charges).toEqual([
      { reason: 'freight', orderId: 'PO-A', amount: '0.00' },
      { reason: 'freight', orderId: 'PO-B', amount: '50.00' },
    ]);
  });
});
