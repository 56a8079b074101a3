import { plainInvoiceNumber } from '../../tracking/match/identifiers.ts';
import type { InvoiceRecord } from '../orders/order-records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Invoices and credit notes that speak of an order, oldest first; also those that came before the order. */
export async function findInvoicesOfOrder(unit: UnitOfWork, orderId: string): Promise<InvoiceRecord[]> {
  const joins = await unit.findAll('orderDocuments', { orderId }, (join) => join.orderId === orderId);
  const invoices: InvoiceRecord[] = [];
  for (const { documentId } of joins) {
    const document = await unit.get('documents', documentId);
    if (document?.documentType !== 'invoice' && document?.documentType !== 'creditNote') continue;
    const where = { supplierId: document.partnerId, normalisedNumber: plainInvoiceNumber(document.number) };
    const found = await unit.findAll('invoices', where, (invoice) => invoice.documentId === documentId);
    invoices.push(...found.filter((invoice) => invoice.documentId === documentId));
  }
  return invoices.sort((a, b) => a.sequence - b.sequence);
}

/** Those of them that wait for goods, a price or a decision. */
export async function findHeldInvoices(unit: UnitOfWork, orderId: string): Promise<InvoiceRecord[]> {
  const invoices = await findInvoicesOfOrder(unit, orderId);
  return invoices.filter(({ prior }) => prior.status === 'held' || prior.status === 'parked');
}
