import type { CreditNote, Invoice } from '../../documents/invoice.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { deliveryNotesOf } from './awaited-delivery-notes.ts';

/** The orders of the supplier's delivery notes that lines name instead of an order. */
export async function ordersOfDeliveryNotes(
  unit: UnitOfWork,
  partnerId: string,
  document: Invoice | CreditNote,
): Promise<string[]> {
  const orderIds = new Set<string>();
  for (const number of deliveryNotesOf(document)) {
    const found = await unit.findAll(
      'documents',
      { number },
      (other) =>
        other.number === number && other.partnerId === partnerId && other.documentType === 'despatchAdvice',
    );
    for (const { id, partnerId: from, documentType } of found) {
      if (from !== partnerId || documentType !== 'despatchAdvice') continue;
      const joins = await unit.findAll(
        'orderDocuments',
        { documentId: id },
        (join) => join.documentId === id,
      );
      for (const { orderId } of joins) orderIds.add(orderId);
    }
  }
  return [...orderIds];
}
