import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Actor } from '../../../src/pipeline/actor.ts';
import { recordToleranceChanges } from '../../../src/pipeline/invoices/tolerance-history.ts';
import { invoiceOf } from '../../support/documents.ts';
import { BUYER, createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';
import { creditOf, InvoiceScene } from './invoice-scene.ts';

const CARL: Actor = { name: 'Carl Chief', roles: ['admin'] };
const OTTO: Actor = { name: 'Otto Operator', roles: ['operator'] };

// Several configurations are loaded and their maps compiled.
jest.setTimeout(60_000);

let gateway: TestGateway;
let scene: InvoiceScene;

async function start(configuration: Configuration = REPOSITORY): Promise<void> {
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
  scene = new InvoiceScene(gateway);
}

/** The repository's settings with the company's match of one more section. */
function withCompany(lines: string): Configuration {
  return edited(REPOSITORY, 'company.yaml', 'policy:\n', `policy:\n${lines}\n`);
}

beforeEach(() => start());
afterEach(() => gateway.close());

describe('of two invoices over the same', () => {
  const LEAD: Actor = { name: 'Paula Payables', roles: ['admin'] };
  const shown = async () => {
    const [order] = await gateway.all('orders');
    return order!.state.billing.map(({ invoiceId, status }) => `${invoiceId.split('|')[1]} ${status}`);
  };

  test('the first stays what it is when it is matched again, and the repeat is blocked', async () => {
    const order = await scene.order([['100', '10.00']], ['40']);
    await scene.bill(order, {}, 'I-FIRST');
    await scene.bill(order, {}, 'I-OTHER');
    expect(await scene.invoice('I-OTHER')).toMatchObject({ prior: { status: 'blocked' } });
    await scene.receive(order, ['60'], 'R-REST');
    expect(await scene.invoice('I-FIRST')).toMatchObject({ prior: { status: 'approved' } });
    expect(await scene.invoice('I-OTHER')).toMatchObject({ prior: { status: 'blocked' } });
    expect(await scene.erp('invoice')).toHaveLength(1);
    expect(await shown()).toEqual(['IFIRST matched']);
  });

  test('the first is never paid once a person has approved the other, and no order waits for it', async () => {
    const order = await scene.order([['100', '10.00']], ['40']);
    await scene.bill(order, {}, 'I-FIRST');
    await scene.bill(order, {}, 'I-OTHER');
    expect(await shown()).toEqual(['IFIRST held']);
    const ofOther = async () =>
      (await gateway.openExceptions()).filter(({ invoiceId }) => invoiceId.includes('IOTHER'));
    for (let [open] = await ofOther(); open !== undefined; [open] = await ofOther()) {
      const action = open.allowedActions.includes('release') ? 'release' : 'accept';
      await gateway.gateway.decideException(open.id, { action, reason: 'this one' }, LEAD);
      await gateway.settle();
    }
    expect(await scene.invoice('I-OTHER')).toMatchObject({ prior: { status: 'approved' } });
    await scene.receive(order, ['60'], 'R-REST');
    expect(await scene.invoice('I-FIRST')).toMatchObject({ prior: { status: 'blocked' } });
    expect(await scene.erp('invoice')).toHaveLength(1);
    expect(await shown()).toEqual(['IOTHER matched']);
  });
});

describe('paying short', () => {
  test('counts only what was paid, whatever the goods do afterwards', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    const invoice = await scene.bill(order, { 1: '12.00' });
    await scene.decide('HOLD_PRICE', 'shortPay');
    expect(await scene.erp('invoice')).toMatchObject([
      { data: { payment: 'short', payable: '1000.00', debitNote: { total: '200.00' } } },
    ]);
    const record = await scene.invoice(invoice.id);
    expect(record).toMatchObject({ status: 'APPROVED_BY_PERSON', prior: { status: 'approved' } });
    expect(record.prior.lines).toEqual([
      { orderId: 'PO-1', orderLineId: '1', quantity: '100', amount: '1000.00', withheld: '200.00' },
    ]);
  });

  test.each([
    ['a price', { 1: '12.00' }, '100', 'HOLD_PRICE', 'shortPay', ['100', '2.00'], 'price'],
    ['goods', {}, '60', 'HOLD_RECEIPT', 'shortPay', ['40', '10.00'], 'return'],
  ] as const)(
    'of %s takes it off once: a credit note over it waits for a person',
    async (_, prices, received, hold, action, [quantity, price], effect) => {
      const order = await scene.order([['100', '10.00']], [received]);
      const invoice = await scene.bill(order, prices);
      if (hold === 'HOLD_RECEIPT') await gateway.pass({ days: 40 });
      await scene.decide(hold, action);
      const [paid] = await scene.erp('invoice');
      await scene.send(creditOf(invoice, [['1', quantity, price]], { id: 'C-9', effect }));
      expect(paid).toMatchObject({ data: { payment: 'short' } });
      expect(await scene.erp('creditNote')).toEqual([]);
      expect(await scene.exception('HOLD_QTY')).toMatchObject({
        detail: expect.stringContaining('was paid short by'),
      });
      await scene.decide('HOLD_QTY', 'reject');
      expect(await gateway.all('invoices', { number: 'C-9' })).toMatchObject([{ status: 'REJECTED' }]);
    },
  );

  test('of a price is for all goods that are paid, also those that nobody has received', async () => {
    const order = await scene.order([['100', '10.00']], ['50']);
    await scene.bill(order, { 1: '12.00' });
    await scene.decide('HOLD_PRICE', 'shortPay');
    await gateway.pass({ days: 40 });
    await scene.decide('HOLD_RECEIPT', 'release');
    // 100 x 12.00 = 1200.00, less 2.00 on each of the 100.
    expect(await scene.erp('invoice')).toMatchObject([
      { data: { payment: 'short', payable: '1000.00', debitNote: { total: '200.00' } } },
    ]);
  });

  test('stays short when the goods come after the decision', async () => {
    const order = await scene.order([['100', '10.00']], ['60']);
    await scene.bill(order, { 1: '12.00' });
    await scene.decide('HOLD_PRICE', 'shortPay');
    expect(await scene.erp('invoice')).toEqual([]);
    await scene.receive(order, ['40'], 'R-2');
    // 100 x 12.00 = 1200.00, less 2.00 on each of the 100 received.
    const bills = await scene.erp('invoice');
    expect(bills).toMatchObject([{ data: { payment: 'short', payable: '1000.00' } }]);
  });
});

describe('a decision', () => {
  const troubles = async () => (await gateway.troubles()).filter((each) => each.startsWith('HOLD_'));

  test('can release an invoice that waits for goods', async () => {
    const order = await scene.order([['100', '10.00']], ['60']);
    await scene.bill(order);
    await gateway.pass({ days: 40 });
    await scene.decide('HOLD_RECEIPT', 'release');
    expect(await scene.erp('invoice')).toMatchObject([
      { data: { payment: 'full', payable: '1000.00', approvals: [{ by: BUYER.name }] } },
    ]);
    expect(await troubles()).toEqual([]);
  });

  test('on a price holds for all of the goods: those that come later do not ask again', async () => {
    const order = await scene.order([['100', '10.00']], ['50']);
    await scene.bill(order, { 1: '12.00' });
    expect(await scene.exception('HOLD_PRICE')).toMatchObject({ valueAtStake: '200.00' });
    await scene.decide('HOLD_PRICE', 'accept');
    await scene.receive(order, ['30'], 'R-2');
    expect(await troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toEqual([]);
    await scene.receive(order, ['20'], 'R-3');
    expect(await troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payment: 'full', payable: '1200.00' } }]);
  });

  test('is made on the facts of now: a hold that is gone closes by itself', async () => {
    const order = await scene.order([['100', '10.00']], ['60']);
    await scene.bill(order);
    await gateway.pass({ days: 40 });
    const waiting = await scene.exception('HOLD_RECEIPT');
    // The goods come while the person looks at the old state: nothing has matched it again yet.
    const receiving = scene.receive(order, ['40'], 'R-2');
    await gateway.gateway
      .decideException(waiting.id, { action: 'release', reason: 'seen the goods' }, BUYER)
      .catch(() => undefined);
    await receiving;
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable: '1000.00', approvals: [] } }]);
    expect(await troubles()).toEqual([]);
  });

  test('is refused where the hold has become graver, and the new state is shown', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '10.50' });
    const before = await scene.exception('HOLD_PRICE');
    expect(before.valueAtStake).toBe('50.00');
    // A lower price is agreed meanwhile, and nothing has matched the invoice again yet: it is dearer than it was.
    const { store } = gateway.context;
    const record = (await store.get('orders', order.id))!;
    const lines = record.state.lines.map((each) => ({
      ...each,
      line: { ...each.line, price: { amount: '9.00' } },
    }));
    const changed = { ...record, state: { ...record.state, lines } };
    await store.commit([{ op: 'update', collection: 'orders', record: changed }]);
    await expect(
      gateway.gateway.decideException(before.id, { action: 'accept', reason: 'fifty is fine' }, BUYER),
    ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('150.00') });
    await gateway.settle();
    expect(await scene.erp('invoice')).toEqual([]);
    expect(await scene.exception('HOLD_PRICE')).toMatchObject({ valueAtStake: '150.00' });
  });

  test('is not needed once the order says what is billed: it is matched again by itself', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '12.00' });
    const lines = order.lines.map((line) => ({ ...line, price: { amount: '12.00' } }));
    await gateway.gateway.releaseOrder({ ...order, lines }, ERP);
    await gateway.settle();
    expect(await troubles()).toEqual([]);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payable: '1200.00', approvals: [] } }]);
    const decisions = await gateway.all('matchDecisions');
    expect(decisions.map(({ trigger }) => trigger)).toEqual(['invoiceReceived', 'orderChanged']);
  });

  test('records no new match where nothing has changed', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '12.00' });
    await scene.decide('HOLD_PRICE', 'accept');
    expect(await gateway.all('matchDecisions')).toHaveLength(1);
    expect(await scene.invoice('I-PO-1')).toMatchObject({ status: 'APPROVED_BY_PERSON' });
  });

  test.each(['accept', 'shortPay', 'reject'])(
    'to %s closes the exception in the name of the person',
    async (action) => {
      const order = await scene.order([['100', '10.00']], ['100']);
      await scene.bill(order, { 1: '12.00' });
      await scene.decide('HOLD_PRICE', action);
      const [exception] = await gateway.all('exceptions', { type: 'HOLD_PRICE' });
      expect(exception).toMatchObject({ status: 'resolved', resolution: { by: BUYER.name, action } });
    },
  );

  test('to reject one hold ends the invoice: nothing is left to decide, and the order goes on', async () => {
    const order = await scene.order([['100', '10.00']], ['60']);
    await scene.bill(order, { 1: '12.00' });
    await gateway.pass({ days: 40 });
    expect(await troubles()).toEqual(['HOLD_PRICE PO-1', 'HOLD_RECEIPT PO-1']);
    await scene.decide('HOLD_PRICE', 'reject');
    expect(await troubles()).toEqual([]);
    expect(await scene.invoice('I-PO-1')).toMatchObject({ status: 'REJECTED' });
    expect((await gateway.all('orders'))[0]!.badge).toBe('PART_RECEIVED');
  });
});

describe('a hold that a person places', () => {
  test('is never released by the machine, only by a person', async () => {
    const order = await scene.order([['100', '10.00']], ['60']);
    await scene.bill(order);
    const { id } = await scene.invoice('I-PO-1');
    await gateway.gateway.holdInvoice(id, 'the pallets are wet', BUYER);
    expect(await scene.exception('HOLD_APPROVAL')).toMatchObject({
      detail: 'Held by Bea Buyer: the pallets are wet.',
      valueAtStake: '1000.00',
    });
    await scene.receive(order, ['40'], 'R-2');
    expect(await scene.invoice('I-PO-1')).toMatchObject({ status: 'HOLD_APPROVAL' });
    expect(await scene.erp('invoice')).toEqual([]);
    await scene.decide('HOLD_APPROVAL', 'accept', OTTO);
    expect(await scene.erp('invoice')).toMatchObject([
      { data: { payable: '1000.00', approvals: [{ by: OTTO.name }] } },
    ]);
    await expect(gateway.gateway.holdInvoice(id, 'too late', BUYER)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('who may accept', () => {
  const RULES = [
    '  holds:',
    '    secondPersonAbove: 300',
    '    accept:',
    '      - { holds: [HOLD_PRICE], roles: [operator], upTo: 100 }',
    '      - { people: [Bea Buyer, Carl Chief] }',
  ].join('\n');

  test('is set by kind of hold, role, person and amount', async () => {
    await gateway.close();
    await start(withCompany(RULES));
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '12.00' });
    await expect(scene.decide('HOLD_PRICE', 'accept', OTTO)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await scene.decide('HOLD_PRICE', 'accept', BUYER);
    expect(await scene.erp('invoice')).toHaveLength(1);
  });

  test('is two people above the limit', async () => {
    await gateway.close();
    await start(withCompany(RULES));
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '14.00' });
    await scene.decide('HOLD_PRICE', 'accept', BUYER);
    expect(await scene.erp('invoice')).toEqual([]);
    await scene.decide('HOLD_PRICE', 'accept', CARL);
    expect(await scene.erp('invoice')).toHaveLength(1);
  });

  test('is not who changed a limit in the last day; where nobody knows who did, two people', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '12.00' });
    await recordToleranceChanges(gateway.context, 'Carl Chief');
    const { partners } = gateway.context;
    const company = {
      ...partners.company,
      policy: { ...partners.company.policy, match: { price: { upperPct: '1' } } },
    };
    const changed = { ...gateway.context, partners: { ...partners, company } };
    await recordToleranceChanges(changed, 'Bea Buyer');
    await expect(scene.decide('HOLD_PRICE', 'accept', BUYER)).rejects.toThrow(/changed a tolerance/);
    expect(await gateway.all('audit', { action: 'tolerances.changed' })).toHaveLength(4);
    await recordToleranceChanges(gateway.context, '');
    await scene.decide('HOLD_PRICE', 'accept', CARL);
    expect(await scene.erp('invoice')).toEqual([]);
    await gateway.pass({ days: 2 });
    await scene.decide('HOLD_PRICE', 'accept', BUYER);
    expect(await scene.erp('invoice')).toHaveLength(1);
  });
});

describe('a credit note', () => {
  test('that comes before its invoice waits for it, also without an order', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    const invoice = invoiceOf(order);
    const credit = creditOf(invoice, [['1', '5', '10.00']], { effect: 'return' });
    await scene.send(credit);
    expect(await scene.invoice(credit.id)).toMatchObject({ status: 'PARKED' });
    await scene.send(invoice);
    await gateway.settle();
    expect(await scene.invoice(credit.id)).toMatchObject({ status: 'AUTO_APPROVED' });
    expect(await scene.erp('invoice', 'creditNote')).toMatchObject([
      { kind: 'invoice', data: { payable: '1000.00' } },
      { kind: 'creditNote', data: { payable: '50.00' } },
    ]);
    expect((await gateway.all('orders'))[0]!.state.lines[0]).toMatchObject({ invoiced: '95', credited: '5' });
  });

  test('that is held because its invoice is, is matched when the invoice is approved', async () => {
    const order = await scene.order([['100', '10.00']], ['60']);
    const invoice = await scene.bill(order);
    const credit = creditOf(invoice, [['1', '5', '10.00']], { effect: 'return' });
    await scene.send(credit);
    expect((await scene.invoice(credit.id)).status).not.toBe('AUTO_APPROVED');
    await scene.receive(order, ['40'], 'R-2');
    await gateway.settle();
    expect(await scene.invoice(invoice.id)).toMatchObject({ status: 'AUTO_APPROVED' });
    expect(await scene.invoice(credit.id)).toMatchObject({ status: 'AUTO_APPROVED' });
  });
});

describe('a corrected invoice', () => {
  const corrected = (invoice: ReturnType<typeof invoiceOf>, id: string) => ({
    ...invoice,
    id,
    invoiceType: 'corrected' as const,
    references: [{ type: 'invoice' as const, id: 'I-PO-1' }],
  });

  test('takes the place of one that is booked: the ERP books that back', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '10.10' });
    await scene.send(corrected(invoiceOf(order), 'I-2'));
    expect(await scene.erp('invoice', 'invoiceReversal')).toMatchObject([
      { kind: 'invoice', data: { payable: '1010.00' } },
      { kind: 'invoice', data: { payable: '1000.00' } },
      { kind: 'invoiceReversal', data: { number: 'I-PO-1', replacedBy: { number: 'I-2' } } },
    ]);
    expect(await scene.invoice('I-PO-1')).toMatchObject({
      status: 'REVERSED',
      prior: { status: 'reversed' },
    });
    expect((await gateway.all('orders'))[0]!.state.lines[0]).toMatchObject({ invoiced: '100' });
  });

  test('takes the place of one whose number it has', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '10.10' });
    await scene.send(corrected(invoiceOf(order), 'I-PO-1'));
    expect(await scene.erp('invoice', 'invoiceReversal')).toMatchObject([
      { kind: 'invoice', data: { payable: '1010.00' } },
      { kind: 'invoice', data: { payable: '1000.00' } },
      { kind: 'invoiceReversal', data: { bills: [expect.any(String)] } },
    ]);
    const invoices = await gateway.all('invoices', { number: 'I-PO-1' });
    expect(invoices.map(({ payable, status }) => [payable, status])).toEqual([
      ['1010.00', 'REVERSED'],
      ['1000.00', 'AUTO_APPROVED'],
    ]);
    expect((await gateway.all('orders'))[0]!.state.lines[0]).toMatchObject({ invoiced: '100' });
  });

  test('that is corrected once more is booked back itself, and its original not a second time', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '10.10' });
    await scene.send(corrected(invoiceOf(order, { 1: '10.05' }), 'I-PO-1'));
    await scene.send(corrected(invoiceOf(order), 'I-PO-1'));
    const commands = await scene.erp('invoice', 'invoiceReversal');
    expect(commands.map(({ kind, data }) => [kind, data['payable'] ?? data['bills']])).toEqual([
      ['invoice', '1010.00'],
      ['invoice', '1005.00'],
      ['invoiceReversal', [commands[0]!.key]],
      ['invoice', '1000.00'],
      ['invoiceReversal', [commands[1]!.key]],
    ]);
  });

  test('takes the place of one that is held: that one is never payable again', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '14.00' });
    expect(await gateway.troubles()).toEqual(['HOLD_PRICE PO-1']);
    await scene.send(corrected(invoiceOf(order), 'I-2'));
    expect(await scene.erp('invoice', 'invoiceReversal')).toMatchObject([{ data: { payable: '1000.00' } }]);
    expect(await gateway.troubles()).toEqual([]);
    expect((await gateway.all('orders'))[0]!.badge).toBe('CLOSED');
  });
});

describe('paying the part that agrees', () => {
  beforeEach(async () => {
    await gateway.close();
    await start(edited(REPOSITORY, 'company.yaml', 'partial: holdWhole', 'partial: payMatched'));
  });

  test('pays each line once: the part at once, the rest when it is cleared', async () => {
    const order = await scene.order(
      [
        ['10', '10.00'],
        ['20', '5.00'],
      ],
      ['10', '12'],
    );
    await scene.bill(order);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payment: 'part', payable: '100.00' } }]);
    expect((await gateway.all('orders'))[0]!.state.lines).toMatchObject([
      { invoiced: '10' },
      { invoiced: '0' },
    ]);
    await scene.receive(order, ['0', '4'], 'R-2');
    expect(await scene.erp('invoice')).toHaveLength(1);
    await scene.receive(order, ['0', '4'], 'R-3');
    expect(await scene.erp('invoice')).toMatchObject([
      { data: { payment: 'part', payable: '100.00' } },
      {
        key: expect.stringMatching(/\/2$/),
        data: { payment: 'rest', payable: '100.00', lines: [{ line: 2 }] },
      },
    ]);
    expect((await gateway.all('orders'))[0]!).toMatchObject({ badge: 'CLOSED' });
  });

  test('pays the rest short, less what is not paid, with its reason', async () => {
    const order = await scene.order(
      [
        ['10', '10.00'],
        ['20', '5.00'],
      ],
      ['10', '20'],
    );
    await scene.bill(order, { 2: '6.00' });
    await scene.decide('HOLD_PRICE', 'shortPay');
    const [part, rest] = await scene.erp('invoice');
    expect(part).toMatchObject({ data: { payment: 'part', payable: '100.00' } });
    const [line] = rest!.data['lines'] as { amount: string }[];
    expect(rest).toMatchObject({
      data: { payment: 'rest', payable: '100.00', debitNote: { lines: [{ line: 2 }], total: '20.00' } },
    });
    // Of the rest is billed what it holds, less what is not paid.
    expect(line).toMatchObject({ amount: '120.00' });
  });

  test('pays line by line as the goods come, each once', async () => {
    const order = await scene.order(
      [
        ['10', '10.00'],
        ['20', '5.00'],
        ['30', '2.00'],
      ],
      ['10'],
    );
    await scene.bill(order);
    await scene.receive(order, ['0', '20'], 'R-2');
    await scene.receive(order, ['0', '0', '30'], 'R-3');
    const bills = await scene.erp('invoice');
    expect(bills.map(({ data }) => [data['payment'], data['payable']])).toEqual([
      ['part', '100.00'],
      ['part', '100.00'],
      ['rest', '60.00'],
    ]);
  });

  test('pays no part of what a person holds', async () => {
    const order = await scene.order([
      ['10', '10.00'],
      ['20', '5.00'],
    ]);
    await scene.bill(order);
    const { id } = await scene.invoice('I-PO-1');
    await gateway.gateway.holdInvoice(id, 'the pallets are wet', BUYER);
    await scene.receive(order, ['10'], 'R-1');
    expect(await scene.erp('invoice')).toEqual([]);
    await scene.decide('HOLD_APPROVAL', 'accept', OTTO);
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payment: 'part', payable: '100.00' } }]);
  });

  test('never frees what is paid: another invoice cannot bill the same goods, and a refusal keeps the part', async () => {
    const order = await scene.order(
      [
        ['10', '10.00'],
        ['20', '4.00'],
      ],
      ['10', '20'],
    );
    await scene.bill(order, { 2: '6.00' });
    expect(await scene.erp('invoice')).toMatchObject([{ data: { payment: 'part', payable: '100.00' } }]);
    await scene.decide('HOLD_PRICE', 'reject');
    expect(await scene.invoice('I-PO-1')).toMatchObject({
      status: 'REJECTED',
      prior: { status: 'approved' },
    });
    const again = invoiceOf(order, {}, 'I-2');
    await scene.send({ ...again, lines: [again.lines[0]!], totals: { lines: '100.00', payable: '100.00' } });
    const { holds } = await scene.invoice('I-2');
    expect(holds.map(({ type }) => type).sort()).toEqual(['DUPLICATE_BLOCKED', 'HOLD_QTY']);
    await scene.send({
      ...again,
      id: 'I-3',
      lines: [again.lines[1]!],
      totals: { lines: '80.00', payable: '80.00' },
    });
    expect(await scene.invoice('I-3')).toMatchObject({ status: 'AUTO_APPROVED' });
  });
});

describe('refusing an invoice', () => {
  const refusals = async () =>
    (await gateway.all('files', { direction: 'outbound' }))
      .filter(({ summary }) => summary?.includes('refused') === true)
      .map(({ id, summary, status }) => ({ id, summary, status }));

  test('sends the supplier an 824 with the reasons, where it takes one', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '12.00' });
    await scene.decide('HOLD_PRICE', 'reject');
    expect(await refusals()).toMatchObject([{ summary: '824: invoice I-PO-1 is refused', status: 'sent' }]);
    const text = gateway.channel('northwind-hardware').sent('824');
    expect(text).toContain('OTI*TR*IV*I-PO-1*******810');
    expect(text).toMatch(/TED\*MN\*\*IT1\*\*1\*\*1\W+NTE\*\*Line 1/);
    expect(text).toContain('NTE**as agreed');
  });

  test('sends an APERAK, and takes the CONTRL for it', async () => {
    scene = new InvoiceScene(gateway, 'hansa-werkzeuge');
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '14.00' });
    await scene.decide('HOLD_PRICE', 'reject');
    expect(await refusals()).toMatchObject([{ summary: 'APERAK: invoice I-PO-1 is refused' }]);
    const text = gateway.channel('hansa-werkzeuge').sent('APERAK');
    gateway.supplier('hansa-werkzeuge').acknowledge(text);
    await gateway.settle();
    expect(await gateway.all('documents', { documentType: 'applicationAdvice' })).toMatchObject([
      { acknowledgmentStatus: 'accepted', status: 'sent' },
    ]);
  });

  test('is a notice to those who take neither', async () => {
    scene = new InvoiceScene(gateway, 'nordic-lighting');
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '14.00' });
    await scene.decide('HOLD_PRICE', 'reject');
    expect(await refusals()).toEqual([]);
    expect([...gateway.world.notices.keys()].filter((key) => key.startsWith('invoiceRejected'))).toHaveLength(
      1,
    );
  });
});
