import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

/** The map of the 855 lost the rule that reads quantities' unit: a code that it does not know makes the document useless. */
const SPOILT = edited(REPOSITORY, 'codes/x12-units.yaml', '  EA: EA', '  EACH: EA');

async function release(id: string) {
  const order = orderTo('northwind-hardware', id);
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  return order;
}

describe('a file that could not be used', () => {
  test('is applied after the partner was added, and answered for the first time', async () => {
    const order = await release('PO-1');
    const content = Buffer.from(gateway.supplier('northwind-hardware').write(responseTo(order))).toString(
      'latin1',
    );
    gateway.channel('northwind-hardware').drop('a.edi', content.replace('6125550142 ', '6125550143 '));
    await gateway.settle();
    const [file] = await gateway.all('files', { direction: 'inbound' });
    expect(await gateway.troubles()).toEqual(['UNKNOWN_PARTNER']);
    const mended = edited(
      REPOSITORY,
      'northwind-hardware/partner.yaml',
      'identities:',
      "identities:\n    - { qualifier: '12', id: '6125550143', applicationId: NWHARDWARE }",
    );
    gateway = await gateway.restart({ configuration: mended });
    await gateway.gateway.reprocessFile(file!.id, 'identity added', BUYER);
    await gateway.settle();
    expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
    expect(await gateway.troubles()).toEqual([]);
    expect(gateway.channel('northwind-hardware').sent('997')).toContain('AK5*A~');
    expect((await gateway.all('files', { direction: 'inbound' }))[0]!.status).toBe('processed');
  });

  test('for one bad transaction is completed, and what was applied is neither applied nor answered again', async () => {
    const one = await release('PO-1');
    const two = await release('PO-2');
    const supplier = gateway.supplier('northwind-hardware');
    const text = (document: Parameters<typeof supplier.write>[0]) =>
      Buffer.from(supplier.write(document)).toString('latin1');
    const second = /ST\*855[^]*?SE\*\d+\*0001~\n/
      .exec(text(responseTo(two)))![0]
      .replaceAll('*0001', '*0002');
    // A unit that the dictionary has and the map's code table has not.
    const content = text(responseTo(one)).replace('GE*1*', `${second.replaceAll('*24*EA', '*24*1A')}GE*2*`);
    gateway.channel('northwind-hardware').drop('a.edi', content);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual(['UNKNOWN_CODE']);
    const [file] = await gateway.all('files', { direction: 'inbound' });
    expect(file!.status).toBe('partlyProcessed');
    const sent = gateway.channel('northwind-hardware').deliveries.length;
    const before = await gateway.all('orderEvents', { orderId: 'PO-1' });

    const mended = edited(REPOSITORY, 'codes/x12-units.yaml', '  EA: ', '  1A: EA\n  EA: ');
    gateway = await gateway.restart({ configuration: mended });
    const [exception] = await gateway.openExceptions();
    await gateway.gateway.decideException(
      exception!.id,
      { action: 'reprocess', reason: 'unit added' },
      BUYER,
    );
    await gateway.settle();
    expect((await gateway.all('orders')).map(({ badge }) => badge)).toEqual(['CONFIRMED', 'CONFIRMED']);
    expect(await gateway.all('orderEvents', { orderId: 'PO-1' })).toEqual(before);
    expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(sent);
    expect((await gateway.all('files', { direction: 'inbound' }))[0]!.status).toBe('processed');
    expect(await gateway.troubles()).toEqual([]);
  });

  test('and still cannot be used keeps its exception', async () => {
    const order = await release('PO-1');
    gateway = await gateway.restart({ configuration: SPOILT });
    gateway.supplier('northwind-hardware').send(responseTo(order));
    await gateway.settle();
    const [file] = await gateway.all('files', { direction: 'inbound' });
    await gateway.gateway.reprocessFile(file!.id, 'try again', BUYER);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual(['UNKNOWN_CODE']);
    expect((await gateway.all('files', { direction: 'inbound' }))[0]!.status).toBe('rejected');
  });

  test('XML is run again too', async () => {
    const order = orderTo('nordic-lighting', 'PO-1');
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    const spoilt = edited(
      REPOSITORY,
      'xml/ubl-2.1/order-response.map.yaml',
      'root: OrderResponse',
      'root: SomethingElse',
    );
    gateway = await gateway.restart({ configuration: spoilt });
    gateway.supplier('nordic-lighting').send(responseTo(order));
    await gateway.settle();
    expect(await gateway.troubles()).toEqual(['MAP_ERROR']);
    const [file] = await gateway.all('files', { direction: 'inbound' });
    gateway = await gateway.restart();
    await gateway.gateway.reprocessFile(file!.id, 'map mended', BUYER);
    await gateway.settle();
    expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
    expect(await gateway.troubles()).toEqual([]);
  });
});

describe('reprocessing what was applied', () => {
  test('changes nothing and answers nothing', async () => {
    const order = await release('PO-1');
    gateway.supplier('northwind-hardware').send(responseTo(order));
    await gateway.settle();
    const [file] = await gateway.all('files', { direction: 'inbound' });
    const before = [
      await gateway.all('orderEvents'),
      await gateway.all('erpCommands'),
      gateway.channel('northwind-hardware').deliveries.length,
    ];
    await gateway.gateway.reprocessFile(file!.id, 'to be sure', BUYER);
    await gateway.settle();
    expect([
      await gateway.all('orderEvents'),
      await gateway.all('erpCommands'),
      gateway.channel('northwind-hardware').deliveries.length,
    ]).toEqual(before);
    expect(await gateway.all('audit', { action: 'file.reprocessed' })).toHaveLength(1);
  });

  test('of an outbound file is refused', async () => {
    await release('PO-1');
    const [file] = await gateway.all('files', { direction: 'outbound' });
    await expect(gateway.gateway.reprocessFile(file!.id, 'no', BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });
});

test('a control number that a person accepts as new is applied and answered', async () => {
  const order = await release('PO-1');
  const other = await release('PO-2');
  const supplier = gateway.supplier('northwind-hardware');
  supplier.drop(supplier.write(responseTo(order), 777), 'first');
  supplier.drop(supplier.write(responseTo(other), 777), 'second');
  await gateway.settle();
  expect((await gateway.all('orders')).map(({ badge }) => badge)).toEqual(['CONFIRMED', 'AWAITING']);
  const [exception] = await gateway.openExceptions();
  await gateway.gateway.decideException(
    exception!.id,
    { action: 'accept', reason: 'they restored a backup' },
    BUYER,
  );
  await gateway.settle();
  expect((await gateway.all('orders')).map(({ badge }) => badge)).toEqual(['CONFIRMED', 'CONFIRMED']);
  expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(4);
  expect(await gateway.troubles()).toEqual([]);
});

test('an order that could not be written goes out once the map is mended', async () => {
  gateway = await gateway.restart({ configuration: SPOILT });
  await release('PO-1');
  expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(0);
  const [exception] = await gateway.openExceptions();
  expect(exception).toMatchObject({ type: 'MAP_ERROR', orderId: 'PO-1' });
  gateway = await gateway.restart();
  await gateway.gateway.decideException(
    exception!.id,
    { action: 'reprocess', reason: 'unit is back' },
    BUYER,
  );
  await gateway.settle();
  expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(1);
  expect((await gateway.all('orders'))[0]!.badge).toBe('AWAITING');
  expect(await gateway.troubles()).toEqual([]);
});
