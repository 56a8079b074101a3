import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { confirmation, CXML, CXML_SUPPLIER, cxml } from '../../support/cxml.ts';
import { orderTo } from '../../support/documents.ts';
import type { Configuration } from '../../support/gateway.ts';
import { createWorld, edited, ERP, TestGateway } from '../../support/gateway.ts';

/** Changes and cancellations as cXML: the whole order again, with a reference to the OrderRequest that it takes the place of. */

const REPLACING: Configuration = edited(
  CXML,
  `${CXML_SUPPLIER}/partner.yaml`,
  'policy:\n',
  'policy:\n  changeStyle: replacement\n',
);

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start({ configuration: REPLACING }, createWorld(REPLACING));
});
afterEach(() => gateway.close());

const ORDER = orderTo(CXML_SUPPLIER, 'PO-1');
const changed = (first: string) =>
  orderTo(CXML_SUPPLIER, 'PO-1', [
    [first, '10.00'],
    ['12', '25.50'],
  ]);

async function accept(): Promise<void> {
  gateway.channel(CXML_SUPPLIER).drop('accept.xml', Buffer.from(cxml(confirmation('accept'))));
  await gateway.settle();
}

interface Sent {
  name: string;
  payloadId: string | undefined;
  type: string | undefined;
  version: string | undefined;
  replaces: string | undefined;
}

function sent(): Sent[] {
  return gateway.channel(CXML_SUPPLIER).deliveries.map(({ name, bytes }) => {
    const text = Buffer.from(bytes).toString('utf8');
    const first = (pattern: RegExp) => pattern.exec(text)?.[1];
    return {
      name,
      payloadId: first(/<cXML payloadID="([^"]*)"/),
      type: first(/<OrderRequestHeader [^>]*\btype="([^"]*)"/),
      version: first(/orderVersion="([^"]*)"/),
      replaces: first(/<DocumentReference payloadID="([^"]*)"/),
    };
  });
}

/** The order, its change to 30, and its cancellation, with answers between. */
async function orderChangeAndCancel(): Promise<void> {
  await gateway.gateway.releaseOrder(ORDER, ERP);
  await gateway.settle();
  await accept();
  await gateway.gateway.releaseOrder(changed('30'), ERP);
  await gateway.settle();
  await accept();
  await gateway.gateway.cancelOrder('PO-1', 'not needed', ERP);
  await gateway.settle();
}

describe('an order, its change and its cancellation', () => {
  test('refer to the one before each, by versions that go up', async () => {
    await orderChangeAndCancel();
    const [order, update, removal] = sent();
    expect(sent().map(({ type, version, replaces }) => [type, version, replaces])).toEqual([
      ['new', '1', undefined],
      ['update', '2', order!.payloadId],
      ['delete', '3', update!.payloadId],
    ]);
    expect(new Set([order, update, removal].map((each) => each!.payloadId)).size).toBe(3);
  });

  test('lie beside one another in a folder', async () => {
    await orderChangeAndCancel();
    expect(new Set(sent().map(({ name }) => name)).size).toBe(3);
  });

  test('a change that is sent again refers to the same', async () => {
    await gateway.gateway.releaseOrder(ORDER, ERP);
    await gateway.settle();
    await gateway.gateway.releaseOrder(changed('30'), ERP);
    await gateway.settle();
    const change = (await gateway.all('documents', { documentType: 'orderChange' }))[0]!;
    await gateway.gateway.reissueDocument(change.id, 'it was lost', ERP);
    await gateway.settle();
    const [order, first, again] = sent();
    expect([first!.replaces, again!.replaces]).toEqual([order!.payloadId, order!.payloadId]);
    expect(again!.payloadId).not.toBe(first!.payloadId);
  });
});

describe('the total of an order', () => {
  const total = (text: string) => /<Total>\s*<Money currency="EUR">([^<]*)</.exec(text)?.[1];

  test('is computed where the ERP gives none, of the order, its change and its cancellation', async () => {
    await orderChangeAndCancel();
    const { deliveries } = gateway.channel(CXML_SUPPLIER);
    expect(deliveries.map(({ bytes }) => total(Buffer.from(bytes).toString('utf8')))).toEqual([
      '546.00',
      '606.00',
      '606.00',
    ]);
  });

  test('is that of the ERP where it gives one', async () => {
    await gateway.gateway.releaseOrder({ ...ORDER, totalAmount: '650.00' }, ERP);
    await gateway.settle();
    expect(total(gateway.channel(CXML_SUPPLIER).sent('PO-1'))).toBe('650.00');
  });

  test('that nobody can tell keeps the order back', async () => {
    const order = orderTo(CXML_SUPPLIER, 'PO-1');
    for (const line of order.lines) delete line.price;
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    expect(sent()).toEqual([]);
    const [exception] = await gateway.openExceptions();
    expect(exception!.detail).toContain('totalAmount is required');
  });
});

test('an order that names nobody to bill is billed to the buyer: cXML is never without a BillTo', async () => {
  await gateway.gateway.releaseOrder(ORDER, ERP);
  await gateway.settle();
  const text = gateway
    .channel(CXML_SUPPLIER)
    .sent('PO-1')
    .replaceAll(/\s*\n\s*/g, '');
  expect(text).toContain(
    '</ShipTo><BillTo><Address addressID="4012345500004" addressIDDomain="GLN"><Name xml:lang="en">Tradelane Demo Distribution</Name>',
  );
});

describe('an order without a currency', () => {
  test('is kept back with what is missing, and sends no amount of nothing', async () => {
    const order = orderTo(CXML_SUPPLIER, 'PO-1');
    delete order.currency;
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    expect(sent()).toEqual([]);
    const [exception] = await gateway.openExceptions();
    expect(exception!.detail).toContain('currency');
  });
});
