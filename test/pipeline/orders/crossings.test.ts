import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Order } from '../../../src/documents/order.ts';
import type { OrderResponse } from '../../../src/documents/order-response.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, ERP, TestGateway } from '../../support/gateway.ts';

/** Changes of the ERP, answers of the supplier and decisions of people, crossing one another, as files through the gateway. */

const PARTNER = 'hansa-werkzeuge';
const order = orderTo(PARTNER, 'PO-1');

let gateway: TestGateway;
let count = 0;

beforeEach(async () => {
  gateway = await TestGateway.start();
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
});
afterEach(() => gateway.close());

const withQuantity = (value: string): Order => ({
  ...order,
  lines: order.lines.map((line, index) =>
    index === 0 ? { ...line, quantity: { ...line.quantity, value } } : line,
  ),
});

async function change(value: string): Promise<boolean> {
  const { repeated } = await gateway.gateway.releaseOrder(withQuantity(value), ERP);
  await gateway.settle();
  return repeated;
}

/** The supplier answers a version of the order, as a file of his own. */
async function answer(to: Order, change: Partial<OrderResponse>): Promise<void> {
  count += 1;
  gateway.supplier(PARTNER).send({ ...responseTo(to), id: `A-${count}`, ...change });
  await gateway.settle();
}

async function state() {
  const [record] = await gateway.all('orders');
  return record!.state;
}

const slices = async () =>
  (await state()).lines.map(({ slices: parts }) =>
    parts.map(({ state: each, quantity }) => `${quantity} ${each}`),
  );

const confirmations = async () =>
  (await gateway.all('erpCommands')).filter(({ command }) => command.kind === 'confirmations');

describe('a change that crosses the answer to the order', () => {
  test('and is refused: the answer counts, and is written to the ERP once', async () => {
    await change('20');
    await answer(order, { orderVersion: 1 });
    expect(await slices()).toEqual([['20 AWAITING'], ['12 CONFIRMED']]);
    expect(await gateway.troubles()).toEqual(['STALE_ACK PO-1']);
    await answer(order, { orderVersion: 2, claim: 'rejected', lines: [] });
    expect(await slices()).toEqual([['24 CONFIRMED'], ['12 CONFIRMED']]);
    expect(await gateway.troubles()).toEqual(['CHANGE_REJECTED PO-1']);
    const written = (await confirmations()).map(({ command }) =>
      (command.data['lines'] as { lineId: string; confirmed: string }[]).map(
        ({ lineId, confirmed }) => `${lineId}: ${confirmed}`,
      ),
    );
    expect(written).toEqual([['2: 12'], ['1: 24']]);
  });

  test('and is taken: only what is agreed last is written of the line', async () => {
    await change('20');
    await answer(order, { orderVersion: 1 });
    await answer(withQuantity('20'), { orderVersion: 2 });
    expect(await slices()).toEqual([['20 CONFIRMED'], ['12 CONFIRMED']]);
    expect(await gateway.troubles()).toEqual([]);
  });
});

describe('the ERP changes its mind while a change is under way', () => {
  test('there, back and there again: the last word goes out after the answer', async () => {
    await change('20');
    expect(await change('16')).toBe(false);
    expect(await change('20')).toBe(false);
    expect(await change('16')).toBe(false);
    expect(await change('16')).toBe(true);
    await answer(withQuantity('20'), { orderVersion: 2 });
    expect((await state()).version).toBe(3);
    expect((await slices())[0]).toEqual(['16 AWAITING']);
  });
});

describe('an order that is to be sent again', () => {
  test('and may not be is told so, and stays with whoever has to act', async () => {
    gateway.supplier(PARTNER).acknowledge(gateway.channel(PARTNER).sent('ORDERS'));
    await gateway.settle();
    await gateway.pass({ days: 4 });
    const [overdue] = await gateway.all('exceptions', { type: 'ACK_OVERDUE' });
    const decision = { action: 'resend', reason: 'perhaps it is lost' };
    await expect(gateway.gateway.decideException(overdue!.id, decision, BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('risks a second order'),
    });
    expect(await gateway.all('exceptions', { type: 'ACK_OVERDUE' })).toMatchObject([{ status: 'open' }]);
  });
});

describe('values of one counter-offer', () => {
  test('do not answer what is proposed for several lines', async () => {
    const later = { claim: 'acceptedWithChanges', date: '2026-04-30' } as const;
    await answer(order, responseTo(order, { 1: later, 2: later }));
    await gateway.gateway.releaseOrder({ ...order, notes: ['Ring at gate 2'] }, ERP);
    await gateway.settle();
    await answer(order, { orderVersion: 2, claim: 'rejected', lines: [] });
    const [rejected] = await gateway.all('exceptions', { type: 'CHANGE_REJECTED' });
    const decision = { action: 'counter', reason: 'sooner', values: { date: '2026-04-01' } };
    await expect(gateway.gateway.decideException(rejected!.id, decision, BUYER)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('several lines (1, 2)'),
    });
    expect(await slices()).toEqual([['24 PROPOSED'], ['12 PROPOSED']]);
  });
});
