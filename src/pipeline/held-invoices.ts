import { plainInvoiceNumber } from '../tracking/match/identifiers.ts';
import type { InvoiceRecord } from './order-records.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** Invoices and credit notes that speak of an order and are held, oldest first; also those that came before the order. */
export async function findHeldInvoices(unit: UnitOfWork, orderId: string): Promise<InvoiceRecord[]> {
  const joins = await unit.find(
    'orderDocuments',
    { where: { orderId }, orderBy: 'createdAt', limit: 1_000 },
    (join) => join.orderId === orderId,
  );
  const held: InvoiceRecord[] = [];
  for (const { documentId } of joins) {
    const document = await unit.get('documents', documentId);
    if (document?.status !== 'held') continue;
    const where = { supplierId: document.partnerId, normalisedNumber: plainInvoiceNumber(document.number) };
    const invoices = await unit.find('invoices', { where }, (invoice) => invoice.documentId === documentId);
    held.push(
      ...invoices.filter((invoice) => invoice.documentId === documentId && invoice.prior.status === 'held'),
    );
  }
  return held;
}
