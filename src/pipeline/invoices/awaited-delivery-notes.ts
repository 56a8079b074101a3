import type { DespatchAdvice } from '../../documents/despatch-advice.ts';
import type { CreditNote, Invoice } from '../../documents/invoice.ts';
import type { PipelineContext } from '../context.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import type { DocumentRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueueRematch } from './enqueue-rematch.ts';
import { isWaiting } from './invoice-record.ts';

/** Delivery notes that lines name instead of an order. */
export function deliveryNotesOf(document: Invoice | CreditNote): Set<string> {
  return new Set(
    document.lines
      .filter((line) => (line.orderId ?? document.orderId) === undefined)
      .flatMap((line) => line.despatchAdviceId ?? document.despatchAdviceId ?? []),
  );
}

/** An advice tells the orders of invoices that name it alone, and that came before it. */
export async function rematchByDeliveryNote(
  unit: UnitOfWork,
  context: PipelineContext,
  { id: documentId, partnerId }: Pick<DocumentRecord, 'id' | 'partnerId'>,
  { id: deliveryNote }: DespatchAdvice,
): Promise<void> {
  if ((await findAwaiting(unit, partnerId, deliveryNote)).length === 0) return;
  await enqueueRematch(unit, context, {
    id: `rematch/${documentId}/deliveryNote`,
    scope: { supplierId: partnerId, deliveryNote },
    trigger: 'deliveryNoteReceived',
    partnerId,
    orderId: documentId,
  });
}

/** Waiting documents of a supplier that name this delivery note and no order; oldest first. Their orders are asked for. */
export async function findAwaiting(
  unit: UnitOfWork,
  supplierId: string,
  deliveryNote: string,
): Promise<InvoiceRecord[]> {
  const open = await unit.findAll(
    'exceptions',
    { type: 'UNKNOWN_PO', status: { in: ['open', 'snoozed'] } },
    ({ type, status }) => type === 'UNKNOWN_PO' && status !== 'resolved',
  );
  const ids = new Set(
    open.flatMap(({ partnerId, invoiceId }) =>
      partnerId === supplierId && invoiceId !== '' ? [invoiceId] : [],
    ),
  );
  const found: InvoiceRecord[] = [];
  for (const id of ids) {
    const invoice = await unit.get('invoices', id);
    if (invoice === undefined || !isWaiting(invoice)) continue;
    if (deliveryNotesOf(invoice.document).has(deliveryNote)) found.push(invoice);
  }
  return found.sort((a, b) => a.sequence - b.sequence);
}
