import type * as z from 'zod';
import type { OrderRecord } from '../../pipeline/orders/order-records.ts';
import type { orderRow } from '../schemas/order.ts';

export function toOrderRow(record: OrderRecord): z.input<typeof orderRow> {
  const { id, number, partnerId, version, badge, open, currency } = record;
  const { totalAmount, requestedDate, createdAt, updatedAt } = record;
  return {
    id,
    number,
    partnerId,
    version,
    badge,
    open,
    currency,
    totalAmount,
    requestedDate,
    createdAt,
    updatedAt,
  };
}
