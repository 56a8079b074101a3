import { describe, expect, test } from '@jest/globals';
import type { OrderResponseLine } from '../../src/documents/order-response.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import {
  answeredLine,
  orderLine,
  orderOf,
  policyWith,
  responseOf,
  responsePolicy,
  Story,
  toleranceFor,
  written,
} from './support.ts';

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

describe('units', () => {
  const cases = (
    quantity: string,
    price: string,
    change: Partial<OrderResponseLine> = {},
  ): OrderResponseLine => ({
    orderLineId: '1',
    item: { buyerId: 'ITEM-1' },
    quantity: { value: quantity, unit: 'CS' },
    price: { amount: price },
    schedules: [{ claim: 'accepted', quantity: { value: quantity, unit: 'CS' } }],
    ...change,
  });
  const twelve = policyWith({ items: [{ ids: ['ITEM-1'], units: [{ from: 'CS', factor: '12' }] }] });
  const ordered = (quantity: string, unit = 'EA'): Story =>
    new Story(twelve).start([orderLine('1', quantity, { quantity: { value: quantity, unit } })]);

  test('a case of twelve at 108.00 is twelve pieces at 9.00 each', () => {
    const story = ordered('96');
    story.respond(responseOf([cases('8', '108.00')], { claim: 'accepted' }));
    expect(story.slices()).toEqual(['1: 96 CONFIRMED 2026-03-20']);
    expect(story.exceptions()).toEqual([]);
  });

  test('a price that repeats the ordered one is meant as it was ordered, whatever is counted', () => {
    const story = ordered('96');
    story.respond(responseOf([cases('8', '9.00')], { claim: 'accepted' }));
    expect(story.slices()).toEqual(['1: 96 CONFIRMED 2026-03-20']);
    expect(story.exceptions()).toEqual([]);
  });

  test('a dearer case is dearer by as much, and is no other price basis', () => {
    const story = ordered('96');
    story.respond(responseOf([cases('8', '109.08')]));
    expect(story.exceptions()).toContain('CHANGE_PROPOSED 1');
    expect(story.last().explanations[0]!.text).toBe(
      'Line 1: price 109.08 per 12 instead of 9.00 (+1 %; limit 0 %, from default 1): for the buyer to decide.',
    );
  });

  test('a price for a unit that nobody can convert is not compared', () => {
    const story = ordered('96');
    const pallet = cases('8', '108.00', { quantity: { value: '1', unit: 'PF' } });
    story.respond(responseOf([pallet]));
    expect(story.exceptions()).toContain('CHANGE_PROPOSED 1');
    expect(story.last().explanations[0]!.text).toContain('cannot be compared (other price unit)');
  });

  test.each([
    ['H87', '100', '1: 100 CONFIRMED 2026-03-20'],
    ['DZN', '8.5', '1: 102 PROPOSED 2026-03-20'],
  ])('%s is a unit of every article', (unit, value, slice) => {
    const story = ordered('100');
    story.respond(
      responseOf([
        cases('1', '9', { price: undefined, schedules: [{ claim: 'accepted', quantity: { value, unit } }] }),
      ]),
    );
    expect(story.slices()).toEqual([slice]);
  });

  test('what would have to be rounded is not converted', () => {
    const story = ordered('10', 'DZN');
    story.respond(
      responseOf([
        cases('1', '9', { schedules: [{ claim: 'accepted', quantity: { value: '100', unit: 'EA' } }] }),
      ]),
    );
    expect(story.slices()).toEqual(['1: 10 AWAITING']);
    expect(story.exceptions()).toEqual(['UOM_CONVERSION_MISSING']);
  });
});

describe('a substitute', () => {
  test('named by a number that the order does not use is another item', () => {
    const story = answered([line('1', [{ claim: 'substituted', item: { sellerId: 'ALT-7' } }])]);
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-20']);
    expect(story.state!.lines[0]!.slices[0]!.item).toEqual({ sellerId: 'ALT-7' });
  });

  test('without any name is not accepted', () => {
    const story = answered([line('1', [{ claim: 'substituted', quantity: '100' }])]);
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-20']);
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1']);
  });
});

describe('header and lines', () => {
  test.each([
    [['accepted', 'rejected'], 'rejected', '1: 100 REJECTED'],
    [['rejected', 'accepted'], 'rejected', '1: 100 REJECTED'],
    [['acceptedWithChanges', 'pending'], 'pending', '1: 100 PENDING'],
  ] as const)(
    'codes of the header that say %j are told, and the more cautious counts',
    (statedClaims, claim, slice) => {
      const story = answered([line('1', [{ claim: 'accepted', quantity: '100' }])], {
        claim,
        statedClaims: [...statedClaims],
      });
      expect(story.slices()[0]).toContain(slice);
      expect(JSON.stringify(story.last())).toContain(
        `The codes of the header contradict: ${statedClaims.join(', and ')}. The more cautious was used: ${claim}.`,
      );
      story.respond(responseOf([], { claim: 'accepted', purpose: 'replace' }));
      expect(story.exceptions()).not.toContain('CODE_VALUE_MISMATCH');
    },
  );

  test.each([[['accepted', 'acceptedWithChanges']], [['unstated', 'rejected']], [['accepted']]] as const)(
    'codes of the header that say %j do not contradict',
    (statedClaims) => {
      const story = answered([line('1', [{ claim: 'accepted', quantity: '100' }])], {
        claim: 'accepted',
        statedClaims: [...statedClaims],
      });
      expect(story.exceptions()).toEqual([]);
    },
  );

  test.each([
    ['pending', '1: 100 PENDING'],
    ['rejected', '1: 100 REJECTED'],
  ] as const)(
    '%s above an accepted line: nothing is promised, and the contradiction is told',
    (claim, slice) => {
      const story = answered([line('1', [{ claim: 'accepted', quantity: '100' }])], { claim, code: 'XX' });
      expect(story.slices()[0]).toContain(slice);
      expect(story.exceptions()).toContain('CODE_VALUE_MISMATCH');
      expect(written(story, '1')).toBeUndefined();
      story.respond(responseOf([], { claim: 'accepted', purpose: 'replace' }));
      expect(story.exceptions()).not.toContain('CODE_VALUE_MISMATCH');
    },
  );

  test.each([
    ['accepted', '1: 100 CONFIRMED 2026-03-20'],
    ['rejected', '1: 100 REJECTED'],
  ] as const)('a change without lines that is %s speaks of the whole order', (claim, slice) => {
    expect(answered([], { claim, purpose: 'change' }).slices()).toEqual([slice]);
  });
});

describe('lines that are numbered otherwise', () => {
  const swapped = ['1', '2'].map((id) =>
    line(id === '1' ? '2' : '1', [{ claim: 'accepted' }], { item: { buyerId: `ITEM-${id}` } }),
  );
  const story = (lines: OrderResponseLine[], change: Answer): Story => {
    const two = new Story().start([orderLine('1'), orderLine('2', '7')]);
    two.respond(responseOf(lines, change));
    return two;
  };

  test('are not taken for substitutes of one another, and not for accepted', () => {
    const two = story(swapped, { claim: 'accepted' });
    expect(two.slices()).toEqual(['1: 100 AWAITING', '2: 7 AWAITING']);
    expect(two.exceptions()).toEqual(['AMBIGUOUS_LINE']);
    expect(two.last().exceptions[0]).toMatchObject({
      exception: { detail: expect.stringContaining('line 2 (item ITEM-1), line 1 (item ITEM-2)') },
    });
  });

  test('an exception to a line that is not found keeps the others from being accepted', () => {
    const two = story([line('9', [{ claim: 'rejected' }], { item: { buyerId: 'WHAT' } })], {
      claim: 'acceptedExceptions',
    });
    expect(two.slices()).toEqual(['1: 100 AWAITING', '2: 7 AWAITING']);
    expect(two.exceptions()).toEqual(['UNKNOWN_LINE']);
  });

  test('a substitute that another line has ordered is one where the supplier says so', () => {
    const two = story([line('1', [{ claim: 'substituted', item: { buyerId: 'ITEM-2' } }])], {});
    expect(two.slices()[0]).toBe('1: 100 PROPOSED 2026-03-20');
  });
});

describe('an answer to the version before', () => {
  const crossed = (lines: OrderResponseLine[], change: Answer): Story => {
    const story = new Story().start([orderLine('1'), orderLine('2')]);
    story.change(orderOf([orderLine('1', '120'), orderLine('2'), orderLine('3')]));
    story.deliver();
    story.respond(responseOf(lines, { orderVersion: 1, ...change }));
    return story;
  };

  test('leaves out nothing that it could not name', () => {
    const story = crossed([line('2', [{ claim: 'accepted', quantity: '100' }])], {});
    expect(story.slices()).toEqual(['1: 120 AWAITING', '2: 100 CONFIRMED 2026-03-20', '3: 100 AWAITING']);
    expect(story.exceptions()).toEqual([]);
  });

  test('is stale for the line that was changed, and says nothing of the one that is new', () => {
    const story = crossed([], { claim: 'accepted' });
    expect(story.slices()).toEqual(['1: 120 AWAITING', '2: 100 CONFIRMED 2026-03-20', '3: 100 AWAITING']);
    expect(story.exceptions()).toEqual(['STALE_ACK 1']);
  });
});

describe('what an answer does not mention', () => {
  const detail = (story: Story): unknown => story.last().exceptions.find(({ change }) => change === 'open');
  const short = [line('1', [{ claim: 'quantityChanged', quantity: '60' }])];

  test('is not called refused where it was confirmed before', () => {
    const story = answered([], { claim: 'accepted' });
    story.respond(responseOf(short, { purpose: 'change' }));
    expect(detail(story)).toMatchObject({
      exception: {
        detail: expect.stringMatching(/^Line 1: 40 of 100 were confirmed before, and the answer/),
      },
    });
  });

  test('nor where it counts as given up with the partner', () => {
    const story = answered(short, {}, responsePolicy({ remainder: 'cancel' }));
    expect(story.last().exceptions).toContainEqual({
      change: 'open',
      exception: expect.objectContaining({
        type: 'LINE_REJECTED',
        detail: expect.stringMatching(
          /^Line 1: the answer does not mention 40 of 100, which counts as given up/,
        ),
      }),
    });
  });
});
