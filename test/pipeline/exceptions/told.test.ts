import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { failDelivery } from '../../../src/pipeline/outbound/delivery-receipts.ts';
import { UnitOfWork } from '../../../src/pipeline/unit-of-work.ts';
import { recordDeadWork } from '../../../src/pipeline/work/dead-letters.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

const PARTNER = 'northwind-hardware';

describe('what is told of a file', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await TestGateway.start()));
  afterEach(() => gateway.close());

  test('an interchange that comes again is on record, and nobody has to act', async () => {
    const order = orderTo(PARTNER, 'PO-1');
    await gateway.gateway.releaseOrder(order, ERP);
    const bytes = gateway.supplier(PARTNER).write(responseTo(order));
    for (const name of ['once.edi', 'again.edi']) {
      gateway.channel(PARTNER).drop(name, bytes);
      await gateway.settle();
    }
    expect(await gateway.all('exceptions')).toMatchObject([
      { type: 'DUPLICATE_INTERCHANGE', status: 'resolved', owner: 'none', partnerId: PARTNER },
    ]);
  });

  test('a file in an encoding that nobody has agreed on is a matter of characters', async () => {
    gateway.channel(PARTNER).drop('odd.xml', Buffer.from('<?xml version="1.0" encoding="utf-7"?><Order/>'));
    await gateway.settle();
    expect(await gateway.troubles()).toEqual(['CHARSET']);
  });
});

describe('what is told of work', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await TestGateway.start()));
  afterEach(() => gateway.close());

  test('a receipt that never comes for our acknowledgment is a missing one, with the work to send it again', async () => {
    const order = orderTo(PARTNER, 'PO-1');
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    gateway.supplier(PARTNER).send(responseTo(order));
    await gateway.settle();
    const sent = (await gateway.all('work', { kind: 'sendFile' })).at(-1)!;
    const unit = new UnitOfWork(gateway.context.store);
    await failDelivery(unit, gateway.context, sent.key, {
      exceptionType: 'MDN_MISSING',
      reason: 'no receipt came',
    });
    await unit.commit();
    expect(await gateway.all('exceptions', { type: 'MDN_MISSING' })).toMatchObject([
      { owner: 'ediOps', suggestedAction: 'retransmit', workId: sent.id, partnerId: PARTNER },
    ]);
  });

  test('work of our own that was given up goes to operations, and can be taken up again', async () => {
    const order = orderTo(PARTNER, 'PO-1');
    await gateway.gateway.releaseOrder(order, ERP);
    await gateway.settle();
    gateway.supplier(PARTNER).send(responseTo(order));
    await gateway.settle();
    const [read] = await gateway.all('work', { kind: 'processFile' });
    const operations = await recordDeadWork(gateway.context, { ...read!, status: 'dead' });
    await gateway.context.store.commit(operations);
    expect(await gateway.all('exceptions', { type: 'WORK_FAILED' })).toMatchObject([
      { owner: 'operations', severity: 'high', suggestedAction: 'redrive', workId: read!.id },
    ]);
  });
});
