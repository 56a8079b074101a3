import { describe, expect, test } from '@jest/globals';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import {
  adviceOf,
  codesOf,
  orderLine,
  policyWith,
  receiptOf,
  responseOf,
  START,
  Story,
  WANTED,
  written,
} from './support.ts';

/** Despatch advices among answers, corrections and receipts. All orders are wanted on Friday 2026-03-20. */

const accepted = responseOf([], { claim: 'accepted' });
const inTransit = (change: Partial<TrackingPolicy['transit']>): TrackingPolicy =>
  policyWith({
    transit: { ...DEFAULT_POLICY.transit, days: 3, unit: 'businessDays', known: true, ...change },
  });
const twoLines = (policy?: TrackingPolicy): Story =>
  new Story(policy).start([orderLine('1'), orderLine('2')]);

describe('a missing despatch advice', () => {
  const overdue = (): Story => {
    const story = twoLines();
    story.respond(accepted);
    story.tick('2026-03-23T22:00:00.000Z');
    expect(story.exceptions()).toEqual(['ASN_MISSING']);
    return story;
  };

  test('is still missing for the lines that another advice does not bring', () => {
    const story = overdue();
    const { exceptions } = story.despatch(adviceOf('S1', { '1': '100' }, { shipDate: '2026-03-23' }));
    expect(story.exceptions()).toEqual(['ASN_MISSING']);
    expect(exceptions).toEqual([
      {
        change: 'update',
        exception: expect.objectContaining({
          detail: 'Lines 2 were to ship by 2026-03-20, and no despatch advice has come.',
        }),
      },
    ]);
    story.receive(receiptOf('R1', { '2': '100' }));
    expect(story.exceptions()).not.toContain('ASN_MISSING');
  });

  test('is missing again when the advice that came is withdrawn', () => {
    const story = overdue();
    story.despatch(adviceOf('S1', { '1': '100', '2': '100' }, { shipDate: '2026-03-23' }));
    expect(story.exceptions()).toEqual([]);
    story.despatch(adviceOf('S1', { '1': '100' }, { purpose: 'cancellation' }));
    expect(story.exceptions()).toEqual(['ASN_MISSING']);
  });
});

describe('goods that were to confirm an order by themselves', () => {
  const announced = (change: Parameters<typeof adviceOf>[2] = {}): Story => {
    const story = twoLines();
    story.respond(responseOf([], { claim: 'pending' }));
    story.state!.exceptions.length = 0;
    story.despatch(
      adviceOf(
        'S1',
        { '1': '100' },
        { shipDate: '2026-03-02', estimatedDeliveryDate: '2026-03-05', ...change },
      ),
    );
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-05', '2: 100 PENDING']);
    return story;
  };

  test('do so no more when their advice is cancelled: the answer is awaited again', () => {
    const story = new Story().start();
    story.despatch(adviceOf('S1', { '1': '100' }, { estimatedDeliveryDate: '2026-03-05' }));
    expect(story.deadlines()).toEqual([]);
    expect(story.state!.committedAt).toBeDefined();
    story.despatch(adviceOf('S1', { '1': '100' }, { purpose: 'cancellation' }));
    expect(story.slices()).toEqual(['1: 100 AWAITING']);
    expect(story.deadlines()).toEqual(
      ['R0', 'R1', 'R2', 'R3', 'R4', 'R5'].map((rung) => `responseDue/v1/${rung}`),
    );
    expect(story.state!.committedAt).toBeUndefined();
    story.tick('2026-03-04T18:00:00.000Z');
    expect(story.exceptions()).toContain('ACK_OVERDUE');
  });

  test('only as far as a replacement brings them, and on its day', () => {
    const story = announced();
    story.despatch(
      adviceOf('S1', { '1': '60' }, { purpose: 'replace', estimatedDeliveryDate: '2026-03-09' }),
    );
    expect(story.slices()).toEqual(['1: 60 CONFIRMED 2026-03-09', '1: 40 AWAITING', '2: 100 PENDING']);
    expect(written(story, '1')).toBe('60 2026-03-09');
  });

  test('stay confirmed as far as another shipment or a receipt has brought them', () => {
    const story = announced();
    story.receive(receiptOf('R1', { '1': '30' }, { despatchAdviceId: 'S9' }));
    story.despatch(adviceOf('S1', { '1': '100' }, { purpose: 'cancellation' }));
    expect(story.slices()).toEqual(['1: 70 AWAITING', '1: 30 CONFIRMED 2026-03-05', '2: 100 PENDING']);
  });

  test('are confirmed by the answer that follows, whatever becomes of the advice', () => {
    const story = announced();
    story.respond(accepted);
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-05', '2: 100 CONFIRMED 2026-03-20']);
    story.despatch(adviceOf('S1', { '1': '100' }, { purpose: 'cancellation' }));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-05', '2: 100 CONFIRMED 2026-03-20']);
  });

  test('come when they come: an answer as ordered behind them changes no promise', () => {
    const story = announced();
    const decision = story.respond(
      responseOf(
        ['1', '2'].map((id) => ({
          orderLineId: id,
          item: { buyerId: `ITEM-${id}` },
          schedules: [{ claim: 'accepted', quantity: { value: '100', unit: 'EA' }, date: WANTED }],
        })),
        { claim: 'accepted' },
      ),
    );
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-05', '2: 100 CONFIRMED 2026-03-20']);
    expect(story.exceptions()).toEqual([]);
    expect(codesOf(decision)).toContain('SHIPPED_OTHER_DATE');
  });
});

describe('a shipment without a day of arrival', () => {
  const shipped = { shipDate: '2026-03-17' };

  test('is not held against a promised day of arrival', () => {
    const story = new Story().start().at('2026-03-17T18:00:00.000Z');
    story.respond(accepted);
    expect(codesOf(story.despatch(adviceOf('S1', { '1': '100' }, shipped)))).toEqual([]);
  });

  test('is held against a promised ship date', () => {
    const story = new Story();
    story.start([orderLine('1', '100', { requestedShipDate: '2026-03-16' })], {
      requestedDeliveryDate: undefined,
    });
    story.respond(accepted);
    story.at('2026-03-17T18:00:00.000Z');
    expect(codesOf(story.despatch(adviceOf('S1', { '1': '100' }, shipped)))).toEqual(['SHIPPED_OTHER_DATE']);
  });

  test('arrives after the transit time', () => {
    const story = new Story(inTransit({ days: 4 })).start().at('2026-03-17T18:00:00.000Z');
    story.despatch(adviceOf('S1', { '1': '100' }, shipped));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-23']);
    expect(written(story, '1')).toBe('100 2026-03-23');
  });

  test('is late when its advice comes after the goods can be here', () => {
    const story = new Story(inTransit({ days: 1 })).start().at('2026-03-19T18:00:00.000Z');
    story.despatch(adviceOf('S1', { '1': '100' }, shipped));
    expect(story.exceptions()).toEqual(['ASN_LATE']);
  });
});

describe('the transit time of a lane', () => {
  const lanes = [{ shipTo: 'DC-1', days: 5 }];

  test.each([
    ['the order goes there', {}, '2026-03-23'],
    ['the line goes elsewhere', { shipTo: { id: 'DC-2' } }, '2026-03-19'],
  ] as const)('counts where %s', (_, change, date) => {
    const story = new Story(inTransit({ lanes })).start([orderLine('1', '100', change)]);
    story.despatch(adviceOf('S1', { '1': '100' }, { shipDate: '2026-03-16' }));
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${date}`]);
  });

  test('is known where that of other places is not', () => {
    const story = new Story(inTransit({ days: 0, known: false, lanes })).start();
    story.respond(
      responseOf([
        {
          orderLineId: '1',
          item: {},
          schedules: [{ claim: 'accepted', date: '2026-03-13', dateKind: 'ship' }],
        },
      ]),
    );
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
  });
});

describe('quantities', () => {
  const inCases = policyWith({ items: [{ ids: ['ITEM-1'], units: [{ from: 'CS', factor: '12' }] }] });
  const cases = (lines: [quantity: string, cumulative: string][]) => ({
    ...adviceOf('S1', {}),
    lines: lines.map(([value, cumulative]) => ({
      orderId: 'PO-1001',
      orderLineId: '1',
      item: { buyerId: 'ITEM-1' },
      quantity: { value, unit: 'CS' },
      cumulativeQuantity: { value: cumulative },
    })),
  });

  test('a cumulative quantity is in the unit of what is shipped', () => {
    const story = new Story(inCases).start([orderLine('1', '48')]);
    story.despatch(cases([['2', '2']]));
    expect(story.exceptions()).toEqual([]);
    story.despatch({ ...cases([['2', '3']]), id: 'S2' });
    expect(story.exceptions()).toEqual(['CUM_MISMATCH 1']);
  });

  test.each([
    [
      [
        ['1', '1'],
        ['3', '4'],
      ],
      [],
    ],
    [
      [
        ['1', '4'],
        ['3', '4'],
      ],
      [],
    ],
    [
      [
        ['1', '2'],
        ['3', '4'],
      ],
      ['CUM_MISMATCH 1'],
    ],
  ] as [[string, string][], string[]][])('of several lines for one of ours: %j', (lines, exceptions) => {
    const story = new Story(inCases).start([orderLine('1', '48')]);
    story.despatch(cases(lines));
    expect(story.exceptions()).toEqual(exceptions);
  });

  test('damaged and accepted goods are counted in the unit of the receipt', () => {
    const story = new Story(inCases).start([orderLine('1', '48')]);
    const receipt = receiptOf('R1', { '1': '4' });
    const lines = receipt.lines.map((line) => ({
      ...line,
      quantity: { value: '4', unit: 'CS' },
      damagedQuantity: '1',
    }));
    story.receive({ ...receipt, lines });
    expect(story.state!.lines[0]).toMatchObject({ received: '48', damaged: '12', accepted: '36' });
  });

  test('nobody ships less than nothing: the line is told and left out', () => {
    const story = new Story().start();
    story.despatch(adviceOf('S1', { '1': '-5' }));
    expect(story.exceptions()).toEqual(['ASN_STRUCTURE']);
    expect(story.state!.lines[0]!.announced).toBe('0');
    expect(story.now).toBe(START);
  });
});
