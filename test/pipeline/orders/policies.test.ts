import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { replayHistory } from '../../../src/pipeline/queries/order-history.ts';
import { orderTo, receiptOf, responseTo } from '../../support/documents.ts';
import type { Configuration } from '../../support/gateway.ts';
import { edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

const NORTHWIND = 'northwind-hardware/partner.yaml';
const ORDER = orderTo('northwind-hardware', 'PO-1');

/** Its partner.yaml is gone, or was broken when the gateway was started. */
const WITHOUT: Configuration = {
  ...REPOSITORY,
  partners: REPOSITORY.partners.filter(({ path }) => path !== NORTHWIND),
};
/** Nobody else answers so late. */
const PATIENT = edited(REPOSITORY, NORTHWIND, 'withinHours: ', 'withinHours: 9');

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function replayed(orderId = 'PO-1') {
  const { differingEvents, differingState } = await replayHistory(gateway.world.store, orderId);
  return [...differingEvents, ...differingState];
}

describe('an order whose partner is not there', () => {
  beforeEach(async () => {
    gateway = await gateway.restart({ configuration: PATIENT });
    await gateway.gateway.releaseOrder(ORDER, ERP);
    await gateway.settle();
  });

  test('keeps what was agreed: its deadlines are not those of the house', async () => {
    const agreed = gateway.context.policyOf('northwind-hardware');
    expect(agreed.functionalAcknowledgment.dueHours).toBeGreaterThan(90);
    gateway = await gateway.restart({ configuration: WITHOUT });
    expect(gateway.context.policyOf('northwind-hardware')).toEqual(agreed);
    await gateway.pass({ days: 3 });
    expect(await gateway.troubles()).not.toContain('FA_OVERDUE PO-1');
    expect(await replayed()).toEqual([]);
  });

  test('has its goods counted, short as they are; nothing is claimed of the partner unasked', async () => {
    gateway = await gateway.restart({ configuration: WITHOUT });
    const receipt = receiptOf(ORDER);
    const lines = receipt.lines.map((line) => ({ ...line, quantity: { ...line.quantity, value: '5' } }));
    await gateway.gateway.receiveGoods({ ...receipt, lines }, ERP);
    expect((await gateway.all('orderEvents')).map(({ event }) => event.type)).toContain('goodsReceived');
    expect(await gateway.all('supplierClaims')).toEqual([]);
    expect(await replayed()).toEqual([]);
  });

  test('is decided again also where it went on under settings that no gateway was started with', async () => {
    const policy = { ...gateway.context.policyOf('northwind-hardware'), version: 'v0000001' };
    Object.assign(gateway.context, { policyOf: () => policy });
    await gateway.gateway.cancelOrder('PO-1', 'not needed', ERP);
    gateway = await gateway.restart();
    expect(await replayed()).toEqual([]);
  });
});

test('an order is decided by what is agreed with its supplier, whoever sent a document for it too early', async () => {
  gateway.supplier('pacific-fasteners').send(responseTo(orderTo('pacific-fasteners', 'PO-1')));
  await gateway.settle();
  await gateway.gateway.releaseOrder(ORDER, ERP);
  await gateway.settle();
  const events = await gateway.all('orderEvents');
  const released = events.find(({ event }) => event.type === 'orderReleased');
  expect(released?.policyVersion).toBe(gateway.context.policyOf('northwind-hardware').version);
  expect(await replayed()).toEqual([]);
});
