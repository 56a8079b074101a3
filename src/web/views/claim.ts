import type * as z from 'zod';
import type { SupplierClaimRecord } from '../../pipeline/orders/order-records.ts';
import { actionsOn } from '../../tracking/claims/claim-life.ts';
import type { claimDetail, claimRow } from '../schemas/claim.ts';

export function toClaimRow(record: SupplierClaimRecord): z.input<typeof claimRow> {
  const { id, number, kind, state, partnerId, orderId, invoiceId } = record;
  const { currency, value, credited, openedAt, dueAt, escalations } = record;
  return {
    ...{ id, number, kind, state, partnerId, orderId, invoiceId },
    ...{ currency, value, credited, openedAt, dueAt, escalations },
  };
}

export function toClaim(record: SupplierClaimRecord): z.input<typeof claimDetail> {
  const { receiptId, shipmentId, openedBy, updatedAt, lines, evidence, credits, history } = record;
  return {
    ...toClaimRow(record),
    ...{ receiptId, shipmentId, openedBy, updatedAt, lines, evidence, history },
    credits: credits.map(({ invoiceId, number, amount, at }) => ({ invoiceId, number, amount, at })),
    allowedActions: actionsOn(record),
  };
}
