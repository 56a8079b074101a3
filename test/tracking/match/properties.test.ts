import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dec, formatDecimal, sum, tenTo } from '../../../src/common/decimal.ts';
import type { CreditNote, Invoice } from '../../../src/documents/invoice.ts';
import { creditNote, invoice as invoiceSchema } from '../../../src/documents/invoice.ts';
import { allocate } from '../../../src/tracking/match/allocate.ts';
import { explain } from '../../../src/tracking/match/explain.ts';
import type { MatchInput, ReceiptFact } from '../../../src/tracking/match/facts.ts';
import { standingOf, updateHolds } from '../../../src/tracking/match/hold.ts';
import type { MatchDecision, MatchOutcome } from '../../../src/tracking/match/model.ts';
import { companyPolicy } from '../../../src/tracking/match/policy.ts';
import type { LimitName, MatchPolicy } from '../../../src/tracking/match/policy.ts';
import { priorInvoiceOf } from '../../../src/tracking/match/prior-invoice.ts';
import { recompute } from '../../../src/tracking/match/recompute.ts';
import { withLimit } from '../../../src/tracking/match/what-if.ts';
import { decide, invoice, invoiceLine, matchInput, order, orderLine, sha256 } from './fixtures.ts';

/** What an undisturbed decision is to later ones, as the gateway has it: nobody has decided on its holds. */
const asPrior = (decision: MatchDecision) => priorInvoiceOf(decision, standingOf(updateHolds([], decision)));

/** More runs for a release: MATCH_RUNS=100000. */
const numRuns = Number(process.env['MATCH_RUNS'] ?? '300');

function isApproved(outcome: MatchOutcome): boolean {
  return outcome === 'AUTO_APPROVED' || outcome === 'APPROVED_IN_TOLERANCE';
}

function cents(value: number): string {
  return formatDecimal(dec(value).div(100), 2);
}

describe('allocation', () => {
  test('the parts add up to the amount exactly and differ from the exact share by less than a minor unit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(0, 2, 3),
        (amount, weights, places) => {
          const whole = dec(amount).div(tenTo(places));
          const parts = allocate(whole, weights.map(dec), places);
          expect(sum(parts).eq(whole)).toBe(true);
          const total = sum(weights.map(dec));
          if (total.isZero()) return;
          parts.forEach((part, index) => {
            const exact = whole.times(weights[index] ?? 0).div(total);
            expect(part.minus(exact).abs().lt(tenTo(-places))).toBe(true);
          });
        },
      ),
      { numRuns },
    );
  });
});

interface Situation {
  ordered: number;
  received: number;
  billed: number;
  quantity: number;
  agreed: number;
  price: number;
}

const situation: fc.Arbitrary<Situation> = fc.record({
  ordered: fc.integer({ min: 1, max: 200 }),
  received: fc.integer({ min: 0, max: 220 }),
  billed: fc.integer({ min: 0, max: 120 }),
  quantity: fc.integer({ min: 1, max: 220 }),
  agreed: fc.integer({ min: 1, max: 20_000 }),
  price: fc.integer({ min: 1, max: 20_000 }),
});

/** Prices near the agreed one are the interesting ones. */
const nearSituation = fc.tuple(situation, fc.integer({ min: -300, max: 300 })).map(([each, perMyriad]) => ({
  ...each,
  price: Math.max(1, each.agreed + Math.round((each.agreed * perMyriad) / 10_000)),
}));

function inputOf(each: Situation, policy: MatchPolicy = companyPolicy({ version: 'v4' })): MatchInput {
  return matchInput({
    policy,
    orders: [
      order({
        lines: [
          orderLine({ id: '1', quantity: String(each.ordered), price: { amount: cents(each.agreed) } }),
        ],
      }),
    ],
    receipts: [
      {
        id: 'R-1',
        orderId: 'PO-1',
        orderLineId: '1',
        receivedDate: '2026-03-10',
        quantity: String(each.received),
      },
    ],
    priorInvoices: [
      {
        id: 'prior',
        number: 'OLD',
        supplierId: 'S-1',
        documentType: 'invoice',
        status: 'posted',
        sequence: 0,
        issueDate: '2026-03-04',
        currency: 'EUR',
        amount: cents(each.billed * each.agreed),
        orderIds: ['PO-1'],
        despatchAdviceIds: ['DN-0'],
        lines: [
          {
            orderId: 'PO-1',
            orderLineId: '1',
            quantity: String(each.billed),
            amount: cents(each.billed * each.agreed),
          },
        ],
      },
    ],
    document: invoice({
      despatchAdviceId: 'DN-1',
      lines: [
        invoiceLine({
          quantity: { value: String(each.quantity), unit: 'EA' },
          price: { amount: cents(each.price) },
        }),
      ],
      totals: { payable: cents(each.quantity * each.price) },
    }),
  });
}

describe('a single line', () => {
  test('is decided as whole-number arithmetic decides it', () => {
    fc.assert(
      fc.property(nearSituation, (each) => {
        const { ordered, received, billed, quantity, agreed, price } = each;
        const excess = quantity * (price - agreed);
        const quantityHolds = billed + quantity <= Math.min(ordered, received);
        const priceHolds = (price - agreed) * 100 <= 2 * agreed && excess <= 5_000;
        const lineHolds = excess * 100 <= 2 * (billed + quantity) * agreed && excess <= 10_000;
        const totalHolds = excess <= 100 || (excess * 100 <= quantity * agreed && excess <= 2_500);
        const { outcome, amounts } = decide(inputOf(each));
        expect(isApproved(outcome)).toBe(quantityHolds && priceHolds && lineHolds && totalHolds);
        expect(amounts.payable).toBe(isApproved(outcome) ? cents(quantity * price) : '0.00');
      }),
      { numRuns },
    );
  });

  test('stays approved when a limit grows', () => {
    const limit = fc.constantFrom<[LimitName, 'upperPct' | 'upperAbs']>(
      ['price', 'upperPct'],
      ['price', 'upperAbs'],
      ['lineTotal', 'upperPct'],
      ['lineTotal', 'upperAbs'],
      ['quantityOrdered', 'upperPct'],
      ['quantityReceived', 'upperPct'],
      ['invoiceTotal', 'upperPct'],
      ['invoiceTotal', 'upperAbs'],
    );
    const base = companyPolicy({ version: 'v4' });
    const raise = (policy: MatchPolicy, [name, key]: [LimitName, 'upperPct' | 'upperAbs'], by: number) => {
      const old = policy.tolerances.find((rule) => rule.name === name)?.limits[key] ?? '0';
      return withLimit(policy, name, key, formatDecimal(dec(old).plus(by)));
    };
    fc.assert(
      fc.property(
        nearSituation,
        fc.array(limit, { maxLength: 4 }),
        limit,
        fc.nat(50),
        (each, first, last, by) => {
          const policy = first.reduce((grown, one) => raise(grown, one, 5), base);
          const before = decide(inputOf(each, policy)).outcome;
          const after = decide(inputOf(each, raise(policy, last, by))).outcome;
          if (isApproved(before)) expect(isApproved(after)).toBe(true);
        },
      ),
      { numRuns },
    );
  });

  test('disputes no more than it bills, each unit once; its holds have all that their own checks dispute', () => {
    fc.assert(
      fc.property(nearSituation, (each) => {
        const { amounts, holds, disputes } = decide(inputOf(each));
        expect(dec(amounts.atStake).lte(amounts.invoiced)).toBe(true);
        const held = sum(holds.map(({ amount }) => amount));
        const disputed = sum(disputes.map(({ amount }) => amount));
        expect(disputed.minus(amounts.atStake).abs().lte('0.02')).toBe(true);
        expect(held.plus('0.02').gte(amounts.atStake)).toBe(true);
        for (const { amount } of holds) expect(dec(amount).lte(amounts.invoiced)).toBe(true);
      }),
      { numRuns },
    );
  });
});

describe('what a person has accepted', () => {
  test('stays accepted when goods come', () => {
    fc.assert(
      fc.property(nearSituation, fc.integer({ min: 0, max: 200 }), (each, more) => {
        const accepted = updateHolds([], decide(inputOf(each))).map((hold) => ({
          ...hold,
          status: 'accepted' as const,
        }));
        const after = updateHolds(accepted, decide(inputOf({ ...each, received: each.received + more })));
        expect(after.filter(({ status }) => status !== 'accepted')).toEqual([]);
      }),
      { numRuns },
    );
  });
});

describe('repetition', () => {
  test('the same input gives the same decision and hash, also after storage in another key order', () => {
    fc.assert(
      fc.property(nearSituation, (each) => {
        const decision = decide(inputOf(each));
        const stored = reversed(JSON.parse(JSON.stringify(decision))) as MatchDecision;
        expect(recompute(stored, sha256)).toMatchObject({ same: true, differences: [] });
      }),
      { numRuns },
    );
  });

  test('a changed record is found out', () => {
    const decision = decide(matchInput());
    const forged = { ...decision, amounts: { ...decision.amounts, payable: '900.00' } };
    expect(recompute(forged, sha256)).toMatchObject({ same: false, differences: ['amounts.payable'] });
    const otherFacts = { ...decision, input: { ...decision.input, receipts: [] } };
    expect(recompute(otherFacts, sha256).differences).toContain('inputHash');
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

const anyDecimal = fc
  .tuple(fc.boolean(), fc.nat(9_999_999), fc.integer({ min: 0, max: 6 }))
  .map(([negative, value, places]) => formatDecimal(dec(negative ? -value : value).div(tenTo(places))));
const anyCode = fc.constantFrom('EA', 'CS', 'KGM', 'LBR', 'DZN', 'ZZ', 'C62');
const anyId = fc.constantFrom('1', '2', '0001', 'ITEM-1', 'PO-1', 'X', ' ', '"', '\n', '💶');
const anyDate = fc.constantFrom('2026-03-15', '1900-01-01', '9999-12-31', '2024-02-29');
const anyCharge = fc.record(
  {
    kind: fc.constantFrom('allowance' as const, 'charge' as const),
    reason: fc.constantFrom('freight' as const, 'discount' as const, 'tax' as const, 'other' as const),
    amount: anyDecimal,
    settlement: fc.constantFrom('offInvoice' as const, 'billBack' as const),
  },
  { requiredKeys: ['kind', 'reason', 'amount'] },
);
const anyTax = fc.record(
  { type: fc.constant('VAT'), rate: anyDecimal, baseAmount: anyDecimal, amount: anyDecimal },
  { requiredKeys: ['type'] },
);
const anyLine = fc.record(
  {
    orderId: anyId,
    orderLineId: anyId,
    despatchAdviceId: anyId,
    item: fc.record(
      { buyerId: anyId, sellerId: anyId, gtin: anyId, description: anyId },
      { requiredKeys: [] },
    ),
    quantity: fc.record({ value: anyDecimal, unit: anyCode }, { requiredKeys: ['value'] }),
    price: fc.record(
      {
        amount: anyDecimal,
        baseQuantity: anyDecimal,
        unit: anyCode,
        basisCode: fc.constantFrom('NC', 'PV', 'TP', 'HF', 'toString', '??'),
      },
      { requiredKeys: ['amount'] },
    ),
    lineAmount: anyDecimal,
    allowanceCharges: fc.array(anyCharge, { maxLength: 2 }),
    taxes: fc.array(anyTax, { maxLength: 2 }),
  },
  { requiredKeys: ['item', 'quantity'] },
);
const anyHeader = {
  id: anyId,
  issueDate: anyDate,
  orderId: anyId,
  currency: fc.constantFrom('EUR', 'JPY', 'TND', 'XXX'),
  payeeAccountId: anyId,
  shipDate: anyDate,
  lines: fc.array(anyLine, { maxLength: 4 }),
  allowanceCharges: fc.array(anyCharge, { maxLength: 2 }),
  taxes: fc.array(anyTax, { maxLength: 2 }),
  totals: fc.record(
    { lines: anyDecimal, tax: anyDecimal, payable: anyDecimal },
    { requiredKeys: ['payable'] },
  ),
};
const anyInvoice = fc.record(
  {
    documentType: fc.constant('invoice' as const),
    invoiceType: fc.constantFrom(
      'commercial' as const,
      'corrected' as const,
      'debit' as const,
      'proForma' as const,
    ),
    ...anyHeader,
  },
  { requiredKeys: ['documentType', 'invoiceType', 'id', 'issueDate', 'lines', 'totals'] },
);
const anyCredit = fc.record(
  {
    documentType: fc.constant('creditNote' as const),
    originalInvoiceId: anyId,
    effect: fc.constantFrom('return' as const, 'price' as const),
    ...anyHeader,
  },
  { requiredKeys: ['documentType', 'id', 'issueDate', 'lines', 'totals'] },
);

describe('any document', () => {
  test('gets a decision that explains itself, whatever the partner sent', () => {
    fc.assert(
      fc.property(fc.oneof(anyInvoice, anyCredit), (document) => {
        const valid: Invoice | CreditNote =
          document.documentType === 'invoice' ? invoiceSchema.parse(document) : creditNote.parse(document);
        const decision = decide(
          matchInput({
            document: valid,
            orders: [
              order({
                lines: [
                  orderLine({ id: '1' }),
                  orderLine({ id: '2', item: { buyerId: 'ITEM-1' }, quantity: '0' }),
                ],
              }),
            ],
            units: [
              { unit: 'CS', base: 'EA', numerator: '12' },
              { unit: 'ZZ', base: 'ZZ', numerator: '2' },
              { unit: 'KGM', base: 'EA', numerator: '0' },
            ],
          }),
        );
        const failed = decision.checks.some(({ result }) => result === 'failed');
        expect(isApproved(decision.outcome)).toBe(!failed);
        expect(decision.holds.length > 0).toBe(failed);
        expect(explain(decision)).not.toMatch(/NaN|Infinity|undefined|null/);
        expect(recompute(decision, sha256).same).toBe(true);
      }),
      { numRuns },
    );
  });
});

/** A gateway of two order lines in memory: it decides, remembers, and matches again what is held when goods arrive. */
class Ledger {
  readonly receipts: ReceiptFact[] = [];
  readonly entries = new Map<
    string,
    { document: Invoice | CreditNote; sequence: number; decision: MatchDecision }
  >();
  private readonly policy: MatchPolicy;
  private sequence = 0;

  constructor(policy: MatchPolicy) {
    this.policy = policy;
  }

  receive(lineId: string, quantity: number): void {
    this.receipts.push({
      id: `R-${this.receipts.length}`,
      orderId: 'PO-1',
      orderLineId: lineId,
      receivedDate: '2026-03-10',
      quantity: String(quantity),
    });
    this.matchHeld();
  }

  bill(document: Invoice | CreditNote): void {
    this.sequence += 1;
    this.decide(document, this.sequence);
  }

  matchHeld(): void {
    for (const { document, sequence, decision } of [...this.entries.values()]) {
      if (!isApproved(decision.outcome)) this.decide(document, sequence);
    }
  }

  approved(lineId: string): { quantity: number; amount: number } {
    const lines = [...this.entries.values()]
      .filter(({ decision }) => isApproved(decision.outcome))
      .flatMap(({ decision }) => decision.lines.flatMap(({ allocations }) => allocations))
      .filter(({ orderLineId }) => orderLineId === lineId);
    return {
      quantity: sum(lines.map(({ quantity }) => quantity)).toNumber(),
      amount: sum(lines.map(({ amount }) => amount)).toNumber(),
    };
  }

  received(lineId: string): number {
    return sum(
      this.receipts.filter((each) => each.orderLineId === lineId).map(({ quantity }) => quantity),
    ).toNumber();
  }

  private decide(document: Invoice | CreditNote, sequence: number): void {
    const decision = decide(
      matchInput({
        documentId: document.id,
        document,
        sequence,
        policy: this.policy,
        orders: [
          order({ lines: [orderLine({ id: '1' }), orderLine({ id: '2', price: { amount: '7.77' } })] }),
        ],
        receipts: this.receipts,
        priorInvoices: [...this.entries.values()]
          .filter((each) => each.document.id !== document.id)
          .map((each) => asPrior(each.decision)),
      }),
    );
    this.entries.set(document.id, { document, sequence, decision });
  }
}

type Step =
  | { type: 'receipt'; line: string; quantity: number }
  | {
      type: 'invoice' | 'debit' | 'return' | 'priceCredit';
      line: string;
      quantity: number;
      price: number;
      of: number;
    };

const PRICES: Readonly<Record<string, number>> = { '1': 1000, '2': 777 };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('receipt' as const),
      line: fc.constantFrom('1', '2'),
      quantity: fc.integer({ min: -10, max: 60 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom(
        'invoice' as const,
        'invoice' as const,
        'invoice' as const,
        'debit' as const,
        'return' as const,
        'priceCredit' as const,
      ),
      line: fc.constantFrom('1', '2'),
      quantity: fc.integer({ min: 1, max: 70 }),
      price: fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 40 })),
      of: fc.nat(8),
    }),
  },
);

function documentOf(each: Exclude<Step, { type: 'receipt' }>, index: number): Invoice | CreditNote {
  const agreed = PRICES[each.line] ?? 0;
  const small = each.type === 'debit' || each.type === 'priceCredit';
  const price = small ? Math.abs(each.price) + 1 : agreed + each.price;
  const fields = {
    id: `D-${index}x${index * 7919}`,
    issueDate: `2026-03-${String(1 + (index % 20)).padStart(2, '0')}`,
    despatchAdviceId: `DN-${index}`,
    lines: [
      invoiceLine({
        orderLineId: each.line,
        item: { buyerId: `ITEM-${each.line}` },
        quantity: { value: String(each.quantity), unit: 'EA' },
        price: { amount: cents(price) },
      }),
    ],
    totals: { payable: cents(each.quantity * price) },
  };
  if (each.type === 'invoice' || each.type === 'debit') {
    return invoice({ ...fields, invoiceType: each.type === 'debit' ? 'debit' : 'commercial' });
  }
  return {
    documentType: 'creditNote',
    orderId: 'PO-1',
    currency: 'EUR',
    originalInvoiceId: `D-${each.of}x${each.of * 7919}`,
    effect: each.type === 'return' ? 'return' : 'price',
    ...fields,
  };
}

describe('sequences of receipts, invoices, debit notes and credit notes', () => {
  test('never approve more than was received at the agreed price and tolerance', () => {
    const policy = companyPolicy({ version: 'v4' });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        const ledger = new Ledger(policy);
        steps.forEach((each, index) => {
          const before = new Map(['1', '2'].map((line) => [line, ledger.approved(line)]));
          if (each.type === 'receipt') ledger.receive(each.line, each.quantity);
          else ledger.bill(documentOf(each, index));
          for (const line of ['1', '2']) {
            const { quantity, amount } = ledger.approved(line);
            const was = before.get(line) ?? { quantity: 0, amount: 0 };
            expect(quantity).toBeGreaterThanOrEqual(0);
            expect(amount).toBeGreaterThanOrEqual(-1e-9);
            // Goods that go back after approval are a claim, not a match: the bound holds for whatever is newly approved.
            if (quantity > was.quantity)
              expect(quantity).toBeLessThanOrEqual(Math.min(100, ledger.received(line)));
            if (amount > was.amount) {
              const agreed = (quantity * (PRICES[line] ?? 0)) / 100;
              expect(amount).toBeLessThanOrEqual(agreed * 1.02 + 0.01);
            }
          }
        });
      }),
      { numRuns },
    );
  });

  test('decide invoices of different orders alike in whichever order they come', () => {
    const documentFor = (orderId: string, { quantity, price }: Situation) =>
      invoice({
        id: `INV-${orderId}`,
        orderId,
        despatchAdviceId: `DN-${orderId}`,
        issueDate: orderId === 'PO-1' ? '2026-03-15' : '2026-03-16',
        lines: [
          invoiceLine({ quantity: { value: String(quantity), unit: 'EA' }, price: { amount: cents(price) } }),
        ],
        totals: { payable: cents(quantity * price) },
      });
    const run = (documents: readonly Invoice[], facts: Partial<MatchInput>) => {
      const decisions = new Map<string, MatchDecision>();
      documents.forEach((document, index) => {
        const priorInvoices = [...decisions.values()].map(asPrior);
        decisions.set(
          document.id,
          decide(matchInput({ ...facts, documentId: document.id, document, sequence: index, priorInvoices })),
        );
      });
      return decisions;
    };
    fc.assert(
      fc.property(nearSituation, nearSituation, (left, right) => {
        const facts = {
          orders: [
            order({
              id: 'PO-1',
              lines: [
                orderLine({ id: '1', quantity: String(left.ordered), price: { amount: cents(left.agreed) } }),
              ],
            }),
            order({
              id: 'PO-2',
              lines: [
                orderLine({
                  id: '1',
                  quantity: String(right.ordered),
                  price: { amount: cents(right.agreed) },
                }),
              ],
            }),
          ],
          receipts: [
            {
              id: 'R-1',
              orderId: 'PO-1',
              orderLineId: '1',
              receivedDate: '2026-03-10',
              quantity: String(left.received),
            },
            {
              id: 'R-2',
              orderId: 'PO-2',
              orderLineId: '1',
              receivedDate: '2026-03-10',
              quantity: String(right.received),
            },
          ],
        };
        const one = documentFor('PO-1', left);
        const two = documentFor('PO-2', right);
        const forward = run([one, two], facts);
        const backward = run([two, one], facts);
        for (const { id } of [one, two]) {
          const a = forward.get(id);
          const b = backward.get(id);
          expect([a?.outcome, a?.amounts, a?.holds]).toEqual([b?.outcome, b?.amounts, b?.holds]);
        }
      }),
      { numRuns },
    );
  });
});
