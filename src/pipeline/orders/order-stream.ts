import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import type { Order } from '../../documents/order.ts';
import { decide } from '../../tracking/decide.ts';
import { RULES } from '../../tracking/order-events.ts';
import { badgeOf, isOpen } from '../../tracking/status.ts';
import type { Decision, OrderEvent, OrderState } from '../../tracking/model.ts';
import { claimAfterReceipt } from '../claims/claim-sources.ts';
import type { PipelineContext } from '../context.ts';
import { recordEffect } from '../outbound/effects.ts';
import { applyExceptionChanges } from '../exceptions/exceptions.ts';
import { enqueueRematch } from '../invoices/enqueue-rematch.ts';
import { findHeldInvoices } from '../invoices/invoices-of-order.ts';
import type { OrderRecord } from './order-records.ts';
import { keepPolicy } from './policy-history.ts';
import { keepTimer } from './order-timer.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * The only way in which an order changes: decides one event and gathers everything that follows from it in the unit of
 * work. An event that is known already changes nothing.
 */
export async function applyOrderEvent(
  unit: UnitOfWork,
  context: PipelineContext,
  orderId: string,
  partnerId: string,
  given: OrderEvent,
): Promise<Decision> {
  const event = { ...given, rules: RULES };
  const now = context.clock.now();
  const record = await unit.get('orders', orderId);
  // An order is its supplier's, whoever sent the document that came before it.
  const owner = event.type === 'orderReleased' ? event.partnerId : (record?.partnerId ?? partnerId);
  const policy = context.policyOf(owner);
  const decision = decide(record?.state, event, policy, now);
  if (!decision.changed) return decision;
  await keepPolicy(context.store, owner, policy);

  const sequence = (record?.sequence ?? 0) + 1;
  const updated = toRecord(orderId, decision.state, sequence, now, record);
  if (record === undefined) unit.insert('orders', updated);
  else unit.update('orders', updated);
  const eventId = `${orderId}#${String(sequence).padStart(6, '0')}`;
  unit.insert('orderEvents', {
    id: eventId,
    revision: 0,
    orderId,
    sequence,
    at: now,
    policyVersion: policy.version,
    event,
    facts: decision.facts,
    explanations: decision.explanations,
  });
  if (decision.facts.length > 0) {
    unit.insert('eventOutbox', { id: eventId, revision: 0 });
  }
  if (record?.state.phase === 'parked') await settleParked(unit, record.state, decision.state);
  if (event.type === 'orderReleased') await rematchEarlyInvoices(unit, context, orderId, partnerId);
  await keepTimer(unit, orderId, decision.state, decision.deadlines);
  await applyExceptionChanges(unit, context, orderId, decision.exceptions);
  if (event.type === 'goodsReceived' && decision.state.order !== undefined) {
    const { state, exceptions } = decision;
    for (const followUp of await claimAfterReceipt(unit, context, state, exceptions, event.id)) {
      await applyOrderEvent(unit, context, orderId, state.partnerId, followUp);
    }
  }
  for (const effect of decision.effects) {
    const supplier = decision.state.partnerId;
    const followUp = await recordEffect(unit, context, { orderId, partnerId: supplier, effect });
    if (followUp !== undefined) await applyOrderEvent(unit, context, orderId, supplier, followUp);
  }
  return decision;
}

/** Documents that waited for the order have had their effect now: those of its own supplier. */
async function settleParked(unit: UnitOfWork, before: OrderState, after: OrderState): Promise<void> {
  if (after.phase === 'parked') return;
  for (const { event } of before.parked) {
    const document = await unit.get('documents', event.documentRef.documentId);
    if (document?.status !== 'parked') continue;
    unit.update('documents', {
      ...document,
      status: event.partnerId === after.partnerId ? 'applied' : 'rejected',
    });
  }
}

/** Invoices that came before their order are matched once it is there. */
async function rematchEarlyInvoices(
  unit: UnitOfWork,
  context: PipelineContext,
  orderId: string,
  partnerId: string,
): Promise<void> {
  if ((await findHeldInvoices(unit, orderId)).length === 0) return;
  await enqueueRematch(unit, context, {
    id: `rematch/${orderId}/released`,
    scope: { orderId },
    trigger: 'orderReleased',
    partnerId,
    orderId,
  });
}

function toRecord(
  orderId: string,
  state: OrderState,
  sequence: number,
  now: string,
  before: OrderRecord | undefined,
): OrderRecord {
  return {
    id: orderId,
    revision: before?.revision ?? 0,
    number: state.order?.id ?? orderId,
    partnerId: state.partnerId,
    version: state.version,
    badge: badgeOf(state),
    open: isOpen(state),
    currency: state.order?.currency ?? '',
    totalAmount: state.order === undefined ? '' : totalOf(state.order),
    requestedDate: state.order?.requestedDeliveryDate ?? state.order?.lines[0]?.requestedDeliveryDate ?? '',
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
    sequence,
    state,
  };
}

/** Value of the order by its lines: price × quantity / price basis, two places. For lists; the match has its own arithmetic. */
function totalOf(order: Order): string {
  const amounts = order.lines.map((line) =>
    line.price === undefined
      ? dec(0)
      : dec(line.quantity.value)
          .times(line.price.amount)
          .div(line.price.baseQuantity ?? '1'),
  );
  return formatDecimal(sum(amounts), 2);
}
