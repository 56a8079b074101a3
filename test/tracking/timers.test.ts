import { describe, expect, test } from '@jest/globals';
import { addHours } from '../../src/common/calendar.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';
import {
  adviceOf,
  answeredLine,
  effectNames,
  orderLine,
  orderOf,
  policyWith,
  receiptOf,
  responseOf,
  Story,
  WANTED,
} from './support.ts';

function dueOf(story: Story, key: string): string | undefined {
  return story.state!.deadlines.find((deadline) => deadline.key === key)?.dueAt;
}

const duePolicy = (change: Partial<TrackingPolicy['due']>): TrackingPolicy =>
  policyWith({ due: { ...DEFAULT_POLICY.due, ...change } });

describe('when the answer is due (5.3.4)', () => {
  test.each([
    ['two business days after the transport', {}, '2026-03-02T09:00:00.000Z', '2026-03-04T09:00:00.000Z'],
    [
      'sent after the cut-off: counts as the next business day',
      {},
      '2026-03-02T16:00:00.000Z',
      '2026-03-05T00:00:00.000Z',
    ],
    [
      'sent on a Friday: the weekend does not count',
      {},
      '2026-03-06T09:00:00.000Z',
      '2026-03-10T09:00:00.000Z',
    ],
    [
      'a holiday does not count',
      { holidays: ['2026-03-03'] },
      '2026-03-02T09:00:00.000Z',
      '2026-03-05T09:00:00.000Z',
    ],
    [
      'the clocks go forward on Sunday 29 March: the local time stays',
      { timeZone: 'Europe/Berlin' },
      '2026-03-27T08:00:00.000Z',
      '2026-03-31T07:00:00.000Z',
    ],
  ])('%s', (_, calendar, sentAt, dueAt) => {
    const story = new Story(policyWith({ calendar: { ...DEFAULT_POLICY.calendar, ...calendar } })).at(sentAt);
    story.start([orderLine('1')], { requestedDeliveryDate: '2026-06-30' });
    expect(dueOf(story, 'responseDue/v1/R2')).toBe(dueAt);
  });

  test('a quarter of a short lead time comes first', () => {
    const story = new Story().start([orderLine('1')], { requestedDeliveryDate: '2026-03-06' });
    expect(dueOf(story, 'responseDue/v1/R2')).toBe('2026-03-03T10:30:00.000Z');
  });

  test('what the order itself says comes before everything', () => {
    const story = new Story().start([orderLine('1')], { responseDueAt: '2026-03-09T12:00:00.000Z' });
    expect(dueOf(story, 'responseDue/v1/R2')).toBe('2026-03-09T12:00:00.000Z');
  });

  test('the clock starts at the transport, not at the release', () => {
    const story = new Story();
    story.release(orderOf([orderLine('1')]));
    expect(story.deadlines()).toEqual([]);
    story.at('2026-03-09T09:00:00.000Z').deliver();
    expect(dueOf(story, 'responseDue/v1/R2')).toBe('2026-03-11T09:00:00.000Z');
  });
});

describe('the ladder', () => {
  test('21 no answer: every rung once, in order, and never a cancellation or a second order', () => {
    const story = new Story().start();
    const climbed: string[][] = [];
    for (let hour = 0; hour < 24 * 14; hour++) {
      const fired = story.tick(addHours('2026-03-02T09:00:00.000Z', hour));
      if (fired.length > 0) climbed.push([story.now, ...fired.map((key) => key.split('/')[2] ?? key)]);
    }
    expect(climbed).toEqual([
      ['2026-03-03T09:00:00.000Z', 'R0'],
      ['2026-03-03T21:00:00.000Z', 'R1'],
      ['2026-03-04T09:00:00.000Z', 'R2'],
      ['2026-03-05T09:00:00.000Z', 'R3'],
      ['2026-03-06T09:00:00.000Z', 'R4'],
      ['2026-03-13T00:00:00.000Z', 'R5'],
    ]);
    expect(effectNames(story.effects())).toEqual([
      'send order v1',
      'notify supplier responseDueSoon',
      'notify supplier responseOverdue',
      'notify buyer responseOverdue',
      'notify buyer responseEscalated',
      'notify supplierSecondContact responseOverdue',
      'notify procurementManager responseEscalated',
      'notify buyer atRisk',
    ]);
    expect(story.slices()).toEqual(['1: 100 OVERDUE']);
    expect(story.exceptions()).toEqual(['ACK_OVERDUE', 'AT_RISK']);
    expect(story.badge()).toBe('OVERDUE');
  });

  test('22 a late answer is applied, closes what was opened, and its lateness is kept', () => {
    const story = new Story().start();
    story.tick('2026-03-06T09:00:00.000Z');
    expect(story.exceptions()).toEqual(['ACK_OVERDUE']);
    story.at('2026-03-06T10:00:00.000Z').respond(responseOf([], { claim: 'accepted' }));
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${WANTED}`]);
    expect(story.exceptions()).toEqual([]);
    expect(story.deadlines()).toEqual(['despatchDue']);
    expect(story.state!.lateByMinutes).toBe(49 * 60);
  });

  test('an answer without commitment ends the silence, not the waiting', () => {
    const story = new Story().start();
    story.tick('2026-03-04T09:00:00.000Z');
    story.respond(responseOf([], { claim: 'pending' }));
    expect(story.exceptions()).toEqual(['NO_COMMITMENT']);
    story.tick('2026-03-05T09:00:00.000Z');
    expect(story.exceptions()).toEqual(['NO_COMMITMENT']);
    expect([story.state!.respondedAt, story.state!.committedAt]).toEqual([
      '2026-03-04T09:00:00.000Z',
      undefined,
    ]);
  });

  test('after an outage of ours each missed rung fires once, marked as caught up', () => {
    const story = new Story().start();
    const fired = story.tick('2026-03-05T12:00:00.000Z', true);
    expect(fired.map((key) => key.split('/')[2])).toEqual(['R0', 'R1', 'R2', 'R3']);
    const told = story.effects().filter((effect) => effect.kind === 'notify');
    expect(told.map(({ data }) => data['caughtUp'])).toEqual(['true', 'true', 'true', 'true', 'true']);
    expect(story.tick('2026-03-05T12:00:00.000Z')).toEqual([]);
  });

  test('an outage that the partner announced postpones what blames him, not the risk', () => {
    const outage = { from: '2026-03-03T00:00:00.000Z', until: '2026-03-16T08:00:00.000Z' };
    const story = new Story(duePolicy({ outage })).start();
    story.tick('2026-03-13T00:00:00.000Z');
    expect(story.exceptions()).toEqual(['ACK_OVERDUE', 'AT_RISK']);
    expect(dueOf(story, 'responseDue/v1/R0')).toBe(outage.until);
    expect(story.slices()).toEqual(['1: 100 AWAITING']);
  });

  test('after the outage of a partner the rungs come one after the other, as far apart as before', () => {
    const outage = { from: '2026-03-03T00:00:00.000Z', until: '2026-03-16T08:00:00.000Z' };
    const story = new Story(duePolicy({ outage })).start();
    story.tick('2026-03-16T07:59:00.000Z');
    const paused = ['R0', 'R1', 'R2', 'R3'].map((rung) => dueOf(story, `responseDue/v1/${rung}`));
    expect(paused).toEqual([
      '2026-03-16T08:00:00.000Z',
      '2026-03-16T20:00:00.000Z',
      '2026-03-17T08:00:00.000Z',
      '2026-03-18T08:00:00.000Z',
    ]);
    expect(story.state!.responseDueAt).toBe('2026-03-17T08:00:00.000Z');
    expect(story.tick('2026-03-16T08:00:00.000Z')).toEqual(['responseDue/v1/R0']);
    story.at('2026-03-17T07:00:00.000Z').respond(responseOf([], { claim: 'accepted' }));
    expect(story.state!.lateByMinutes).toBeUndefined();
  });

  test('an outage that lasts longer than announced only moves what is still paused', () => {
    const from = '2026-03-03T00:00:00.000Z';
    const story = new Story(duePolicy({ outage: { from, until: '2026-03-04T00:00:00.000Z' } })).start();
    story.tick('2026-03-03T12:00:00.000Z');
    expect(dueOf(story, 'responseDue/v1/R2')).toBe('2026-03-05T00:00:00.000Z');
    story.policy = duePolicy({ outage: { from, until: '2026-03-06T00:00:00.000Z' } });
    story.tick('2026-03-05T12:00:00.000Z');
    expect(dueOf(story, 'responseDue/v1/R2')).toBe('2026-03-07T00:00:00.000Z');
  });

  test('a clock that was set back fires nothing before its time', () => {
    const story = new Story().start();
    const early = story.at('2026-03-02T10:00:00.000Z').apply({
      type: 'deadlineReached',
      id: 'early',
      key: 'responseDue/v1/R2',
      kind: 'responseDue',
      dueAt: '2026-03-04T09:00:00.000Z',
    });
    expect(early.deadlines).toMatchObject([{ change: 'set', key: 'responseDue/v1/R2' }]);
    expect(story.slices()).toEqual(['1: 100 AWAITING']);
    expect(story.tick('2026-03-04T09:00:00.000Z')).toContain('responseDue/v1/R2');
    expect(story.slices()).toEqual(['1: 100 OVERDUE']);
  });

  test('where our document was never acknowledged the cause is looked for here first', () => {
    const story = new Story();
    story.release(orderOf([orderLine('1')]));
    story.deliver(false).tick('2026-03-05T09:00:00.000Z');
    const raised = story.last().exceptions[0];
    expect(story.exceptions()).toEqual(['ACK_OVERDUE', 'FA_OVERDUE']);
    expect(raised).toMatchObject({ change: 'update', exception: { type: 'ACK_OVERDUE', owner: 'ediOps' } });
  });
});

describe('other due times', () => {
  test('a promise that comes near is to be confirmed again; the promise stands meanwhile', () => {
    const story = new Story(duePolicy({ reconfirmDays: 5 })).start();
    story.respond(responseOf([], { claim: 'accepted' }));
    expect(dueOf(story, 'reconfirm')).toBe('2026-03-13T00:00:00.000Z');
    story.tick('2026-03-13T00:00:00.000Z');
    expect(story.slices()).toEqual([`1: 100 AWAITING ${WANTED}`]);
    expect(story.state!.lines[0]!.standing).toMatchObject([{ state: 'CONFIRMED', quantity: '100' }]);
    story.respond(
      responseOf([answeredLine('1', [{ claim: 'accepted', quantity: '100' }])], { purpose: 'confirmation' }),
    );
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${WANTED}`]);
    expect(story.deadlines()).toEqual(['despatchDue']);
  });

  test('no despatch advice one business day after the promised shipment; the advice closes it', () => {
    const story = new Story().start();
    story.respond(responseOf([], { claim: 'accepted' }));
    expect(dueOf(story, 'despatchDue')).toBe('2026-03-23T15:00:00.000Z');
    story.tick('2026-03-23T15:00:00.000Z');
    expect(story.exceptions()).toEqual(['ASN_MISSING']);
    expect(story.tick('2026-04-23T15:00:00.000Z')).toEqual([]);
    story.despatch(adviceOf('S', { '1': '100' }));
    expect(story.exceptions()).toEqual([]);
  });

  test('a backorder without a date is asked for every five business days, and decided after thirty days', () => {
    const story = new Story().start();
    story.respond(responseOf([answeredLine('1', [{ claim: 'backordered' }])]));
    for (const due of ['2026-03-09T09:00:00.000Z', '2026-03-16T09:00:00.000Z']) {
      expect(story.tick(due)).toEqual(['backorderReminder/1']);
      expect(effectNames(story.decisions.at(-1)!.effects)).toEqual(['notify supplier backorderWithoutDate']);
    }
    story.tick('2026-04-01T09:00:00.000Z');
    expect(story.exceptions()).toEqual(['BACKORDER_NO_DATE 1', 'BACKORDER_WAIT_EXCEEDED 1']);
    story.respond(responseOf([answeredLine('1', [{ claim: 'accepted' }])], { purpose: 'change' }));
    expect(story.exceptions()).toEqual([]);
    expect(story.deadlines()).toEqual(['despatchDue']);
  });

  test('an invoice that waits for its receipt too long; the match ends it', () => {
    const story = new Story().start();
    story.respond(responseOf([], { claim: 'accepted' }));
    story.despatch(adviceOf('S', { '1': '100' }, { estimatedDeliveryDate: '2026-03-05' }));
    const lines = [{ lineId: '1', quantity: '100' }];
    story.apply({ type: 'invoiceHeld', id: 'held', invoiceId: 'I-1', holds: ['HOLD_RECEIPT'], lines });
    expect(story.badge()).toBe('BILLING_HOLD');
    story.tick('2026-03-12T00:00:00.000Z');
    expect(story.exceptions()).toEqual(['HOLD_RECEIPT']);
    story.receive(receiptOf('R', { '1': '100' }));
    story.invoice('I-1', { '1': '100' });
    expect([story.exceptions(), story.badge()]).toEqual([[], 'CLOSED']);
  });
});
