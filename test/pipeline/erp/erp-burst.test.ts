import { expect, test } from '@jest/globals';
import { GatewayError } from '../../../src/common/errors.ts';
import { despatchOf, orderTo, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

/** Documents that come in while the ERP is down; more by hand: BURST_DOCUMENTS=5000. */
const DOCUMENTS = Number(process.env['BURST_DOCUMENTS'] ?? '100');
const PARTNER = 'northwind-hardware';

test('a burst of documents while the ERP is down for two hours: it hears each once, of every order in its order', async () => {
  const gateway = await TestGateway.start({ concurrency: 4 });
  const supplier = gateway.supplier(PARTNER);
  const orders = Array.from({ length: DOCUMENTS / 2 }, (_, index) =>
    orderTo(PARTNER, `PO-${String(index).padStart(5, '0')}`, [['24', '10.00']]),
  );
  for (const order of orders) await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();

  gateway.world.erp.failure = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');
  for (const order of orders) {
    supplier.send(responseTo(order));
    supplier.send(despatchOf(order));
  }
  await gateway.settle();
  for (let minutes = 0; minutes < 120; minutes += 10) await gateway.pass({ minutes: 10 });
  expect(gateway.world.erp.deliveries).toEqual([]);
  expect(await gateway.world.store.count('work', { status: 'dead' })).toBe(0);

  gateway.world.erp.failure = undefined;
  for (let hours = 0; hours < 3; hours += 1) await gateway.pass({ hours: 1 });
  const heard = gateway.world.erp.deliveries.map(({ bytes }) => {
    const { kind, orderIds } = JSON.parse(Buffer.from(bytes).toString()) as {
      kind: string;
      orderIds: string[];
    };
    return `${orderIds.join(' ')} ${kind}`;
  });
  expect(heard).toHaveLength(DOCUMENTS);
  for (const { id } of orders) {
    expect(heard.filter((text) => text.startsWith(`${id} `))).toEqual([
      `${id} confirmations`,
      `${id} despatchAdvice`,
    ]);
  }
  for (const status of ['ready', 'delayed', 'blocked', 'leased', 'dead'] as const)
    expect(await gateway.world.store.count('work', { status })).toBe(0);
  await gateway.close();
}, 600_000);
