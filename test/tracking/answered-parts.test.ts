import { describe, expect, test } from '@jest/globals';
import type { OrderResponseLine } from '../../src/documents/order-response.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import { answeredLine, orderLine, policyWith, responseOf, Story, toleranceFor, written } from './support.ts';

/** What each quantity of a line is said to become, where the answer states some quantities, or none, or odd ones. */

type Answer = Parameters<typeof responseOf>[1];

/** One line of 100 pieces at 9.00 for Friday 2026-03-20, and its answer. */
function answered(lines: OrderResponseLine[], change: Answer = {}, policy?: TrackingPolicy): Story {
  const story = new Story(policy).start([orderLine('1')]);
  story.respond(responseOf(lines, change));
  return story;
}

const line = answeredLine;

describe('several statuses of one line', () => {
  test('a date without a quantity is that of the quantity beside it, and not lost', () => {
    const story = answered([
      line('1', [
        { claim: 'accepted', quantity: '100' },
        { claim: 'dateChanged', date: '2026-03-25' },
      ]),
    ]);
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-25']);
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1']);
    expect(written(story, '1')).toBeUndefined();
  });

  test('within the tolerance it is accepted and written with its own date', () => {
    const story = answered(
      [
        line('1', [
          { claim: 'accepted', quantity: '100' },
          { claim: 'dateChanged', date: '2026-03-23' },
        ]),
      ],
      {},
      toleranceFor({ dateLateDays: 1 }),
    );
    expect(story.slices()).toEqual(['1: 100 CONFIRMED_CHANGED 2026-03-23']);
    expect(written(story, '1')).toBe('100 2026-03-23');
  });

  test('price and date, both without a quantity, speak of the whole line', () => {
    const story = answered([
      line(
        '1',
        [
          { claim: 'priceChanged', code: 'IP' },
          { claim: 'dateChanged', code: 'DR', date: '2026-03-25' },
        ],
        {
          price: { amount: '9.50' },
        },
      ),
    ]);
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-25']);
    expect(story.state!.lines[0]!.slices[0]).toMatchObject({ code: 'IP, DR', price: { amount: '9.50' } });
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1']);
  });

  test('a day of arrival stands against a ship date beside it', () => {
    const [arrival, ship] = [
      { claim: 'accepted', date: '2026-03-20', dateKind: 'delivery' },
      { claim: 'accepted', date: '2026-03-17', dateKind: 'ship' },
    ] as const;
    for (const schedules of [
      [arrival, ship],
      [ship, arrival],
    ]) {
      const story = answered([{ ...line('1', []), schedules }]);
      expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
    }
  });

  test.each([
    ['backordered', 'BACKORDERED'],
    ['rejected', 'REJECTED'],
    ['onHold', 'HOLD'],
    ['datePending', 'PENDING'],
  ] as const)('%s without a quantity is the rest', (claim, state) => {
    const story = answered([line('1', [{ claim: 'quantityChanged', quantity: '60' }, { claim }])]);
    expect(story.slices()).toEqual([expect.stringContaining('1: 60'), `1: 40 ${state}`]);
    expect(story.exceptions()).not.toContain('REMAINDER_UNSTATED 1');
  });

  test('accepted without a quantity is what is not refused', () => {
    const story = answered([line('1', [{ claim: 'rejected', quantity: '40' }, { claim: 'accepted' }])]);
    expect(story.slices()).toEqual(['1: 40 REJECTED', expect.stringContaining('1: 60')]);
    expect(story.exceptions()).toContain('LINE_REJECTED 1');
  });

  test('a hold of what is accepted beside it holds it: nothing is written', () => {
    const story = answered([line('1', [{ claim: 'accepted', quantity: '100' }, { claim: 'onHold' }])]);
    expect(story.slices()).toEqual(['1: 100 HOLD']);
    expect(written(story, '1')).toBeUndefined();
  });

  test('a partial shipment with a new date of the balance unsaid is backordered as before', () => {
    const story = answered([
      line('1', [
        { claim: 'partialBackordered', quantity: '60' },
        { claim: 'dateChanged', date: '2026-03-25' },
      ]),
    ]);
    expect(story.slices()).toEqual(['1: 60 PROPOSED 2026-03-25', '1: 40 BACKORDERED']);
  });
});

describe('a quantity of zero', () => {
  test.each([
    ['rejected', '1: 100 REJECTED', 'LINE_REJECTED 1'],
    ['deleted', '1: 100 REJECTED', 'LINE_REJECTED 1'],
    ['backordered', '1: 100 BACKORDERED', 'BACKORDER_NO_DATE 1'],
    ['onHold', '1: 100 HOLD', 'HOLD_BY_SUPPLIER 1'],
  ] as const)('%s: nothing is confirmed, and all of it is meant', (claim, slice, exception) => {
    const story = answered([line('1', [{ claim, quantity: '0' }])]);
    expect(story.slices()).toEqual([slice]);
    expect(story.exceptions()).toEqual([exception]);
  });

  test('refused beside a part that is confirmed is the rest; beside all of it, nothing', () => {
    const part = answered([
      line('1', [
        { claim: 'accepted', quantity: '60' },
        { claim: 'rejected', quantity: '0' },
      ]),
    ]);
    expect(part.slices()).toEqual([expect.stringContaining('1: 60'), '1: 40 REJECTED']);
    const all = answered([
      line('1', [
        { claim: 'accepted', quantity: '100' },
        { claim: 'rejected', quantity: '0.000' },
      ]),
    ]);
    expect(all.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
  });
});

test('less than nothing is not applied, and told: the line still waits for its answer', () => {
  const story = answered([line('1', [{ claim: 'accepted', quantity: '-5' }])]);
  expect(story.slices()).toEqual(['1: 100 AWAITING']);
  expect(story.exceptions()).toEqual(['CODE_VALUE_MISMATCH 1']);
});

describe('one line answered as several', () => {
  const substitute: OrderResponseLine = {
    orderLineId: '1',
    item: { buyerId: 'ALT-9' },
    price: { amount: '12.00' },
    schedules: [{ claim: 'substituted', quantity: { value: '40', unit: 'EA' } }],
  };

  test('each has its own price and item', () => {
    const story = answered([line('1', [{ claim: 'accepted', quantity: '60' }]), substitute]);
    expect(story.slices()).toEqual(['1: 60 CONFIRMED 2026-03-20', '1: 40 PROPOSED 2026-03-20']);
    const [, other] = story.state!.lines[0]!.slices;
    expect(other).toMatchObject({
      item: { buyerId: 'ALT-9' },
      price: { amount: '12.00' },
      changes: ['price', 'item'],
    });
    expect(written(story, '1')).toBe('60 2026-03-20');
  });

  test('an approved substitute for a part is taken by itself', () => {
    const policy = policyWith({ items: [{ ids: ['ITEM-1'], substitutes: ['ALT-9'] }] });
    const cheap = { ...substitute, price: { amount: '9.00' } };
    const story = answered([line('1', [{ claim: 'accepted', quantity: '60' }]), cheap], {}, policy);
    expect(story.slices()).toEqual(['1: 60 CONFIRMED 2026-03-20', '1: 40 CONFIRMED_CHANGED 2026-03-20']);
    expect(story.state!.lines[0]!.slices[1]!.item).toEqual({ buyerId: 'ALT-9' });
  });

  test('one of them without a word does not silence the other', () => {
    const silent: OrderResponseLine = { orderLineId: '1', item: {}, schedules: [{ claim: 'noAction' }] };
    const story = answered([silent, line('1', [{ claim: 'rejected' }])]);
    expect(story.slices()).toEqual(['1: 100 REJECTED']);
  });
});
