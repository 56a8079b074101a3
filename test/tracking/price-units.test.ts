import { describe, expect, test } from '@jest/globals';
import type { Price } from '../../src/documents/primitives.ts';
import { diffOrders } from '../../src/tracking/order-diff.ts';
import { RULES } from '../../src/tracking/order-events.ts';
import { answeredLine, orderLine, orderOf, responseOf, Story } from './support.ts';

/** 100 pieces at 9.00 each, answered with a price. */
function answered(price: Price, ordered: Price = { amount: '9.00' }): Story {
  const story = new Story().start([orderLine('1', '100', { price: ordered })]);
  const line = answeredLine('1', [{ claim: 'accepted', quantity: '100', date: '2026-03-20' }]);
  story.respond(responseOf([{ ...line, price }]));
  return story;
}

describe('a number is a price of its unit', () => {
  test.each<[string, Price, Price]>([
    ['a pallet', { amount: '9.00', unit: 'PF' }, { amount: '9.00' }],
    [
      'a kilogram, where the order has one of a piece',
      { amount: '9.00', unit: 'KGM' },
      { amount: '9.00', unit: 'EA' },
    ],
  ])('the ordered number for %s is another price: the buyer decides', (_, price, ordered) => {
    const story = answered(price, ordered);
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-20']);
    expect(story.exceptions()).toContain('CHANGE_PROPOSED 1');
    expect(story.last().explanations[0]!.text).toContain('cannot be compared (other price unit)');
  });

  test('for the ordered unit, named or not, it is the ordered price', () => {
    expect(answered({ amount: '9.00', unit: 'EA' }).slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
    expect(answered({ amount: '9' }, { amount: '9.00', unit: 'EA' }).exceptions()).toEqual([]);
  });

  test('what was confirmed at it is not confirmed again at the price of another unit', () => {
    const story = answered({ amount: '9.00' });
    const line = answeredLine('1', [{ claim: 'accepted', quantity: '100', date: '2026-03-20' }]);
    story.respond(responseOf([{ ...line, price: { amount: '9.00', unit: 'PF' } }], { id: 'A-2' }));
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-20']);
  });

  test('a buyer who changes only the unit of a price changes the price', () => {
    const order = (price: Price) => orderOf([orderLine('1', '100', { price })]);
    const before = order({ amount: '9.00', unit: 'EA' });
    const changes = (after: Price, rules = RULES) =>
      diffOrders(before, order(after), rules).lines[0]!.changes;
    expect(changes({ amount: '9.00', unit: 'KGM' })).toEqual(['price']);
    expect(changes({ amount: '9.00' })).toEqual([]);
    expect(changes({ amount: '9.00', unit: 'KGM' }, 3)).toEqual([]);
  });
});
