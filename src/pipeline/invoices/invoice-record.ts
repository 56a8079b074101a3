import { GatewayError } from '../../common/errors.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { isPayable } from '../../tracking/match/hold.ts';
import type { PipelineContext } from '../context.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import type { DocumentRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Writes the record, and what became of the document that it came in. */
export async function writeInvoice(unit: UnitOfWork, invoice: InvoiceRecord): Promise<void> {
  if ((await unit.get('invoices', invoice.id)) === undefined) {
    unit.insert('invoices', invoice);
    return;
  }
  unit.update('invoices', invoice);
  const document = await unit.get('documents', invoice.documentId);
  const status = documentStatusOf(invoice);
  if (document !== undefined && document.status !== status) unit.update('documents', { ...document, status });
}

/** What the document is called in lists. */
export function documentStatusOf({ status, holds }: InvoiceRecord): DocumentRecord['status'] {
  if (status === 'DUPLICATE_BLOCKED') return 'duplicate';
  if (status === 'REJECTED') return 'rejected';
  return isPayable(holds) || status === 'REVERSED' ? 'applied' : 'held';
}

/** Throws PARTNER_INVALID. */
export function partnerOf(context: PipelineContext, partnerId: string): Partner {
  const partner = context.partners.partners.find((candidate) => candidate.partner === partnerId);
  if (partner !== undefined) return partner;
  throw new GatewayError(
    'PARTNER_INVALID',
    `There is no partner "${partnerId}" any more: put its partner.yaml back.`,
  );
}

/** Waits for something that may come: an invoice, goods, a decision. */
export function isWaiting({ prior }: InvoiceRecord): boolean {
  return prior.status === 'held' || prior.status === 'parked';
}
