import { describe, expect, test } from '@jest/globals';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import {
  answeredLine,
  codesOf,
  effectNames,
  orderLine,
  orderOf,
  policyWith,
  responseOf,
  Story,
  written,
} from './support.ts';

/** What the ERP has from us and says again, what it says anew, and what nobody has to say twice. */

const line = answeredLine;
const change = { purpose: 'change' } as const;

describe('the ERP has the values that were written into it', () => {
  test('with a price in its own notation', () => {
    const story = new Story().start();
    story.respond(responseOf([line('1', [{ claim: 'priceChanged' }], { price: { amount: '9.50' } })]));
    story.decideOn('CHANGE_PROPOSED', 'accept');
    const echo = story.change(orderOf([orderLine('1', '100', { price: { amount: '9.5' } })]));
    expect([codesOf(echo), echo.effects, story.state!.version]).toEqual([['ECHO'], [], 1]);
  });

  test('while the supplier has proposed other ones since: his proposal stays open', () => {
    const story = new Story().start();
    story.respond(responseOf([line('1', [{ claim: 'dateChanged', date: '2026-03-19' }])]));
    story.respond(responseOf([line('1', [{ claim: 'dateChanged', date: '2026-04-19' }])], change));
    const echo = story.change(orderOf([orderLine('1', '100', { requestedDeliveryDate: '2026-03-19' })]));
    expect([codesOf(echo), echo.effects]).toEqual([['ECHO'], []]);
    expect([story.slices(), story.exceptions()]).toEqual([
      ['1: 100 PROPOSED 2026-04-19'],
      ['CHANGE_PROPOSED 1'],
    ]);
  });

  test('while the rest of the line is still to be answered', () => {
    const story = new Story().start();
    const slices = [
      { claim: 'accepted', quantity: '60', date: '2026-03-19' },
      { claim: 'datePending', quantity: '40' },
    ] as const;
    story.respond(responseOf([line('1', [...slices])]));
    const echo = story.change(orderOf([orderLine('1', '100', { requestedDeliveryDate: '2026-03-19' })]));
    expect([codesOf(echo), echo.effects]).toEqual([['ECHO'], []]);
    expect(story.slices()).toEqual(['1: 60 CONFIRMED_CHANGED 2026-03-19', '1: 40 PENDING']);
  });

  test('and not the values of the buyer, who takes his change back while it is under way', () => {
    const story = new Story(policyWith({ due: { ...DEFAULT_POLICY.due, maxUnansweredChanges: 2 } })).start();
    story.respond(responseOf([], { claim: 'accepted' }));
    story.change(orderOf([orderLine('1', '80')]));
    story.deliver();
    expect(effectNames(story.change(orderOf([orderLine('1', '100')])).effects)).toEqual([
      'send orderChange v3',
    ]);
  });
});

describe('an order that is cancelled with the supplier', () => {
  const cancelled = (): Story => {
    const story = new Story().start();
    story.respond(responseOf([], { claim: 'accepted' }));
    story.cancel();
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', orderVersion: 2, answersChange: true }));
    return story;
  };

  test('and is there again in the ERP is told: nobody would send it', () => {
    const story = cancelled();
    const { effects } = story.change(orderOf([orderLine('1')]));
    expect([story.exceptions(), effects]).toEqual([['ERP_ORDER_UNSENDABLE'], []]);
    story.cancel();
    expect(story.exceptions()).toEqual([]);
  });

  test('gets another line: that is sent', () => {
    const story = cancelled();
    const more = story.change(orderOf([orderLine('1'), orderLine('2')]));
    expect([effectNames(more.effects), story.exceptions()]).toEqual([['send orderChange v3'], []]);
  });
});

describe('a promise that is asked for again', () => {
  const asked = (): Story => {
    const due = { ...DEFAULT_POLICY.due, reconfirmDays: 5 };
    const story = new Story(policyWith({ due })).start();
    story.respond(responseOf([], { claim: 'accepted' }));
    story.tick('2026-03-13T00:00:00.000Z');
    expect(story.slices()).toEqual(['1: 100 AWAITING 2026-03-20']);
    return story;
  };

  test('is given by the very same answer', () => {
    const story = asked();
    story.respond(responseOf([], { claim: 'accepted' }));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
    expect(story.deadlines()).toEqual(['despatchDue']);
    const again = story.respond(responseOf([], { claim: 'accepted' }));
    expect(codesOf(again)).toEqual(['DUPLICATE_RESPONSE']);
  });

  test('is overtaken by a change of the buyer: the answer to that is written as it is', () => {
    const story = asked();
    story.change(orderOf([orderLine('1', '80')]));
    story.deliver();
    story.respond(responseOf([line('1', [{ claim: 'accepted', quantity: '80' }])], { orderVersion: 2 }));
    expect([story.slices(), story.exceptions()]).toEqual([['1: 80 CONFIRMED 2026-03-20'], []]);
    expect(written(story, '1')).toBe('80 2026-03-20');
    expect(story.state!.lines[0]).not.toHaveProperty('standing');
  });

  test('and is asked for anew when that change is refused', () => {
    const story = asked();
    story.change(orderOf([orderLine('1', '80')]));
    story.deliver();
    story.respond(responseOf([], { orderVersion: 2, claim: 'rejected' }));
    expect(story.slices()).toEqual(['1: 100 AWAITING 2026-03-20']);
    expect(story.deadlines()).toContain('responseDue/v1/R2');
    story.respond(responseOf([], { claim: 'accepted' }));
    expect(story.slices()).toEqual(['1: 100 CONFIRMED 2026-03-20']);
  });
});

describe('an answer to what was said not to have arrived', () => {
  const accepted = responseOf([], { claim: 'accepted' });

  test('proves that it did: it is not to be sent again, and a change of it is a change', () => {
    const story = new Story();
    story.release(orderOf([orderLine('1')]));
    story.fail();
    story.respond(accepted);
    expect([story.exceptions(), story.badge()]).toEqual([[], 'CONFIRMED']);
    expect(effectNames(story.change(orderOf([orderLine('1', '80')])).effects)).toEqual([
      'send orderChange v2',
    ]);
  });

  test('also where its syntax was rejected; what it leaves out is awaited', () => {
    const story = new Story();
    story.release(orderOf([orderLine('1'), orderLine('2')]));
    story.deliver(false);
    story.acknowledge('doc-order/v1', 'rejected');
    story.respond(responseOf([line('1', [{ claim: 'accepted' }])]));
    expect(story.exceptions()).toEqual(['LINES_MISSING_IN_ACK']);
    expect(story.deadlines()).toContain('responseDue/v1/R2');
  });

  test('but not where it says that the order is unknown', () => {
    const story = new Story();
    story.release(orderOf([orderLine('1')]));
    story.fail();
    story.respond(responseOf([], { claim: 'orderNotFound' }));
    expect(story.exceptions()).toEqual(['SUPPLIER_UNKNOWN_PO', 'TRANSPORT_FAILED']);
  });
});

describe('an answer in another currency', () => {
  const answer = (amount: string) =>
    responseOf([line('1', [{ claim: 'accepted', quantity: '100' }], { price: { amount } })], {
      currency: 'USD',
    });

  test.each(['9.00', '11.00'])('with a price of %s is for the buyer to decide', (amount) => {
    const story = new Story().start();
    const { effects, exceptions } = story.respond(answer(amount));
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-20']);
    expect(effects).toEqual([]);
    const details = exceptions.flatMap((each) => ('exception' in each ? each.exception.detail : []));
    expect(details).toContain(
      `Line 1: price ${amount} cannot be compared (it is in USD): for the buyer to decide.`,
    );
  });

  test('never puts its number into the ERP as a price of the order', () => {
    const story = new Story().start();
    story.respond(answer('11.00'));
    const { effects } = story.decideOn('CHANGE_PROPOSED', 'accept');
    expect(JSON.stringify(effects)).not.toContain('11.00');
    expect(written(story, '1')).toBe('100 2026-03-20');
  });

  test('takes back what was confirmed in the right one', () => {
    const story = new Story().start();
    story.respond(responseOf([], { claim: 'accepted' }));
    story.respond(answer('9.00'));
    expect(story.slices()).toEqual(['1: 100 PROPOSED 2026-03-20']);
    expect(story.state!.lines[0]!.standing).toMatchObject([{ state: 'CONFIRMED' }]);
  });
});
