import type * as z from 'zod';
import type { InvoiceRecord } from '../../pipeline/orders/order-records.ts';
import type { invoiceRow } from '../schemas/invoice.ts';

export function toInvoiceRow(record: InvoiceRecord): z.input<typeof invoiceRow> {
  const { id, number, supplierId, partnerId, documentId, type, status, orderIds } = record;
  const { currency, payable, createdAt, updatedAt } = record;
  return {
    id,
    number,
    supplierId,
    partnerId,
    documentId,
    type,
    status,
    orderIds,
    currency,
    payable,
    createdAt,
    updatedAt,
  };
}
