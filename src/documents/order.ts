import * as z from 'zod';
import {
  allowanceCharge,
  currency,
  date,
  decimal,
  deliveryTerms,
  extensions,
  instant,
  item,
  party,
  paymentTerms,
  price,
  quantity,
  reference,
  tax,
  text,
} from './primitives.ts';

/** One line of an order, as the buyer states it. */
export const orderLine = z.strictObject({
  /** Buyer's line id, stable over versions: PO101, LIN 1082. Never reused after a deletion. */
  id: text,
  item,
  quantity,
  price: price.optional(),
  /** Net amount of the line as stated; recomputed, never trusted. */
  lineAmount: decimal.optional(),
  requestedDeliveryDate: date.optional(),
  requestedShipDate: date.optional(),
  latestDeliveryDate: date.optional(),
  shipTo: party.optional(),
  /** Units per pack of the ordered unit (PO401, PAC/QTY 59). */
  packSize: decimal.optional(),
  /** Where the quantity goes, when the order serves several places: SDQ, EDIFACT LOC+7 / QTY+11. Adds up to `quantity`. */
  allocations: z.array(z.strictObject({ shipTo: party, quantity })).optional(),
  allowanceCharges: z.array(allowanceCharge).optional(),
  taxes: z.array(tax).optional(),
  references: z.array(reference).optional(),
  notes: z.array(text).optional(),
  extensions: extensions.optional(),
});

const header = {
  /** Purchase order number: BEG03, BGM 1004. */
  id: text,
  /** Our version of the order, 1, 2, …; sent as the change sequence. */
  version: z.int().positive().optional(),
  issueDate: date,
  issuedAt: instant.optional(),
  orderType: z
    .enum(['standard', 'blanket', 'release', 'dropShip', 'rush', 'consignment', 'sample', 'other'])
    .optional(),
  currency: currency.optional(),
  buyer: party,
  seller: party,
  shipTo: party.optional(),
  billTo: party.optional(),
  requestedDeliveryDate: date.optional(),
  requestedShipDate: date.optional(),
  latestDeliveryDate: date.optional(),
  cancelAfterDate: date.optional(),
  /** Until when the supplier is to answer, where the order itself says so. */
  responseDueAt: instant.optional(),
  deliveryTerms: deliveryTerms.optional(),
  paymentTerms: paymentTerms.optional(),
  allowanceCharges: z.array(allowanceCharge).optional(),
  references: z.array(reference).optional(),
  notes: z.array(text).optional(),
  extensions: extensions.optional(),
};

/** Purchase order: X12 850, EDIFACT ORDERS, UBL Order, Odoo purchase.order. */
export const order = z.strictObject({
  documentType: z.literal('order'),
  ...header,
  lines: z.array(orderLine).min(1),
  totalAmount: decimal.optional(),
});

/**
 * Change to an order by the buyer: X12 860, EDIFACT ORDCHG, UBL OrderChange. `lines` carry the new values of each line that
 * changes; a `replace` carries all lines.
 */
export const orderChange = z.strictObject({
  documentType: z.literal('orderChange'),
  ...header,
  purpose: z.enum(['cancel', 'change', 'replace', 'confirmProposal']),
  /** Change order sequence number: BCH05; equals `version`. */
  lines: z.array(
    orderLine.extend({
      /** 5.3.3: what happens to the line. `changed` values are read, never the code alone. */
      action: z.enum(['added', 'deleted', 'changed', 'replaced', 'unchanged']),
      /** Still to be received after the change (POC04). */
      quantityLeftToReceive: decimal.optional(),
    }),
  ),
});

export type Order = z.infer<typeof order>;
export type OrderLine = z.infer<typeof orderLine>;
export type OrderChange = z.infer<typeof orderChange>;
