import { describe, expect, test } from '@jest/globals';
import type { OrderState } from '../../../src/tracking/model.ts';
import { buildMatchInput } from '../../../src/tracking/match/build-match-input.ts';
import type { MatchSources } from '../../../src/tracking/match/build-match-input.ts';
import { companyPolicy } from '../../../src/tracking/match/policy.ts';
import {
  answeredLine,
  orderLine,
  policyWith,
  receiptOf,
  responseOf,
  Story,
  toleranceFor,
} from '../support.ts';
import { decide, invoice, invoiceLine } from './fixtures.ts';

function sources(state: OrderState | undefined, fields: Partial<MatchSources> = {}): MatchSources {
  if (state === undefined) throw new Error('no order');
  return {
    documentId: 'doc-1',
    document: invoice({
      orderId: 'PO-1001',
      lines: [invoiceLine({ price: { amount: '9.00' } })],
      totals: { payable: '900.00' },
    }),
    sequence: 1,
    today: '2026-03-20',
    timeZone: 'America/Chicago',
    supplier: { id: 'acme' },
    orders: [state],
    priorInvoices: [],
    policy: companyPolicy({ version: 'v4' }),
    currency: 'EUR',
    ...fields,
  };
}

describe('facts of a match out of the state of an order', () => {
  test('an order that is received in full is approved', () => {
    const story = new Story().start().deliver();
    story.apply({ type: 'goodsReceived', id: 'g1', document: receiptOf('R-1', { '1': '100' }) });
    expect(decide(buildMatchInput(sources(story.state))).outcome).toBe('AUTO_APPROVED');
  });

  test('several receipts and a return add up', () => {
    const story = new Story().start().deliver();
    story.apply({ type: 'goodsReceived', id: 'g1', document: receiptOf('R-1', { '1': '70' }) });
    story.apply({ type: 'goodsReceived', id: 'g2', document: receiptOf('R-2', { '1': '30' }) });
    story.apply({ type: 'goodsReceived', id: 'g3', document: receiptOf('R-3', { '1': '-20' }) });
    const decision = decide(buildMatchInput(sources(story.state)));
    expect(decision.outcome).toBe('HOLD_RECEIPT');
    expect(decision.text[0]).toContain('invoiced 100, received 80');
  });

  describe('the day of a receipt', () => {
    const receivedOn = (story: Story) => buildMatchInput(sources(story.state)).receipts[0]?.receivedDate;
    const dayOnly = receiptOf('R-1', { '1': '100' }, { receivedDate: '2026-03-16' });
    // Evening of the 16th in Chicago.
    const document = { ...dayOnly, receivedAt: '2026-03-17T01:30:00.000Z' };

    test('is the one that the warehouse says, whatever the day is in UTC', () => {
      const story = new Story().start().deliver();
      story.apply({ type: 'goodsReceived', id: 'g1', document });
      expect(receivedOn(story)).toBe('2026-03-16');
    });

    test('is the one that the warehouse says, also where it is told days later and without an hour', () => {
      const story = new Story().start().deliver();
      story.at('2026-03-19T10:00:00.000Z').apply({ type: 'goodsReceived', id: 'g1', document: dayOnly });
      expect(receivedOn(story)).toBe('2026-03-16');
    });

    test('that was counted by earlier rules is the one of its instant in the zone of the company', () => {
      const story = new Story().start().deliver();
      story.apply({ type: 'goodsReceived', id: 'g1', document });
      const receipts = story.state!.receipts.map(({ id, receivedAt, lines }) => ({ id, receivedAt, lines }));
      const counted = { ...story.state!, receipts };
      expect(buildMatchInput(sources(counted)).receipts[0]?.receivedDate).toBe('2026-03-16');
    });
  });

  test('without goods the invoice waits', () => {
    const story = new Story().start().deliver();
    expect(decide(buildMatchInput(sources(story.state))).outcome).toBe('HOLD_RECEIPT');
  });

  test('a substitute may be billed once it is accepted', () => {
    const document = responseOf([
      answeredLine('1', [
        { claim: 'substituted', quantity: '100', date: '2026-03-20', item: { buyerId: 'ALT-1' } },
      ]),
    ]);
    const billed = (substitutes: string[]) => {
      const story = new Story(policyWith({ items: [{ ids: ['ITEM-1'], substitutes }] })).start().deliver();
      story.respond(document);
      story.receive(receiptOf('R-1', { '1': '100' }));
      const lines = [invoiceLine({ item: { buyerId: 'ALT-1' }, price: { amount: '9.00' } })];
      const bill = invoice({ orderId: 'PO-1001', lines, totals: { payable: '900.00' } });
      return decide(buildMatchInput(sources(story.state, { document: bill })));
    };
    expect(billed(['ALT-1']).outcome).toBe('AUTO_APPROVED');
    const undecided = billed([]);
    expect(undecided.outcome).toBe('HOLD_DATA');
    expect(undecided.text.join(' ')).toContain('the substitution is not accepted');
  });

  test('an accepted price of the answer is the agreed price, an undecided one is not', () => {
    const document = responseOf([
      answeredLine('1', [{ claim: 'priceChanged', quantity: '100', date: '2026-03-20' }], {
        price: { amount: '9.90' },
      }),
    ]);
    const invoiced = (policy: ConstructorParameters<typeof Story>[0]) => {
      const story = new Story(policy).start().deliver();
      const documentRef = { documentId: 'd1', contentHash: 'h1' };
      story.apply({ type: 'orderResponseReceived', id: 'a1', document, documentRef, partnerId: 'acme' });
      story.apply({ type: 'goodsReceived', id: 'g1', document: receiptOf('R-1', { '1': '100' }) });
      return decide(
        buildMatchInput(
          sources(story.state, {
            document: invoice({
              orderId: 'PO-1001',
              lines: [invoiceLine({ price: { amount: '9.90' } })],
              totals: { payable: '990.00' },
            }),
          }),
        ),
      ).outcome;
    };
    expect(invoiced(toleranceFor({ priceUpPct: '10' }))).toBe('AUTO_APPROVED');
    expect(invoiced(toleranceFor({ priceUpPct: '0' }))).toBe('HOLD_PRICE');
  });

  test('an article that is a service is billed without a receipt', () => {
    const { state } = new Story().start([orderLine('1', '100')]);
    const items = [{ ids: ['ITEM-1'], service: true }];
    expect(decide(buildMatchInput(sources(state, { items }))).outcome).toBe('AUTO_APPROVED');
    expect(decide(buildMatchInput(sources(state))).outcome).toBe('HOLD_RECEIPT');
  });

  test('packs of the tracking policy convert', () => {
    const story = new Story().start([orderLine('1', '120')]).deliver();
    story.apply({ type: 'goodsReceived', id: 'g1', document: receiptOf('R-1', { '1': '120' }) });
    const inCases = sources(story.state, {
      items: [{ ids: ['ITEM-1'], units: [{ from: 'CS', factor: '12' }] }],
      document: invoice({
        orderId: 'PO-1001',
        lines: [invoiceLine({ quantity: { value: '10', unit: 'CS' }, price: { amount: '108.00' } })],
        totals: { payable: '1080.00' },
      }),
    });
    expect(decide(buildMatchInput(inCases)).outcome).toBe('AUTO_APPROVED');
    expect(decide(buildMatchInput({ ...inCases, items: [] })).holds).toMatchObject([{ owner: 'masterData' }]);
  });

  test('a cancelled order is not billable', () => {
    const { state } = new Story().start().deliver();
    const cancelled = state && {
      ...state,
      lines: state.lines.map((line) => ({
        ...line,
        slices: line.slices.map((slice) => ({ ...slice, state: 'CANCELLED' as const })),
      })),
    };
    const decision = decide(buildMatchInput(sources(cancelled)));
    expect(decision.holds.flatMap(({ codes }) => codes)).toContain('PO_NOT_OPEN');
    expect(decision.text).toContain('Line 1: order PO-1001 is cancelled');
    expect(decision.amounts.payable).toBe('0.00');
  });
});
