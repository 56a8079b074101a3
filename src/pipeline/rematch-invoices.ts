import type { PipelineContext } from './context.ts';
import { decideOnInvoice, partnerOf } from './invoice-decision.ts';
import { findHeldInvoices } from './invoices-of-order.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** Matches every held invoice of an order once more: goods came, or a price was accepted. Each is a new decision record. */
export async function rematchInvoices(
  unit: UnitOfWork,
  context: PipelineContext,
  orderId: string,
  trigger: string,
): Promise<void> {
  for (const invoice of await findHeldInvoices(unit, orderId)) {
    await decideOnInvoice(unit, context, invoice, partnerOf(context, invoice.partnerId), trigger);
  }
}
