import { describe, expect, test } from '@jest/globals';
import type { OrderResponse } from '../../src/documents/order-response.ts';
import {
  adviceOf,
  answeredLine,
  effectNames,
  orderLine,
  orderOf,
  receiptOf,
  responseOf,
  Story,
  written,
} from './support.ts';

/** Answers that our changes and cancellations overtake, in every order of arrival. */

const line = answeredLine;
const accepted = responseOf([], { claim: 'accepted' });
const answer = (orderVersion: number, claim: OrderResponse['claim'], lines: OrderResponse['lines'] = []) =>
  responseOf(lines, { orderVersion, claim, answersChange: true, id: `${claim}-${orderVersion}` });
const toFirst = responseOf([line('1', [{ claim: 'accepted', quantity: '100' }])], { orderVersion: 1 });

describe('an answer to the order, overtaken by a change', () => {
  const overtaken = (): Story => {
    const story = new Story().start();
    story.change(orderOf([orderLine('1', '80')]));
    story.respond(toFirst);
    expect([story.slices(), story.exceptions()]).toEqual([['1: 80 AWAITING'], ['STALE_ACK 1']]);
    return story.deliver();
  };

  test('counts when the supplier refuses the change, and the ERP hears of it', () => {
    const story = overtaken();
    story.respond(answer(2, 'rejected'));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
    expect(story.exceptions()).toEqual(['CHANGE_REJECTED']);
    expect(written(story, '1')).toBe('100 2026-03-20');
    expect(story.deadlines()).toEqual(['despatchDue']);
  });

  test('does not when he takes the change', () => {
    const story = overtaken();
    story.respond(answer(2, 'accepted'));
    expect([story.slices(), story.exceptions()]).toEqual([['1: 80 CONFIRMED 2026-03-20'], []]);
    expect(written(story, '1')).toBe('80 2026-03-20');
  });

  test('that was a proposal is one again', () => {
    const story = new Story().start();
    story.change(orderOf([orderLine('1', '80')]));
    const dearer = line('1', [{ claim: 'priceChanged' }], { price: { amount: '9.90' } });
    story.respond(responseOf([dearer], { orderVersion: 1 }));
    story.deliver();
    const { exceptions } = story.respond(answer(2, 'rejected'));
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1', 'CHANGE_REJECTED']);
    expect(exceptions).toContainEqual(
      expect.objectContaining({
        exception: expect.objectContaining({
          detail: 'Line 1: the supplier refuses our change, so that what he proposes is open again.',
        }) as object,
      }),
    );
    story.decideOn('CHANGE_PROPOSED', 'accept');
    expect(written(story, '1')).toBe('100 2026-03-20');
  });

  test('that never came is awaited again when he refuses the change: the ladder starts anew', () => {
    const story = new Story().start();
    story.change(orderOf([orderLine('1', '80')]));
    story.deliver();
    story.respond(answer(2, 'rejected'));
    expect(story.slices()).toEqual(['1: 100 AWAITING']);
    expect(story.deadlines()).toContain('responseDue/v1/R2');
    story.respond(toFirst);
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
  });
});

describe('an answer to the order, crossing its cancellation', () => {
  const crossed = (): Story => {
    const story = new Story().start();
    story.cancel();
    story.respond(toFirst);
    expect([story.slices(), story.exceptions()]).toEqual([
      ['1: 100 CANCEL_REQUESTED'],
      ['CROSSED_IN_FLIGHT 1'],
    ]);
    return story.deliver();
  };

  test('counts when the supplier refuses the cancellation', () => {
    const story = crossed();
    story.respond(answer(2, 'rejected'));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
    expect(story.exceptions()).toEqual(['CHANGE_REJECTED']);
    expect(written(story, '1')).toBe('100 2026-03-20');
  });

  test('does not when he agrees, and nobody is asked any more which document he has read', () => {
    const story = crossed();
    story.respond(answer(2, 'accepted'));
    expect([story.slices(), story.exceptions()]).toEqual([['1: 100 CANCELLED'], []]);
  });

  test('counts when the buyer takes the line after all', () => {
    const story = crossed();
    const { effects } = story.decideOn('CROSSED_IN_FLIGHT', 'accept');
    expect([story.slices(), story.exceptions()]).toEqual([['1: 100 CONFIRMED 2026-03-20'], []]);
    expect(effectNames(effects)).toContain('erp confirmations');
  });
});

describe('a change and the cancellation after it are both under way', () => {
  const both = (): Story => {
    const story = new Story().start([orderLine('1'), orderLine('2')]);
    story.respond(accepted);
    story.change(orderOf([orderLine('1', '80'), orderLine('2')]));
    story.deliver();
    story.cancel();
    return story;
  };

  test('whoever answers without naming a version answers the change, and does not agree to cancel', () => {
    const story = both().deliver();
    const change = line('1', [{ claim: 'accepted', quantity: '80' }]);
    story.respond(responseOf([change], { answersChange: true }));
    expect(story.slices()).toEqual(['1: 80 CANCEL_REQUESTED', '2: 100 CANCEL_REQUESTED 2026-03-20']);
    story.respond(answer(3, 'rejected'));
    expect(story.slices()).toEqual(['1: 80 CONFIRMED 2026-03-20', '2: 100 CONFIRMED 2026-03-20']);
    expect(written(story, '1')).toBe('80 2026-03-20');
    expect(story.state!.unanswered).toEqual([]);
  });

  test('he refuses both: the order stands as it was before the change', () => {
    const story = both().deliver();
    story.respond(answer(2, 'rejected'));
    expect(story.slices()[0]).toBe('1: 80 CANCEL_REQUESTED');
    story.respond(answer(3, 'rejected'));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20', '2: 100 CONFIRMED 2026-03-20']);
    expect(story.state!.order!.lines[0]!.quantity.value).toBe('100');
    expect(story.deadlines()).toEqual(['despatchDue']);
  });

  test('he refuses the cancellation first: the change is still awaited, and then answered', () => {
    const story = both().deliver();
    story.respond(answer(3, 'rejected'));
    expect(story.slices()).toEqual(['1: 80 AWAITING', '2: 100 CONFIRMED 2026-03-20']);
    expect(story.deadlines()).toContain('responseDue/v2/R2');
    story.respond(answer(2, 'accepted'));
    expect(story.slices()[0]).toBe('1: 80 CONFIRMED 2026-03-20');
    expect(story.state!.unanswered).toEqual([]);
  });

  test('he agrees to the cancellation: nothing is open', () => {
    const story = both().deliver();
    story.respond(answer(3, 'accepted'));
    expect([story.badge(), story.exceptions(), story.deadlines(), story.state!.unanswered]).toEqual([
      'CANCELLED',
      [],
      [],
      [],
    ]);
  });
});

describe('an answer to the cancellation of one line', () => {
  const cancelled = (): Story => {
    const story = new Story().start([orderLine('1'), orderLine('2')]);
    const dearer = line('1', [{ claim: 'priceChanged' }], { price: { amount: '9.90' } });
    story.respond(responseOf([dearer, line('2', [{ claim: 'accepted' }])]));
    story.decideOn('CHANGE_PROPOSED', 'cancelLine');
    return story.deliver();
  };

  test('says something of another line, too: that is a proposal, and no refusal to cancel', () => {
    const story = cancelled();
    const lines = [
      line('1', [{ claim: 'deleted' }]),
      line('2', [{ claim: 'dateChanged', date: '2026-04-10' }]),
    ];
    story.respond(answer(2, 'acceptedWithChanges', lines));
    expect(story.slices()).toEqual(['1: 100 CANCELLED 2026-03-20', '2: 100 PROPOSED 2026-04-10']);
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 2']);
  });

  test('cancels the whole order: the rest is for the buyer to decide', () => {
    const story = cancelled();
    story.respond(responseOf([], { claim: 'cancelled', purpose: 'cancellation' }));
    expect(story.slices()).toEqual(['1: 100 CANCELLED 2026-03-20', '2: 100 PROPOSED 2026-03-20']);
    expect(story.exceptions()).toEqual(['SUPPLIER_CANCELLED']);
  });

  test('refuses it: what the supplier had proposed is open again, and the reason is told as it is', () => {
    const story = cancelled();
    const { exceptions } = story.respond(answer(2, 'rejected'));
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1', 'CHANGE_REJECTED']);
    const details = exceptions.flatMap((each) => ('exception' in each ? each.exception.detail : []));
    expect(details).toEqual([
      'Line 1: the supplier refuses our cancellation, so that what he proposes is open again.',
      'The supplier refuses to cancel line 1. What was agreed before stands.',
    ]);
  });
});

test('a rest that is not cancelled after all is still to be decided', () => {
  const story = new Story().start();
  story.respond(responseOf([line('1', [{ claim: 'quantityChanged', quantity: '60' }])]));
  story.decideOn('CHANGE_PROPOSED', 'accept');
  story.decideOn('REMAINDER_UNSTATED', 'cancelLine');
  story.deliver();
  story.respond(answer(2, 'rejected'));
  expect(story.exceptions()).toEqual(['CHANGE_REJECTED', 'REMAINDER_UNSTATED 1']);
});

describe('a change that needs no answer, refused', () => {
  const noted = (): Story => {
    const story = new Story().start();
    story.respond(accepted);
    story.change(orderOf([orderLine('1', '100', { notes: ['fragile'] })]));
    return story.deliver();
  };

  test('leaves the order as it is agreed: the buyer is told', () => {
    const story = noted();
    story.respond(answer(2, 'rejected'));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
    expect(story.exceptions()).toEqual(['CHANGE_REJECTED']);
    story.respond({ ...answer(2, 'rejected'), id: 'once more' });
    expect(story.exceptions()).toEqual(['CHANGE_REJECTED']);
  });
});

test('a refusal that comes twice refuses the change, and not the order behind it', () => {
  const story = new Story().start();
  story.respond(accepted);
  story.change(orderOf([orderLine('1', '80')]));
  story.deliver();
  story.respond(answer(2, 'rejected'));
  story.respond({ ...answer(2, 'rejected'), id: 'once more' });
  expect([story.slices(), story.exceptions()]).toEqual([
    ['1: 100 CONFIRMED 2026-03-20'],
    ['CHANGE_REJECTED'],
  ]);
});

test('the supplier cancels, and so do we: whoever comes first, it is cancelled', () => {
  const his = responseOf([], { claim: 'cancelled' });
  const ours = new Story().start();
  ours.respond(accepted);
  ours.cancel();
  ours.deliver();
  ours.respond(his);
  const first = new Story().start();
  first.respond(accepted);
  first.respond(his);
  expect(effectNames(first.cancel().effects)).toEqual(['erp cancellation']);
  for (const story of [ours, first])
    expect([story.badge(), story.exceptions(), story.deadlines()]).toEqual(['CANCELLED', [], []]);
});

describe('goods are counted while their cancellation is under way', () => {
  const received = (): Story => {
    const story = new Story().start();
    story.respond(accepted);
    story.cancel();
    story.deliver();
    story.receive(receiptOf('R', { '1': '100' }));
    return story;
  };

  test('a person decides: taken, they are as ordered', () => {
    const story = received();
    expect(story.exceptions()).toEqual(['CROSSED_IN_FLIGHT 1']);
    story.decideOn('CROSSED_IN_FLIGHT', 'accept');
    expect([story.slices(), story.badge()]).toEqual([['1: 100 CONFIRMED 2026-03-20'], 'RECEIVED']);
  });

  test('and it stays so when the supplier agrees to cancel', () => {
    const story = received();
    story.respond(answer(2, 'accepted'));
    expect(story.exceptions()).toEqual(['CROSSED_IN_FLIGHT 1']);
    story.decideOn('CROSSED_IN_FLIGHT', 'accept');
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
  });

  test('nobody is asked about what was not to be cancelled', () => {
    const story = new Story().start();
    story.respond(accepted);
    story.despatch(adviceOf('S', { '1': '40' }));
    story.cancel();
    story.decideOn('CROSSED_IN_FLIGHT', 'dismiss');
    story.receive(receiptOf('R', { '1': '40' }));
    expect(story.exceptions()).toEqual([]);
  });
});
