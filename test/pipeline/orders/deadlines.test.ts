import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';
import type { OrderRecord } from '../../../src/pipeline/orders/order-records.ts';

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
  expect(await gateway.gateway.fireDeadlines()).toEqual({ orders: 0, fired: 0 });
  await gateway.settle();
  expect(await fired()).toBe(rungs);
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
  const [{ state }] = (await gateway.all('orders')) as [OrderRecord];
  expect(state.deadlines.map(({ kind }) => kind)).not.toContain('responseDue');
  expect(state.lateByMinutes).toBeGreaterThan(0);
});

test('two ticks at the same time fire a deadline once', async () => {
  gateway.world.time.advance(4 * 86_400_000);
  const counts = await Promise.all([gateway.gateway.fireDeadlines(), gateway.gateway.fireDeadlines()]);
  expect(counts[0].fired + counts[1].fired).toBe(await fired());
  const events = (await gateway.all('orderEvents')).map(({ event }) => event.id);
  expect(new Set(events).size).toBe(events.length);
});

test('the timer of an answered order is left as it is, rings for nothing, and then at what is waited for next', async () => {
  const timers = () => gateway.all('orderTimers');
  const [before] = await timers();
  gateway.supplier('nordic-lighting').send(responseTo(order));
  await gateway.settle();
  expect(await timers()).toEqual([before]);
  const [{ state }] = (await gateway.all('orders')) as [OrderRecord];
  const [next] = state.deadlines.map(({ dueAt }) => dueAt).sort();
  expect(next! > before!.dueAt).toBe(true);
  await gateway.pass({ days: 4 });
  expect(await fired()).toBe(0);
  expect((await timers()).map(({ dueAt }) => dueAt)).toEqual([next]);
});

test('of many orders that are due some are decided at a time, also where nothing fires', async () => {
  const due = { revision: 0, dueAt: '2026-01-01T00:00:00.000Z' };
  const strays = Array.from({ length: 450 }, (_, index) => ({ ...due, id: `PO-GONE-${index}` }));
  const inserts = strays.map((record) => ({ op: 'insert', collection: 'orderTimers', record }) as const);
  await gateway.world.store.commit(inserts);
  const steps = [];
  do steps.push(await gateway.gateway.fireDeadlines());
  while (steps.at(-1)!.orders > 0);
  expect(steps.map(({ orders }) => orders)).toEqual([200, 200, 50, 0]);
  expect((await gateway.all('orderTimers')).map(({ id }) => id)).toEqual(['PO-1']);
});

test('an answer that comes while its timer rings for nothing is not left without one', async () => {
  const [{ state }] = (await gateway.all('orders')) as [OrderRecord];
  const [timer] = await gateway.all('orderTimers');
  const early = { ...timer!, dueAt: '2026-01-01T00:00:00.000Z' };
  await gateway.world.store.commit([{ op: 'update', collection: 'orderTimers', record: early }]);
  gateway.supplier('nordic-lighting').send(responseTo(order));
  await Promise.all([gateway.settle(), gateway.gateway.fireDeadlines(), gateway.gateway.fireDeadlines()]);
  await gateway.gateway.fireDeadlines();
  const [{ state: answered }] = (await gateway.all('orders')) as [OrderRecord];
  expect(answered.deadlines).not.toEqual(state.deadlines);
  const [next] = answered.deadlines.map(({ dueAt }) => dueAt).sort();
  expect((await gateway.all('orderTimers')).map(({ dueAt }) => dueAt <= next!)).toEqual([true]);
});

test('a row that a node of the version before made for a deadline has it decided', async () => {
  const [{ state }] = (await gateway.all('orders')) as [OrderRecord];
  const [first] = [...state.deadlines].sort((a, b) => a.dueAt.localeCompare(b.dueAt));
  const { key, kind, owner, dueAt } = first!;
  const row = {
    ...{ id: `PO-1|${key}`, revision: 0, orderId: 'PO-1', key, kind, owner, subject: '', dueAt },
    ...{ status: 'pending' as const, createdAt: gateway.world.time.now() },
  };
  await gateway.world.store.commit([
    { op: 'delete', collection: 'orderTimers', id: 'PO-1' },
    { op: 'insert', collection: 'deadlines', record: row },
  ]);
  await gateway.pass({ days: 4 });
  expect(await gateway.troubles()).toEqual(['ACK_OVERDUE PO-1']);
  expect(await gateway.all('deadlines')).toEqual([]);
  expect(await gateway.all('orderTimers')).toHaveLength(1);
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

test('an order over which we fail ourselves is told once, and those behind it fire', async () => {
  await gateway.pass({ hours: 1 });
  await gateway.gateway.releaseOrder(orderTo('nordic-lighting', 'PO-2'), ERP);
  await gateway.settle();
  const broken = (await gateway.all('orders')).find(({ id }) => id === 'PO-1')!;
  const state = { ...broken.state, lines: null as never };
  const operation = { op: 'update', collection: 'orders', record: { ...broken, state } } as const;
  await gateway.world.store.commit([operation]);
  await gateway.pass({ days: 5 });
  await gateway.pass({ minutes: 1 });
  expect(await gateway.troubles()).toEqual(['ACK_OVERDUE PO-2', 'WORK_FAILED PO-1']);
  const [told] = await gateway.all('exceptions', { type: 'WORK_FAILED' });
  expect(told).toMatchObject({ count: 1, detail: expect.stringContaining('deadlines of order PO-1') });
});
