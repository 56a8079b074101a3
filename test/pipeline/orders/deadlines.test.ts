import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;
const order = orderTo('nordic-lighting', 'PO-1');

beforeEach(async () => {
  gateway = await TestGateway.start();
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
});
afterEach(() => gateway.close());

const fired = async () =>
  (await gateway.all('orderEvents')).filter(({ event }) => event.type === 'deadlineReached').length;

test('an answer that is due and does not come is told, each rung of the ladder once', async () => {
  await gateway.pass({ hours: 1 });
  expect(await fired()).toBe(0);
  expect(await gateway.troubles()).toEqual([]);
  await gateway.pass({ days: 4 });
  expect(await gateway.troubles()).toEqual(['ACK_OVERDUE PO-1']);
  const rungs = await fired();
  expect(rungs).toBeGreaterThan(1);
  expect(await gateway.gateway.fireDeadlines()).toBe(0);
  await gateway.settle();
  expect(await fired()).toBe(rungs);
  const statuses = (await gateway.all('deadlines')).map(({ status }) => status);
  expect(statuses.filter((status) => status === 'fired')).toHaveLength(rungs);
  expect(gateway.world.notices.size).toBeGreaterThan(0);
});

test('a late answer closes it, clears what is still to come, and counts how late it was', async () => {
  await gateway.pass({ days: 4 });
  expect(await gateway.troubles()).toEqual(['ACK_OVERDUE PO-1']);
  gateway.supplier('nordic-lighting').send(responseTo(order));
  await gateway.settle();
  expect(await gateway.troubles()).toEqual([]);
  const [exception] = await gateway.all('exceptions', { type: 'ACK_OVERDUE' });
  expect(exception!.resolution).toMatchObject({ by: 'system' });
  const ladder = (await gateway.all('deadlines')).filter(({ kind }) => kind === 'responseDue');
  expect(ladder.filter(({ status }) => status === 'pending')).toEqual([]);
  expect((await gateway.all('orders'))[0]!.state.lateByMinutes).toBeGreaterThan(0);
});

test('two ticks at the same time fire a deadline once', async () => {
  gateway.world.time.advance(4 * 86_400_000);
  const counts = await Promise.all([gateway.gateway.fireDeadlines(), gateway.gateway.fireDeadlines()]);
  expect(counts[0] + counts[1]).toBe(await fired());
  const events = (await gateway.all('orderEvents')).map(({ event }) => event.id);
  expect(new Set(events).size).toBe(events.length);
});

test('a missing functional acknowledgment is told and does not send the order again', async () => {
  await gateway.gateway.releaseOrder(orderTo('hansa-werkzeuge', 'PO-2'), ERP);
  await gateway.settle();
  await gateway.pass({ hours: 13 });
  expect(await gateway.troubles()).toContain('FA_OVERDUE PO-2');
  expect(gateway.channel('hansa-werkzeuge').deliveries).toHaveLength(1);
  gateway.supplier('hansa-werkzeuge').acknowledge(gateway.channel('hansa-werkzeuge').sent('PO-2'));
  await gateway.settle();
  expect(await gateway.troubles()).not.toContain('FA_OVERDUE PO-2');
});
