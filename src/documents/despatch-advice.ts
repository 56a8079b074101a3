import * as z from 'zod';
import { date, decimal, extensions, instant, item, party, quantity, reference, text } from './primitives.ts';

/** A handling unit: HL level T or P, CPS/PAC. */
export const despatchPackage = z.strictObject({
  id: text,
  parentId: text.optional(),
  kind: z.enum(['pallet', 'carton', 'other']).optional(),
  /** SSCC-18, 18 digits, without AI 00. */
  sscc: text.optional().meta({ odoo: 'stock.package name' }),
  trackingId: text.optional(),
  grossWeight: quantity.optional(),
});

export const despatchLine = z.strictObject({
  id: text.optional(),
  /** PRF01 / RFF+ON: the order that this line ships. */
  orderId: text.meta({ odoo: 'stock.picking purchase_id' }),
  orderLineId: text.optional().meta({ odoo: 'stock.move purchase_line_id' }),
  item,
  /** Shipped now: SN102, QTY+12. */
  quantity: quantity.meta({ odoo: 'stock.move.line quantity' }),
  /** SN104: shipped to date by the supplier's books. */
  cumulativeQuantity: quantity.optional(),
  orderedQuantity: quantity.optional(),
  /** SN108 / QVR. */
  status: text.optional(),
  packageId: text.optional().meta({ odoo: 'stock.move.line result_package_id' }),
  /** Instead of `packageId` where one line fills several packages: levels S, O, I, P. */
  packageIds: z.array(text).optional(),
  /** PO401, QTY+52: units of this line in one of its packages. */
  unitsPerPack: decimal.optional(),
  /** Packages that hold this line and nothing else: counted in the tree, or TD102 of the item. */
  packs: decimal.optional(),
  lotId: text.optional().meta({ odoo: 'stock.move.line lot_name' }),
  expiryDate: date.optional().meta({ odoo: 'stock.lot expiration_date' }),
  serialIds: z.array(text).optional().meta({ odoo: 'stock.move.line lot_name' }),
  extensions: extensions.optional(),
});

/** Ship notice: X12 856, EDIFACT DESADV, UBL DespatchAdvice, Odoo stock.picking. */
export const despatchAdvice = z.strictObject({
  documentType: z.literal('despatchAdvice'),
  /** BSN02 / BGM 1004. */
  id: text,
  purpose: z.enum(['original', 'replace', 'cancellation']),
  /** The order of all lines that name none: RFF+ON of the heading, UBL OrderReference. Lines carry it too. */
  orderId: text.optional(),
  issueDate: date.optional(),
  issuedAt: instant.optional(),
  /** HL order, `SOPI`, `SOI`, `SPOI`. */
  structure: text.optional(),
  shipDate: date.optional(),
  estimatedDeliveryDate: date.optional().meta({ odoo: 'stock.picking scheduled_date' }),
  carrier: z
    .strictObject({ name: text.optional(), scac: text.optional(), service: text.optional() })
    .optional()
    .meta({ odoo: 'stock.picking carrier_id' }),
  trackingIds: z.array(text).optional().meta({ odoo: 'stock.picking carrier_tracking_ref' }),
  billOfLadingId: text.optional(),
  buyer: party.optional(),
  seller: party.optional(),
  shipFrom: party.optional(),
  shipTo: party.optional(),
  packages: z.array(despatchPackage).optional(),
  references: z.array(reference).optional(),
  lines: z.array(despatchLine).min(1),
  notes: z.array(text).optional(),
  extensions: extensions.optional(),
});

export type DespatchPackage = z.infer<typeof despatchPackage>;
export type DespatchLine = z.infer<typeof despatchLine>;
export type DespatchAdvice = z.infer<typeof despatchAdvice>;
