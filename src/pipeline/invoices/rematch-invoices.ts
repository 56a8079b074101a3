import type { PipelineContext } from '../context.ts';
import { findAwaiting } from './awaited-delivery-notes.ts';
import type { RematchScope } from './enqueue-rematch.ts';
import { decideOnInvoice } from './invoice-decision.ts';
import { isWaiting, partnerOf } from './invoice-record.ts';
import { findHeldInvoices } from './invoices-of-order.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import { findWaiting } from './related-invoices.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Matches every waiting document once more: goods came, a price was accepted, an invoice arrived. Each is a new decision record. */
export async function rematchInvoices(
  unit: UnitOfWork,
  context: PipelineContext,
  scope: RematchScope,
  trigger: string,
): Promise<void> {
  for (const { id } of await findInScope(unit, scope)) {
    // The match of one before it may have settled it.
    const invoice = await unit.get('invoices', id);
    if (invoice === undefined || !isWaiting(invoice)) continue;
    await decideOnInvoice(unit, context, invoice, partnerOf(context, invoice.partnerId), trigger);
  }
}

function findInScope(unit: UnitOfWork, scope: RematchScope): Promise<InvoiceRecord[]> {
  if ('orderId' in scope) return findHeldInvoices(unit, scope.orderId);
  return 'deliveryNote' in scope
    ? findAwaiting(unit, scope.supplierId, scope.deliveryNote)
    : findWaiting(unit, scope.supplierId, scope.originalNumber);
}
