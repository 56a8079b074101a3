import { describe, expect, test } from '@jest/globals';
import type { OrderChange } from '../../src/documents/order.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import type { Decision } from '../../src/tracking/model.ts';
import {
  adviceOf,
  answeredLine,
  codesOf,
  effectNames,
  orderLine,
  orderOf,
  policyWith,
  receiptOf,
  responseOf,
  responsePolicy,
  Story,
  WANTED,
  written,
} from './support.ts';

function sent(decision: Decision): OrderChange {
  const effect = decision.effects.find((each) => each.kind === 'sendDocument');
  if (effect?.document.documentType !== 'orderChange') throw new Error('no order change was sent');
  return effect.document;
}

function confirmed(policy = DEFAULT_POLICY): Story {
  const story = new Story(policy).start([orderLine('1'), orderLine('2', '50')]);
  story.respond(responseOf([], { claim: 'accepted' }));
  return story;
}

describe('the buyer changes the order (T13)', () => {
  test('only the changed line needs a new answer; the change carries its version and what is left to receive', () => {
    const story = confirmed();
    const decision = story.change(orderOf([orderLine('1', '80'), orderLine('2', '50')]));
    expect(sent(decision)).toMatchObject({
      version: 2,
      purpose: 'change',
      lines: [{ id: '1', action: 'changed', quantity: { value: '80' }, quantityLeftToReceive: '80' }],
    });
    expect(story.slices()).toEqual(['1: 80 AWAITING', `2: 50 CONFIRMED ${WANTED}`]);
    story.deliver();
    expect(story.deadlines()).toContain('responseDue/v2/R2');
    story.respond(
      responseOf([answeredLine('1', [{ claim: 'accepted', quantity: '80' }])], {
        orderVersion: 2,
        answersChange: true,
      }),
    );
    expect(story.slices()).toEqual([`1: 80 CONFIRMED ${WANTED}`, `2: 50 CONFIRMED ${WANTED}`]);
    expect([story.exceptions(), story.state!.unanswered]).toEqual([[], []]);
    expect(written(story, '1')).toBe(`80 ${WANTED}`);
  });

  test('an added line, a deleted line, and data that needs no agreement', () => {
    const story = confirmed();
    const decision = story.change(
      orderOf([orderLine('2', '50', { notes: ['fragile'] }), orderLine('3', '7')]),
    );
    expect(sent(decision).lines.map(({ id, action }) => `${id} ${action}`)).toEqual(['1 deleted', '3 added']);
    expect(story.slices()).toEqual([
      `1: 100 CANCEL_REQUESTED ${WANTED}`,
      `2: 50 CONFIRMED ${WANTED}`,
      '3: 7 OPEN',
    ]);
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', orderVersion: 2 }));
    expect(story.slices()).toEqual([
      `1: 100 CANCELLED ${WANTED}`,
      `2: 50 CONFIRMED ${WANTED}`,
      `3: 7 CONFIRMED ${WANTED}`,
    ]);
    expect(effectNames(story.last().effects)).toEqual(['erp cancellation', 'erp confirmations']);
  });

  test('the same order again changes nothing', () => {
    const story = confirmed();
    expect(story.change(orderOf([orderLine('1'), orderLine('2', '50')])).changed).toBe(false);
  });

  test('one unanswered change at a time: later edits go out together after the answer', () => {
    const story = confirmed();
    story.change(orderOf([orderLine('1', '80'), orderLine('2', '50')]));
    story.deliver();
    expect(codesOf(story.change(orderOf([orderLine('1', '80'), orderLine('2', '40')])))).toEqual([
      'CHANGE_WAITS',
    ]);
    expect(story.change(orderOf([orderLine('1', '70'), orderLine('2', '40')])).effects).toEqual([]);
    const answer = story.respond(responseOf([], { claim: 'accepted', orderVersion: 2 }));
    expect(sent(answer)).toMatchObject({
      version: 3,
      lines: [
        { id: '1', quantity: { value: '70' } },
        { id: '2', quantity: { value: '40' } },
      ],
    });
    expect(story.slices()).toEqual(['1: 70 AWAITING', '2: 40 AWAITING']);
  });

  test('an order that never reached the supplier is sent anew, not changed', () => {
    const story = new Story();
    story.release(orderOf([orderLine('1')]));
    story.fail();
    expect(effectNames(story.change(orderOf([orderLine('1', '80')])).effects)).toEqual(['send order v2']);
    story.deliver();
    expect(story.deadlines()).toContain('responseDue/v2/R2');
  });

  test('the supplier refuses the change: the version before stands', () => {
    const story = confirmed();
    story.change(orderOf([orderLine('1', '80'), orderLine('2', '50')]));
    story.deliver();
    story.respond(responseOf([], { claim: 'rejected', orderVersion: 2 }));
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${WANTED}`, `2: 50 CONFIRMED ${WANTED}`]);
    expect(story.exceptions()).toEqual(['CHANGE_REJECTED']);
    expect(story.state!.order!.lines[0]!.quantity.value).toBe('100');
    expect(story.state!.version).toBe(2);
  });

  test('17 an answer to an older version counts only for lines unchanged since', () => {
    const story = new Story().start([orderLine('1'), orderLine('2', '50')]);
    story.change(orderOf([orderLine('1', '80'), orderLine('2', '50')]));
    story.respond(
      responseOf(
        [
          answeredLine('1', [{ claim: 'accepted', quantity: '100' }]),
          answeredLine('2', [{ claim: 'accepted' }]),
        ],
        { orderVersion: 1 },
      ),
    );
    expect(story.slices()).toEqual(['1: 80 AWAITING', `2: 50 CONFIRMED ${WANTED}`]);
    expect(story.exceptions()).toEqual(['STALE_ACK 1']);
  });

  test('an answer without version is read as one to the newest that the supplier has', () => {
    const story = new Story().start([orderLine('1')]);
    story.change(orderOf([orderLine('1', '80')]));
    const early = story.respond(responseOf([answeredLine('1', [{ claim: 'accepted', quantity: '100' }])]));
    expect(codesOf(early)).toEqual(['ACK_VERSION_ASSUMED']);
    expect(story.exceptions()).toEqual(['STALE_ACK 1']);
    story.deliver();
    story.respond(responseOf([answeredLine('1', [{ claim: 'accepted', quantity: '80' }])]));
    expect([story.slices(), story.exceptions()]).toEqual([[`1: 80 CONFIRMED ${WANTED}`], []]);
  });

  test('nothing is reduced below what has shipped', () => {
    const story = confirmed();
    story.despatch(adviceOf('S', { '1': '60' }));
    const decision = story.change(orderOf([orderLine('1', '40'), orderLine('2', '50')]));
    expect(sent(decision).lines).toMatchObject([{ id: '1', quantity: { value: '60' } }]);
    expect(story.slices()[0]).toBe(`1: 60 CONFIRMED ${WANTED}`);
    expect(story.exceptions()).toEqual(['CROSSED_IN_FLIGHT 1']);
  });

  test('inside the freeze window a change waits for a reason', () => {
    const story = confirmed(responsePolicy({ freezeDays: 5 })).at('2026-03-16T09:00:00.000Z');
    const changed = orderOf([orderLine('1', '80'), orderLine('2', '50')]);
    expect(story.change(changed).effects).toEqual([]);
    expect(story.exceptions()).toEqual(['CHANGE_FROZEN']);
    expect(effectNames(story.decideOn('CHANGE_FROZEN', 'accept').effects)).toEqual(['send orderChange v2']);
    expect([story.exceptions(), story.slices()[0]]).toEqual([[], '1: 80 AWAITING']);
    const direct = confirmed(responsePolicy({ freezeDays: 5 })).at('2026-03-16T09:00:00.000Z');
    expect(effectNames(direct.change(changed, 'agreed on the phone').effects)).toEqual([
      'send orderChange v2',
    ]);
  });

  test('values that the ERP has from the accepted answer are no change', () => {
    const story = new Story().start([orderLine('1')]);
    story.respond(
      responseOf([
        answeredLine('1', [{ claim: 'acceptedWithChanges', date: '2026-03-27' }], {
          price: { amount: '9.50' },
        }),
      ]),
    );
    story.decideOn('CHANGE_PROPOSED', 'accept');
    const echo = story.change(
      orderOf([orderLine('1', '100', { price: { amount: '9.50' }, requestedDeliveryDate: '2026-03-27' })]),
    );
    expect([codesOf(echo), echo.effects, story.state!.version]).toEqual([['ECHO'], [], 1]);
  });

  test('a partner that knows no partial change gets the whole order', () => {
    const story = confirmed(policyWith({ changeStyle: 'replacement' }));
    expect(sent(story.change(orderOf([orderLine('1', '80'), orderLine('2', '50')])))).toMatchObject({
      purpose: 'replace',
      lines: [
        { id: '1', action: 'changed' },
        { id: '2', action: 'unchanged' },
      ],
    });
  });
});

describe('a partner that knows no partial change', () => {
  test('does not get a line again that was taken out before', () => {
    const story = confirmed(policyWith({ changeStyle: 'replacement' }));
    story.change(orderOf([orderLine('1', '100')]));
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', answersChange: true, orderVersion: 2 }));
    expect(sent(story.change(orderOf([orderLine('1', '80')])))).toMatchObject({
      version: 3,
      purpose: 'replace',
      lines: [{ id: '1', action: 'changed' }],
    });
  });

  test('gets the whole order where only a part is cancelled, and a cancellation where all is', () => {
    const one = confirmed(policyWith({ changeStyle: 'replacement' }));
    one.despatch(adviceOf('S', { '1': '100' }));
    expect(sent(one.cancel())).toMatchObject({
      purpose: 'replace',
      lines: [
        { id: '1', action: 'unchanged' },
        { id: '2', action: 'deleted' },
      ],
    });
    const all = confirmed(policyWith({ changeStyle: 'replacement' }));
    expect(sent(all.cancel())).toMatchObject({ purpose: 'cancel' });
  });
});

describe('the buyer cancels (T14 to T16)', () => {
  test('what the supplier knows of is asked for; his agreement cancels it', () => {
    const story = confirmed();
    expect(sent(story.cancel())).toMatchObject({ version: 2, purpose: 'cancel' });
    expect(story.badge()).toBe('CANCEL_REQUESTED');
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', answersChange: true }));
    expect(effectNames(story.last().effects)).toEqual(['erp cancellation']);
    expect([story.badge(), story.deadlines(), story.exceptions()]).toEqual(['CANCELLED', [], []]);
  });

  test('what the supplier never had is cancelled at once', () => {
    const story = new Story();
    story.release(orderOf([orderLine('1')]));
    story.fail();
    expect(effectNames(story.cancel().effects)).toEqual(['erp cancellation']);
    expect([story.badge(), story.exceptions()]).toEqual(['CANCELLED', []]);
  });

  test('the supplier refuses: what was agreed stands', () => {
    const story = confirmed();
    story.cancel();
    story.deliver();
    story.respond(responseOf([], { claim: 'rejected', orderVersion: 2 }));
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${WANTED}`, `2: 50 CONFIRMED ${WANTED}`]);
    expect(story.exceptions()).toEqual(['CHANGE_REJECTED']);
  });

  test('24 the cancellation crosses the despatch advice: a person decides', () => {
    const story = confirmed();
    story.cancel();
    story.deliver();
    story.despatch(adviceOf('S', { '1': '100' }));
    expect([story.exceptions(), story.badge()]).toEqual([['CROSSED_IN_FLIGHT 1'], 'CROSSED_IN_FLIGHT']);
    story.decideOn('CROSSED_IN_FLIGHT', 'accept');
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${WANTED}`, `2: 50 CANCEL_REQUESTED ${WANTED}`]);
    expect(story.exceptions()).toEqual([]);
  });

  test('24 the cancellation crosses an answer to the order', () => {
    const story = new Story().start([orderLine('1')]);
    story.cancel();
    story.respond(responseOf([answeredLine('1', [{ claim: 'accepted' }])], { orderVersion: 1 }));
    expect([story.slices(), story.exceptions()]).toEqual([
      ['1: 100 CANCEL_REQUESTED'],
      ['CROSSED_IN_FLIGHT 1'],
    ]);
  });

  test('24 goods of a cancelled line are announced', () => {
    const story = confirmed();
    story.cancel();
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', answersChange: true }));
    story.despatch(adviceOf('S', { '1': '100' }));
    expect(story.exceptions()).toEqual(['OVER_SHIP_ANNOUNCED 1', 'SHIPPED_AFTER_CANCEL 1']);
    story.decideOn('SHIPPED_AFTER_CANCEL', 'accept');
    expect(story.slices()[0]).toBe(`1: 100 CONFIRMED ${WANTED}`);
  });

  test('what has shipped cannot be cancelled any more', () => {
    const story = confirmed();
    story.despatch(adviceOf('S', { '1': '60' }));
    const change = sent(story.cancel());
    expect(change.purpose).toBe('change');
    expect(change.lines.map(({ id, action, quantity }) => [id, action, quantity.value])).toEqual([
      ['1', 'changed', '60'],
      ['2', 'deleted', '50'],
    ]);
    expect(story.exceptions()).toEqual(['CROSSED_IN_FLIGHT 1']);
  });
});

describe('the buyer answers a proposal (T10, T11)', () => {
  function proposed(policy = DEFAULT_POLICY): Story {
    const story = new Story(policy).start([orderLine('1')]);
    story.respond(
      responseOf([answeredLine('1', [{ claim: 'priceChanged' }], { price: { amount: '9.90' } })]),
    );
    return story;
  }

  test('accept: written back, and told to the supplier only where he wants it', () => {
    expect(effectNames(proposed().decideOn('CHANGE_PROPOSED', 'accept').effects)).toEqual([
      'erp confirmations',
    ]);
    const story = proposed(responsePolicy({ confirmAccepted: true }));
    const decision = story.decideOn('CHANGE_PROPOSED', 'accept');
    expect(effectNames(decision.effects)).toEqual(['erp confirmations', 'send orderChange v2']);
    expect(sent(decision)).toMatchObject({
      purpose: 'confirmProposal',
      lines: [{ price: { amount: '9.90' } }],
    });
    expect([story.slices(), story.exceptions()]).toEqual([[`1: 100 CONFIRMED_CHANGED ${WANTED}`], []]);
  });

  test('reject: the order is restated and a new answer awaited; the ERP hears nothing', () => {
    const story = proposed();
    const decision = story.decideOn('CHANGE_PROPOSED', 'reject');
    expect(sent(decision)).toMatchObject({ version: 2, lines: [{ id: '1', price: { amount: '9.00' } }] });
    expect([story.slices(), story.exceptions(), written(story, '1')]).toEqual([
      ['1: 100 COUNTERED'],
      [],
      undefined,
    ]);
    story.deliver();
    expect(story.deadlines()).toContain('responseDue/v2/R2');
    story.respond(responseOf([], { claim: 'accepted', orderVersion: 2 }));
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${WANTED}`]);
  });

  test('counter: other values go out, and the supplier may refuse them: then his proposal is open again', () => {
    const story = proposed();
    const decision = story.decideOn('CHANGE_PROPOSED', 'counter', {
      counter: { priceAmount: '9.40', quantity: '120' },
    });
    expect(sent(decision).lines).toMatchObject([{ quantity: { value: '120' }, price: { amount: '9.40' } }]);
    expect(story.slices()).toEqual(['1: 120 COUNTERED']);
    story.deliver();
    story.respond(responseOf([], { claim: 'rejected', orderVersion: 2 }));
    expect([story.slices(), story.exceptions()]).toEqual([
      [`1: 100 PROPOSED ${WANTED}`],
      ['CHANGE_PROPOSED 1', 'CHANGE_REJECTED'],
    ]);
  });

  test('a refused proposal against a confirmed line: what was confirmed stands all the while', () => {
    const story = confirmed();
    story.respond(
      responseOf([answeredLine('1', [{ claim: 'dateChanged', date: '2026-04-01' }])], { purpose: 'change' }),
    );
    const decision = story.decideOn('CHANGE_PROPOSED', 'reject');
    expect(effectNames(decision.effects)).toEqual(['send orderChange v2']);
    expect(story.state!.lines[0]!.standing).toMatchObject([{ state: 'CONFIRMED', date: WANTED }]);
  });

  test('the buyer cancels a refused line without asking anybody', () => {
    const story = new Story().start([orderLine('1'), orderLine('2')]);
    story.respond(
      responseOf([answeredLine('1', [{ claim: 'rejected' }]), answeredLine('2', [{ claim: 'accepted' }])]),
    );
    const decision = story.decideOn('LINE_REJECTED', 'cancelLine');
    expect(effectNames(decision.effects)).toEqual(['erp cancellation']);
    expect([story.slices()[0], story.exceptions()]).toEqual(['1: 100 CANCELLED', []]);
  });

  test('the buyer takes the supplier\u2019s cancellation, or refuses it', () => {
    const taken = confirmed();
    taken.respond(responseOf([], { claim: 'cancelled' }));
    const acceptance = taken.decideOn('SUPPLIER_CANCELLED', 'accept');
    expect(effectNames(acceptance.effects)).toEqual(['erp cancellation']);
    expect([taken.slices()[0], taken.exceptions(), taken.badge()]).toEqual([
      `1: 100 CANCELLED ${WANTED}`,
      [],
      'CANCELLED',
    ]);
    const refused = confirmed();
    refused.respond(responseOf([], { claim: 'cancelled' }));
    expect(effectNames(refused.decideOn('SUPPLIER_CANCELLED', 'reject').effects)).toEqual([
      'send orderChange v2',
    ]);
    expect(refused.slices()).toEqual(['1: 100 COUNTERED', '2: 50 COUNTERED']);
  });

  test('only what the catalogue allows for an exception is carried out', () => {
    const decision = proposed().decideOn('CHANGE_PROPOSED', 'reissue');
    expect([decision.changed, codesOf(decision)]).toEqual([false, ['ACTION_NOT_ALLOWED']]);
  });

  test('a decision is an event with its author, and cannot be taken twice', () => {
    const story = proposed();
    const decision = story.decideOn('CHANGE_PROPOSED', 'accept');
    expect(decision.exceptions).toMatchObject([
      { change: 'close', by: 'kim', action: 'accept', reason: 'because' },
    ]);
    expect(decision.facts.map(({ type }) => type)).toEqual(['order.changeDecided', 'exception.closed']);
    expect(story.decideOn('CHANGE_PROPOSED', 'accept').changed).toBe(false);
  });

  test('a short close ends the line with less, tells the supplier, and asks for no answer', () => {
    const story = confirmed();
    story.receive(receiptOf('R', { '1': '70', '2': '50' }));
    const decision = story.apply({
      type: 'buyerDecided',
      id: 'short',
      action: 'shortClose',
      author: { name: 'kim' },
      reason: 'enough',
      lineIds: ['1'],
    });
    expect(effectNames(decision.effects)).toEqual(['erp confirmations', 'send orderChange v2']);
    expect(sent(decision).lines).toMatchObject([{ id: '1', quantity: { value: '70' } }]);
    story.deliver();
    story.invoice('I', { '1': '70', '2': '50' });
    expect([story.badge(), story.deadlines()]).toEqual(['CLOSED', []]);
  });
});
