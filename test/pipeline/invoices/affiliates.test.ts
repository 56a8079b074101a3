import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { invoiceOf } from '../../support/documents.ts';
import { createWorld, edited, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import { InvoiceScene } from './invoice-scene.ts';

jest.setTimeout(60_000);

const ACCEPT = { action: 'accept', reason: 'as agreed' } as const;

let gateway: TestGateway;
/** The partner that the order went to, and one of the same group that may bill it. */
let ordered: InvoiceScene;
let affiliate: InvoiceScene;

beforeEach(async () => {
  const configuration = edited(
    REPOSITORY,
    'nordic-lighting/partner.yaml',
    'calendar:\n',
    'payee:\n  affiliateIds: [hansa-werkzeuge]\ncalendar:\n',
  );
  gateway = await TestGateway.start({ configuration }, createWorld(configuration));
  ordered = new InvoiceScene(gateway, 'hansa-werkzeuge');
  affiliate = new InvoiceScene(gateway, 'nordic-lighting');
});
afterEach(() => gateway.close());

const standings = async () =>
  Object.fromEntries((await gateway.all('invoices')).map(({ number, prior }) => [number, prior.status]));

const paid = async () => (await ordered.erp('invoice')).map(({ data }) => data);

describe('goods of an order that two partners of one group may bill', () => {
  test('are paid once when the one that may bill for the other comes first', async () => {
    const order = await ordered.order([['100', '10.00']], ['100']);
    await affiliate.send(invoiceOf(order, {}, 'A-1'));
    await ordered.send(invoiceOf(order, {}, 'B-7'));
    expect(await standings()).toEqual({ 'A-1': 'approved', 'B-7': 'held' });
    expect(await paid()).toMatchObject([{ payable: '1000.00' }]);
  });

  test('are paid once when the one that the order went to comes first', async () => {
    const order = await ordered.order([['100', '10.00']], ['100']);
    await ordered.send(invoiceOf(order, {}, 'B-7'));
    await affiliate.send(invoiceOf(order, {}, 'A-1'));
    expect(await standings()).toEqual({ 'B-7': 'approved', 'A-1': 'held' });
    expect(await paid()).toMatchObject([{ payable: '1000.00' }]);
  });

  test('are paid once when both invoices wait and a person lets both go', async () => {
    const order = await ordered.order([['100', '10.00']], ['100']);
    await affiliate.send(invoiceOf(order, { 1: '12.00' }, 'A-1'));
    await ordered.send(invoiceOf(order, { 1: '12.00' }, 'B-7'));
    const prices = (await gateway.openExceptions()).filter(({ type }) => type === 'HOLD_PRICE');
    expect(prices).toHaveLength(2);
    for (const { id } of prices) {
      for (const name of ['Bea Buyer', 'Paul Payable']) {
        await gateway.gateway.decideException(id, ACCEPT, { name, roles: ['admin'] });
        await gateway.settle();
      }
    }
    expect(Object.values(await standings()).toSorted()).toEqual(['approved', 'held']);
    expect(await paid()).toMatchObject([{ payable: '1200.00' }]);
  });
});
