import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../src/documents/order.ts';
import { codesOf, effectNames, orderLine, orderOf, responseOf, responsePolicy, Story } from './support.ts';

/** Changes near the shipment wait for a reason (5.3.3), and what becomes of them when something else comes. */

const near = '2026-03-16T09:00:00.000Z';
const accepted = responseOf([], { claim: 'accepted' });
const order = (first: string, second = '100'): Order =>
  orderOf([orderLine('1', first), orderLine('2', second)]);

function confirmed(): Story {
  const story = new Story(responsePolicy({ freezeDays: 5 })).start([orderLine('1'), orderLine('2')]);
  story.respond(accepted);
  return story;
}

function frozen(): Story {
  const story = confirmed().at(near);
  story.change(order('80'));
  expect(story.exceptions()).toEqual(['CHANGE_FROZEN']);
  return story;
}

describe('a change that waits for a reason', () => {
  test('is taken back in the ERP: nobody is asked any more', () => {
    const story = frozen();
    const { effects } = story.change(order('100'));
    expect([story.exceptions(), effects, story.state!.waitingOrder]).toEqual([[], [], undefined]);
  });

  test('gives way to a newer one that needs no reason, and is not sent after it', () => {
    const story = frozen();
    const newer = orderOf([orderLine('1'), orderLine('2'), orderLine('3')]);
    expect(effectNames(story.change(newer).effects)).toEqual(['send orderChange v2']);
    expect([story.exceptions(), story.state!.waitingOrder]).toEqual([[], undefined]);
  });

  test('goes with the order that is cancelled', () => {
    const story = frozen();
    story.cancel();
    expect(story.exceptions()).toEqual([]);
  });
});

describe('a change that waits for the answer to another one', () => {
  function waiting(reason?: string): Story {
    const story = confirmed().at('2026-03-10T09:00:00.000Z');
    story.change(order('80'));
    story.deliver();
    expect(codesOf(story.change(order('80', '50'), reason))).toEqual(['CHANGE_WAITS']);
    return story.at(near);
  }

  test('needs a reason when the shipment has come near in the meantime', () => {
    const story = waiting();
    const { effects } = story.respond(responseOf([], { claim: 'accepted', orderVersion: 2 }));
    expect(effectNames(effects)).toEqual(['erp confirmations']);
    expect(story.exceptions()).toEqual(['CHANGE_FROZEN']);
    expect(effectNames(story.decideOn('CHANGE_FROZEN', 'accept').effects)).toEqual(['send orderChange v3']);
    expect(story.slices()).toEqual(['1: 80 CONFIRMED 2026-03-20', '2: 50 AWAITING']);
  });

  test('keeps the reason that was given with it', () => {
    const story = waiting('agreed on the phone');
    const { effects } = story.respond(responseOf([], { claim: 'accepted', orderVersion: 2 }));
    expect(effectNames(effects)).toEqual(['erp confirmations', 'send orderChange v3']);
    expect(story.state).not.toHaveProperty('waitingReason');
  });

  test('and is said again changes nothing', () => {
    const story = waiting();
    expect(story.change(order('80', '50')).changed).toBe(false);
  });
});
