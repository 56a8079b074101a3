import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Gateway } from '../../../src/pipeline/gateway.ts';
import { despatchOf, invoiceOf, receiptOf } from '../../support/documents.ts';
import { BUYER, createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';
import { creditOf, InvoiceScene } from '../invoices/invoice-scene.ts';

// Several configurations are loaded and their maps compiled.
jest.setTimeout(60_000);

let gateway: TestGateway;
let scene: InvoiceScene;

async function start(configuration: Configuration = REPOSITORY): Promise<void> {
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
  scene = new InvoiceScene(gateway);
}

beforeEach(() => start());
afterEach(() => gateway.close());

const claims = () => gateway.all('supplierClaims');
const notices = (start: string) => [...gateway.world.notices.keys()].filter((key) => key.startsWith(start));
const told = async () =>
  (await scene.erp('claim')).map(({ data }) => [
    data['number'],
    data['state'],
    data['value'],
    data['credited'],
  ]);

/** 100 announced, so many received. */
async function shortShipment(received: string) {
  const order = await scene.order([['100', '10.00']]);
  await scene.send(despatchOf(order));
  await scene.receive(order, [received], 'R-1');
  return order;
}

describe('goods that are missing', () => {
  test('are claimed by a person: the supplier and the ERP are told', async () => {
    await shortShipment('80');
    await scene.decide('SHORT_RECEIVED', 'claim');
    expect(await claims()).toMatchObject([
      {
        number: 'CL-000001',
        kind: 'shortage',
        state: 'sent',
        orderId: 'PO-1',
        shipmentId: 'D-PO-1',
        value: '200.00',
        openedBy: BUYER.name,
        lines: [{ lineId: '1', quantity: '20', amount: '200.00' }],
      },
    ]);
    expect(await gateway.troubles()).not.toContain('SHORT_RECEIVED PO-1');
    expect(notices('claim/')).toHaveLength(1);
    expect(gateway.world.notices.get(notices('claim/')[0]!)!.text).toContain(
      'line 1, Article 1, 20 EA, 200.00 USD',
    );
    expect(await told()).toEqual([['CL-000001', 'sent', '200.00', '0.00']]);
  });

  test('are asked for until a day of the company, whatever the day is in UTC', async () => {
    await gateway.close();
    await start(edited(REPOSITORY, 'company.yaml', 'America/Chicago', 'Europe/Berlin'));
    await shortShipment('80');
    // Behind the cut-off of Monday the 9th: ten business days from the Tuesday on.
    gateway.world.time.advance(Date.parse('2026-03-09T16:00:00Z') - Date.parse(gateway.world.time.now()));
    await scene.decide('SHORT_RECEIVED', 'claim');
    expect(await claims()).toMatchObject([{ dueAt: '2026-03-23T23:00:00.000Z' }]);
    const notice = gateway.world.notices.get(notices('claim/')[0]!)!;
    expect(notice.text).toContain('credit note until: 2026-03-24');
    await gateway.pass({ days: 15 });
    const overdue = (await gateway.all('exceptions')).find(({ type }) => type === 'CLAIM_OVERDUE');
    expect(overdue?.detail).toContain('Due on 2026-03-24');
  });

  test('that come after all make the claim smaller, and end it', async () => {
    const order = await shortShipment('80');
    await scene.decide('SHORT_RECEIVED', 'claim');
    await scene.receive(order, ['15'], 'R-2');
    expect(await claims()).toMatchObject([{ state: 'sent', value: '50.00' }]);
    await scene.receive(order, ['5'], 'R-3');
    expect(await claims()).toMatchObject([{ state: 'closed', dueAt: '' }]);
    expect((await told()).map(([, state]) => state)).toEqual(['sent', 'sent', 'closed']);
  });

  test('are claimed without asking where the policy says so', async () => {
    await gateway.close();
    await start(
      edited(
        REPOSITORY,
        'company.yaml',
        'policy:\n',
        'policy:\n  claims: { automatic: [shortage, damage], minValue: 100 }\n',
      ),
    );
    await shortShipment('80');
    expect(await claims()).toMatchObject([{ kind: 'shortage', value: '200.00', openedBy: 'gateway' }]);
    expect(await gateway.troubles()).not.toContain('SHORT_RECEIVED PO-1');
  });
});

test('damaged goods are claimed from the receipt that counted them', async () => {
  const order = await scene.order([['100', '10.00']]);
  const receipt = receiptOf(order, 'R-1');
  const lines = receipt.lines.map((line) => ({ ...line, damagedQuantity: '7' }));
  await gateway.gateway.receiveGoods({ ...receipt, lines }, ERP);
  await gateway.settle();
  await scene.decide('DAMAGED', 'claim');
  expect(await claims()).toMatchObject([{ kind: 'damage', receiptId: 'R-1', value: '70.00' }]);
});

describe('an overcharge', () => {
  test('is claimed when a credit is asked for; the credit note covers it and the invoice is paid', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    const invoice = await scene.bill(order, { 1: '12.00' });
    await scene.decide('HOLD_PRICE', 'requestCredit');
    expect(await claims()).toMatchObject([
      { kind: 'overcharge', state: 'sent', value: '200.00', lines: [{ lineId: '1', amount: '200.00' }] },
    ]);
    expect(await scene.erp('invoice')).toEqual([]);
    await scene.send(creditOf(invoice, [['1', '100', '1.20']], { id: 'C-1', effect: 'price' }));
    await scene.send(creditOf(invoice, [['1', '100', '0.80']], { id: 'C-2', effect: 'price' }));
    await gateway.settle();
    expect(await claims()).toMatchObject([
      {
        state: 'credited',
        credited: '200.00',
        credits: [{ number: 'C-1' }, { number: 'C-2', amount: '80.00' }],
      },
    ]);
    expect(await scene.invoice(invoice.id)).toMatchObject({ status: 'APPROVED_BY_PERSON' });
    expect(
      (await scene.erp('invoice', 'creditNote')).map(({ kind, data }) => [kind, data['payable']]).sort(),
    ).toEqual([
      ['creditNote', '120.00'],
      ['creditNote', '80.00'],
      ['invoice', '1200.00'],
    ]);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('is over when the invoice is accepted or refused', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    await scene.bill(order, { 1: '12.00' });
    await scene.decide('HOLD_PRICE', 'requestCredit');
    await scene.decide('HOLD_PRICE', 'accept');
    expect(await claims()).toMatchObject([{ state: 'closed' }]);
    expect(await scene.erp('invoice')).toHaveLength(1);
  });

  test('opens by itself where the policy says so, once', async () => {
    await gateway.close();
    await start(
      edited(REPOSITORY, 'company.yaml', 'policy:\n', 'policy:\n  claims: { automatic: [overcharge] }\n'),
    );
    const order = await scene.order([['100', '10.00']], ['60']);
    await scene.bill(order, { 1: '12.00' });
    expect(await claims()).toMatchObject([{ kind: 'overcharge', value: '200.00', openedBy: 'gateway' }]);
    await gateway.gateway.decideClaim('CL-000001', { action: 'close', reason: 'agreed otherwise' }, BUYER);
    await scene.receive(order, ['10'], 'R-2');
    expect(await claims()).toHaveLength(1);
  });
});

describe('a claim', () => {
  const open = () =>
    gateway.gateway.openClaim(
      {
        kind: 'wrongItem',
        orderId: 'PO-1',
        lines: [{ lineId: '1', quantity: '3' }],
        reason: 'blue instead of red',
      },
      BUYER,
    );

  test('is opened by hand once, answered, and given up with a reason', async () => {
    await scene.order([['100', '10.00']], ['100']);
    await open();
    await open();
    await gateway.settle();
    expect(await claims()).toMatchObject([{ kind: 'wrongItem', value: '30.00', state: 'sent' }]);
    const decideClaim: Gateway['decideClaim'] = (...args) => gateway.gateway.decideClaim(...args);
    await decideClaim('CL-000001', { action: 'answer', reason: 'they refuse' }, BUYER);
    await expect(decideClaim('CL-000001', { action: 'send', reason: 'again' }, BUYER)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await decideClaim('CL-000001', { action: 'writeOff', reason: 'not worth it' }, BUYER);
    await gateway.settle();
    const [claim] = await claims();
    expect(claim!.history.map(({ action }) => action)).toEqual(['opened', 'sent', 'answered', 'writtenOff']);
    expect((await gateway.all('audit')).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['claim.opened', 'claim.answer', 'claim.writeOff']),
    );
  });

  test('names what is wrong with a request', async () => {
    await scene.order([['100', '10.00']], ['100']);
    const request = { kind: 'shortage' as const, orderId: 'PO-1', reason: 'missing' };
    const openClaim: Gateway['openClaim'] = (...args) => gateway.gateway.openClaim(...args);
    await expect(openClaim({ ...request, lines: [{ lineId: '9', quantity: '1' }] }, BUYER)).rejects.toThrow(
      'Order PO-1 has no line "9"; it has 1.',
    );
    await expect(openClaim({ ...request, lines: [{ lineId: '1' }] }, BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    await expect(
      openClaim({ ...request, orderId: 'PO-9', lines: [{ lineId: '1', quantity: '1' }] }, BUYER),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('that nobody settles is reminded of, and goes up', async () => {
    await scene.order([['100', '10.00']], ['100']);
    await open();
    await gateway.pass({ days: 15 });
    expect(await scene.exception('CLAIM_OVERDUE')).toMatchObject({
      owner: 'accountsPayable',
      valueAtStake: '30.00',
    });
    await gateway.pass({ days: 8 });
    expect(await scene.exception('CLAIM_OVERDUE')).toMatchObject({ owner: 'accountsPayableLead', count: 2 });
    expect(notices('claimOverdue/')).toHaveLength(2);
    await gateway.gateway.decideClaim('CL-000001', { action: 'close', reason: 'replaced' }, BUYER);
    expect(await gateway.troubles()).not.toContain('CLAIM_OVERDUE PO-1');
    await gateway.pass({ days: 30 });
    expect(notices('claimOverdue/')).toHaveLength(2);
  });

  test('over goods is covered by a credit note for a return of the same line', async () => {
    const order = await scene.order([['100', '10.00']], ['100']);
    const invoice = invoiceOf(order);
    await scene.send(invoice);
    await open();
    await scene.send(creditOf(invoice, [['1', '3', '10.00']], { effect: 'return' }));
    expect(await claims()).toMatchObject([{ state: 'credited', credited: '30.00' }]);
  });
});
