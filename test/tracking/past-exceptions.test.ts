import { describe, expect, test } from '@jest/globals';
import { adviceOf, answeredLine, orderLine, orderOf, receiptOf, responseOf, Story } from './support.ts';

/** An exception closes when what it says is not so any more, whatever has changed it, and not before. */

const line = answeredLine;
const accepted = responseOf([], { claim: 'accepted' });
const change = { purpose: 'change' } as const;

describe('the goods come', () => {
  test('of a rest that the answer had not mentioned', () => {
    const story = new Story().start();
    story.respond(responseOf([line('1', [{ claim: 'quantityChanged', quantity: '60' }])]));
    story.decideOn('CHANGE_PROPOSED', 'accept');
    expect(story.exceptions()).toEqual(['REMAINDER_UNSTATED 1']);
    story.despatch(adviceOf('S', { '1': '80' }));
    expect(story.exceptions()).toEqual(['REMAINDER_UNSTATED 1']);
    story.despatch(adviceOf('T', { '1': '20' }));
    expect(story.exceptions()).toEqual([]);
  });

  test('of a backorder without a date', () => {
    const story = new Story().start();
    story.respond(responseOf([line('1', [{ claim: 'backordered' }])]));
    expect(story.exceptions()).toEqual(['BACKORDER_NO_DATE 1']);
    story.despatch(adviceOf('S', { '1': '100' }));
    expect(story.exceptions()).toEqual([]);
  });
});

describe('a despatch advice that is missing', () => {
  const missing = (): Story => {
    const story = new Story().start([orderLine('1'), orderLine('2')]);
    story.respond(accepted);
    story.tick('2026-03-24T09:00:00.000Z');
    expect(story.exceptions()).toEqual(['ASN_MISSING']);
    return story;
  };
  const later = responseOf(
    [
      line('1', [{ claim: 'dateChanged', date: '2026-04-10' }]),
      line('2', [{ claim: 'dateChanged', date: '2026-04-10' }]),
    ],
    change,
  );

  test('is not missed any more once a later day is agreed for every line', () => {
    const story = missing();
    story.respond(later);
    story.decideOn('CHANGE_PROPOSED', 'accept', { lineId: '1' });
    expect(story.exceptions()).toContain('ASN_MISSING');
    story.decideOn('CHANGE_PROPOSED', 'accept', { lineId: '2' });
    expect(story.exceptions()).toEqual([]);
    expect(story.deadlines()).toContain('despatchDue');
  });

  test('nor once the lines are cancelled that it was to bring', () => {
    const story = missing();
    story.receive(receiptOf('R', { '1': '100' }));
    story.change(orderOf([orderLine('1')]));
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', orderVersion: 2, answersChange: true }));
    expect(story.exceptions()).toEqual([]);
  });
});

describe('more than ordered', () => {
  test('is announced, and the buyer agrees to what the supplier had confirmed', () => {
    const story = new Story().start();
    story.respond(responseOf([line('1', [{ claim: 'quantityChanged', quantity: '110' }])]));
    story.despatch(adviceOf('S', { '1': '110' }));
    expect(story.exceptions()).toEqual(['OVER_CONFIRMED 1', 'OVER_SHIP_ANNOUNCED 1']);
    story.decideOn('OVER_CONFIRMED', 'accept');
    expect(story.exceptions()).toEqual([]);
  });

  test('is received, and the order is raised to it', () => {
    const story = new Story().start();
    story.respond(accepted);
    story.receive(receiptOf('R', { '1': '110' }));
    expect(story.exceptions()).toEqual(['OVER_RECEIVED 1']);
    story.change(orderOf([orderLine('1', '110')]));
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', orderVersion: 2, answersChange: true }));
    expect(story.exceptions()).toEqual([]);
  });
});

describe('a substitute that a shipment brings unasked', () => {
  const shipped = (): Story => {
    const story = new Story().start();
    story.respond(accepted);
    const brought = {
      orderId: 'PO-1001',
      orderLineId: '1',
      item: { buyerId: 'NEW' },
      quantity: { value: '100', unit: 'EA' },
    };
    story.despatch(adviceOf('S', {}, { lines: [brought] }));
    expect(story.exceptions()).toEqual(['UNAPPROVED_SUBSTITUTE 1']);
    return story;
  };

  test('is not approved by an answer that says nothing of it', () => {
    const story = shipped();
    story.respond(responseOf([line('1', [{ claim: 'accepted', quantity: '100' }])]));
    expect(story.exceptions()).toEqual(['UNAPPROVED_SUBSTITUTE 1']);
  });

  test('is approved with the supplier\u2019s proposal of it', () => {
    const story = shipped();
    story.respond(
      responseOf([line('1', [{ claim: 'substituted', quantity: '100', item: { buyerId: 'NEW' } }])], change),
    );
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1', 'UNAPPROVED_SUBSTITUTE 1']);
    story.decideOn('CHANGE_PROPOSED', 'accept');
    expect(story.exceptions()).toEqual([]);
  });
});

test('a supplier who cancels and then confirms does not want to cancel any more', () => {
  const story = new Story().start();
  story.respond(accepted);
  story.respond(responseOf([], { claim: 'cancelled' }));
  story.respond(responseOf([line('1', [{ claim: 'accepted', quantity: '100' }])]));
  expect([story.slices(), story.exceptions()]).toEqual([['1: 100 CONFIRMED 2026-03-20'], []]);
});
