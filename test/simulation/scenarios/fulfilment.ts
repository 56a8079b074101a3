import { half } from '../paper.ts';
import type { Stage } from '../stage.ts';
import type { Script } from '../step.ts';
import { wait } from '../step.ts';
import { ALL_PARTNERS } from './scenario.ts';
import type { Scenario } from './scenario.ts';

function* confirmed(stage: Stage): Script {
  yield* stage.start();
  yield wait({ hours: 4 });
  yield stage.answer();
  yield wait({ days: 2 });
}

export const FULFILMENT: readonly Scenario[] = [
  {
    number: 43,
    what: 'The despatch advice comes before any answer.',
    does: 'Takes what is shipped as confirmed, and notes that the answer was skipped.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* stage.start();
      yield wait({ hours: 6 });
      yield stage.despatch();
    },
    end: [
      'ANNOUNCED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations, despatchAdvice',
    ],
  },
  {
    number: 44,
    what: 'The despatch advice comes after the goods.',
    does: 'Links it to the receipt, counts it as late, announces nothing twice.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* confirmed(stage);
      yield stage.receive();
      yield wait({ hours: 3 });
      yield stage.despatch();
    },
    end: [
      'RECEIVED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: ASN_AFTER_RECEIPT',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 45,
    what: 'More is shipped than was ordered.',
    does: 'Tells the buyer before the goods arrive.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* confirmed(stage);
      const [line] = stage.order.lines;
      yield stage.despatch({ [line!.id]: String(Number(line!.quantity.value) * 2) });
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: OVER_SHIP_ANNOUNCED 1',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations, despatchAdvice',
    ],
  },
  {
    number: 46,
    what: 'The despatch advice is replaced after the receipt.',
    does: 'Leaves the receipt as it is, and asks.',
    partners: ['northwind-hardware', 'hansa-werkzeuge', 'pacific-fasteners'],
    *play(stage) {
      yield* confirmed(stage);
      yield stage.despatch();
      yield wait({ days: 3 });
      yield stage.receive();
      yield wait({ hours: 2 });
      yield stage.despatch({ 1: half(stage.order.lines[0]!.quantity.value) }, { purpose: 'replace' });
    },
    end: [
      'RECEIVED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: ASN_CHANGE_AFTER_RECEIPT',
      'to the supplier: 850, 3 × TA1',
      'to the ERP: confirmations, despatchAdvice',
    ],
  },
  {
    number: 47,
    what: 'A package number has a wrong check digit.',
    does: 'Tells the warehouse before the goods arrive.',
    partners: ['northwind-hardware', 'hansa-werkzeuge'],
    *play(stage) {
      yield* confirmed(stage);
      yield stage.despatch({}, { packages: [{ id: '1', kind: 'carton', sscc: '340123450000000010' }] });
    },
    end: [
      'ANNOUNCED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: SSCC_INVALID',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations, despatchAdvice',
    ],
  },
  {
    number: 48,
    what: 'The goods come in three parts and are billed in two.',
    does: 'Adds receipts and invoices up by line: each is paid for what had come by then.',
    partners: ALL_PARTNERS,
    lines: [
      { quantity: '30', price: '10.00' },
      { quantity: '12', price: '25.50' },
    ],
    *play(stage) {
      yield* confirmed(stage);
      yield stage.receive({ 1: '10' }, `R1-${stage.id}`);
      yield wait({ days: 1 });
      yield stage.receive({ 1: '10' }, `R2-${stage.id}`);
      yield stage.invoice({ 1: { quantity: '20' } }, { id: `I1-${stage.id}` });
      yield wait({ days: 1 });
      yield stage.receive({ 1: '10', 2: '12' }, `R3-${stage.id}`);
      yield stage.invoice({ 1: { quantity: '10' }, 2: { quantity: '12' } }, { id: `I2-${stage.id}` });
    },
    end: [
      'CLOSED',
      '1: 30 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 3 × TA1',
      'to the ERP: confirmations, 2 × invoice',
    ],
  },
];
