import * as z from 'zod';
import {
  allowanceCharge,
  currency,
  date,
  extensions,
  instant,
  item,
  party,
  price,
  quantity,
  reference,
  text,
} from './primitives.ts';

/**
 * What the supplier says of a quantity slice. It is a claim: tracking derives what changed from the values (5.1.4).
 * X12 ACK01 and EDIFACT LIN 1229 codes map to these; the code itself is kept in `code`.
 */
export const lineClaim = z.enum([
  'accepted', // IA AR; 5
  'acceptedElsewhere', // AA: another place of the supplier ships
  'acceptedAndShipped', // AC
  'acceptedWithChanges', // IC; 3 6
  'quantityChanged', // IQ
  'priceChanged', // IP
  'dateChanged', // DR
  'datePending', // SP
  'pricePending', // IE
  'partialBackordered', // BP: this quantity ships, the balance is backordered
  'backordered', // IB
  'substituted', // IS; PIA 3
  'onHold', // IH
  'onHoldIncompleteData', // IF: we must mend our data
  'onHoldWaiver', // IW: we must decide
  'deleted', // ID; 2
  'rejected', // IR R1 R4; 7
  'rejectedNotContractItem', // R1
  'rejectedItemNumber', // R2
  'rejectedUnit', // R3
  'rejectedNotAvailable', // R4
  'rejectedReorder', // R5–R8
  'discontinued', // R9
  'added', // 1: line added by the supplier
  'noAction', // 4
  'notFound', // 10
  'proposed', // 23
  'acceptedUnlessStopped', // 24
  'unknown',
]);

/** What the header says of the whole order: BAK02, BGM 1225 with 4343. Also a claim. */
export const headerClaim = z.enum([
  'accepted', // AD AK AT; 29
  'acceptedWithChanges', // AC; 28 30 34 4
  'acceptedExceptions', // AE; AI: absent lines are accepted as ordered
  'pending', // AH; 12 23 AJ
  'rejected', // RD RJ RN RV; 27 RE
  'rejectedExceptions', // RF
  'counterOffer', // RO; 16 52 CA
  'cancelled', // BAK01 01; 1 3 40
  'unsolicited', // AP
  'information', // NA; AB NA
  'orderNotFound', // 10
  'unstated', // decide by the lines
  'unknown',
]);

/** One quantity slice of an answered line: an ACK, or an SCC/QTY/DTM group. */
export const schedule = z.strictObject({
  claim: lineClaim,
  /** The partner's own code, for evidence: `IQ`. */
  code: text.optional(),
  quantity: quantity.optional().meta({ odoo: 'purchase.order.line product_qty' }),
  /** Promised date, and which kind of date it is. */
  date: date.optional().meta({ odoo: 'purchase.order.line date_planned' }),
  dateKind: z.enum(['delivery', 'ship']).optional(),
  /** The substitute, where `claim` is `substituted`. */
  item: item.optional(),
  /** Of this quantity alone, before the line's (a cXML ConfirmationStatus each has its own). */
  price: price.optional(),
  reason: text.optional(),
});

export const orderResponseLine = z.strictObject({
  /** The supplier's own line id, where there is one. */
  id: text.optional(),
  /** The buyer's line id as echoed; absent in one of six real lines. */
  orderLineId: text.optional().meta({ odoo: 'purchase.order.line id' }),
  item,
  /** PO102/PO104, QTY+21/PRI as the document repeats them: echo or the supplier's values, by partner policy. */
  quantity: quantity.optional(),
  price: price.optional().meta({ odoo: 'purchase.order.line price_unit' }),
  schedules: z.array(schedule).min(1),
  /** SAC or ALC of the line: what the supplier will bill or take off beside the price. */
  allowanceCharges: z.array(allowanceCharge).optional(),
  notes: z.array(text).optional(),
  extensions: extensions.optional(),
});

/** Business answer to an order or a change: X12 855/865, EDIFACT ORDRSP, UBL OrderResponse. */
export const orderResponse = z.strictObject({
  documentType: z.literal('orderResponse'),
  /** The supplier's document or order number; together with the supplier the idempotency key. */
  id: text.optional(),
  issueDate: date.optional(),
  issuedAt: instant.optional(),
  orderId: text.meta({ odoo: 'purchase.order name' }),
  orderIssueDate: date.optional(),
  /** The change sequence that is answered (BCA05, RFF), where stated. */
  orderVersion: z.int().positive().optional(),
  supplierOrderId: text.optional().meta({ odoo: 'purchase.order partner_ref' }),
  /** BAK01 / BGM 1225. */
  purpose: z.enum([
    'original',
    'cancellation',
    'change',
    'replace',
    'confirmation',
    'duplicate',
    'information',
    'unknown',
  ]),
  claim: headerClaim,
  /** What each of the header's codes says, where it has two (BGM 1225 and 4343); `claim` is the more cautious of them. */
  statedClaims: z.array(headerClaim).optional(),
  /** The partner's own code, for evidence: `AC`. */
  code: text.optional(),
  /** True for an 865 or an ORDRSP to an ORDCHG. */
  answersChange: z.boolean().optional(),
  currency: currency.optional(),
  buyer: party.optional(),
  seller: party.optional(),
  shipTo: party.optional(),
  /** Header dates that hold for lines without their own. */
  promisedDeliveryDate: date.optional(),
  promisedShipDate: date.optional(),
  /** Of the order as a whole, what was ordered among them: SAC, ALC, UBL AllowanceCharge, cXML Shipping. */
  allowanceCharges: z.array(allowanceCharge).optional(),
  references: z.array(reference).optional(),
  lines: z.array(orderResponseLine),
  notes: z.array(text).optional().meta({ odoo: 'purchase.order message_post' }),
  extensions: extensions.optional(),
});

export type LineClaim = z.infer<typeof lineClaim>;
export type HeaderClaim = z.infer<typeof headerClaim>;
export type ResponseSchedule = z.infer<typeof schedule>;
export type OrderResponseLine = z.infer<typeof orderResponseLine>;
export type OrderResponse = z.infer<typeof orderResponse>;
