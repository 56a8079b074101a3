import { half, timesPrice } from '../paper.ts';
import type { Stage } from '../stage.ts';
import type { Script } from '../step.ts';
import { wait } from '../step.ts';
import { ALL_PARTNERS, X12 } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** The order is out, and hours later the supplier answers. */
function* answered(stage: Stage, ...answer: Parameters<Stage['answer']>): Script {
  yield* stage.start();
  yield wait({ hours: stage.random.integer(1, 8) });
  yield stage.answer(...answer);
}

const NORTHWIND = ['northwind-hardware'] as const;
/** The article of northwind-hardware's partner.yaml that comes in packs of twelve. */
const PACKED = [{ quantity: '22', price: '10.00' }] as const;

export const ANSWERS: readonly Scenario[] = [
  {
    number: 1,
    what: 'The supplier accepts every line.',
    does: 'Confirms the order in the ERP.',
    partners: ALL_PARTNERS,
    play: (stage) => answered(stage),
    end: [],
  },
  {
    number: 2,
    what: 'The supplier accepts without any detail.',
    does: 'Takes every line as confirmed as ordered.',
    partners: X12,
    play: (stage) => answered(stage, {}, { lines: [] }),
    end: [],
  },
  {
    number: 3,
    what: 'One line is confirmed short, and the rest is not mentioned.',
    does: 'Asks the buyer about the short quantity and about the rest; the ERP is not written for that line.',
    partners: X12,
    *play(stage) {
      const quantity = half(stage.order.lines[0]!.quantity.value);
      yield* answered(stage, { 1: { parts: [{ claim: 'quantityChanged', quantity }] } });
    },
    end: [],
  },
  {
    number: 4,
    what: 'A line is confirmed up to the next full pack.',
    does: 'Accepts it: within the pack and within the tolerance of the item.',
    partners: NORTHWIND,
    lines: PACKED,
    play: (stage) => answered(stage, { 1: { parts: [{ claim: 'quantityChanged', quantity: '24' }] } }),
    end: [],
  },
  {
    number: 5,
    what: 'One line comes on two dates.',
    does: 'Keeps both as parts of the line and accepts the earlier one; the later date is put to the buyer.',
    partners: ALL_PARTNERS,
    *play(stage) {
      const [line] = stage.order.lines;
      const first = half(line!.quantity.value);
      const second = String(Number(line!.quantity.value) - Number(first));
      const parts = [
        { claim: 'accepted' as const, quantity: first },
        { claim: 'dateChanged' as const, quantity: second, date: '2026-04-20' },
      ];
      yield* answered(stage, { 1: { parts } });
    },
    end: [],
  },
  {
    number: 6,
    what: 'A part ships now with the balance backordered; days later the supplier confirms everything.',
    does: 'Keeps the backorder as a part of the line, and the full answer settles it.',
    partners: X12,
    *play(stage) {
      const quantity = half(stage.order.lines[0]!.quantity.value);
      yield* answered(stage, { 1: { parts: [{ claim: 'partialBackordered', quantity }] } });
      yield wait({ days: 3 });
      yield stage.answer({}, { id: `A2-${stage.id}`, purpose: 'replace' });
    },
    end: [],
  },
  {
    number: 7,
    what: 'A line is backordered without a date.',
    does: 'Asks for a date, and reminds the supplier every five business days.',
    partners: X12,
    *play(stage) {
      yield* answered(stage, { 1: { parts: [{ claim: 'backordered' }] } });
      yield wait({ days: 9 });
    },
    end: [],
  },
  {
    number: 8,
    what: 'The supplier ships an alternate that we have approved.',
    does: 'Confirms the line with the substitute.',
    partners: NORTHWIND,
    lines: [{ quantity: '24', price: '10.00' }],
    play: (stage) =>
      answered(stage, { 1: { parts: [{ claim: 'substituted', item: { sellerId: 'NW-HAM-20' } }] } }),
    end: [],
  },
  {
    number: 9,
    what: 'The supplier ships an alternate that nobody has approved.',
    does: 'Puts it to the buyer; nothing is confirmed.',
    partners: NORTHWIND,
    play: (stage) =>
      answered(stage, { 1: { parts: [{ claim: 'substituted', item: { sellerId: 'NW-OTHER' } }] } }),
    end: [],
  },
  {
    number: 10,
    what: 'A price is 1 % higher.',
    does: 'Accepts it within the tolerance of the supplier, and names the rule.',
    partners: NORTHWIND,
    play: (stage) =>
      answered(stage, {
        1: { parts: [{ claim: 'priceChanged' }], price: timesPrice(stage.order, '1', '1.01') },
      }),
    end: [],
  },
  {
    number: 10,
    what: 'A price is 10 % higher.',
    does: 'Puts it to the buyer.',
    partners: ['northwind-hardware', 'hansa-werkzeuge'],
    play: (stage) =>
      answered(stage, {
        1: { parts: [{ claim: 'priceChanged' }], price: timesPrice(stage.order, '1', '1.1') },
      }),
    end: [],
  },
  {
    number: 10,
    what: 'A price is a hundredth: a wrong price basis.',
    does: 'Does not rejoice, but asks the buyer: the price is suspicious.',
    partners: ['northwind-hardware', 'hansa-werkzeuge'],
    play: (stage) =>
      answered(stage, {
        1: { parts: [{ claim: 'priceChanged' }], price: timesPrice(stage.order, '1', '0.01') },
      }),
    end: [],
  },
  {
    number: 11,
    what: 'A date is two days later and still in time.',
    does: 'Accepts it within the tolerance of the supplier.',
    partners: ['hansa-werkzeuge'],
    *play(stage) {
      const order = { ...stage.order, latestDeliveryDate: '2026-05-29' };
      yield* stage.start(order);
      yield wait({ hours: 3 });
      yield stage.answer({ 1: { parts: [{ claim: 'acceptedWithChanges', date: '2026-03-25' }] } }, {}, order);
    },
    end: [],
  },
  {
    number: 11,
    what: 'A date is later than the goods are needed.',
    does: 'Puts it to the buyer.',
    partners: ['northwind-hardware', 'hansa-werkzeuge'],
    play: (stage) => answered(stage, { 1: { parts: [{ claim: 'dateChanged', date: '2026-05-29' }] } }),
    end: [],
  },
  {
    number: 12,
    what: 'A line is on hold because our description is incomplete.',
    does: 'Asks master data to mend it; nothing is confirmed.',
    partners: X12,
    play: (stage) => answered(stage, { 1: { parts: [{ claim: 'onHoldIncompleteData' }] } }),
    end: [],
  },
  {
    number: 12,
    what: 'A line is rejected for our item number, another for our unit.',
    does: 'Opens both for master data: the cause is in our data.',
    partners: X12,
    play: (stage) =>
      answered(stage, {
        1: { parts: [{ claim: 'rejectedItemNumber' }] },
        2: { parts: [{ claim: 'rejectedUnit' }] },
      }),
    end: [],
  },
  {
    number: 13,
    what: 'The supplier rejects the whole order.',
    does: 'Opens every line for the buyer; nothing is cancelled by itself.',
    partners: ['pacific-fasteners', 'hansa-werkzeuge'],
    play: (stage) => answered(stage, {}, { claim: 'rejected', lines: [] }),
    end: [],
  },
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
    end: [],
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
    end: [],
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
    end: [],
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
    end: [],
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
    end: [],
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
    end: [],
  },
  {
    number: 20,
    what: 'A second first answer says something else.',
    does: 'Holds it against what was promised, and puts the difference to the buyer.',
    partners: X12,
    *play(stage) {
      yield* answered(stage);
      yield wait({ hours: 5 });
      const quantity = half(stage.order.lines[0]!.quantity.value);
      yield stage.answer({ 1: { parts: [{ claim: 'quantityChanged', quantity }] } });
    },
    end: [],
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
    end: [],
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
    end: [],
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
    end: [],
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
    end: [],
  },
];
