import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Order } from '../../../src/documents/order.ts';
import type { OrderResponse } from '../../../src/documents/order-response.ts';
import { causeOf } from '../../../src/pipeline/outbound/unwritable.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

jest.setTimeout(60_000);

const PARTNER = 'northwind-hardware';
const MENDED = edited(
  REPOSITORY,
  `${PARTNER}/partner.yaml`,
  'packSize: 12',
  'packSize: 12\n    units: [{ from: CA, factor: 12 }]',
);

let gateway: TestGateway;
beforeEach(async () => void (gateway = await TestGateway.start()));
afterEach(() => gateway.close());

function orderOfOneItem(id: string, lines: number): Order {
  const order = orderTo(
    PARTNER,
    id,
    Array.from({ length: lines }, () => ['24', '10.00'] as const),
  );
  const item = { buyerId: 'TL-1001', sellerId: 'NW-HAM-16' };
  return { ...order, lines: order.lines.map((line) => ({ ...line, item })) };
}

/** The supplier counts in cases, and nobody has told us how many go into one. */
function inCases(order: Order): OrderResponse {
  const answer = responseTo(order);
  const quantity = { value: '2', unit: 'CA' };
  const lines = answer.lines.map((line) => ({
    ...line,
    quantity,
    schedules: line.schedules.map((schedule) => ({ ...schedule, quantity })),
  }));
  return { ...answer, lines };
}

async function confirmedLines(): Promise<Record<string, number>> {
  const orders = await gateway.all('orders');
  return Object.fromEntries(
    orders.map(({ id, state }) => [
      id,
      state.lines.filter(({ slices }) => slices.every((slice) => slice.state === 'CONFIRMED')).length,
    ]),
  );
}

describe('500 lines of one order and two of another fail on one unknown unit', () => {
  beforeEach(async () => {
    for (const order of [orderOfOneItem('PO-1', 500), orderOfOneItem('PO-2', 2)]) {
      await gateway.gateway.releaseOrder(order, ERP);
      await gateway.settle();
      gateway.supplier(PARTNER).send(inCases(order));
      await gateway.settle();
    }
  });

  test('that is one exception, and one correction resumes all of them', async () => {
    expect(await confirmedLines()).toEqual({ 'PO-1': 0, 'PO-2': 0 });
    const [exception, ...others] = await gateway.openExceptions();
    expect([exception!.type, exception!.orderIds, others]).toEqual([
      'UOM_CONVERSION_MISSING',
      ['PO-1', 'PO-2'],
      [],
    ]);
    gateway = await gateway.restart({ configuration: MENDED });
    const decision = { action: 'correctData', reason: 'twelve in a case' };
    await gateway.gateway.decideException(exception!.id, decision, BUYER);
    await gateway.settle();
    expect(await confirmedLines()).toEqual({ 'PO-1': 500, 'PO-2': 2 });
    expect(await gateway.openExceptions()).toEqual([]);
  });

  test('what one of the orders settles in another way leaves it open for the other', async () => {
    gateway
      .supplier(PARTNER)
      .send({ ...responseTo(orderOfOneItem('PO-1', 500)), id: 'A2', purpose: 'replace' });
    await gateway.settle();
    expect(await confirmedLines()).toEqual({ 'PO-1': 500, 'PO-2': 0 });
    expect(await gateway.openExceptions()).toMatchObject([{ orderId: 'PO-2', orderIds: ['PO-2'] }]);
  });
});

describe('orders that have a value for which the partner has no code', () => {
  test('are one exception of the master data, and go out together once it is there', async () => {
    const table = 'codes/x12-party-schemes.yaml';
    gateway = await gateway.restart({ configuration: edited(REPOSITORY, table, "  '1': DUNS\n", '') });
    const shipTo = { id: '081466849', scheme: 'DUNS' } as const;
    for (const id of ['PO-1', 'PO-2', 'PO-3']) {
      await gateway.gateway.releaseOrder({ ...orderTo(PARTNER, id), shipTo }, ERP);
      await gateway.settle();
    }
    const [exception, ...others] = await gateway.openExceptions();
    expect([exception!.type, exception!.owner, exception!.orderIds, others]).toEqual([
      'LOCATION_UNKNOWN',
      'masterData',
      ['PO-1', 'PO-2', 'PO-3'],
      [],
    ]);
    const decision = { action: 'correctData', reason: 'DUNS has a code now' };
    await gateway.gateway.decideException(exception!.id, decision, BUYER);
    expect(await gateway.troubles()).toEqual(['LOCATION_UNKNOWN PO-1']);
    gateway = await gateway.restart();
    await gateway.gateway.decideException(exception!.id, decision, BUYER);
    await gateway.settle();
    expect(gateway.channel(PARTNER).deliveries).toHaveLength(3);
    expect(await gateway.troubles()).toEqual([]);
  });

  test.each([
    ['ITEM_UNKNOWN', 'lines[3].item.gtin'],
    ['LOCATION_UNKNOWN', 'shipTo.scheme'],
    ['TERMS_UNKNOWN', 'paymentTerms.code'],
    ['MAP_ERROR', 'lines[0].price.amount'],
  ])('%s: %s', (type, path) => {
    const message = `${path}: "x" has no code`;
    expect(causeOf({ code: 'MAP_UNKNOWN_CODE', severity: 'error', message, place: { path } }).type).toBe(
      type,
    );
  });
});

test('40 files of a sender that nobody knows are one exception, and one correction reads all of them again', async () => {
  const order = orderTo(PARTNER, 'PO-1');
  await gateway.gateway.releaseOrder(order, ERP);
  const broken = edited(
    REPOSITORY,
    `${PARTNER}/partner.yaml`,
    "'6125550142', applicationId: NWHARDWARE",
    "'6125550143', applicationId: NWHARDWARE",
  );
  gateway = await gateway.restart({ configuration: broken });
  for (let copy = 0; copy < 40; copy += 1)
    gateway.supplier(PARTNER).send({ ...responseTo(order), id: `A-${copy}` });
  await gateway.settle();
  const [exception] = await gateway.openExceptions();
  expect([exception!.type, exception!.fileIds?.length]).toEqual(['UNKNOWN_PARTNER', 40]);
  gateway = await gateway.restart();
  await gateway.gateway.decideException(
    exception!.id,
    { action: 'correctData', reason: 'the right number' },
    BUYER,
  );
  await gateway.settle();
  expect(await gateway.troubles()).toEqual([]);
  expect((await gateway.all('files', { direction: 'inbound' })).map(({ status }) => status)).toEqual(
    Array.from({ length: 40 }, () => 'processed'),
  );
});

test('one of several files with the same cause is read again: the exception stays for the others, and ends with the last', async () => {
  const order = orderTo(PARTNER, 'PO-1');
  await gateway.gateway.releaseOrder(order, ERP);
  const broken = edited(
    REPOSITORY,
    `${PARTNER}/partner.yaml`,
    "'6125550142', applicationId: NWHARDWARE",
    "'6125550143', applicationId: NWHARDWARE",
  );
  gateway = await gateway.restart({ configuration: broken });
  for (const copy of [1, 2, 3]) gateway.supplier(PARTNER).send({ ...responseTo(order), id: `A-${copy}` });
  await gateway.settle();
  const [first, second, third] = (await gateway.all('files', { direction: 'inbound' })).map(({ id }) => id);
  gateway = await gateway.restart();
  const again = async (id: string) => {
    await gateway.gateway.reprocessFile(id, 'the right number', BUYER);
    await gateway.settle();
  };
  await again(first!);
  const [left] = await gateway.openExceptions();
  expect([left?.type, left?.fileId, left?.fileIds]).toEqual(['UNKNOWN_PARTNER', second, [second, third]]);
  await again(third!);
  expect((await gateway.openExceptions()).map(({ fileIds }) => fileIds)).toEqual([[second]]);
  await again(second!);
  expect(await gateway.troubles()).toEqual([]);
});
