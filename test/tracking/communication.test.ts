import { describe, expect, test } from '@jest/globals';
import {
  adviceOf,
  answeredLine,
  codesOf,
  effectNames,
  orderLine,
  orderOf,
  responseOf,
  Story,
  WANTED,
} from './support.ts';

function statusOf(story: Story): string[] {
  return story.state!.documents.map(({ key, status }) => `${key} ${status}`);
}

function released(): Story {
  const story = new Story();
  story.release(orderOf([orderLine('1')]));
  return story;
}

describe('what becomes of a document that we send', () => {
  test('a failed transport waits for nobody, and can be sent again', () => {
    const story = released();
    story.fail();
    expect([statusOf(story), story.exceptions(), story.deadlines()]).toEqual([
      ['order/v1 TRANSPORT_FAILED'],
      ['TRANSPORT_FAILED'],
      [],
    ]);
    expect(story.badge()).toBe('TRANSPORT_FAILED');
    expect(effectNames(story.decideOn('TRANSPORT_FAILED', 'retransmit').effects)).toEqual(['send order v1']);
    story.deliver();
    expect([statusOf(story), story.exceptions(), story.badge()]).toEqual([
      ['order/v1 SYNTAX_OK'],
      [],
      'AWAITING',
    ]);
  });

  test('a rejection by the partner stops the waiting for an answer', () => {
    const story = released();
    story.deliver(false).acknowledge('doc-order/v1', 'rejected');
    expect([statusOf(story), story.exceptions(), story.deadlines()]).toEqual([
      ['order/v1 SYNTAX_REJECTED'],
      ['FA_REJECTED'],
      [],
    ]);
    story.decideOn('FA_REJECTED', 'reissue');
    story.deliver();
    expect([statusOf(story), story.exceptions()]).toEqual([['order/v1 SYNTAX_OK'], []]);
    expect(story.deadlines()).toContain('responseDue/v1/R2');
  });

  test('27 of two acknowledgments that contradict the first stands, unless a rejection is taken back', () => {
    const accepted = released().deliver(true);
    accepted.acknowledge('doc-order/v1', 'rejected');
    expect([statusOf(accepted), accepted.exceptions()]).toEqual([['order/v1 SYNTAX_OK'], ['FA_CONFLICT']]);
    const rejected = released().deliver(false);
    rejected.acknowledge('doc-order/v1', 'rejected');
    rejected.acknowledge('doc-order/v1', 'accepted');
    expect([statusOf(rejected), rejected.exceptions()]).toEqual([['order/v1 SYNTAX_OK'], []]);
    expect(rejected.deadlines()).toContain('responseDue/v1/R2');
  });

  test('the same acknowledgment twice changes nothing; a mere receipt does not end the waiting', () => {
    const story = released().deliver(false);
    story.acknowledge('doc-order/v1', 'receivedOnly');
    expect(statusOf(story)).toEqual(['order/v1 TRANSPORT_OK']);
    expect(story.deadlines()).toContain('functionalAcknowledgmentDue/order/v1');
    story.acknowledge('doc-order/v1', 'accepted');
    expect(story.acknowledge('doc-order/v1', 'accepted').changed).toBe(false);
  });

  test('29 no acknowledgment: an alarm, and nothing is sent again by itself', () => {
    const story = released().deliver(false);
    story.tick('2026-03-03T09:00:00.000Z');
    expect([statusOf(story), story.exceptions()]).toEqual([['order/v1 SYNTAX_OVERDUE'], ['FA_OVERDUE']]);
    expect(effectNames(story.effects())).toEqual(['send order v1']);
    story.acknowledge('doc-order/v1', 'accepted');
    expect([statusOf(story), story.exceptions()]).toEqual([['order/v1 SYNTAX_OK'], []]);
  });

  test('what the partner has accepted is never sent again', () => {
    const story = released().deliver();
    const author = { name: 'kim' };
    const decision = story.apply({
      type: 'resendRequested',
      id: 'again',
      documentType: 'order',
      version: 1,
      author,
      reason: 'asked on the phone',
    });
    expect([codesOf(decision), decision.effects]).toEqual([['RESEND_REFUSED'], []]);
  });

  test('18 the answer comes before the proof of delivery: no timer starts any more, and a late failure is no failure', () => {
    const story = released();
    story.respond(responseOf([], { claim: 'accepted' }));
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${WANTED}`]);
    story.fail('no MDN');
    expect([statusOf(story), story.exceptions()]).toEqual([['order/v1 TRANSPORT_OK'], []]);
    const other = released();
    other.respond(responseOf([], { claim: 'accepted' }));
    other.deliver();
    expect(other.deadlines()).toEqual(['despatchDue']);
  });
});

describe('documents that come before their order (T20)', () => {
  const answer = responseOf([answeredLine('1', [{ claim: 'accepted' }])]);

  test('19 an answer waits for the release and is then applied', () => {
    const story = new Story();
    story.respond(answer);
    expect([story.badge(), story.deadlines()]).toEqual(['PARKED', ['parkedDocument/in-e1']]);
    expect(story.exceptions()).toEqual(['UNKNOWN_PO']);
    story.at('2026-03-02T10:00:00.000Z').release(orderOf([orderLine('1')]));
    expect(story.slices()).toEqual([`1: 100 CONFIRMED ${WANTED}`]);
    expect([story.state!.parked, story.deadlines()]).toEqual([[], ['despatchDue']]);
    story.deliver();
    expect(story.deadlines()).toEqual(['despatchDue']);
  });

  test('19 after the time limit the exception is graver, and the answer still used when the order comes', () => {
    const story = new Story();
    story.respond(answer);
    story.tick('2026-03-05T09:00:00.000Z');
    expect(story.exceptions()).toEqual(['UNKNOWN_PO']);
    story.release(orderOf([orderLine('1')]));
    expect([story.exceptions(), story.slices()]).toEqual([[], [`1: 100 CONFIRMED ${WANTED}`]]);
  });

  test('a despatch advice waits too, after the answer that came first', () => {
    const story = new Story();
    story.respond(answer);
    story.despatch(adviceOf('S', { '1': '100' }));
    story.release(orderOf([orderLine('1')]));
    expect(story.state!.lines[0]).toMatchObject({ announced: '100' });
    expect(effectNames(story.last().effects)).toEqual([
      'send order v1',
      'erp confirmations',
      'erp despatchAdvice',
    ]);
  });

  test('an event about an order that nobody knows changes nothing', () => {
    const story = new Story();
    expect(story.cancel()).toMatchObject({ changed: false, state: undefined, effects: [] });
  });
});
