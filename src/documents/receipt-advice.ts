import * as z from 'zod';
import { date, decimal, extensions, instant, item, party, quantity, text } from './primitives.ts';

export const receiptLine = z.strictObject({
  id: text.optional(),
  orderId: text,
  orderLineId: text.optional(),
  item,
  /** Counted into stock; negative for a return to the supplier. */
  quantity,
  /** Passed inspection; absent = all. */
  acceptedQuantity: decimal.optional(),
  damagedQuantity: decimal.optional(),
  lotId: text.optional(),
  extensions: extensions.optional(),
});

/** What the warehouse counted: X12 861, EDIFACT RECADV, UBL ReceiptAdvice, done stock moves in Odoo. */
export const receiptAdvice = z.strictObject({
  documentType: z.literal('receiptAdvice'),
  /** Identity of the receipt; the idempotency key (Odoo move or picking id). */
  id: text,
  receivedDate: date,
  receivedAt: instant.optional(),
  despatchAdviceId: text.optional(),
  buyer: party.optional(),
  seller: party.optional(),
  lines: z.array(receiptLine).min(1),
  extensions: extensions.optional(),
});

export type ReceiptLine = z.infer<typeof receiptLine>;
export type ReceiptAdvice = z.infer<typeof receiptAdvice>;
