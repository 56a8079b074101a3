import { describe, expect, test } from '@jest/globals';
import { balanceOf } from '../../src/tracking/balance.ts';
import {
  adviceOf,
  answeredLine,
  effectNames,
  orderLine,
  orderOf,
  receiptOf,
  responseOf,
  Story,
  WANTED,
  written,
} from './support.ts';

describe('an order from release to closed', () => {
  const story = new Story();

  test('is sent when it is released', () => {
    const decision = story.release(orderOf([orderLine('1'), orderLine('2'), orderLine('3', '10')]));
    expect(effectNames(decision.effects)).toEqual(['send order v1']);
    expect(story.badge()).toBe('QUEUED');
    expect(story.slices()).toEqual(['1: 100 OPEN', '2: 100 OPEN', '3: 10 OPEN']);
  });

  test('awaits its answer from the moment the supplier has it', () => {
    story.deliver(false);
    expect(story.badge()).toBe('AWAITING');
    expect(story.deadlines()).toEqual([
      'functionalAcknowledgmentDue/order/v1',
      'responseDue/v1/R0',
      'responseDue/v1/R1',
      'responseDue/v1/R2',
      'responseDue/v1/R3',
      'responseDue/v1/R4',
      'responseDue/v1/R5',
    ]);
    story.acknowledge('doc-order/v1', 'accepted');
    expect(story.deadlines()).not.toContain('functionalAcknowledgmentDue/order/v1');
  });

  test('an answer with a short line, a late date and a price change: what is as ordered is written, the rest is proposed', () => {
    story.at('2026-03-03T10:00:00.000Z');
    story.respond(
      responseOf([
        answeredLine('1', [{ claim: 'quantityChanged', quantity: '60', code: 'IQ' }]),
        answeredLine('2', [{ claim: 'dateChanged', quantity: '100', date: '2026-03-27', code: 'DR' }]),
        answeredLine('3', [{ claim: 'accepted', quantity: '10', code: 'IA' }]),
      ]),
    );
    expect(story.slices()).toEqual([
      '1: 60 PROPOSED 2026-03-20',
      '1: 40 OPEN',
      '2: 100 PROPOSED 2026-03-27',
      '3: 10 CONFIRMED 2026-03-20',
    ]);
    expect(story.exceptions()).toEqual(['CHANGE_PROPOSED 1', 'CHANGE_PROPOSED 2', 'REMAINDER_UNSTATED 1']);
    expect([written(story, '1'), written(story, '2'), written(story, '3')]).toEqual([
      undefined,
      undefined,
      `10 ${WANTED}`,
    ]);
    expect(story.badge()).toBe('PROPOSED');
    expect(story.deadlines()).toEqual(['despatchDue']);
  });

  test('the buyer accepts, and cancels the rest', () => {
    story.decideOn('CHANGE_PROPOSED', 'accept', { lineId: '1' });
    story.decideOn('CHANGE_PROPOSED', 'accept', { lineId: '2' });
    expect(written(story, '2')).toBe('100 2026-03-27');
    expect(story.exceptions()).toEqual(['REMAINDER_UNSTATED 1']);
    const decision = story.decideOn('REMAINDER_UNSTATED', 'cancelLine');
    expect(effectNames(decision.effects)).toEqual(['send orderChange v2']);
    const [effect] = decision.effects;
    if (effect?.kind !== 'sendDocument') throw new Error('nothing was sent');
    expect(effect.document).toMatchObject({ documentType: 'orderChange', version: 2, purpose: 'change' });
    expect(effect.document.lines).toMatchObject([{ id: '1', action: 'changed', quantity: { value: '60' } }]);
    story.deliver();
    story.respond(responseOf([], { claim: 'accepted', orderVersion: 2 }));
    expect(story.slices()).toContain('1: 40 CANCELLED');
    expect(story.exceptions()).toEqual([]);
  });

  test('goods are announced, received and invoiced: the order closes', () => {
    story.at('2026-03-18T12:00:00.000Z');
    const despatch = story.despatch(
      adviceOf(
        'S-1',
        { '1': '60', '2': '100', '3': '10' },
        { shipDate: '2026-03-18', estimatedDeliveryDate: '2026-03-19' },
      ),
    );
    expect(effectNames(despatch.effects)).toEqual(['erp despatchAdvice']);
    expect(story.badge()).toBe('ANNOUNCED');
    story.at('2026-03-19T12:00:00.000Z');
    const receipt = story.receive(receiptOf('R-1', { '1': '60', '2': '100', '3': '10' }));
    expect(effectNames(receipt.effects)).toEqual(['rematch']);
    expect(story.badge()).toBe('RECEIVED');
    story.invoice('I-1', { '1': '60', '2': '100', '3': '10' });
    expect(story.exceptions()).toEqual([]);
    expect(story.deadlines()).toEqual([]);
    expect(story.badge()).toBe('CLOSED');
    expect(story.state!.lines[0]).toMatchObject({ received: '60', invoiced: '60' });
    expect(balanceOf(story.state!.lines[0]!)).toMatchObject({
      ...{ ordered: '100', confirmed: '60', cancelled: '40', open: '0', over: '0' },
    });
  });
});
