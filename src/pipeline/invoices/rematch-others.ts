import { dec } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { PriorInvoice } from '../../tracking/match/facts.ts';
import { lineKey } from '../../tracking/match/identifiers.ts';
import type { PipelineContext } from '../context.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueueRematch } from './enqueue-rematch.ts';
import { findHeldInvoices } from './invoices-of-order.ts';

/**
 * Documents that wait are matched again when another one gives free what it took of their orders: it is refused, blocked or
 * reversed, a part of it is not paid, or it is a credit note that is approved now. `before` is how it stood until now.
 */
export async function rematchOthers(
  unit: UnitOfWork,
  context: PipelineContext,
  invoice: InvoiceRecord,
  before: PriorInvoice | undefined,
): Promise<void> {
  if (!givesFree(before, invoice.prior)) return;
  for (const orderId of invoice.orderIds) {
    const waiting = await findHeldInvoices(unit, orderId);
    if (waiting.every(({ id }) => id === invoice.id)) continue;
    const id = `rematch/${orderId}/${invoice.id}/${invoice.decisionId}/${invoice.prior.status}`;
    const trigger = invoice.type === 'creditNote' ? 'creditApproved' : 'otherInvoiceDecided';
    await enqueueRematch(unit, context, {
      id,
      scope: { orderId },
      trigger,
      partnerId: invoice.partnerId,
      orderId,
    });
  }
}

function givesFree(before: PriorInvoice | undefined, now: PriorInvoice): boolean {
  if (now.documentType === 'creditNote')
    return isApproved(now) && (before === undefined || !isApproved(before));
  const taken = takenBy(now);
  return [...takenBy(before)].some(([line, quantity]) => quantity.gt(taken.get(line) ?? '0'));
}

/** Quantity by order line that other documents find billed or reserved. */
function takenBy(prior: PriorInvoice | undefined): Map<string, Dec> {
  const taken = new Map<string, Dec>();
  if (prior === undefined) return taken;
  const counts = prior.status === 'held' || isApproved(prior);
  for (const { orderId, orderLineId, quantity, booked } of prior.lines) {
    if (!counts && booked !== true) continue;
    const key = lineKey(orderId, orderLineId);
    taken.set(key, dec(quantity).plus(taken.get(key) ?? '0'));
  }
  return taken;
}

function isApproved({ status }: PriorInvoice): boolean {
  return status === 'approved' || status === 'posted' || status === 'paid';
}
