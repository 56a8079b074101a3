import * as z from 'zod';
import { date, decimal, extensions, instant, item, party, quantity, text } from './primitives.ts';

export const receiptLine = z.strictObject({
  id: text.optional(),
  orderId: text,
  orderLineId: text.optional(),
  item,
  /** Counted into stock; negative for a return to the supplier, and where `corrects` lowers a count. */
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
  /**
   * Identity of an earlier receipt whose counts this one sets right: its quantities are the differences, and no goods have moved.
   * A count that is lowered is no return: what was counted too much has never come.
   */
  corrects: text.optional(),
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
