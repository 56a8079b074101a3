import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../../src/common/errors.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { MemoryChannel } from '../../support/memory-channel.ts';
import { BUYER, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
const order = orderTo('northwind-hardware', 'PO-1');
const channel = () => gateway.channel('northwind-hardware');

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

async function tellThem(): Promise<void> {
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
}

test('a channel that is down for an hour delays the order and loses nothing', async () => {
  channel().failure = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');
  await tellThem();
  await gateway.pass({ minutes: 30 });
  expect(channel().deliveries).toHaveLength(0);
  channel().failure = undefined;
  await gateway.pass({ hours: 2 });
  expect(channel().deliveries).toHaveLength(1);
  expect((await gateway.all('orders'))[0]!.badge).toBe('AWAITING');
  expect(await gateway.troubles()).toEqual([]);
});

test('an order that cannot be delivered for good is one exception, and retransmit sends the same bytes', async () => {
  channel().failure = new GatewayError('TRANSPORT_REJECTED', 'The disk quota is exceeded.');
  await tellThem();
  expect(await gateway.troubles()).toEqual(['TRANSPORT_FAILED PO-1']);
  const [file] = await gateway.all('files', { direction: 'outbound' });
  expect(file!.status).toBe('failed');
  channel().failure = undefined;
  const [exception] = await gateway.openExceptions();
  expect(exception!.detail).toBe(
    'The order (version 1) could not be delivered: The disk quota is exceeded. The bytes are kept; send them again when the cause is mended.',
  );
  await gateway.gateway.decideException(
    exception!.id,
    { action: 'retransmit', reason: 'quota raised' },
    BUYER,
  );
  await gateway.settle();
  expect(channel().deliveries).toHaveLength(1);
  expect(await gateway.all('files', { direction: 'outbound' })).toMatchObject([
    { id: file!.id, status: 'sent' },
  ]);
  expect(await gateway.troubles()).toEqual([]);
  expect((await gateway.all('orders'))[0]!.badge).toBe('AWAITING');
});

test('an acknowledgment that cannot be delivered is told, and a redrive closes it', async () => {
  await tellThem();
  channel().failure = new GatewayError('TRANSPORT_REJECTED', 'disk quota exceeded');
  gateway.supplier('northwind-hardware').send(responseTo(order));
  await gateway.settle();
  expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
  expect(await gateway.troubles()).toEqual(['TRANSPORT_FAILED']);
  expect(await gateway.all('documents', { documentType: 'functionalAcknowledgment' })).toMatchObject([
    { status: 'failed' },
  ]);
  channel().failure = undefined;
  const [dead] = await gateway.all('work', { status: 'dead' });
  await gateway.gateway.redriveWork(dead!.id, 'quota raised', BUYER);
  await gateway.settle();
  expect(channel().sent('997')).toContain('AK5*A~');
  expect(await gateway.troubles()).toEqual([]);
  expect(await gateway.all('audit', { action: 'work.redriven' })).toHaveLength(1);
});

test('an ERP that refuses is told, and the decision to redrive writes it', async () => {
  gateway.world.erp.failure = new GatewayError('ERP_REJECTED', 'period is closed');
  await tellThem();
  gateway.supplier('northwind-hardware').send(responseTo(order));
  await gateway.settle();
  expect(await gateway.troubles()).toEqual(['ODOO_WRITE_FAILED']);
  const [exception] = await gateway.openExceptions();
  expect(exception!.detail).toContain('period is closed');
  gateway.world.erp.failure = undefined;
  await gateway.gateway.decideException(exception!.id, { action: 'redrive', reason: 'period opened' }, BUYER);
  await gateway.settle();
  expect(gateway.world.erp.deliveries).toHaveLength(1);
  expect(await gateway.troubles()).toEqual([]);
});

test('an ERP write that is redriven from the list of work closes what was told of it', async () => {
  gateway.world.erp.failure = new GatewayError('ERP_REJECTED', 'period is closed');
  await tellThem();
  gateway.supplier('northwind-hardware').send(responseTo(order));
  await gateway.settle();
  gateway.world.erp.failure = undefined;
  const [dead] = await gateway.all('work', { status: 'dead' });
  await gateway.gateway.redriveWork(dead!.id, 'period opened', BUYER);
  expect(await gateway.troubles()).toEqual(['ODOO_WRITE_FAILED']);
  await gateway.settle();
  expect(gateway.world.erp.deliveries).toHaveLength(1);
  expect(await gateway.troubles()).toEqual([]);
});

test('a fault of our own on one file does not hold up the files behind it', async () => {
  await tellThem();
  const { maps } = gateway.context;
  const reading = maps.readTransaction.bind(maps);
  let faulty = true;
  maps.readTransaction = (...args) => {
    if (faulty) throw new TypeError('x is undefined');
    return reading(...args);
  };
  gateway.supplier('northwind-hardware').send(responseTo(order));
  await gateway.settle();
  faulty = false;
  const second = { ...responseTo(order), id: 'A-2' };
  gateway.supplier('northwind-hardware').send(second);
  await gateway.settle();
  const files = await gateway.all('files', { direction: 'inbound' });
  expect(files.map(({ status }) => status)).toEqual(['failed', 'processed']);
  expect(await gateway.troubles()).toEqual(['PARSE_ERROR']);
  expect((await gateway.openExceptions())[0]!.detail).toContain('fault in Tradelane');
  await gateway.gateway.reprocessFile(files[0]!.id, 'mended', BUYER);
  await gateway.settle();
  expect(await gateway.troubles()).toEqual([]);
  expect((await gateway.all('files', { direction: 'inbound' })).map(({ status }) => status)).toEqual([
    'processed',
    'processed',
  ]);
  maps.readTransaction = reading;
});

describe('work that nobody wants any more', () => {
  /** The first confirmation is refused by the ERP, and the one after it stands behind it. */
  async function heldUp() {
    gateway.world.erp.failure = new GatewayError('ERP_REJECTED', 'period is closed');
    await tellThem();
    gateway.supplier('northwind-hardware').send(responseTo(order));
    await gateway.settle();
    gateway.world.erp.failure = undefined;
    const second = responseTo(order, { 1: { claim: 'dateChanged', date: '2026-03-20' } });
    gateway.supplier('northwind-hardware').send({ ...second, id: 'A-2', purpose: 'replace' });
    await gateway.settle();
    const [proposal] = (await gateway.openExceptions()).filter(({ type }) => type === 'CHANGE_PROPOSED');
    if (proposal !== undefined)
      await gateway.gateway.decideException(proposal.id, { action: 'accept', reason: 'fine' }, BUYER);
    await gateway.settle();
    expect(gateway.world.erp.deliveries).toEqual([]);
    const [dead] = await gateway.all('work', { status: 'dead' });
    return dead!;
  }

  test('is discarded with a reason, and what stood behind it goes on', async () => {
    const dead = await heldUp();
    await gateway.gateway.discardWork(dead.id, 'booked by hand', BUYER);
    await gateway.settle();
    expect(gateway.world.erp.deliveries).toHaveLength(1);
    expect(await gateway.all('work', { status: 'dead' })).toEqual([]);
    expect(await gateway.troubles()).toEqual([]);
    const [exception] = await gateway.all('exceptions', { type: 'ODOO_WRITE_FAILED' });
    expect(exception!.resolution).toMatchObject({ by: BUYER.name, reason: 'booked by hand' });
    expect(await gateway.all('audit', { action: 'work.discarded' })).toMatchObject([
      { actor: BUYER.name, details: { reason: 'booked by hand' } },
    ]);
  });

  test('is discarded with the exception that stands for it: nothing is held up in silence', async () => {
    await heldUp();
    const [exception] = (await gateway.openExceptions()).filter(({ type }) => type === 'ODOO_WRITE_FAILED');
    const decision = { action: 'dismiss', reason: 'booked by hand' };
    await gateway.gateway.decideException(exception!.id, decision, BUYER);
    await gateway.settle();
    expect(gateway.world.erp.deliveries).toHaveLength(1);
    expect(await gateway.all('work', { status: 'dead' })).toEqual([]);
  });

  test('an order that could not be delivered and is dismissed does not hold up its own cancellation', async () => {
    channel().failure = new GatewayError('TRANSPORT_REJECTED', 'disk quota exceeded');
    await tellThem();
    channel().failure = undefined;
    const [exception] = await gateway.openExceptions();
    await gateway.gateway.decideException(
      exception!.id,
      { action: 'dismiss', reason: 'told by phone' },
      BUYER,
    );
    const changed = {
      ...order,
      lines: [{ ...order.lines[0]!, quantity: { value: '30', unit: 'EA' } }, order.lines[1]!],
    };
    await gateway.gateway.releaseOrder(changed, ERP);
    await gateway.settle();
    expect(channel().deliveries).toHaveLength(1);
  });

  test('only what was given up can be discarded, and only with a reason', async () => {
    const { id } = await heldUp();
    await expect(gateway.gateway.discardWork(id, ' ', BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    await expect(gateway.gateway.discardWork('none', 'x', BUYER)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await gateway.gateway.discardWork(id, 'booked by hand', BUYER);
    await expect(gateway.gateway.discardWork(id, 'again', BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });
});

describe('a file for a partner whose settings have changed', () => {
  const NORTHWIND = 'northwind-hardware/partner.yaml';
  const CHANNEL = '{ type: folder, inbox: inbox/northwind-hardware, outbox: outbox/northwind-hardware }';
  const dead = async () => (await gateway.all('work', { status: 'dead' }))[0]!;
  const lastError = async () => (await dead()).history.at(-1)!.message;

  test('leaves by the channel that its partner has by now, where it had none for it', async () => {
    const none = edited(REPOSITORY, NORTHWIND, CHANNEL, CHANNEL.replace(' }', ', documents: [invoice] }'));
    gateway = await gateway.restart({ configuration: none });
    await tellThem();
    expect(await lastError()).toContain('has no channel that sends');
    gateway = await gateway.restart();
    await gateway.gateway.redriveWork((await dead()).id, 'orders go by the folder now', BUYER);
    await gateway.settle();
    expect(channel().deliveries).toHaveLength(1);
    expect(await gateway.troubles()).toEqual([]);
    const [file] = await gateway.all('files', { direction: 'outbound' });
    expect(file).toMatchObject({ status: 'sent', channel: 'folder', channelName: 'main' });
  });

  test('stays with a channel that has another name by now; discarded, its order goes over that in a new envelope', async () => {
    channel().failure = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');
    await tellThem();
    const renamed = edited(REPOSITORY, NORTHWIND, CHANNEL, CHANNEL.replace(' }', ', name: second }'));
    const second = new MemoryChannel('northwind-hardware', gateway.world.time, 'second');
    gateway = await gateway.restart({ configuration: renamed, channels: new Map([['second', second]]) });
    await gateway.pass({ hours: 1 });
    expect(await lastError()).toMatch(/channel "main" .* discard this and reissue the document/);
    await gateway.gateway.discardWork((await dead()).id, 'the channel is another one', BUYER);
    const [document] = await gateway.all('documents', { direction: 'outbound' });
    await gateway.gateway.reissueDocument(document!.id, 'the channel is another one', BUYER);
    await gateway.settle();
    expect(second.deliveries).toHaveLength(1);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('is told to be for a suspended partner, and not that a channel is gone', async () => {
    const suspended = edited(REPOSITORY, NORTHWIND, 'name:', 'status: suspended\nname:');
    gateway = await gateway.restart({ configuration: suspended, channels: new Map() });
    await tellThem();
    expect(await lastError()).toMatch(/"northwind-hardware" is suspended, .* set status to active/);
  });

  test('is told to be for a partner that is not there', async () => {
    channel().failure = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');
    await tellThem();
    const gone = { ...REPOSITORY, partners: REPOSITORY.partners.filter(({ path }) => path !== NORTHWIND) };
    gateway = await gateway.restart({ configuration: gone, channels: new Map() });
    await gateway.pass({ hours: 1 });
    expect(await lastError()).toMatch(/"northwind-hardware" is not there, .* \(tradelane partner check\)/);
  });
});
