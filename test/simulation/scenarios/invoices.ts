import { GatewayError } from '../../../src/common/errors.ts';
import { edited, REPOSITORY } from '../../support/gateway.ts';
import { timesPrice, withTotals, writeCredit, writeInvoice, writeOrder } from '../paper.ts';
import type { Stage } from '../stage.ts';
import type { Script } from '../step.ts';
import { wait } from '../step.ts';
import { ALL_PARTNERS } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const NORTHWIND = ['northwind-hardware'] as const;
const DOWN = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');

/** The repository's configuration with a wider price limit for northwind-hardware. */
const WIDER = edited(REPOSITORY, 'northwind-hardware/partner.yaml', 'upperPct: 1.5', 'upperPct: 2');

/** Confirmed and received, ready to be billed. */
function* received(stage: Stage, order = stage.order): Script {
  yield* stage.start(order);
  yield wait({ hours: 4 });
  yield stage.answer({}, {}, order);
  yield wait({ days: 2 });
  yield stage.receive({}, `R-${order.id}`, order);
  yield wait({ hours: 2 });
}

export const INVOICES: readonly Scenario[] = [
  {
    number: 49,
    what: 'The invoice comes before the goods.',
    does: 'Waits for the receipt, and is released by it.',
    partners: NORTHWIND,
    *play(stage) {
      yield* stage.start();
      yield wait({ hours: 4 });
      yield stage.answer();
      yield stage.invoice();
      yield wait({ days: 2 });
      yield stage.receive();
    },
    end: [
      'CLOSED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations, invoice',
    ],
  },
  {
    number: 50,
    what: 'A price is billed 1.4 % higher.',
    does: 'Approves it within the tolerance (1.5 % for this supplier).',
    partners: NORTHWIND,
    *play(stage) {
      yield* received(stage);
      yield stage.invoice({ 1: { price: timesPrice(stage.order, '1', '1.014') }, 2: {} });
    },
    end: [
      'CLOSED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations, invoice',
    ],
  },
  {
    number: 50,
    what: 'A price is billed 2.1 % higher.',
    does: 'Holds it, and tells the buyer both prices.',
    partners: ['northwind-hardware', 'hansa-werkzeuge'],
    *play(stage) {
      yield* received(stage);
      yield stage.invoice({ 1: { price: timesPrice(stage.order, '1', '1.021') }, 2: {} });
    },
    end: [
      'BILLING_HOLD',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: HOLD_PRICE',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 51,
    what: 'A price is billed for a hundred.',
    does: 'Compares the exact price of one: it agrees.',
    partners: ['hansa-werkzeuge', 'northwind-hardware'],
    *play(stage) {
      yield* received(stage);
      const price = { ...timesPrice(stage.order, '1', '100'), baseQuantity: '100' };
      yield stage.invoice({ 1: { price }, 2: {} });
    },
    end: [
      'CLOSED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 2 × CONTRL, ORDERS',
      'to the ERP: confirmations, invoice',
    ],
  },
  {
    number: 52,
    what: 'The supplier bills kilograms, ordered were pieces, and no conversion is known.',
    does: 'Holds it for master data: it never assumes a factor of one.',
    partners: ['hansa-werkzeuge', 'northwind-hardware'],
    *play(stage) {
      yield* received(stage);
      const plain = writeInvoice(stage.order);
      const [first, ...rest] = plain.lines;
      const weighed = { ...first!, quantity: { value: '7.35', unit: 'KGM' } };
      yield stage.send('the supplier bills by weight', withTotals({ ...plain, lines: [weighed, ...rest] }));
    },
    end: [
      'BILLING_HOLD',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: UOM_CONVERSION_MISSING',
      'to the supplier: 2 × CONTRL, ORDERS',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 53,
    what: 'Freight is billed although the terms say that the seller pays it.',
    does: 'Holds the charge: freight is not payable on these terms.',
    partners: ['northwind-hardware', 'pacific-fasteners'],
    *play(stage) {
      const order = { ...stage.order, deliveryTerms: { payment: 'PP' } };
      yield* received(stage, order);
      const freight = {
        kind: 'charge' as const,
        reason: 'freight' as const,
        code: 'D240',
        amount: '35.00',
        settlement: 'offInvoice' as const,
      };
      const bill = { ...writeInvoice(order), allowanceCharges: [freight] };
      yield stage.send('the supplier bills with freight', withTotals(bill));
    },
    end: [
      'BILLING_HOLD',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: HOLD_CHARGE',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 54,
    what: 'The same invoice comes again with a dash in its number.',
    does: 'Sees the same number, and pays once.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* received(stage);
      const number = stage.id.replaceAll('-', '');
      yield stage.invoice({}, { id: `INV${number}` });
      yield wait({ days: 1 });
      yield stage.invoice({}, { id: `INV-${number}` });
    },
    end: [
      'CLOSED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: HOLD_DATA, HOLD_QTY, INVOICE_NUMBER_REUSED',
      'to the supplier: 850, 3 × TA1',
      'to the ERP: confirmations, invoice',
    ],
  },
  {
    number: 55,
    what: 'The credit note comes before its invoice.',
    does: 'Holds it until the invoice is there.',
    partners: NORTHWIND,
    *play(stage) {
      yield* received(stage);
      yield stage.send(
        'the supplier credits',
        writeCredit(stage.order, { 1: { quantity: '1' } }, `I-${stage.id}`),
      );
      yield wait({ days: 1 });
      yield stage.invoice();
    },
    end: [
      'RECEIVED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 3 × TA1',
      'to the ERP: confirmations, creditNote, invoice',
    ],
  },
  {
    number: 56,
    what: 'One invoice bills three orders.',
    does: 'Matches every line with its own order, and approves the invoice as one.',
    partners: NORTHWIND,
    *play(stage) {
      const orders = ['', 'B', 'C'].map((suffix) => ({ ...stage.order, id: `${stage.id}${suffix}` }));
      for (const order of orders) yield* stage.start(order);
      yield wait({ hours: 4 });
      for (const order of orders) yield stage.answer({}, { id: `A-${order.id}` }, order);
      yield wait({ days: 2 });
      for (const order of orders) yield stage.receive({}, `R-${order.id}`, order);
      const bills = orders.map((order) => writeInvoice(order));
      const lines = bills
        .flatMap((bill) => bill.lines)
        .map((line, index) => ({ ...line, id: String(index + 1) }));
      yield stage.send('the supplier bills three orders', withTotals({ ...bills[0]!, lines }));
    },
    end: [
      'CLOSED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 3 × 850, 4 × TA1',
      'to the ERP: 3 × confirmations, invoice',
    ],
  },
  {
    number: 57,
    what: 'Two invoices for one receipt come at the same time.',
    does: 'Approves one; the other finds nothing left to be paid for.',
    partners: NORTHWIND,
    *play(stage) {
      yield* received(stage);
      yield {
        kind: 'send',
        text: 'the supplier bills twice at once',
        partnerId: stage.partnerId,
        files: (world) =>
          ['1', '2'].map((suffix) => {
            const supplier = world.suppliers.get(stage.partnerId)!;
            const bytes = supplier.write(writeInvoice(stage.order, {}, { id: `I${suffix}-${stage.id}` }));
            return { name: supplier.nameFile('invoice'), bytes };
          }),
      };
    },
    end: [
      'CLOSED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: DUPLICATE_STRONG, HOLD_DATA, HOLD_QTY',
      'to the supplier: 850, 3 × TA1',
      'to the ERP: confirmations, invoice',
    ],
  },
  {
    number: 58,
    what: 'An invoice is in yen, which has no decimals.',
    does: 'Rounds by the currency: a difference of less than a yen is none.',
    partners: ['nordic-lighting'],
    *play(stage) {
      const order = {
        ...writeOrder(stage.partnerId, stage.id, {
          lines: [{ quantity: '3', price: '333.50' }],
          today: stage.order.issueDate,
          wanted: stage.order.requestedDeliveryDate!,
        }),
        currency: 'JPY',
      };
      yield* stage.start(order);
      yield wait({ hours: 4 });
      yield stage.answer({}, {}, order);
      yield wait({ days: 2 });
      yield stage.receive({}, `R-${order.id}`, order);
      yield stage.send('the supplier bills in yen', withTotals(writeInvoice(order), 0));
    },
    end: [
      'CLOSED',
      '1: 3 CONFIRMED',
      'open: –',
      'to the supplier: Order',
      'to the ERP: confirmations, invoice',
    ],
  },
  {
    number: 58,
    what: 'An invoice is in Tunisian dinars, which have three decimals.',
    does: 'Rounds by the currency, to the millime: the line is 1000.001 and not 1000.00.',
    partners: ['nordic-lighting'],
    *play(stage) {
      const order = {
        ...writeOrder(stage.partnerId, stage.id, {
          lines: [{ quantity: '3', price: '333.3335' }],
          today: stage.order.issueDate,
          wanted: stage.order.requestedDeliveryDate!,
        }),
        currency: 'TND',
      };
      yield* received(stage, order);
      yield stage.send('the supplier bills in dinars', withTotals(writeInvoice(order), 3));
    },
    end: [
      'CLOSED',
      '1: 3 CONFIRMED',
      'open: –',
      'to the supplier: Order',
      'to the ERP: confirmations, invoice',
    ],
  },
  {
    number: 58,
    what: 'A line in Tunisian dinars is billed with two decimals, as other currencies have.',
    does: 'Sees that it does not add up to the millime, and holds it.',
    partners: ['nordic-lighting'],
    *play(stage) {
      const order = {
        ...writeOrder(stage.partnerId, stage.id, {
          lines: [{ quantity: '3', price: '333.335' }],
          today: stage.order.issueDate,
          wanted: stage.order.requestedDeliveryDate!,
        }),
        currency: 'TND',
      };
      yield* received(stage, order);
      yield stage.send('the supplier bills in dinars', withTotals(writeInvoice(order), 2));
    },
    end: [
      'BILLING_HOLD',
      '1: 3 CONFIRMED',
      'open: HOLD_PRICE, HOLD_TOTAL, INVOICE_ARITHMETIC',
      'to the supplier: Order',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 59,
    what: 'The invoice names another bank account.',
    does: 'Blocks it for the head of accounts payable: it may be fraud.',
    partners: ['hansa-werkzeuge'],
    *play(stage) {
      yield* received(stage);
      yield stage.invoice({}, { payeeAccountId: 'GB29NWBK60161331926819' });
    },
    end: [
      'BILLING_HOLD',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: REMIT_CHANGED',
      'to the supplier: 2 × CONTRL, ORDERS',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 60,
    what: 'A limit is widened between two matches of one invoice.',
    does: 'Matches anew under the new limit when goods come, and keeps the first decision as it was.',
    partners: NORTHWIND,
    configuration: REPOSITORY,
    *play(stage) {
      yield* stage.start();
      yield wait({ hours: 4 });
      yield stage.answer();
      yield stage.receive({ 1: '24' }, `R1-${stage.id}`);
      yield stage.invoice({ 1: { price: timesPrice(stage.order, '1', '1.018') } });
      yield wait({ hours: 1 });
      yield { kind: 'configure', text: 'the price limit becomes 2 %', configuration: WIDER };
      yield wait({ hours: 1 });
      yield stage.receive({ 2: '12' }, `R2-${stage.id}`);
    },
    end: [
      'BILLING_HOLD',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: HOLD_TOTAL',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 61,
    what: 'The ERP is down for two hours.',
    does: 'Keeps what is to be written, in order, and writes each once when the ERP is back.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* stage.start();
      yield { kind: 'outside', text: 'the ERP is down', act: ({ erp }) => (erp.failure = DOWN) };
      yield stage.answer();
      yield wait({ minutes: 30 });
      yield stage.despatch();
      yield wait({ minutes: 90 });
      yield { kind: 'outside', text: 'the ERP is back', act: ({ erp }) => (erp.failure = undefined) };
      yield wait({ hours: 3 });
    },
    end: [
      'ANNOUNCED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations, despatchAdvice',
    ],
  },
  {
    number: 62,
    what: 'The ERP has taken a bill, and the gateway ends before it hears of it.',
    does: 'Looks for the bill before it creates one: there is no second.',
    partners: NORTHWIND,
    *play(stage) {
      yield* received(stage);
      yield { kind: 'crash', points: 12, downMinutes: 5 };
      yield stage.invoice();
      yield wait({ minutes: 30 });
    },
    end: [
      'CLOSED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations, invoice',
    ],
  },
  {
    number: 63,
    what: 'A confirmed line is edited in the ERP, and the ERP hands it over again.',
    does: 'Sends a change order, asks for a new answer, and leaves the other line as it was agreed.',
    partners: NORTHWIND,
    *play(stage) {
      yield* stage.start();
      yield wait({ hours: 4 });
      yield stage.answer();
      yield wait({ days: 1 });
      const [first, ...others] = stage.order.lines;
      const edited = { ...first!, quantity: { ...first!.quantity, value: '36' } };
      yield stage.release({ ...stage.order, lines: [edited, ...others] });
      yield wait({ hours: 1 });
    },
    end: [
      'OVERDUE',
      '1: 36 OVERDUE',
      '2: 12 CONFIRMED',
      'open: ACK_OVERDUE ×2, FA_OVERDUE',
      'to the supplier: 850, 860, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 64,
    what: 'An answer names 500 lines that the order does not have.',
    does: 'Opens one exception with all of them; the next right answer closes it.',
    partners: NORTHWIND,
    *play(stage) {
      yield* stage.start();
      yield wait({ hours: 2 });
      yield stage.send('the supplier answers with a wrong list', wrongList(stage));
      yield wait({ hours: 2 });
      yield stage.answer({}, { id: `A2-${stage.id}`, purpose: 'replace' });
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
];

function wrongList(stage: Stage) {
  return {
    documentType: 'orderResponse' as const,
    id: `A-${stage.id}`,
    issueDate: stage.order.issueDate,
    orderId: stage.id,
    orderIssueDate: stage.order.issueDate,
    purpose: 'original' as const,
    claim: 'acceptedWithChanges' as const,
    lines: Array.from({ length: 500 }, (_, index) => ({
      orderLineId: String(1_000 + index),
      item: { buyerId: `UNKNOWN-${index}` },
      quantity: { value: '1', unit: 'EA' },
      schedules: [{ claim: 'accepted' as const, quantity: { value: '1', unit: 'EA' } }],
    })),
  };
}
