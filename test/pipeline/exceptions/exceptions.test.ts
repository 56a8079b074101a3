import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { verifyAudit } from '../../../src/pipeline/audit.ts';
import { listExceptions, showException } from '../../../src/pipeline/queries/exceptions.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
const order = orderTo('northwind-hardware', 'PO-1');

beforeEach(async () => {
  gateway = await TestGateway.start();
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  gateway
    .supplier('northwind-hardware')
    .send(responseTo(order, { 2: { claim: 'priceChanged', price: '29.00' } }));
  await gateway.settle();
});
afterEach(() => gateway.close());

async function proposal() {
  const [record] = await gateway.all('exceptions', { type: 'CHANGE_PROPOSED' });
  return record!;
}

describe('a proposed price', () => {
  test('that the buyer accepts becomes the price, and the ERP hears of it', async () => {
    const { id } = await proposal();
    await gateway.gateway.decideException(id, { action: 'accept', reason: 'market price' }, BUYER);
    await gateway.settle();
    expect(await proposal()).toMatchObject({
      status: 'resolved',
      resolution: { by: BUYER.name, action: 'accept', reason: 'market price' },
    });
    expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
    expect((await gateway.all('erpCommands')).at(-1)!.command.kind).toBe('confirmations');
  });

  test('that the buyer counters goes back to the supplier', async () => {
    const { id } = await proposal();
    const values = { priceAmount: '27.00' };
    await gateway.gateway.decideException(id, { action: 'counter', reason: 'half way', values }, BUYER);
    await gateway.settle();
    expect(gateway.channel('northwind-hardware').sent('860')).toContain('27');
  });

  test.each([
    [{ priceAmount: '19,50' }, 'priceAmount is "19,50"'],
    [{ priceAmount: '-1' }, 'priceAmount is "-1"'],
    [{ quantity: '-3' }, 'quantity is "-3"'],
    [{ quantity: '0' }, 'quantity is "0"'],
    [{ date: 'tomorrow' }, 'date is "tomorrow"'],
    [{ price: '19.50' }, '"price"'],
    [{}, 'quantity, date, priceAmount'],
  ])('is not countered with %j, which says what was expected, and nothing leaves', async (values, told) => {
    const { id } = await proposal();
    await expect(
      gateway.gateway.decideException(id, { action: 'counter', reason: 'half way', values }, BUYER),
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining(told) });
    await gateway.settle();
    expect(await proposal()).toMatchObject({ status: 'open' });
    expect(
      (await gateway.all('documents')).filter(({ documentType }) => documentType === 'orderChange'),
    ).toEqual([]);
  });

  test('is there to be countered: of a line that is refused nothing is proposed', async () => {
    const refused = orderTo('northwind-hardware', 'PO-2');
    await gateway.gateway.releaseOrder(refused, ERP);
    await gateway.settle();
    gateway
      .supplier('northwind-hardware')
      .send({ ...responseTo(refused, { 2: { claim: 'rejected' } }), id: 'R-PO-2' });
    await gateway.settle();
    const find = () => gateway.all('exceptions', { type: 'LINE_REJECTED' });
    const [{ id } = { id: '' }] = await find();
    const decision = { action: 'counter', reason: 'half way', values: { quantity: '5' } };
    await expect(gateway.gateway.decideException(id, decision, BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('line 2'),
    });
    expect(await find()).toMatchObject([{ status: 'open' }]);
    // So nobody is offered it.
    const { store } = gateway.gateway;
    expect((await showException(store, id)).allowedActions).toEqual(['cancelLine', 'askSupplier', 'dismiss']);
    const { records } = await listExceptions(store, {
      types: ['LINE_REJECTED', 'CHANGE_PROPOSED'],
      limit: 10,
    });
    expect(records.map(({ type, allowedActions }) => [type, allowedActions.includes('counter')])).toEqual(
      expect.arrayContaining([
        ['LINE_REJECTED', false],
        ['CHANGE_PROPOSED', true],
      ]),
    );
  });

  test('cannot be decided twice, or by an action that it does not have, or without a reason', async () => {
    const { id } = await proposal();
    const decide = (action: string, reason = 'because') =>
      gateway.gateway.decideException(id, { action, reason }, BUYER);
    await expect(decide('shortPay')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(decide('accept', ' ')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await decide('accept');
    await expect(decide('accept')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(BUYER.name),
    });
    await expect(
      gateway.gateway.decideException('nope', { action: 'accept', reason: 'x' }, BUYER),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('that has become another one since the person looked is not decided unseen', async () => {
    const shown = await proposal();
    gateway
      .supplier('northwind-hardware')
      .send(responseTo(order, { 2: { claim: 'priceChanged', price: '45.00' } }));
    await gateway.settle();
    const decide = (seenRevision: number) =>
      gateway.gateway.decideException(shown.id, { action: 'accept', reason: 'fine', seenRevision }, BUYER);
    await expect(decide(shown.revision)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('45'),
    });
    const now = await proposal();
    expect(now.status).toBe('open');
    await decide(now.revision);
    expect((await proposal()).status).toBe('resolved');
  });

  test('that two people decide at the same moment is decided once', async () => {
    const { id } = await proposal();
    const results = await Promise.allSettled(
      ['accept', 'reject'].map((action) =>
        gateway.gateway.decideException(id, { action, reason: 'mine' }, BUYER),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

test('to wait leaves the exception open, also where no order has raised it, and says so as often as it is decided', async () => {
  gateway.supplier('northwind-hardware').send(responseTo(orderTo('northwind-hardware', 'PO-2')));
  await gateway.settle();
  const unknown = async () => (await gateway.all('exceptions', { type: 'UNKNOWN_PO' }))[0]!;
  const { id } = await unknown();
  for (const reason of ['the ERP is late', 'still late'])
    await gateway.gateway.decideException(id, { action: 'waitForSupplier', reason }, BUYER);
  expect(await unknown()).toMatchObject({
    status: 'open',
    comments: [
      { author: BUYER.name, text: 'Waits for the supplier: the ERP is late' },
      { author: BUYER.name, text: 'Waits for the supplier: still late' },
    ],
  });
});

test('assign, snooze, comment, ask and reopen are kept, and each is in the audit log', async () => {
  const { id } = await proposal();
  await gateway.gateway.assignException(id, 'dana', BUYER);
  await gateway.gateway.commentException(id, 'called them', BUYER);
  await gateway.gateway.decideException(id, { action: 'askSupplier', reason: 'why dearer?' }, BUYER);
  await gateway.settle();
  expect([...gateway.world.notices.values()]).toMatchObject([
    {
      audience: 'supplier northwind-hardware',
      text: expect.stringContaining('why dearer?'),
      // Whoever passes it on knows whom to write to; the one for escalation is not asked first.
      contacts: [
        { role: 'orders', email: 'orders@northwind-hardware.example' },
        { role: 'edi', email: 'edi@northwind-hardware.example' },
      ],
    },
  ]);
  await gateway.gateway.snoozeException(id, '2026-03-03T08:00:00.000Z', BUYER);
  expect(await gateway.troubles()).toEqual([]);
  await gateway.pass({ hours: 23 });
  expect(await proposal()).toMatchObject({
    status: 'snoozed',
    assignee: 'dana',
    comments: [{ text: 'called them' }, { text: 'Asked the supplier: why dearer?' }],
  });
  await gateway.pass({ hours: 2 });
  expect(await proposal()).toMatchObject({ status: 'open' });
  await gateway.gateway.decideException(id, { action: 'accept', reason: 'fine' }, BUYER);
  await gateway.gateway.reopenException(id, BUYER);
  expect((await proposal()).resolution).toBeUndefined();
  const entries = await gateway.all('audit');
  expect(entries.map(({ action }) => action)).toEqual([
    'order.created',
    'exception.assigned',
    'exception.commented',
    'exception.askSupplier',
    'exception.snoozed',
    'exception.accept',
    'exception.reopened',
  ]);
  expect(entries.every(({ actor }) => actor === BUYER.name || actor === ERP.name)).toBe(true);
});

test('a snooze into the past is refused', async () => {
  const { id } = await proposal();
  await expect(gateway.gateway.snoozeException(id, '2026-03-01T08:00:00.000Z', BUYER)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  });
});

describe('the audit log', () => {
  test('is whole after many decisions, also at the same time', async () => {
    const { id } = await proposal();
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        gateway.gateway.commentException(id, `comment ${index}`, BUYER),
      ),
    );
    expect(await verifyAudit(gateway.world.store)).toEqual({ entries: 13, firstBroken: undefined });
  });

  test('shows an edit, a removal and a cut end', async () => {
    const { id } = await proposal();
    for (const text of ['a', 'b', 'c']) await gateway.gateway.commentException(id, text, BUYER);
    const { store } = gateway.world;
    const [, second, third, last] = await gateway.all('audit');
    await store.commit([{ op: 'update', collection: 'audit', record: { ...second!, actor: 'Mallory' } }]);
    expect((await verifyAudit(store)).firstBroken).toBe(second!.id);
    const edited = (await store.get('audit', second!.id))!;
    await store.commit([{ op: 'update', collection: 'audit', record: { ...edited, actor: second!.actor } }]);
    expect((await verifyAudit(store)).firstBroken).toBeUndefined();
    await store.commit([{ op: 'delete', collection: 'audit', id: last!.id }]);
    expect((await verifyAudit(store)).firstBroken).toBe(last!.id);
    await store.commit([{ op: 'delete', collection: 'audit', id: third!.id }]);
    expect((await verifyAudit(store)).firstBroken).toBe(third!.id);
  });
});
