import { expect, test } from '@jest/globals';
import {
  adviceOf,
  answeredLine,
  effectNames,
  orderLine,
  orderOf,
  policyWith,
  responseOf,
  Story,
  WANTED,
} from './support.ts';
import { DEFAULT_POLICY } from '../../src/tracking/policy.ts';
import type { TrackingPolicy } from '../../src/tracking/policy.ts';

/** The transition table of docs/order-rules.md: one row each, from the state before to the state after. */

function released(policy: TrackingPolicy = DEFAULT_POLICY): Story {
  const story = new Story(policy);
  story.release(orderOf([orderLine('1')]));
  return story;
}

const awaiting = (policy?: TrackingPolicy) => released(policy).deliver();

function confirmed(policy?: TrackingPolicy): Story {
  const story = awaiting(policy);
  story.respond(responseOf([], { claim: 'accepted' }));
  return story;
}

const late = responseOf([answeredLine('1', [{ claim: 'acceptedWithChanges', date: '2026-04-20' }])]);
const soon = responseOf([answeredLine('1', [{ claim: 'acceptedWithChanges', date: '2026-03-19' }])]);

function proposed(policy?: TrackingPolicy): Story {
  const story = awaiting(policy);
  story.respond(late);
  return story;
}

/** What the transition has made of document and lines, what is waited for, what a person is asked, and what was done. */
function after(story: Story) {
  return {
    documents: story.state!.documents.map(({ key, status }) => `${key} ${status}`),
    lines: story.slices(),
    awaited: story.deadlines(),
    asked: story.exceptions(),
    done: effectNames(story.last().effects),
  };
}

/** The rungs of the ladder (5.3.4). */
const WAITING = ['R0', 'R1', 'R2', 'R3', 'R4', 'R5'].map((rung) => `responseDue/v1/${rung}`);

const TABLE: readonly [string, string, () => Story, Partial<ReturnType<typeof after>>][] = [
  [
    'T1',
    'released: queued as version 1',
    () => released(),
    { documents: ['order/v1 QUEUED'], lines: ['1: 100 OPEN'], done: ['send order v1'] },
  ],
  [
    'T2',
    'the supplier has it: acknowledgment and answer are awaited',
    () => released().deliver(false),
    { documents: ['order/v1 TRANSPORT_OK'], awaited: ['functionalAcknowledgmentDue/order/v1', ...WAITING] },
  ],
  [
    'T3',
    'the transport gives up',
    () => {
      const story = released();
      story.fail();
      return story;
    },
    { documents: ['order/v1 TRANSPORT_FAILED'], awaited: [], asked: ['TRANSPORT_FAILED'] },
  ],
  ['T4', 'acknowledged', () => awaiting(), { documents: ['order/v1 SYNTAX_OK'], awaited: WAITING }],
  [
    'T5',
    'its syntax is rejected',
    () => {
      const story = released().deliver(false);
      story.acknowledge('doc-order/v1', 'rejected');
      return story;
    },
    { documents: ['order/v1 SYNTAX_REJECTED'], awaited: [], asked: ['FA_REJECTED'] },
  ],
  [
    'T6',
    'no acknowledgment in time: the answer is still awaited',
    () => {
      const story = released().deliver(false);
      story.tick('2026-03-03T09:00:00.000Z');
      return story;
    },
    { documents: ['order/v1 SYNTAX_OVERDUE'], asked: ['FA_OVERDUE'], awaited: WAITING.slice(1) },
  ],
  [
    'T7',
    'everything accepted',
    () => confirmed(),
    {
      lines: [`1: 100 CONFIRMED ${WANTED}`],
      awaited: ['despatchDue'],
      asked: [],
      done: ['erp confirmations'],
    },
  ],
  [
    'T8',
    'changed within tolerance',
    () => {
      const story = awaiting();
      story.respond(soon);
      return story;
    },
    { lines: ['1: 100 CONFIRMED_CHANGED 2026-03-19'], asked: [], done: ['erp confirmations'] },
  ],
  [
    'T9',
    'changed beyond tolerance: the ERP hears nothing',
    () => proposed(),
    { lines: ['1: 100 PROPOSED 2026-04-20'], done: [] },
  ],
  [
    'T10',
    'the buyer accepts',
    () => {
      const story = proposed();
      story.decideOn(story.state!.exceptions[0]!.type, 'accept');
      return story;
    },
    { lines: ['1: 100 CONFIRMED_CHANGED 2026-04-20'], asked: [], done: ['erp confirmations'] },
  ],
  [
    'T11',
    'the buyer wants it as it was: a change, and a new answer',
    () => {
      const story = proposed();
      story.decideOn(story.state!.exceptions[0]!.type, 'reject');
      return story;
    },
    { lines: ['1: 100 COUNTERED'], asked: [], done: ['send orderChange v2'] },
  ],
  [
    'T12',
    'no answer when it is due: asked, never cancelled, never sent again',
    () => {
      const story = awaiting();
      story.tick('2026-03-12T09:00:00.000Z');
      return story;
    },
    {
      lines: ['1: 100 OVERDUE'],
      asked: ['ACK_OVERDUE'],
      documents: ['order/v1 SYNTAX_OK'],
      done: ['notify procurementManager responseEscalated'],
    },
  ],
  [
    'T13',
    'the buyer changes a confirmed line',
    () => {
      const story = confirmed();
      story.change(orderOf([orderLine('1', '80')]));
      return story;
    },
    { lines: ['1: 80 AWAITING'], done: ['send orderChange v2'] },
  ],
  [
    'T14',
    'the buyer cancels before anything has shipped',
    () => {
      const story = confirmed();
      story.cancel();
      return story;
    },
    { lines: [`1: 100 CANCEL_REQUESTED ${WANTED}`], done: ['send orderChange v2'] },
  ],
  [
    'T15',
    'the supplier agrees to the cancellation',
    () => {
      const story = confirmed();
      story.cancel();
      story.deliver();
      story.respond(responseOf([], { claim: 'accepted', orderVersion: 2, answersChange: true }));
      return story;
    },
    { lines: [`1: 100 CANCELLED ${WANTED}`], asked: [], done: ['erp cancellation'] },
  ],
  [
    'T16',
    'goods are announced while the cancellation is under way',
    () => {
      const story = confirmed();
      story.cancel();
      story.deliver();
      story.despatch(adviceOf('S', { '1': '100' }));
      return story;
    },
    { lines: [`1: 100 CANCEL_REQUESTED ${WANTED}`], asked: ['CROSSED_IN_FLIGHT 1'] },
  ],
  [
    'T17',
    'a second answer is compared with the first, not with the order',
    () => {
      const story = proposed();
      story.decideOn(story.state!.exceptions[0]!.type, 'accept');
      story.respond(responseOf([answeredLine('1', [{ claim: 'acceptedWithChanges', date: '2026-04-21' }])]));
      return story;
    },
    { lines: ['1: 100 PROPOSED 2026-04-21'], asked: ['CHANGE_PROPOSED 1'], done: [] },
  ],
  [
    'T18',
    'a promise comes near: it is asked for again, and stands',
    () => {
      const story = confirmed(policyWith({ due: { ...DEFAULT_POLICY.due, reconfirmDays: 5 } }));
      story.tick('2026-03-13T00:00:00.000Z');
      expect(story.state!.lines[0]!.standing).toMatchObject([{ state: 'CONFIRMED', quantity: '100' }]);
      return story;
    },
    { lines: [`1: 100 AWAITING ${WANTED}`] },
  ],
  [
    'T19',
    'goods before any answer confirm what ships',
    () => {
      const story = awaiting();
      story.despatch(adviceOf('S', { '1': '40' }));
      return story;
    },
    { lines: ['1: 40 CONFIRMED', '1: 60 AWAITING'], awaited: WAITING },
  ],
  [
    'T20',
    'an answer before its order waits, and is used when the order comes',
    () => {
      const story = new Story();
      story.respond(responseOf([], { claim: 'accepted' }));
      expect([story.badge(), story.exceptions()]).toEqual(['PARKED', ['UNKNOWN_PO']]);
      story.release(orderOf([orderLine('1')]));
      return story;
    },
    { lines: [`1: 100 CONFIRMED ${WANTED}`], asked: [] },
  ],
];

test.each(TABLE)('%s %s', (_, __, play, expected) => {
  expect(after(play())).toMatchObject(expected);
});
