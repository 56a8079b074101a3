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
  id: text.meta({ odoo: 'purchase.order.line id' }),
  item,
  quantity: quantity.meta({ odoo: 'purchase.order.line product_qty, product_uom_id' }),
  price: price.optional().meta({ odoo: 'purchase.order.line price_unit' }),
  /** Net amount of the line as stated; recomputed, never trusted. */
  lineAmount: decimal.optional().meta({ odoo: 'purchase.order.line price_subtotal' }),
  requestedDeliveryDate: date.optional().meta({ odoo: 'purchase.order.line date_planned' }),
  requestedShipDate: date.optional(),
  latestDeliveryDate: date.optional(),
  shipTo: party.optional(),
  /** Units per pack of the ordered unit (PO401, PAC/QTY 59). */
  packSize: decimal.optional().meta({ odoo: 'product.product uom_ids' }),
  /** Where the quantity goes, when the order serves several places: SDQ, EDIFACT LOC+7 / QTY+11. Adds up to `quantity`. */
  allocations: z.array(z.strictObject({ shipTo: party, quantity })).optional(),
  allowanceCharges: z.array(allowanceCharge).optional().meta({ odoo: 'purchase.order.line discount' }),
  taxes: z.array(tax).optional().meta({ odoo: 'purchase.order.line tax_ids' }),
  references: z.array(reference).optional(),
  notes: z.array(text).optional(),
  extensions: extensions.optional(),
});

const header = {
  /** Purchase order number: BEG03, BGM 1004. */
  id: text.meta({ odoo: 'purchase.order name' }),
  /** Our version of the order, 1, 2, …; sent as the change sequence. */
  version: z.int().positive().optional(),
  issueDate: date.meta({ odoo: 'purchase.order date_order' }),
  issuedAt: instant.optional().meta({ odoo: 'purchase.order date_approve' }),
  orderType: z
    .enum(['standard', 'blanket', 'release', 'dropShip', 'rush', 'consignment', 'sample', 'other'])
    .optional(),
  currency: currency.optional().meta({ odoo: 'purchase.order currency_id' }),
  buyer: party.meta({ odoo: 'purchase.order company_id' }),
  seller: party.meta({ odoo: 'purchase.order partner_id' }),
  shipTo: party.optional().meta({ odoo: 'purchase.order dest_address_id, picking_type_id' }),
  billTo: party.optional().meta({ odoo: 'res.company partner_id' }),
  requestedDeliveryDate: date.optional().meta({ odoo: 'purchase.order date_planned' }),
  requestedShipDate: date.optional(),
  latestDeliveryDate: date.optional(),
  cancelAfterDate: date.optional(),
  /** Until when the supplier is to answer, where the order itself says so. */
  responseDueAt: instant.optional(),
  deliveryTerms: deliveryTerms.optional().meta({ odoo: 'purchase.order incoterm_id, incoterm_location' }),
  paymentTerms: paymentTerms.optional().meta({ odoo: 'purchase.order payment_term_id' }),
  allowanceCharges: z.array(allowanceCharge).optional(),
  references: z.array(reference).optional(),
  notes: z.array(text).optional().meta({ odoo: 'purchase.order note' }),
  extensions: extensions.optional(),
};

/** Purchase order: X12 850, EDIFACT ORDERS, UBL Order, Odoo purchase.order. */
export const order = z.strictObject({
  documentType: z.literal('order'),
  ...header,
  lines: z.array(orderLine).min(1),
  totalAmount: decimal.optional().meta({ odoo: 'purchase.order amount_total' }),
});

/**
 * Change to an order by the buyer: X12 860, EDIFACT ORDCHG, UBL OrderChange. `lines` carry the new values of each line that
 * changes; a `replace` carries all lines.
 */
export const orderChange = z.strictObject({
  documentType: z.literal('orderChange'),
  ...header,
  purpose: z.enum(['cancel', 'change', 'replace', 'confirmProposal']),
  /** Number of the change itself; `id` is that of the order, and `version` the sequence of its changes (BCH05). */
  changeNumber: text.optional(),
  /** Date of the change; `issueDate` is that of the order. */
  changeDate: date.optional(),
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
