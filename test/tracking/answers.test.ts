import { describe, expect, test } from '@jest/globals';
import type { OrderResponse } from '../../src/documents/order-response.ts';
import type { OrderLine } from '../../src/documents/order.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import {
  answeredLine,
  codesOf,
  orderLine,
  policyWith,
  responseOf,
  responsePolicy,
  Story,
  toleranceFor,
  written,
} from './support.ts';

interface Scenario {
  name: string;
  lines?: OrderLine[];
  policy?: TrackingPolicy;
  answers: OrderResponse[];
  slices: string[];
  exceptions?: string[];
  /** What the ERP was told of line 1. */
  erp?: string | undefined;
  /** Named observations of the last decision. */
  codes?: string[];
  waits?: boolean;
}

const line = answeredLine;
const answer = responseOf;
const alternates = (substitutes: string[]): TrackingPolicy =>
  policyWith({ items: [{ ids: ['ITEM-1'], substitutes }] });
const packs = (quantityUpPct: string): TrackingPolicy => ({
  ...toleranceFor({ quantityUpPct }),
  items: [{ ids: ['ITEM-1'], packSize: '12' }],
});

/** One order of 100 pieces at 9.00, wanted on Friday 2026-03-20, released and delivered; then the answers. */
const SCENARIOS: Scenario[] = [
  {
    name: '1 accepted with detail, no change',
    answers: [
      answer([line('1', [{ claim: 'accepted', quantity: '100', date: '2026-03-20' }])], {
        claim: 'accepted',
      }),
    ],
    slices: ['1: 100 CONFIRMED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: '2 accepted without detail: all lines as ordered',
    lines: [orderLine('1'), orderLine('2', '5')],
    answers: [answer([], { claim: 'accepted' })],
    slices: ['1: 100 CONFIRMED 2026-03-20', '2: 5 CONFIRMED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: '3 one line short, the rest unstated',
    answers: [answer([line('1', [{ claim: 'quantityChanged', quantity: '60' }])])],
    slices: ['1: 60 PROPOSED 2026-03-20', '1: 40 OPEN'],
    exceptions: ['CHANGE_PROPOSED 1', 'REMAINDER_UNSTATED 1'],
  },
  {
    name: '3 short within tolerance: the rest is cancelled with it',
    policy: toleranceFor({ quantityDownPct: '5' }),
    answers: [answer([line('1', [{ claim: 'quantityChanged', quantity: '96' }])])],
    slices: ['1: 96 CONFIRMED_CHANGED 2026-03-20', '1: 4 CANCELLED'],
    erp: '96 2026-03-20',
  },
  {
    name: '3 the policy backorders what is unstated',
    policy: responsePolicy({ remainder: 'backorder' }),
    answers: [answer([line('1', [{ claim: 'quantityChanged', quantity: '60' }])])],
    slices: ['1: 60 PROPOSED 2026-03-20', '1: 40 BACKORDERED'],
    exceptions: ['BACKORDER_NO_DATE 1', 'CHANGE_PROPOSED 1'],
    erp: '0',
  },
  {
    name: '4 rounded up to full packs, but nothing more is allowed',
    policy: packs('0'),
    answers: [answer([line('1', [{ claim: 'quantityChanged', quantity: '108' }])])],
    slices: ['1: 108 PROPOSED 2026-03-20'],
    exceptions: ['OVER_CONFIRMED 1'],
  },
  {
    name: '4 rounded up to full packs within the quantity tolerance',
    policy: packs('10'),
    answers: [answer([line('1', [{ claim: 'quantityChanged', quantity: '108' }])])],
    slices: ['1: 108 CONFIRMED_CHANGED 2026-03-20'],
    erp: '108 2026-03-20',
  },
  {
    name: '4 within the quantity tolerance, but beyond the next full pack',
    policy: packs('10'),
    answers: [answer([line('1', [{ claim: 'quantityChanged', quantity: '109' }])])],
    slices: ['1: 109 PROPOSED 2026-03-20'],
    exceptions: ['OVER_CONFIRMED 1'],
  },
  {
    name: '5 two dates: each slice is decided by itself',
    answers: [
      answer([
        line('1', [
          { claim: 'accepted', quantity: '60', date: '2026-03-20' },
          { claim: 'dateChanged', quantity: '40', date: '2026-03-27' },
        ]),
      ]),
    ],
    slices: ['1: 60 CONFIRMED 2026-03-20', '1: 40 PROPOSED 2026-03-27'],
    exceptions: ['CHANGE_PROPOSED 1'],
    erp: '60 2026-03-20',
  },
  {
    name: '5 two dates as two lines of the answer',
    answers: [
      answer([
        line('1', [{ claim: 'accepted', quantity: '60', date: '2026-03-20' }]),
        line('1', [{ claim: 'dateChanged', date: '2026-03-27' }], { quantity: { value: '40', unit: 'EA' } }),
      ]),
    ],
    slices: ['1: 60 CONFIRMED 2026-03-20', '1: 40 PROPOSED 2026-03-27'],
    exceptions: ['CHANGE_PROPOSED 1'],
    erp: '60 2026-03-20',
  },
  {
    name: '5 two dates for a partner that must ship complete',
    policy: responsePolicy({ shipComplete: true }),
    answers: [
      answer([
        line('1', [
          { claim: 'accepted', quantity: '60', date: '2026-03-20' },
          { claim: 'accepted', quantity: '40', date: '2026-03-20' },
        ]),
      ]),
    ],
    slices: ['1: 60 PROPOSED 2026-03-20', '1: 40 PROPOSED 2026-03-20'],
    exceptions: ['CHANGE_PROPOSED 1'],
  },
  {
    name: '6 partial with backordered balance in time, then all confirmed',
    answers: [
      answer([
        line('1', [
          { claim: 'partialBackordered', quantity: '60' },
          { claim: 'backordered', quantity: '40', date: '2026-03-20' },
        ]),
      ]),
      answer([line('1', [{ claim: 'accepted', quantity: '100' }])], { purpose: 'change' }),
    ],
    slices: ['1: 60 CONFIRMED 2026-03-20', '1: 40 CONFIRMED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: '6 partial, balance backordered without a date',
    answers: [answer([line('1', [{ claim: 'partialBackordered', quantity: '60' }])])],
    slices: ['1: 60 PROPOSED 2026-03-20', '1: 40 BACKORDERED'],
    exceptions: ['BACKORDER_NO_DATE 1', 'CHANGE_PROPOSED 1'],
    erp: '0',
  },
  {
    name: '7 backordered without a date',
    answers: [answer([line('1', [{ claim: 'backordered' }])])],
    slices: ['1: 100 BACKORDERED'],
    exceptions: ['BACKORDER_NO_DATE 1'],
    erp: '0',
  },
  {
    name: '7 backordered until after it is needed',
    answers: [answer([line('1', [{ claim: 'backordered', date: '2026-04-10' }])])],
    slices: ['1: 100 PROPOSED 2026-04-10'],
    exceptions: ['CHANGE_PROPOSED 1'],
  },
  {
    name: '8 approved substitute',
    policy: alternates(['ALT-1']),
    answers: [answer([line('1', [{ claim: 'substituted', quantity: '100', item: { buyerId: 'ALT-1' } }])])],
    slices: ['1: 100 CONFIRMED_CHANGED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: '8 approved substitute that costs more',
    policy: alternates(['ALT-1']),
    answers: [
      answer([
        line('1', [{ claim: 'substituted', quantity: '100', item: { buyerId: 'ALT-1' } }], {
          price: { amount: '9.50' },
        }),
      ]),
    ],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['CHANGE_PROPOSED 1', 'CODE_VALUE_MISMATCH 1'],
  },
  {
    name: '9 substitute that nobody approved',
    answers: [answer([line('1', [{ claim: 'substituted', quantity: '100', item: { buyerId: 'ALT-1' } }])])],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['CHANGE_PROPOSED 1'],
  },
  {
    name: '10 price up one percent, nothing allowed',
    answers: [answer([line('1', [{ claim: 'priceChanged' }], { price: { amount: '9.09' } })])],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['CHANGE_PROPOSED 1'],
  },
  {
    name: '10 price up one percent within two',
    policy: toleranceFor({ priceUpPct: '2' }),
    answers: [answer([line('1', [{ claim: 'priceChanged' }], { price: { amount: '9.09' } })])],
    slices: ['1: 100 CONFIRMED_CHANGED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: '10 price up within the percentage, but beyond the cap',
    policy: toleranceFor({ priceUpPct: '2', priceUpAbs: '0.05' }),
    answers: [answer([line('1', [{ claim: 'priceChanged' }], { price: { amount: '9.09' } })])],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['CHANGE_PROPOSED 1'],
  },
  {
    name: '10 price up ten percent',
    policy: toleranceFor({ priceUpPct: '2' }),
    answers: [answer([line('1', [{ claim: 'priceChanged' }], { price: { amount: '9.90' } })])],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['CHANGE_PROPOSED 1'],
  },
  {
    name: '10 price times one hundred looks like another basis',
    answers: [answer([line('1', [{ claim: 'priceChanged' }], { price: { amount: '900' } })])],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['SUSPICIOUS_PRICE 1'],
  },
  {
    name: '10 the same price on another basis is no change',
    answers: [
      answer([line('1', [{ claim: 'accepted' }], { price: { amount: '900', baseQuantity: '100' } })]),
    ],
    slices: ['1: 100 CONFIRMED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: '10 a lower price is taken',
    answers: [answer([line('1', [{ claim: 'priceChanged' }], { price: { amount: '8.50' } })])],
    slices: ['1: 100 CONFIRMED_CHANGED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: '10 a price that drops by a third is suspicious',
    answers: [answer([line('1', [{ claim: 'priceChanged' }], { price: { amount: '6.00' } })])],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['SUSPICIOUS_PRICE 1'],
  },
  {
    name: '11 two business days later within tolerance and before the latest date',
    lines: [orderLine('1', '100', { latestDeliveryDate: '2026-03-25' })],
    policy: toleranceFor({ dateLateDays: 2 }),
    answers: [answer([line('1', [{ claim: 'dateChanged', date: '2026-03-24' }])])],
    slices: ['1: 100 CONFIRMED_CHANGED 2026-03-24'],
    erp: '100 2026-03-24',
  },
  {
    name: '11 within the tolerance in days, but after the latest date',
    lines: [orderLine('1', '100', { latestDeliveryDate: '2026-03-23' })],
    policy: toleranceFor({ dateLateDays: 2 }),
    answers: [answer([line('1', [{ claim: 'dateChanged', date: '2026-03-24' }])])],
    slices: ['1: 100 PROPOSED 2026-03-24'],
    exceptions: ['CHANGE_PROPOSED 1'],
  },
  {
    name: '11 three business days earlier is taken, four are not',
    lines: [orderLine('1'), orderLine('2')],
    answers: [
      answer([
        line('1', [{ claim: 'dateChanged', date: '2026-03-17' }]),
        line('2', [{ claim: 'dateChanged', date: '2026-03-16' }]),
      ]),
    ],
    slices: ['1: 100 CONFIRMED_CHANGED 2026-03-17', '2: 100 PROPOSED 2026-03-16'],
    exceptions: ['CHANGE_PROPOSED 2'],
    erp: '100 2026-03-17',
  },
  {
    name: '12 on hold for our data, item number and unit rejected',
    lines: [orderLine('1'), orderLine('2'), orderLine('3')],
    answers: [
      answer([
        line('1', [{ claim: 'onHoldIncompleteData', code: 'IF' }]),
        line('2', [{ claim: 'rejectedItemNumber', code: 'R2' }]),
        line('3', [{ claim: 'rejectedUnit', code: 'R3' }]),
      ]),
    ],
    slices: ['1: 100 HOLD', '2: 100 REJECTED', '3: 100 REJECTED'],
    exceptions: ['HOLD_BY_SUPPLIER 1', 'LINE_REJECTED 2', 'LINE_REJECTED 3'],
  },
  {
    name: '13 rejected without detail',
    lines: [orderLine('1'), orderLine('2')],
    answers: [answer([], { claim: 'rejected' })],
    slices: ['1: 100 REJECTED', '2: 100 REJECTED'],
    exceptions: ['LINE_REJECTED 1', 'LINE_REJECTED 2'],
  },
  {
    name: '14 rejected with exception detail: the whole order',
    lines: [orderLine('1'), orderLine('2')],
    answers: [answer([line('1', [{ claim: 'rejectedNotAvailable' }])], { claim: 'rejectedExceptions' })],
    slices: ['1: 100 REJECTED', '2: 100 REJECTED'],
    exceptions: ['LINE_REJECTED 1', 'LINE_REJECTED 2'],
  },
  {
    name: '14 rejected with exception detail: only the lines named',
    lines: [orderLine('1'), orderLine('2')],
    policy: responsePolicy({ rfScope: 'lines' }),
    answers: [answer([line('2', [{ claim: 'rejectedNotAvailable' }])], { claim: 'rejectedExceptions' })],
    slices: ['1: 100 CONFIRMED 2026-03-20', '2: 100 REJECTED'],
    exceptions: ['LINE_REJECTED 2'],
    erp: '100 2026-03-20',
  },
  {
    name: '15 on hold as a whole: answered, not committed',
    answers: [answer([], { claim: 'pending' })],
    slices: ['1: 100 PENDING'],
    waits: true,
  },
  {
    name: '15 on hold as a whole, then accepted',
    answers: [answer([], { claim: 'pending' }), answer([], { claim: 'accepted', purpose: 'confirmation' })],
    slices: ['1: 100 CONFIRMED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: '16 accepted by code, another quantity by value: values win',
    answers: [answer([line('1', [{ claim: 'accepted', quantity: '90', code: 'IA' }])])],
    slices: ['1: 90 PROPOSED 2026-03-20', '1: 10 OPEN'],
    exceptions: ['CHANGE_PROPOSED 1', 'CODE_VALUE_MISMATCH 1', 'REMAINDER_UNSTATED 1'],
  },
  {
    name: '16 price changed by code, the ordered price by value',
    answers: [answer([line('1', [{ claim: 'priceChanged' }], { price: { amount: '9.0000' } })])],
    slices: ['1: 100 CONFIRMED 2026-03-20'],
    exceptions: ['CODE_VALUE_MISMATCH 1'],
    erp: '100 2026-03-20',
  },
  {
    name: '20 the same answer twice',
    answers: [answer([], { claim: 'accepted' }), answer([], { claim: 'accepted' })],
    slices: ['1: 100 CONFIRMED 2026-03-20'],
    codes: ['DUPLICATE_RESPONSE'],
    erp: '100 2026-03-20',
  },
  {
    name: '20 marked as a duplicate, with other content',
    answers: [
      answer([], { claim: 'accepted' }),
      answer([line('1', [{ claim: 'accepted', quantity: '90' }])], { purpose: 'duplicate' }),
    ],
    slices: ['1: 100 CONFIRMED 2026-03-20'],
    exceptions: ['DUPLICATE_DIFFERS'],
    erp: '100 2026-03-20',
  },
  {
    name: '20 a second original with other content',
    answers: [
      answer([line('1', [{ claim: 'backordered' }])]),
      answer([line('1', [{ claim: 'accepted', quantity: '100' }])]),
    ],
    slices: ['1: 100 CONFIRMED 2026-03-20'],
    codes: ['ACK_REPEATED_AS_ORIGINAL'],
    erp: '100 2026-03-20',
  },
  {
    name: '23 unsolicited change after the confirmation: the promise stands until the buyer decides',
    answers: [
      answer([], { claim: 'accepted' }),
      answer([line('1', [{ claim: 'dateChanged', quantity: '100', date: '2026-03-24' }])], {
        purpose: 'change',
      }),
    ],
    slices: ['1: 100 PROPOSED 2026-03-24'],
    exceptions: ['CHANGE_PROPOSED 1'],
    erp: '100 2026-03-20',
  },
  {
    name: '23 unsolicited reduction: what is confirmed again stays confirmed',
    answers: [
      answer([], { claim: 'accepted' }),
      answer([line('1', [{ claim: 'quantityChanged', quantity: '70' }])], { purpose: 'change' }),
    ],
    slices: ['1: 70 CONFIRMED 2026-03-20', '1: 30 PROPOSED'],
    exceptions: ['LINE_REJECTED 1'],
    erp: '100 2026-03-20',
  },
  {
    name: 'lines left out of an answer with detail stay open',
    lines: [orderLine('1'), orderLine('2')],
    answers: [answer([line('1', [{ claim: 'accepted' }])])],
    slices: ['1: 100 CONFIRMED 2026-03-20', '2: 100 AWAITING'],
    exceptions: ['LINES_MISSING_IN_ACK'],
    erp: '100 2026-03-20',
    waits: true,
  },
  {
    name: 'lines left out are one exception, which the answer to the last of them closes',
    lines: ['1', '2', '3', '4'].map((id) => orderLine(id)),
    answers: [
      answer([line('1', [{ claim: 'accepted' }])]),
      answer([line('2', [{ claim: 'accepted' }])], { purpose: 'change' }),
      answer([line('3', [{ claim: 'accepted' }]), line('4', [{ claim: 'accepted' }])], { purpose: 'change' }),
    ],
    slices: ['1', '2', '3', '4'].map((id) => `${id}: 100 CONFIRMED 2026-03-20`),
    exceptions: [],
    erp: '100 2026-03-20',
  },
  {
    name: 'lines left out stay one exception while one of them is unanswered',
    lines: ['1', '2', '3'].map((id) => orderLine(id)),
    answers: [
      answer([line('1', [{ claim: 'accepted' }])]),
      answer([line('2', [{ claim: 'accepted' }])], { purpose: 'change' }),
    ],
    slices: ['1: 100 CONFIRMED 2026-03-20', '2: 100 CONFIRMED 2026-03-20', '3: 100 AWAITING'],
    exceptions: ['LINES_MISSING_IN_ACK'],
    erp: '100 2026-03-20',
    waits: true,
  },
  {
    name: 'lines left out of an answer with exceptions only are accepted',
    lines: [orderLine('1'), orderLine('2')],
    answers: [answer([line('2', [{ claim: 'backordered' }])], { claim: 'acceptedExceptions' })],
    slices: ['1: 100 CONFIRMED 2026-03-20', '2: 100 BACKORDERED'],
    exceptions: ['BACKORDER_NO_DATE 2'],
    erp: '100 2026-03-20',
  },
  {
    name: 'a counter-offer applies nothing',
    answers: [answer([line('1', [{ claim: 'accepted', quantity: '100' }])], { claim: 'counterOffer' })],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['CHANGE_PROPOSED 1'],
  },
  {
    name: 'the supplier cancels: never without the buyer',
    answers: [answer([], { claim: 'accepted' }), answer([], { claim: 'cancelled', purpose: 'cancellation' })],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['SUPPLIER_CANCELLED'],
    erp: '100 2026-03-20',
  },
  {
    name: 'the supplier does not know the order',
    answers: [answer([], { claim: 'orderNotFound' })],
    slices: ['1: 100 AWAITING'],
    exceptions: ['SUPPLIER_UNKNOWN_PO'],
    waits: true,
  },
  {
    name: 'a copy for information changes nothing',
    answers: [answer([line('1', [{ claim: 'rejected' }])], { purpose: 'information' })],
    slices: ['1: 100 AWAITING'],
    codes: ['INFORMATION_ONLY'],
    waits: true,
  },
  {
    name: 'a header code without meaning is not applied',
    answers: [answer([line('1', [{ claim: 'rejected' }])], { claim: 'unknown', code: 'ZZ' })],
    slices: ['1: 100 AWAITING'],
    exceptions: ['UNKNOWN_CODE'],
    waits: true,
  },
  {
    name: 'a line that is not on the order, and one that fits two',
    lines: [
      orderLine('1', '100', { item: { buyerId: 'SAME' } }),
      orderLine('2', '50', { item: { buyerId: 'SAME' } }),
    ],
    answers: [
      answer([
        { item: { buyerId: 'SAME' }, schedules: [{ claim: 'accepted' }] },
        { item: { buyerId: 'ELSE' }, schedules: [{ claim: 'accepted' }] },
        { item: { buyerId: 'MORE' }, schedules: [{ claim: 'added' }] },
      ]),
    ],
    slices: ['1: 100 AWAITING', '2: 50 AWAITING'],
    exceptions: ['AMBIGUOUS_LINE', 'LINES_MISSING_IN_ACK', 'LINE_ADDED_BY_SUPPLIER', 'UNKNOWN_LINE'],
    waits: true,
  },
  {
    name: 'a good answer settles what was wrong with the one before',
    answers: [
      answer([], { claim: 'orderNotFound' }),
      answer([line('9', [{ claim: 'accepted' }]), line('1', [{ claim: 'unknown', code: 'X9' }])]),
      answer([], { claim: 'accepted', purpose: 'confirmation' }),
    ],
    slices: ['1: 100 CONFIRMED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: 'a unit without conversion is not guessed',
    answers: [
      answer([
        {
          orderLineId: '1',
          item: {},
          schedules: [{ claim: 'accepted', quantity: { value: '10', unit: 'CT' } }],
        },
      ]),
    ],
    slices: ['1: 100 AWAITING'],
    exceptions: ['UOM_CONVERSION_MISSING'],
    waits: true,
  },
  {
    name: 'a unit with a conversion is converted',
    policy: policyWith({ items: [{ ids: ['ITEM-1'], units: [{ from: 'CT', factor: '10' }] }] }),
    answers: [
      answer([
        {
          orderLineId: '1',
          item: {},
          schedules: [{ claim: 'accepted', quantity: { value: '10', unit: 'CT' } }],
        },
      ]),
    ],
    slices: ['1: 100 CONFIRMED 2026-03-20'],
    erp: '100 2026-03-20',
  },
  {
    name: 'price or date still to come: no commitment yet',
    answers: [answer([line('1', [{ claim: 'pricePending', quantity: '100' }])])],
    slices: ['1: 100 PENDING'],
    waits: true,
  },
  {
    name: 'prices in another currency are not compared',
    answers: [
      answer([line('1', [{ claim: 'accepted' }], { price: { amount: '8.00' } })], { currency: 'USD' }),
    ],
    slices: ['1: 100 PROPOSED 2026-03-20'],
    exceptions: ['CHANGE_PROPOSED 1', 'CODE_VALUE_MISMATCH 1', 'CURRENCY_MISMATCH'],
  },
];

describe('answers of the supplier', () => {
  test.each(SCENARIOS)('$name', ({ lines, policy, answers, slices, exceptions, erp, codes, waits }) => {
    const story = new Story(policy ?? DEFAULT_POLICY).start(lines);
    story.at('2026-03-03T10:00:00.000Z');
    for (const document of answers) story.respond(document);
    expect(story.slices()).toEqual(slices);
    expect(story.exceptions()).toEqual(exceptions ?? []);
    expect(written(story, '1')).toBe(erp);
    if (codes !== undefined) expect(codesOf(story.last())).toEqual(codes);
    expect(story.deadlines().some((key) => key.startsWith('responseDue'))).toBe(waits ?? false);
  });

  test('an explanation names the tolerance, its level and its version', () => {
    const story = new Story(toleranceFor({ priceUpPct: '2' })).start();
    const { explanations } = story.respond(
      responseOf([answeredLine('1', [{ claim: 'priceChanged' }], { price: { amount: '9.90' } })]),
    );
    expect(explanations.find(({ rule }) => rule === '5.4.2 price up')).toEqual({
      rule: '5.4.2 price up',
      lineId: '1',
      text: 'Line 1: price 9.90 instead of 9.00 (+10 %; limit 2 %, from supplier 7): for the buyer to decide.',
      inputs: { ordered: '9.00', stated: '9.90' },
      tolerance: { name: 'priceUpPct', limit: '2', level: 'supplier', version: '7' },
    });
  });

  test('the most specific level that sets a tolerance wins', () => {
    const policy = policyWith({
      tolerances: [
        { level: 'orderLine', version: '1', appliesTo: ['2'], values: { priceUpPct: '20' } },
        { level: 'item', version: '2', appliesTo: ['ITEM-1'], values: { priceUpPct: '1' } },
        { level: 'supplier', version: '3', values: { priceUpPct: '5' } },
        ...DEFAULT_POLICY.tolerances,
      ],
    });
    const story = new Story(policy).start([orderLine('1'), orderLine('2'), orderLine('3')]);
    const price = { amount: '9.36' };
    story.respond(
      responseOf(['1', '2', '3'].map((id) => answeredLine(id, [{ claim: 'priceChanged' }], { price }))),
    );
    expect(story.slices().map((slice) => slice.split(' ')[2])).toEqual([
      'PROPOSED',
      'CONFIRMED_CHANGED',
      'CONFIRMED_CHANGED',
    ]);
    const levels = story.last().explanations.flatMap(({ tolerance }) => tolerance?.level ?? []);
    expect(levels).toEqual(['item', 'orderLine', 'supplier']);
  });
});
