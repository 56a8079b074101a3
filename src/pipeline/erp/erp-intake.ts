import { GatewayError } from '../../common/errors.ts';
import type { Order, OrderChange } from '../../documents/order.ts';
import type { ReceiptAdvice } from '../../documents/receipt-advice.ts';
import type { Party } from '../../documents/primitives.ts';
import { findSuppliers } from '../../partners/find-suppliers.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import type { Accepted } from '../gateway.ts';
import type { OrderRecord } from '../orders/order-records.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import { applyChange } from '../orders/order-change.ts';
import { refuseChangeOfTestOrder } from '../orders/test-orders.ts';
import { diffOrders } from '../../tracking/order-diff.ts';
import { RULES } from '../../tracking/order-events.ts';
import { sha256Of, UnitOfWork } from '../unit-of-work.ts';

/** What the ERP says: orders, changes, cancellations, receipts. The same thing said twice changes nothing. */

/**
 * Confirmed in the ERP. An order that is known already with other values becomes a change. Throws INVALID_REQUEST where no
 * change can say it: the supplier or the currency is another one.
 */
export async function releaseOrder(context: PipelineContext, order: Order, actor: Actor): Promise<Accepted> {
  const known = await context.store.get('orders', order.id);
  const live = known?.state.phase === 'live';
  const partner = findSupplier(context, order.seller, live ? known.partnerId : undefined);
  refuseRepeatedLines(order);
  if (live) {
    refuseOtherOrder(known, order, partner);
    if (isChanged(known, order)) await refuseChangeOfTestOrder(context, known, partner);
  }
  const content = sha256Of(JSON.stringify(order));
  // What the order has been through is part of a change's identity: values may go back to what they were, and forth again.
  const id = live ? `change/${order.id}/#${known.sequence}/${content}` : `release/${order.id}/${content}`;
  return commitOrderEvent(context, order.id, actor, async (unit) => {
    const event = live
      ? ({ type: 'orderChanged', id, order, author: { name: actor.name } } as const)
      : ({ type: 'orderReleased', id, order, partnerId: partner.partner } as const);
    return applyOrderEvent(unit, context, order.id, partner.partner, event);
  });
}

/** A change by the buyer, as values: laid over the newest version of the order. */
export async function changeOrder(
  context: PipelineContext,
  change: OrderChange,
  actor: Actor,
): Promise<Accepted> {
  const record = await needOrder(context, change.id);
  const id = `change/${change.id}/#${record.sequence}/${sha256Of(JSON.stringify(change))}`;
  if (change.purpose === 'cancel')
    return cancelOrder(context, change.id, change.notes?.join(' ') ?? '', actor);
  const before = record.state.waitingOrder ?? record.state.order!;
  const order = applyChange(before, change);
  if (order.seller.id !== before.seller.id) {
    refuseOtherOrder(record, order, findSupplier(context, order.seller, record.partnerId));
  }
  refuseRepeatedLines(order);
  const partner = context.partners.partners.find((each) => each.partner === record.partnerId);
  if (partner !== undefined && isChanged(record, order))
    await refuseChangeOfTestOrder(context, record, partner);
  return commitOrderEvent(context, change.id, actor, (unit) =>
    applyOrderEvent(unit, context, change.id, record.partnerId, {
      type: 'orderChanged',
      id,
      order,
      author: { name: actor.name },
    }),
  );
}

export async function cancelOrder(
  context: PipelineContext,
  orderId: string,
  reason: string,
  actor: Actor,
): Promise<Accepted> {
  const record = await needOrder(context, orderId);
  return commitOrderEvent(context, orderId, actor, (unit) =>
    applyOrderEvent(unit, context, orderId, record.partnerId, {
      type: 'orderCancelled',
      id: `cancel/${orderId}/#${record.sequence}`,
      author: { name: actor.name },
      ...(reason !== '' && { reason }),
    }),
  );
}

/** Counted by the warehouse; may speak of several orders. */
export async function receiveGoods(
  context: PipelineContext,
  receipt: ReceiptAdvice,
  actor: Actor,
): Promise<Accepted> {
  const orderIds = [...new Set(receipt.lines.map((line) => line.orderId))];
  for (const orderId of orderIds) await needOrder(context, orderId);
  const unit = new UnitOfWork(context.store);
  let changed = false;
  for (const orderId of orderIds) {
    const record = await unit.get('orders', orderId);
    const decision = await applyOrderEvent(unit, context, orderId, record?.partnerId ?? '', {
      type: 'goodsReceived',
      id: `receipt/${receipt.id}`,
      document: receipt,
    });
    changed ||= decision.changed;
  }
  if (changed) {
    await recordAudit(unit, context, {
      actor,
      action: 'goods.received',
      subject: `receipt:${receipt.id}`,
      details: { orderIds },
    });
  }
  unit.afterCommit(context.wake);
  await unit.commit();
  return { id: receipt.id, repeated: !changed };
}

async function commitOrderEvent(
  context: PipelineContext,
  orderId: string,
  actor: Actor,
  apply: (unit: UnitOfWork) => Promise<{ changed: boolean; facts: { type: string }[] }>,
): Promise<Accepted> {
  const unit = new UnitOfWork(context.store);
  const decision = await apply(unit);
  if (decision.changed) {
    await recordAudit(unit, context, {
      actor,
      action: decision.facts[0]?.type ?? 'order.changed',
      subject: `order:${orderId}`,
      details: {},
    });
  }
  unit.afterCommit(context.wake);
  await unit.commit();
  return { id: orderId, repeated: !decision.changed };
}

async function needOrder(context: PipelineContext, orderId: string) {
  const record = await context.store.get('orders', orderId);
  if (record?.state.order === undefined) {
    throw new GatewayError(
      'NOT_FOUND',
      `There is no order ${orderId}. Release it first (POST /api/orders).`,
      {
        details: { orderId },
      },
    );
  }
  return record;
}

/** The same thing said again is no change. */
function isChanged({ state }: OrderRecord, order: Order): boolean {
  if (state.order === undefined) return true;
  const { lines, otherChanges } = diffOrders(state.order, order, RULES);
  return otherChanges || lines.some(({ action }) => action !== 'unchanged');
}

/** Answers, receipts and invoices name lines by their id: with two of one id none of them could be told apart. */
function refuseRepeatedLines({ id, lines }: Order): void {
  const seen = new Set<string>();
  for (const line of lines) {
    if (seen.has(line.id))
      throw new GatewayError(
        'INVALID_REQUEST',
        `Order ${id} has line ${line.id} twice: every line needs an id of its own.`,
        { details: { orderId: id, lineId: line.id } },
      );
    seen.add(line.id);
  }
}

/** A change of it would go to the supplier it went to, with what is meant for another one or in money that he did not agree to. */
function refuseOtherOrder({ id, partnerId, currency }: OrderRecord, order: Order, partner: Partner): void {
  const anew = 'or cancel it and release a new one, under a number of its own.';
  if (partner.partner !== partnerId)
    throw new GatewayError(
      'INVALID_REQUEST',
      `Order ${id} went to ${partnerId}, and seller.id "${order.seller.id}" is ${partner.partner}. Nothing was sent. Set the seller back, ${anew}`,
      { details: { orderId: id, found: partner.partner, expected: partnerId } },
    );
  if (order.currency !== undefined && currency !== '' && order.currency !== currency)
    throw new GatewayError(
      'INVALID_REQUEST',
      `Order ${id} went out in ${currency}, and its currency is ${order.currency}: no change of an order says that. Set the currency back, ${anew}`,
      { details: { orderId: id, found: order.currency, expected: currency } },
    );
}

/** The partner whose `accounts.supplierId`, id or identity is the seller of the order; of several, the one that has it already. */
function findSupplier(context: PipelineContext, seller: Party, owner: string | undefined): Partner {
  const { partners } = context.partners;
  const wanted = seller.id ?? '';
  const meant = findSuppliers(partners, wanted);
  const [found, ...others] = meant.some(({ partner }) => partner === owner)
    ? meant.filter(({ partner }) => partner === owner)
    : meant;
  if (found !== undefined && others.length === 0) return found;
  const fail = (message: string, expected: string) => {
    throw new GatewayError('INVALID_REQUEST', message, { details: { found: wanted, expected } });
  };
  if (found !== undefined) {
    const names = [found, ...others].map(({ partner }) => partner).join(', ');
    return fail(
      `seller.id "${wanted}" means several partners: ${names}. Give each an accounts.supplierId of its own in its partner.yaml, or name the partner's id.`,
      names,
    );
  }
  const known = partners
    .map((partner) => `${partner.accounts.supplierId ?? partner.partner} (${partner.name})`)
    .join(', ');
  return fail(
    `seller.id "${wanted}" is no partner's supplier number or identity. Known: ${known === '' ? 'no partner' : known}. Add it as accounts.supplierId in the partner's partner.yaml.`,
    known,
  );
}
