import { half } from '../paper.ts';
import { answered } from './answered.ts';
import { wait } from '../step.ts';
import { ALL_PARTNERS, X12 } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** What happens to an order that was answered already, late, or not at all. */
export const LATER_ANSWERS: readonly Scenario[] = [
  {
    number: 15,
    what: 'The order is first on hold, then accepted.',
    does: 'Counts the first as an answer and not as a promise; the second confirms.',
    partners: ['pacific-fasteners'],
    *play(stage) {
      yield* answered(stage, {}, { claim: 'pending', lines: [] });
      yield wait({ days: 1 });
      yield stage.answer({}, { id: `A2-${stage.id}` });
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 2 × 997',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 16,
    what: 'A line says "accepted" with another quantity.',
    does: 'Believes the value, not the code, and notes the contradiction.',
    partners: X12,
    *play(stage) {
      const quantity = half(stage.order.lines[0]!.quantity.value);
      yield* answered(stage, { 1: { parts: [{ claim: 'accepted', quantity }] } });
    },
    end: [
      'PROPOSED',
      '1: 12 PROPOSED + 12 OPEN',
      '2: 12 CONFIRMED',
      'open: CHANGE_PROPOSED 1, CODE_VALUE_MISMATCH 1, REMAINDER_UNSTATED 1',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 17,
    what: 'The answer is about the version before our change.',
    does: 'Applies it to the lines that have not changed since, and reports the others.',
    partners: ['hansa-werkzeuge'],
    *play(stage) {
      yield* stage.start();
      yield wait({ hours: 1 });
      const [first, ...rest] = stage.order.lines;
      const changed = {
        ...stage.order,
        lines: [{ ...first!, quantity: { ...first!.quantity, value: '30' } }, ...rest],
      };
      yield stage.release(changed);
      yield wait({ minutes: 10 });
      yield stage.answer({}, { orderVersion: 1 });
    },
    end: [
      'OVERDUE',
      '1: 30 OVERDUE',
      '2: 12 CONFIRMED',
      'open: ACK_OVERDUE ×3, FA_OVERDUE, STALE_ACK 1',
      'to the supplier: CONTRL, ORDCHG, ORDERS',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 18,
    what: 'The supplier answers before our proof of delivery is there.',
    does: 'Applies the answer; the delivery is proven by it or later, and sent once.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield stage.release();
      yield stage.answer();
      yield wait({ hours: 2 });
      yield* stage.acknowledge();
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 19,
    what: 'An answer comes for an order that the buyer approves an hour later.',
    does: 'Parks it, tells the buyer, and applies it when the order is released.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield stage.answer();
      yield wait({ hours: 1 });
      yield* stage.start();
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 20,
    what: 'The same answer comes twice in two envelopes.',
    does: 'Changes nothing the second time.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* answered(stage);
      yield wait({ hours: 5 });
      yield stage.answer();
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 20,
    what: 'A second first answer says something else.',
    does: 'Holds it against what was promised: what is gone of it is put to the buyer, and the ERP keeps the promise.',
    partners: X12,
    *play(stage) {
      yield* answered(stage);
      yield wait({ hours: 5 });
      const quantity = half(stage.order.lines[0]!.quantity.value);
      yield stage.answer({ 1: { parts: [{ claim: 'quantityChanged', quantity }] } });
    },
    end: [
      'PROPOSED',
      '1: 12 CONFIRMED + 12 PROPOSED',
      '2: 12 CONFIRMED',
      'open: LINE_REJECTED 1',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 21,
    what: 'The supplier never answers.',
    does: 'Climbs the ladder, each rung once: warns, is overdue, asks buyer and manager, and at last asks for a decision.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* stage.start();
      yield wait({ days: 24 });
    },
    end: [
      'OVERDUE',
      '1: 24 OVERDUE',
      '2: 12 OVERDUE',
      'open: ACK_OVERDUE ×3, AT_RISK',
      'to the supplier: 850',
      'to the ERP: –',
    ],
  },
  {
    number: 22,
    what: 'The answer comes after the manager was asked.',
    does: 'Applies it as any other, closes what was open, and notes how late it was.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* stage.start();
      yield wait({ days: 9 });
      yield stage.answer();
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 23,
    what: 'After confirming, the supplier changes a date unasked.',
    does: 'Holds it against the promise, and leaves the promise standing until the buyer decides.',
    partners: ['northwind-hardware', 'hansa-werkzeuge', 'nordic-lighting'],
    *play(stage) {
      yield* answered(stage);
      yield wait({ days: 2 });
      yield stage.answer(
        { 1: { parts: [{ claim: 'dateChanged', date: '2026-05-29' }] } },
        { id: `A2-${stage.id}`, purpose: 'change' },
      );
    },
    end: [
      'PROPOSED',
      '1: 24 PROPOSED',
      '2: 12 CONFIRMED',
      'open: CHANGE_PROPOSED 1',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 24,
    what: 'Our cancellation crosses the despatch advice.',
    does: 'Cancels nothing by itself: a person decides.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* answered(stage);
      yield wait({ days: 1 });
      yield stage.cancel();
      yield wait({ minutes: 10 });
      yield stage.despatch();
    },
    end: [
      'CROSSED_IN_FLIGHT',
      '1: 24 CANCEL_REQUESTED',
      '2: 12 CANCEL_REQUESTED',
      'open: ACK_OVERDUE ×2, CROSSED_IN_FLIGHT 1, CROSSED_IN_FLIGHT 2, FA_OVERDUE',
      'to the supplier: 850, 860, 2 × TA1',
      'to the ERP: confirmations, despatchAdvice',
    ],
  },
];
