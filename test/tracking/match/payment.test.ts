import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { dec, formatDecimal, sum } from '../../../src/common/decimal.ts';
import type { Invoice } from '../../../src/documents/invoice.ts';
import type { PriorInvoice } from '../../../src/tracking/match/facts.ts';
import { isPayable, standingOf, updateHolds } from '../../../src/tracking/match/hold.ts';
import type { HoldState } from '../../../src/tracking/match/hold.ts';
import { nextPayment, paidLinesOf, shortCodes } from '../../../src/tracking/match/payment.ts';
import type { Payment } from '../../../src/tracking/match/payment.ts';
import { companyPolicy } from '../../../src/tracking/match/policy.ts';
import { priorInvoiceOf } from '../../../src/tracking/match/prior-invoice.ts';
import { decide, invoice, invoiceLine, matchInput, order, orderLine } from './fixtures.ts';

/** More runs for a release: MATCH_RUNS=100000. */
const numRuns = Number(process.env['MATCH_RUNS'] ?? '100');

jest.setTimeout(600_000);

const PRICES: Readonly<Record<string, string>> = { '1': '10.00', '2': '7.77', '3': '0.35' };
const LINES = Object.keys(PRICES);
const ORDERED = 100;

interface Entry {
  document: Invoice;
  sequence: number;
  holds: HoldState[];
  payments: Payment[];
  prior?: PriorInvoice;
  /** What is disputed of the document as a whole belongs to no line. */
  disputedAsWhole?: boolean;
}

/** Invoices on one order, matched again and again while goods come and go, as the gateway does it. */
class Payables {
  readonly entries: Entry[] = [];
  readonly received = new Map<string, number>();

  bill(quantities: Readonly<Record<string, number>>, price = 0): void {
    const lines = Object.entries(quantities).map(([lineId, quantity]) => {
      const amount = formatDecimal(dec(PRICES[lineId]!).plus(dec(price).div(100)), 2);
      return invoiceLine({
        orderLineId: lineId,
        item: { buyerId: `ITEM-${lineId}` },
        quantity: { value: String(quantity), unit: 'EA' },
        price: { amount },
      });
    });
    const payable = formatDecimal(
      sum(lines.map(({ quantity, price: each }) => dec(quantity.value).times(each!.amount))),
      2,
    );
    const number = this.entries.length + 1;
    const issueDate = `2026-03-${String(10 + (number % 20)).padStart(2, '0')}`;
    const document = invoice({ id: `INV-${number * 37}`, issueDate, lines, totals: { payable } });
    this.entries.push({ document, sequence: number, holds: [], payments: [] });
    this.#match(this.entries.at(-1)!);
  }

  receive(lineId: string, quantity: number): void {
    this.received.set(lineId, Math.max(0, (this.received.get(lineId) ?? 0) + quantity));
    for (const entry of this.entries) if (entry.prior?.status === 'held') this.#match(entry);
  }

  /** A person decides on the first open hold. */
  decide(index: number, status: 'shortPaid' | 'accepted' | 'rejected'): void {
    const entry = this.entries[index];
    if (entry?.prior?.status !== 'held') return;
    const open = entry.holds.find((hold) => hold.status === 'open');
    entry.holds = entry.holds.map((hold) => (hold === open ? { ...hold, status } : hold));
    this.#match(entry);
  }

  #match(entry: Entry): void {
    const decision = decide(
      matchInput({
        documentId: entry.document.id,
        document: entry.document,
        sequence: entry.sequence,
        policy: companyPolicy({ version: 'v1', partial: 'payMatched' }),
        orders: [
          order({
            lines: LINES.map((id) =>
              orderLine({
                id,
                item: { buyerId: `ITEM-${id}` },
                quantity: String(ORDERED),
                price: { amount: PRICES[id]! },
              }),
            ),
          }),
        ],
        receipts: [...this.received].map(([orderLineId, quantity]) => ({
          id: `R-${orderLineId}`,
          orderId: 'PO-1',
          orderLineId,
          receivedDate: '2026-03-10',
          quantity: String(quantity),
        })),
        priorInvoices: this.entries.flatMap((other) => (other === entry ? [] : (other.prior ?? []))),
      }),
    );
    entry.disputedAsWhole = decision.disputes.some(({ line }) => line === undefined);
    entry.holds = updateHolds(entry.holds, decision);
    const settled = entry.payments.some(({ kind }) => kind !== 'part');
    const payment = settled ? undefined : nextPayment(decision, entry.holds, entry.payments);
    if (payment !== undefined) entry.payments = [...entry.payments, payment];
    entry.prior = priorInvoiceOf(decision, standingOf(entry.holds), {
      short: shortCodes(entry.holds),
      paidLines: paidLinesOf(entry.payments),
    });
  }
}

const quantities = fc
  .uniqueArray(fc.constantFrom(...LINES), { minLength: 1 })
  .chain((ids) => fc.record(Object.fromEntries(ids.map((id) => [id, fc.integer({ min: 1, max: 60 })]))));

function stepOf(decisions: fc.Arbitrary<'shortPaid' | 'accepted' | 'rejected'>) {
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('bill' as const),
        quantities,
        price: fc.constantFrom(0, 0, 0, 500),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('receive' as const),
        lineId: fc.constantFrom(...LINES),
        quantity: fc.integer({ min: 1, max: 60 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('decide' as const),
        index: fc.nat(4),
        status: decisions,
      }),
    },
  );
}

function play(payables: Payables, steps: readonly Step[]): void {
  for (const each of steps) {
    if (each.type === 'bill') payables.bill(each.quantities, each.price);
    else if (each.type === 'receive') payables.receive(each.lineId, each.quantity);
    else payables.decide(each.index, each.status);
  }
}

type Step = ReturnType<typeof stepOf> extends fc.Arbitrary<infer S> ? S : never;

const refusing = stepOf(fc.constantFrom('shortPaid', 'rejected'));

test('whatever is billed, received, paid short or refused: no line is paid twice, nothing beyond what came at its price', () => {
  fc.assert(
    fc.property(fc.array(refusing, { minLength: 1, maxLength: 14 }), (steps) => {
      const payables = new Payables();
      play(payables, steps);
      for (const { document, payments, holds } of payables.entries) {
        const lines = payments.flatMap((payment) => [...new Set(payment.lines.map(({ line }) => line))]);
        expect(new Set(lines).size).toBe(lines.length);
        const paid = sum(payments.map(({ amount }) => amount));
        expect(paid.lte(document.totals.payable)).toBe(true);
        const debited = sum(payments.map(({ debitNote }) => debitNote?.total ?? '0'));
        if (isPayable(holds)) {
          expect(formatDecimal(paid.plus(debited), 2)).toBe(dec(document.totals.payable).toFixed(2));
        }
      }
      const paid = sum(payables.entries.flatMap(({ payments }) => payments.map(({ amount }) => amount)));
      const due = sum(
        LINES.map((id) => dec(PRICES[id]!).times(Math.min(payables.received.get(id) ?? 0, ORDERED))),
      );
      // Prices may be exceeded by the tolerance of 2 % only, quantities by nothing.
      expect(paid.lte(due.times('1.02'))).toBe(true);
    }),
    { numRuns },
  );
});

const deciding = stepOf(fc.constantFrom('shortPaid', 'accepted', 'accepted', 'rejected'));

test('whatever people accept and pay short: what is paid for an invoice is what later ones find billed', () => {
  fc.assert(
    fc.property(fc.array(deciding, { minLength: 1, maxLength: 14 }), (steps) => {
      const payables = new Payables();
      play(payables, steps);
      for (const { holds, payments, prior, disputedAsWhole } of payables.entries) {
        if (!isPayable(holds) || disputedAsWhole === true) continue;
        const paid = sum(payments.map(({ amount }) => amount));
        const billed = sum(prior!.lines.map(({ amount }) => amount));
        expect(formatDecimal(billed, 2)).toBe(formatDecimal(paid, 2));
      }
    }),
    { numRuns },
  );
});

test('what is prepaid is taken off what is left to pay, once, also where a bill is paid in parts', () => {
  const policy = companyPolicy({ version: 'v4', partial: 'payMatched' });
  const lines = [
    invoiceLine(),
    invoiceLine({ orderLineId: '2', item: { buyerId: 'ITEM-2' }, price: { amount: '12.00' } }),
  ];
  const document = invoice({ lines, totals: { payable: '900.00', prepaid: '1300.00' } });
  const orders = [order({ lines: [orderLine({ id: '1' }), orderLine({ id: '2' })] })];
  const receipts = ['1', '2'].map((orderLineId) => ({
    ...{ id: `R-${orderLineId}`, orderId: 'PO-1', orderLineId, receivedDate: '2026-03-10', quantity: '100' },
  }));
  const decision = decide(matchInput({ document, orders, receipts, policy }));
  const holds = updateHolds([], decision);
  const part = nextPayment(decision, holds, [])!;
  expect(part).toMatchObject({ kind: 'part', amount: '0.00', prepaid: '1000.00' });
  const settled = holds.map((hold): HoldState => ({ ...hold, status: 'accepted' }));
  expect(nextPayment(decision, settled, [part])).toMatchObject({
    kind: 'rest',
    amount: '900.00',
    prepaid: '300.00',
  });
  const short = holds.map((hold): HoldState => ({ ...hold, status: 'shortPaid' }));
  expect(nextPayment(decision, short, [])).toMatchObject({
    kind: 'short',
    amount: '700.00',
    prepaid: '1300.00',
    debitNote: { total: '200.00' },
  });
});
