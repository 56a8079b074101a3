import { describe, expect, test } from '@jest/globals';
import type { OrderResponse } from '../../src/documents/order-response.ts';
import {
  adviceOf,
  answeredLine,
  codesOf,
  effectNames,
  orderLine,
  orderOf,
  policyWith,
  responseOf,
  responsePolicy,
  Story,
} from './support.ts';

/** Our changes and cancellations, and what suppliers send that does not quite answer them. */

const accepted = responseOf([], { claim: 'accepted' });

describe('an answer to a cancellation', () => {
  const cancelled = (lines = [orderLine('1')]): Story => {
    const story = new Story().start(lines);
    story.respond(accepted);
    story.cancel();
    return story.deliver();
  };
  const answer = (change: Partial<OrderResponse>, lines: OrderResponse['lines'] = []): OrderResponse =>
    responseOf(lines, { orderVersion: 2, answersChange: true, ...change });

  test('that offers something else does not agree: what was agreed stands', () => {
    const story = cancelled();
    const decision = story.respond(answer({ claim: 'counterOffer' }));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
    expect(story.exceptions()).toEqual(['CHANGE_REJECTED']);
    expect(effectNames(decision.effects)).not.toContain('erp cancellation');
    expect(decision.explanations.map(({ rule }) => rule)).not.toContain('T15');
  });

  test('that does not know the order cancels nothing: our document may be lost', () => {
    const story = cancelled();
    const decision = story.respond(answer({ claim: 'orderNotFound' }));
    expect(story.slices()).toEqual(['1: 100 CANCEL_REQUESTED 2026-03-20']);
    expect(story.exceptions()).toEqual(['SUPPLIER_UNKNOWN_PO']);
    expect(effectNames(decision.effects)).toEqual([]);
  });

  test('that says nothing is no answer: the ladder goes on', () => {
    const story = cancelled();
    story.respond(answer({ claim: 'unstated' }));
    expect(story.slices()).toEqual(['1: 100 CANCEL_REQUESTED 2026-03-20']);
    expect(story.deadlines()).toContain('responseDue/v2/R2');
    expect(story.state!.unanswered).toHaveLength(1);
  });

  test('that speaks by its lines alone agrees for the lines that it names', () => {
    const story = cancelled([orderLine('1'), orderLine('2')]);
    story.respond(answer({ claim: 'unstated' }, [answeredLine('1', [{ claim: 'deleted' }])]));
    expect(story.slices()).toEqual(['1: 100 CANCELLED 2026-03-20', '2: 100 CANCEL_REQUESTED 2026-03-20']);
    expect(story.state!.unanswered).toHaveLength(1);
    story.respond(answer({ claim: 'accepted', id: 'second' }));
    expect(story.slices()[1]).toBe('2: 100 CANCELLED 2026-03-20');
    expect(story.state!.unanswered).toEqual([]);
  });
});

describe('goods that have left', () => {
  test('keep their part of a line that is taken out of the order, and the supplier is asked for no more', () => {
    const story = new Story().start([orderLine('1'), orderLine('2')]);
    story.respond(accepted);
    story.despatch(adviceOf('S1', { '1': '40' }));
    const { effects } = story.change(orderOf([orderLine('2')]));
    expect(story.exceptions()).toEqual(['CROSSED_IN_FLIGHT 1']);
    const sent = effects.find(({ kind }) => kind === 'sendDocument');
    expect(sent).toMatchObject({
      document: { lines: [{ id: '1', action: 'changed', quantity: { value: '40', unit: 'EA' } }] },
    });
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', orderVersion: 2, answersChange: true }));
    expect(story.slices()).toEqual([
      '1: 60 CANCELLED 2026-03-20',
      '1: 40 CONFIRMED 2026-03-20',
      '2: 100 CONFIRMED 2026-03-20',
    ]);
  });

  test('are told when the change that they belong to is refused', () => {
    const story = new Story().start();
    story.respond(accepted);
    story.change(orderOf([orderLine('1', '120')]));
    story.deliver();
    story.despatch(adviceOf('S1', { '1': '110' }));
    story.respond(responseOf([], { claim: 'rejected', orderVersion: 2, answersChange: true }));
    expect(story.exceptions()).toEqual(['CHANGE_REJECTED', 'CROSSED_IN_FLIGHT 1']);
  });

  test('are said to have left: their advice is due at once, and not on the promised day', () => {
    const due = (claim: 'accepted' | 'acceptedAndShipped'): string | undefined => {
      const story = new Story().start();
      story.respond(responseOf([answeredLine('1', [{ claim, quantity: '100' }])]));
      return story.state!.deadlines.find(({ kind }) => kind === 'despatchDue')?.subject;
    };
    expect(due('accepted')).toBe('2026-03-20');
    expect(due('acceptedAndShipped')).toBe('2026-03-02');
  });

  test('may come from elsewhere when another place takes the order', () => {
    const story = new Story().start();
    const decision = story.respond(responseOf([answeredLine('1', [{ claim: 'acceptedElsewhere' }])]));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
    expect(codesOf(decision)).toEqual(['SHIP_FROM_CHANGED']);
    expect(story.exceptions()).toEqual([]);
  });
});

test('a line near its shipment is frozen also where the change moves it far away', () => {
  const story = new Story(responsePolicy({ freezeDays: 5 })).start([orderLine('1')]);
  story.respond(accepted);
  story.at('2026-03-17T09:00:00.000Z');
  story.change(orderOf([orderLine('1', '100', { requestedDeliveryDate: '2026-05-29' })]));
  expect(story.exceptions()).toEqual(['CHANGE_FROZEN']);
  expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
});

describe('days off', () => {
  const promised = (date: string, holidays: string[] = []): string[] => {
    const { calendar } = new Story().policy;
    const story = new Story(policyWith({ calendar: { ...calendar, holidays } })).start();
    story.respond(responseOf([answeredLine('1', [{ claim: 'dateChanged', date }])]));
    return story.slices();
  };

  test.each([
    ['a Saturday', '2026-03-21', []],
    ['a Sunday', '2026-03-22', []],
    ['a holiday', '2026-03-23', ['2026-03-23']],
  ])('%s after the Friday that was asked for is late', (_, date, holidays) => {
    expect(promised(date, holidays)).toEqual([`1: 100 PROPOSED ${date}`]);
  });
});
