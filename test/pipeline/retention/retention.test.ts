import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../../src/common/errors.ts';
import { verifyAudit } from '../../../src/pipeline/audit.ts';
import { readRetentionHistory } from '../../../src/pipeline/retention/retention-history.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

const PARTNER = 'northwind-hardware';
const ADMIN = { name: 'admin', roles: ['admin'] };
const KEPT = edited(
  REPOSITORY,
  'company.yaml',
  'currency: USD',
  'currency: USD\nretention: { rawDays: 30, canonicalDays: 60 }',
);

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await TestGateway.start({ configuration: KEPT });
});
afterEach(() => gateway.close());

/** An order that was answered. */
async function answeredOrder(id: string): Promise<void> {
  const order = orderTo(PARTNER, id);
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  gateway.supplier(PARTNER).send(responseTo(order));
  await gateway.settle();
}

/** Time passes, and nothing is open any more. */
async function grownOld(days: number): Promise<void> {
  await gateway.pass({ days });
  for (const record of await gateway.all('orders'))
    await gateway.gateway.store.commit([
      { op: 'update', collection: 'orders', record: { ...record, open: false } },
    ]);
}

async function inbound() {
  return (await gateway.all('files', { direction: 'inbound' }))[0]!;
}

test('content goes when its class is over; record, hash and the log of it stay', async () => {
  await answeredOrder('PO-1');
  const file = await inbound();
  const [document] = await gateway.all('documents', { fileId: file.id });
  await grownOld(31);
  await gateway.gateway.retain();
  expect(await gateway.gateway.store.readArchive(file.sha256)).toBeUndefined();
  expect(await inbound()).toMatchObject({ sha256: file.sha256, erased: { by: 'retention' } });
  expect((await gateway.all('documents', { fileId: file.id }))[0]).toMatchObject({
    document: document!.document,
  });
  await grownOld(30);
  await gateway.gateway.retain();
  const [left] = await gateway.all('documents', { fileId: file.id });
  expect(left).toMatchObject({ number: document!.number, status: document!.status });
  expect(left!.document).toBeUndefined();
  expect(left!.erased!.sha256).toMatch(/^[0-9a-f]{64}$/);
  const log = (await gateway.all('audit')).filter(({ action }) => action === 'file.erased');
  expect(log.map(({ details }) => details['sha256'])).toContain(file.sha256);
  expect((await verifyAudit(gateway.gateway.store)).firstBroken).toBeUndefined();
});

test('a look tells what would go and keeps everything', async () => {
  await answeredOrder('PO-1');
  await grownOld(31);
  const report = await gateway.gateway.retain({ dryRun: true });
  expect(report.classes).toEqual({
    raw: { erased: 3, kept: 0, more: false },
    canonical: { erased: 0, kept: 0, more: false },
  });
  expect(await gateway.gateway.store.readArchive((await inbound()).sha256)).toBeDefined();
});

test('each run is remembered, those that erased something for longer; a look is no run', async () => {
  await answeredOrder('PO-1');
  await grownOld(31);
  await gateway.gateway.retain({ dryRun: true });
  expect(await readRetentionHistory(gateway.gateway.store)).toEqual({ erasing: [], erased: {} });
  await gateway.gateway.retain();
  const erasing = await readRetentionHistory(gateway.gateway.store);
  await gateway.pass({ hours: 1 });
  await gateway.gateway.retain();
  const idle = await readRetentionHistory(gateway.gateway.store);
  expect(idle.last!.classes.raw!.erased).toBe(0);
  expect(idle.erasing).toEqual([erasing.last]);
  expect(idle.erased).toEqual({ raw: erasing.last!.classes.raw!.erased, canonical: 0 });
});

test('a run ends at its limit and says that more is left, and the next one goes on', async () => {
  await answeredOrder('PO-1');
  await gateway.pass({ minutes: 1 });
  await answeredOrder('PO-2');
  await grownOld(31);
  const first = await gateway.gateway.retain({ limit: 4 });
  expect(first.classes.raw).toEqual({ erased: 4, kept: 0, more: true });
  const second = await gateway.gateway.retain({ limit: 4 });
  expect(second.classes.raw).toEqual({ erased: 2, kept: 0, more: false });
});

test('what grows old goes at once, however much that is older was looked at before', async () => {
  await answeredOrder('PO-1');
  await grownOld(31);
  await gateway.gateway.retain();
  await answeredOrder('PO-2');
  await grownOld(31);
  const { classes } = await gateway.gateway.retain({ limit: 3 });
  expect(classes.raw).toEqual({ erased: 3, kept: 0, more: true });
});

test('what had to stay is looked at again a week later, a part at each run, to the end', async () => {
  for (const id of ['PO-1', 'PO-2', 'PO-3']) {
    await answeredOrder(id);
    await gateway.pass({ minutes: 1 });
  }
  await gateway.pass({ days: 31 });
  await gateway.gateway.retain();
  await grownOld(6);
  const couldGo = (await gateway.gateway.retain({ dryRun: true })).classes.raw!.erased;
  expect(couldGo).toBeGreaterThan(0);
  expect((await gateway.gateway.retain()).classes.raw).toEqual({ erased: 0, kept: 0, more: false });
  let erased = 0;
  for (let run = 0; run < 6; run += 1) {
    // A pass over everything may take longer than a week.
    await gateway.pass({ days: 8 });
    erased += (await gateway.gateway.retain({ limit: 4 })).classes.raw!.erased;
  }
  expect(erased).toBe(couldGo);
});

describe('stays', () => {
  test('what belongs to an open order', async () => {
    await gateway.gateway.releaseOrder(orderTo(PARTNER, 'PO-1'), ERP);
    await gateway.settle();
    await gateway.pass({ days: 31 });
    const { classes, kept } = await gateway.gateway.retain();
    expect(classes.raw).toEqual({ erased: 0, kept: 1, more: false });
    expect(kept[0]!.because).toBe('order PO-1 is still open');
  });

  test('what is to be sent again and has not left, until it has', async () => {
    await answeredOrder('PO-1');
    const [order] = await gateway.all('files', { direction: 'outbound' });
    gateway.channel(PARTNER).failure = new GatewayError('TRANSPORT_REJECTED', 'no');
    await gateway.gateway.retransmitFile(order!.id, 'lost', ADMIN);
    await grownOld(31);
    const { kept } = await gateway.gateway.retain();
    expect(kept).toMatchObject([{ fileId: order!.id, because: expect.stringContaining('sent again') }]);
    gateway.channel(PARTNER).failure = undefined;
    const [dead] = await gateway.all('work', { status: 'dead' });
    await gateway.gateway.redriveWork(dead!.id, 'mended', ADMIN);
    await gateway.settle();
    expect(gateway.channel(PARTNER).deliveries.filter(({ name }) => name === order!.name)).toHaveLength(2);
    await grownOld(8);
    await gateway.gateway.retain();
    expect(await gateway.gateway.store.readArchive(order!.sha256)).toBeUndefined();
  });

  test('what an open exception is about: whoever decides it may want to read it again', async () => {
    gateway.channel(PARTNER).drop('half.edi', 'ISA*00*half a header');
    await gateway.settle();
    const file = await inbound();
    await grownOld(31);
    const { kept } = await gateway.gateway.retain();
    expect(kept).toMatchObject([{ fileId: file.id, because: 'an exception over it is open (PARSE_ERROR)' }]);
    const [exception] = await gateway.openExceptions();
    await gateway.gateway.decideException(exception!.id, { action: 'dismiss', reason: 'sent anew' }, ADMIN);
    await grownOld(8);
    await gateway.gateway.retain();
    expect(await gateway.gateway.store.readArchive(file.sha256)).toBeUndefined();
  });

  test('what one of more than a thousand legal holds is on', async () => {
    await answeredOrder('PO-1');
    const file = await inbound();
    const { store } = gateway.gateway;
    const hold = { scope: 'file', reason: 'lawsuit', placedBy: 'admin', placedAt: file.createdAt } as const;
    const before = Array.from({ length: 1_000 }, (_, count) => ({
      ...{ ...hold, id: `0-${count}`, revision: 0, subject: 'another' },
    }));
    await store.commit(before.map((record) => ({ op: 'insert', collection: 'legalHolds', record })));
    await gateway.gateway.placeLegalHold({ scope: 'file', subject: file.id, reason: 'lawsuit' }, ADMIN);
    await grownOld(31);
    await gateway.gateway.retain();
    expect(await store.readArchive(file.sha256)).toBeDefined();
  });

  test.each([
    ['all', ''],
    ['partner', PARTNER],
    ['order', 'PO-1'],
  ] as const)('what is under a legal hold on %s, until it is released', async (scope, subject) => {
    await answeredOrder('PO-1');
    const file = await inbound();
    const id = await gateway.gateway.placeLegalHold({ scope, subject, reason: 'lawsuit' }, ADMIN);
    await grownOld(31);
    await gateway.gateway.retain();
    await expect(gateway.gateway.eraseFile(file.id, 'asked for', ADMIN)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('lawsuit'),
    });
    expect(await gateway.gateway.store.readArchive(file.sha256)).toBeDefined();
    await gateway.gateway.releaseLegalHold(id, 'settled', ADMIN);
    await grownOld(8);
    await gateway.gateway.retain();
    expect(await gateway.gateway.store.readArchive(file.sha256)).toBeUndefined();
  });

  test.each([
    ['partner', 'nortwind-hardware'],
    ['order', 'PO-2'],
    ['file', 'nope'],
  ] as const)(
    'and a hold on a %s that is not here is refused: it would keep nothing',
    async (scope, subject) => {
      await answeredOrder('PO-1');
      const placed = gateway.gateway.placeLegalHold({ scope, subject, reason: 'lawsuit' }, ADMIN);
      await expect(placed).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  test('everything where company.yaml says nothing', async () => {
    await answeredOrder('PO-1');
    gateway = await gateway.restart({ configuration: REPOSITORY });
    await grownOld(4_000);
    expect(await gateway.gateway.retain()).toMatchObject({ classes: {}, kept: [] });
  });
});

test('one file is erased when somebody asks for it, and reprocessing it says so', async () => {
  await answeredOrder('PO-1');
  const file = await inbound();
  await grownOld(1);
  await gateway.gateway.eraseFile(file.id, 'personal data', ADMIN);
  expect(await gateway.gateway.store.readArchive(file.sha256)).toBeUndefined();
  const { items } = await gateway.gateway.planRepeat({ verb: 'reprocess', ids: [file.id], reason: '' });
  expect(items).toMatchObject([{ outcome: 'refused', text: expect.stringContaining('erased') }]);
});
