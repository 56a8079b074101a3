import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { publishEvents } from '../../../src/pipeline/orders/publish-events.ts';
import { CLOUD_EVENT_SCHEMAS } from '../../../src/tracking/cloud-event.ts';
import type { CloudEvent } from '../../../src/tracking/cloud-event.ts';
import { despatchOf, invoiceOf, orderTo, receiptOf, responseTo } from '../../support/documents.ts';
import { BUYER, ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
let sent: { key: string; events: readonly CloudEvent[] }[];

beforeEach(async () => {
  sent = [];
  const events = { send: (batch: (typeof sent)[number]) => Promise.resolve(void sent.push(batch)) };
  gateway = await TestGateway.start({ events });
});
afterEach(() => gateway.close());

const publish = async () => {
  while ((await publishEvents(gateway.context, { deliver: true })) > 0);
  await gateway.settle();
};
const feed = () => gateway.all('events').then((records) => records.map(({ event }) => event));

async function wholeOrder(id: string, quantity = '24') {
  const order = orderTo('northwind-hardware', id, [[quantity, '10.00']]);
  const supplier = gateway.supplier('northwind-hardware');
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  supplier.acknowledge(gateway.channel('northwind-hardware').sent(id));
  supplier.send(responseTo(order));
  supplier.send(despatchOf(order));
  await gateway.settle();
  await gateway.gateway.receiveGoods(receiptOf(order), ERP);
  supplier.send(invoiceOf(order));
  await gateway.settle();
}

describe('the feed of business events', () => {
  test('tells the life of an order in its order, each event once and fit for its schema', async () => {
    await wholeOrder('PO-1');
    await publish();
    await publish();
    const events = await feed();
    expect(events.map(({ type }) => type.replace(/^tradelane\.|\.v1$/g, ''))).toEqual([
      'order.created',
      'order.sent',
      'order.syntaxAccepted',
      'order.acknowledged',
      'shipment.dispatched',
      'goods.received',
      'invoice.matched',
      'order.closed',
    ]);
    for (const event of events) {
      const type = event.type.replace(/^tradelane\.|\.v1$/g, '') as keyof typeof CLOUD_EVENT_SCHEMAS;
      expect(CLOUD_EVENT_SCHEMAS[type].safeParse(event).error).toBeUndefined();
      expect(event.subject).toBe('PO-1');
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  test('tells what somebody has to look at also where it is about no order, and when it is settled', async () => {
    gateway.channel('northwind-hardware').drop('noise.edi', Buffer.from('This is not EDI at all.'));
    await gateway.settle();
    await publish();
    const [exception] = await gateway.openExceptions();
    await gateway.gateway.decideException(
      exception!.id,
      { action: 'dismiss', reason: 'a test of theirs' },
      BUYER,
    );
    await publish();
    const events = await feed();
    const { fingerprint, fileId } = exception!;
    expect(events.map(({ type }) => type)).toEqual([
      'tradelane.exception.raised.v1',
      'tradelane.exception.closed.v1',
    ]);
    expect(events.map(({ subject }) => subject)).toEqual([fingerprint, fingerprint]);
    expect(events.map(({ data }) => data)).toMatchObject([
      { fingerprint, fileId, exceptionType: exception!.type, partnerId: 'northwind-hardware' },
      { fingerprint, fileId, by: BUYER.name, action: 'dismiss' },
    ]);
    expect(CLOUD_EVENT_SCHEMAS['exception.raised'].safeParse(events[0]).error).toBeUndefined();
    expect(CLOUD_EVENT_SCHEMAS['exception.closed'].safeParse(events[1]).error).toBeUndefined();
  });

  test('is numbered without a gap over all orders', async () => {
    await wholeOrder('PO-1');
    await publish();
    await wholeOrder('PO-2', '36');
    await publish();
    const numbers = (await gateway.all('events')).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(await gateway.all('eventOutbox')).toEqual([]);
  });

  test('of two that publish at the same time one does, and nothing comes twice', async () => {
    await wholeOrder('PO-1');
    const both = () => publishEvents(gateway.context, { deliver: true });
    const [first, second] = await Promise.all([both(), both()]);
    expect([first, second].filter((count) => count > 0)).toHaveLength(1);
    expect((await feed()).length).toBe(8);
  });

  test('goes out in batches under their own keys, in the same order', async () => {
    await wholeOrder('PO-1');
    await publish();
    await wholeOrder('PO-2', '36');
    await publish();
    expect(sent.map(({ key }) => key)).toEqual(['events/1-8', 'events/9-16']);
    expect(sent.flatMap(({ events }) => events)).toEqual(await feed());
  });

  test('is not sent anywhere where nobody subscribed', async () => {
    await wholeOrder('PO-1');
    await publishEvents(gateway.context, { deliver: false });
    await gateway.settle();
    expect(sent).toEqual([]);
    expect((await feed()).length).toBe(8);
  });
});
