import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Invoice } from '../../../src/documents/invoice.ts';
import type { Order } from '../../../src/documents/order.ts';
import { invoiceOf } from '../../support/documents.ts';
import { createWorld, edited, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';
import { creditOf, InvoiceScene } from './invoice-scene.ts';

jest.setTimeout(60_000);

let gateway: TestGateway;
let scene: InvoiceScene;

async function start(configuration: Configuration = REPOSITORY): Promise<void> {
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
  scene = new InvoiceScene(gateway);
}

beforeEach(() => start());
afterEach(() => gateway.close());

/** 100 ordered at 10.00, received, billed and approved. */
async function paid(): Promise<{ order: Order; invoice: Invoice }> {
  const order = await scene.order([['100', '10.00']], ['100']);
  const invoice = await scene.bill(order);
  expect(await scene.invoice(invoice.id)).toMatchObject({ prior: { status: 'approved' } });
  return { order, invoice };
}

const claims = () => gateway.all('supplierClaims');

describe('goods that go back after their invoice was approved', () => {
  test('are told with the money that is to come back, and what shows it', async () => {
    const { order } = await paid();
    await scene.receive(order, ['-30'], 'R-BACK');
    expect(await scene.exception('CREDIT_EXPECTED')).toMatchObject({
      owner: 'accountsPayable',
      lineId: '1',
      valueAtStake: '300',
      currency: 'USD',
      invoiceId: 'northwind-hardware|IPO1|invoice',
      suggestedAction: 'claim',
      detail:
        'Line 1: 100 invoiced, 70 received after returns. 30 that went back to the supplier are billed and not credited: ' +
        'a credit note is expected, or the goods again.',
    });
    const { evidence } = await scene.exception('CREDIT_EXPECTED');
    expect(evidence.map(({ text }) => text)).toEqual(['Receipt R-BACK: 30 went back']);
  });

  test('are settled by the credit note', async () => {
    const { order, invoice } = await paid();
    await scene.receive(order, ['-30'], 'R-BACK');
    await scene.send(creditOf(invoice, [['1', '10', '10.00']], { id: 'C-1', effect: 'return' }));
    expect(await scene.exception('CREDIT_EXPECTED')).toMatchObject({ valueAtStake: '200' });
    await scene.send(creditOf(invoice, [['1', '20', '10.00']], { id: 'C-2', effect: 'return' }));
    expect(await gateway.troubles()).toEqual([]);
  });

  test('are settled by goods that come in their place', async () => {
    const { order } = await paid();
    await scene.receive(order, ['-30'], 'R-BACK');
    await scene.receive(order, ['12'], 'R-AGAIN');
    expect(await scene.exception('CREDIT_EXPECTED')).toMatchObject({ valueAtStake: '180' });
    await scene.receive(order, ['18'], 'R-REST');
    expect(await gateway.troubles()).toEqual([]);
  });

  test('mean nothing where the credit note came first, or the invoice bills less', async () => {
    const order = await scene.order(
      [
        ['100', '10.00'],
        ['50', '2.00'],
      ],
      ['100', '50'],
    );
    const invoice = invoiceOf(order, {}, 'A-1');
    await scene.send(invoice);
    await scene.send(creditOf(invoice, [['1', '30', '10.00']], { id: 'C-1', effect: 'return' }));
    await scene.receive(order, ['-30'], 'R-BACK');
    expect(await gateway.troubles()).toEqual([]);
  });

  test('are not asked for again once somebody has decided, and further ones for themselves', async () => {
    const { order } = await paid();
    await scene.receive(order, ['-30'], 'R-BACK');
    await scene.decide('CREDIT_EXPECTED', 'dismiss');
    expect(await gateway.troubles()).toEqual([]);
    await scene.receive(order, ['-5'], 'R-BACK-2');
    expect(await scene.exception('CREDIT_EXPECTED')).toMatchObject({ valueAtStake: '50' });
  });

  test('are claimed by a person; the credit note covers the claim', async () => {
    const { order, invoice } = await paid();
    await scene.receive(order, ['-30'], 'R-BACK');
    await scene.decide('CREDIT_EXPECTED', 'claim');
    expect(await claims()).toMatchObject([
      { kind: 'return', state: 'sent', value: '300.00', lines: [{ lineId: '1', quantity: '30' }] },
    ]);
    expect(await gateway.troubles()).toEqual([]);
    await scene.send(creditOf(invoice, [['1', '30', '10.00']], { id: 'C-1', effect: 'return' }));
    expect(await claims()).toMatchObject([{ state: 'credited', credited: '300.00' }]);
  });

  test('are claimed without asking where the policy says so; goods in their place make the claim smaller and end it', async () => {
    await gateway.close();
    await start(
      edited(REPOSITORY, 'company.yaml', 'policy:\n', 'policy:\n  claims: { automatic: [return] }\n'),
    );
    const { order, invoice } = await paid();
    await scene.receive(order, ['-30'], 'R-BACK');
    await scene.receive(order, ['-5'], 'R-BACK-2');
    expect(await claims()).toMatchObject([
      { kind: 'return', value: '300.00', openedBy: 'gateway' },
      { kind: 'return', value: '50.00', openedBy: 'gateway' },
    ]);
    expect(await gateway.troubles()).toEqual([]);
    await scene.send(creditOf(invoice, [['1', '10', '10.00']], { id: 'C-1', effect: 'return' }));
    await scene.receive(order, ['20'], 'R-AGAIN');
    expect(await claims()).toMatchObject([
      { state: 'credited', value: '100.00', credited: '100.00' },
      { state: 'sent', value: '50.00', credited: '0.00' },
    ]);
  });
});
