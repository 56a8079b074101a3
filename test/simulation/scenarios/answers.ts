import { edited, REPOSITORY } from '../../support/gateway.ts';
import { half, timesPrice, writeAnswer } from '../paper.ts';
import type { Stage } from '../stage.ts';
import type { Script } from '../step.ts';
import { wait } from '../step.ts';
import { answered } from './answered.ts';
import { ALL_PARTNERS, X12 } from './scenario.ts';
import type { Scenario } from './scenario.ts';

function* rejectsFirstLine(stage: Stage): Script {
  const answer = writeAnswer(stage.order, { 1: { parts: [{ claim: 'rejected' }] } });
  yield* answered(stage, {}, { claim: 'rejectedExceptions', lines: answer.lines.slice(0, 1) });
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
    number: 2,
    what: 'The supplier accepts without any detail.',
    does: 'Takes every line as confirmed as ordered.',
    partners: X12,
    play: (stage) => answered(stage, {}, { lines: [] }),
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
    number: 3,
    what: 'One line is confirmed short, and the rest is not mentioned.',
    does: 'Asks the buyer about the short quantity and about the rest; the ERP is not written for that line.',
    partners: X12,
    *play(stage) {
      const quantity = half(stage.order.lines[0]!.quantity.value);
      yield* answered(stage, { 1: { parts: [{ claim: 'quantityChanged', quantity }] } });
    },
    end: [
      'PROPOSED',
      '1: 12 PROPOSED + 12 OPEN',
      '2: 12 CONFIRMED',
      'open: CHANGE_PROPOSED 1, REMAINDER_UNSTATED 1',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 4,
    what: 'A line is confirmed up to the next full pack.',
    does: 'Accepts it: within the pack and within the tolerance of the item.',
    partners: NORTHWIND,
    lines: PACKED,
    play: (stage) => answered(stage, { 1: { parts: [{ claim: 'quantityChanged', quantity: '24' }] } }),
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED_CHANGED',
      'open: –',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
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
    end: [
      'PROPOSED',
      '1: 12 CONFIRMED + 12 PROPOSED',
      '2: 12 CONFIRMED',
      'open: CHANGE_PROPOSED 1',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
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
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: 2 × confirmations',
    ],
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
    end: [
      'BACKORDERED',
      '1: 24 BACKORDERED',
      '2: 12 CONFIRMED',
      'open: BACKORDER_NO_DATE 1',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 8,
    what: 'The supplier ships an alternate that we have approved.',
    does: 'Confirms the line with the substitute.',
    partners: NORTHWIND,
    lines: [{ quantity: '24', price: '10.00' }],
    play: (stage) =>
      answered(stage, { 1: { parts: [{ claim: 'substituted', item: { sellerId: 'NW-HAM-20' } }] } }),
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED_CHANGED substitute',
      'open: –',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 9,
    what: 'The supplier ships an alternate that nobody has approved.',
    does: 'Puts it to the buyer; nothing is confirmed.',
    partners: NORTHWIND,
    play: (stage) =>
      answered(stage, { 1: { parts: [{ claim: 'substituted', item: { sellerId: 'NW-OTHER' } }] } }),
    end: [
      'PROPOSED',
      '1: 24 PROPOSED substitute',
      '2: 12 CONFIRMED',
      'open: CHANGE_PROPOSED 1',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
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
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED_CHANGED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
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
    end: [
      'PROPOSED',
      '1: 24 PROPOSED',
      '2: 12 CONFIRMED',
      'open: CHANGE_PROPOSED 1',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
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
    end: [
      'PROPOSED',
      '1: 24 PROPOSED',
      '2: 12 CONFIRMED',
      'open: SUSPICIOUS_PRICE 1',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
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
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED_CHANGED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: CONTRL, ORDERS',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 11,
    what: 'A date is later than the goods are needed.',
    does: 'Puts it to the buyer.',
    partners: ['northwind-hardware', 'hansa-werkzeuge'],
    play: (stage) => answered(stage, { 1: { parts: [{ claim: 'dateChanged', date: '2026-05-29' }] } }),
    end: [
      'PROPOSED',
      '1: 24 PROPOSED',
      '2: 12 CONFIRMED',
      'open: CHANGE_PROPOSED 1',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 12,
    what: 'A line is on hold because our description is incomplete.',
    does: 'Asks master data to mend it; nothing is confirmed.',
    partners: X12,
    play: (stage) => answered(stage, { 1: { parts: [{ claim: 'onHoldIncompleteData' }] } }),
    end: [
      'HOLD',
      '1: 24 HOLD',
      '2: 12 CONFIRMED',
      'open: HOLD_BY_SUPPLIER 1',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
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
    end: [
      'REJECTED',
      '1: 24 REJECTED',
      '2: 12 REJECTED',
      'open: LINE_REJECTED 1, LINE_REJECTED 2',
      'to the supplier: 850, TA1',
      'to the ERP: –',
    ],
  },
  {
    number: 13,
    what: 'The supplier rejects the whole order.',
    does: 'Opens every line for the buyer; nothing is cancelled by itself.',
    partners: ['pacific-fasteners', 'hansa-werkzeuge'],
    play: (stage) => answered(stage, {}, { claim: 'rejected', lines: [] }),
    end: [
      'REJECTED',
      '1: 24 REJECTED',
      '2: 12 REJECTED',
      'open: LINE_REJECTED 1, LINE_REJECTED 2',
      'to the supplier: 850, 997',
      'to the ERP: –',
    ],
  },
  {
    number: 14,
    what: 'The supplier rejects "with exception detail" and names one line; for him this means these lines.',
    does: 'Rejects the line that is named and takes the others as accepted.',
    partners: ['pacific-fasteners'],
    play: rejectsFirstLine,
    end: [
      'REJECTED',
      '1: 24 REJECTED',
      '2: 12 CONFIRMED',
      'open: LINE_REJECTED 1',
      'to the supplier: 850, 997',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 14,
    what: 'The supplier rejects "with exception detail" and names one line; for him this means the order.',
    does: 'Takes every line as rejected, and asks.',
    partners: ['pacific-fasteners'],
    configuration: edited(REPOSITORY, 'pacific-fasteners/partner.yaml', 'rfScope: lines', 'rfScope: order'),
    play: rejectsFirstLine,
    end: [
      'REJECTED',
      '1: 24 REJECTED',
      '2: 12 REJECTED',
      'open: LINE_REJECTED 1, LINE_REJECTED 2',
      'to the supplier: 850, 997',
      'to the ERP: –',
    ],
  },
];
