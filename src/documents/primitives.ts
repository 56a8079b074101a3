import * as z from 'zod';
import { isDecimal } from '../common/decimal.ts';

/** Exact decimal as text (DecimalString). */
export const decimal = z.string().refine(isDecimal, { error: 'expected a decimal number such as "12.50"' });

/** Calendar date `2026-01-31`. */
export const date = z.iso.date();

/** UTC instant `2026-01-31T08:15:00.000Z`. */
export const instant = z.iso.datetime();

/** ISO 4217 alphabetic code: `EUR`. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 currency code such as "EUR"');

/** UN/ECE Recommendation 20/21 unit code: `EA`, `C62`, `KGM`, `CS`. */
export const unit = z.string().regex(/^[A-Z0-9]{1,3}$/, 'expected a UN/ECE Rec 20 unit code such as "EA"');

export const text = z.string().min(1);

/** Agreed between partners and not modelled: name → text. Kept and echoed, never decided on. */
export const extensions = z.record(z.string(), z.string());

export const quantity = z.strictObject({ value: decimal, unit: unit.optional() });

/**
 * Unit price. The amount is for `baseQuantity` units (default 1): EDIFACT 5284, UBL BaseQuantity, X12 639 price basis as a
 * number. `basisCode` keeps an X12 639 code that is not a plain divisor (5.7.2): `NC` no charge, `PV` provisional.
 */
export const price = z.strictObject({
  amount: decimal,
  baseQuantity: decimal.optional(),
  unit: unit.optional(),
  basisCode: text.optional(),
});

/** A party: `{ id: '4012345000009', scheme: 'GLN' }`. Schemes: GLN, DUNS, DUNS+4, buyerAssigned, supplierAssigned, SCAC, other. */
export const party = z.strictObject({
  id: text.optional(),
  scheme: z.enum(['GLN', 'DUNS', 'DUNS+4', 'buyerAssigned', 'supplierAssigned', 'SCAC', 'other']).optional(),
  name: text.optional(),
  address: z
    .strictObject({
      street: z.array(text).optional(),
      city: text.optional(),
      region: text.optional(),
      postalCode: text.optional(),
      country: text.optional(),
    })
    .optional(),
  contact: z
    .strictObject({ name: text.optional(), phone: text.optional(), email: text.optional() })
    .optional(),
  taxId: text.optional(),
});

/** An article under every name that the partners have for it. */
export const item = z.strictObject({
  buyerId: text.optional().meta({ odoo: 'product.product default_code' }),
  sellerId: text.optional().meta({ odoo: 'product.supplierinfo product_code' }),
  /** GTIN-8/12/13/14 as sent. */
  gtin: text.optional().meta({ odoo: 'product.product barcode' }),
  manufacturerId: text.optional(),
  description: text.optional().meta({ odoo: 'line name' }),
});

/** `{ type: 'contract', id: 'C-7' }`: REF / RFF; `type` is canonical where a map knows it, else `other:<qualifier>`. */
export const reference = z.strictObject({ type: text, id: text });

export const tax = z.strictObject({
  /** `VAT`, `ST` … */
  type: text,
  category: text.optional(),
  rate: decimal.optional(),
  baseAmount: decimal.optional(),
  amount: decimal.optional(),
  exemptionReason: text.optional(),
});

/**
 * Allowance or charge (SAC / ALC / UBL AllowanceCharge). `settlement` as 5.9.5: only `offInvoice` changes the payable.
 */
export const allowanceCharge = z.strictObject({
  kind: z.enum(['allowance', 'charge']),
  /** Canonical reason: freight, handling, discount, surcharge, insurance, tax, packaging, other. */
  reason: z.enum(['freight', 'handling', 'discount', 'surcharge', 'insurance', 'tax', 'packaging', 'other']),
  code: text.optional(),
  description: text.optional(),
  /** Absent where only a percentage or a rate is stated: the match computes it, and says of what. */
  amount: decimal.optional(),
  percent: decimal.optional(),
  /** What `percent` is of, where stated (MOA 25, UBL BaseAmount). */
  baseAmount: decimal.optional(),
  /**
   * What `percent` is of by its code (X12 378): `gross` the amount before any other allowance or charge, `remaining` what those
   * before it leave, `other` something that the document does not say (a fuel rate, a monthly volume).
   */
  percentOf: z.enum(['gross', 'remaining', 'other']).optional(),
  /** Step of calculation (EDIFACT 1227): those of one step are of one base, those of a later step of what the earlier ones leave. */
  step: z.int().positive().optional(),
  /** So much for each unit of `quantity`, else of its line (SAC08 to SAC10, RTE with QTY). */
  rate: price.optional(),
  quantity: quantity.optional(),
  /** At which rates it is taxed, where stated: a charge may be taxed otherwise than the goods (TAX behind ALC, TXI behind SAC). */
  taxes: z.array(tax).optional(),
  settlement: z
    .enum([
      'offInvoice',
      'billBack',
      'vendorCheck',
      'creditAccount',
      'paidByVendor',
      'paidByCustomer',
      'optional',
    ])
    .optional(),
});

export const paymentTerms = z.strictObject({
  code: text.optional(),
  description: text.optional(),
  netDays: z.int().nonnegative().optional(),
  netDueDate: date.optional(),
  discountPercent: decimal.optional(),
  discountDays: z.int().nonnegative().optional(),
  discountDueDate: date.optional(),
  /** What the discount is of, where that is not the whole total: freight and tax often are not (TDS02). */
  discountBaseAmount: decimal.optional(),
  /** Taken off by whoever pays in time (ITD08, TDS04, MOA 12 behind PAT, UBL SettlementDiscountAmount). */
  discountAmount: decimal.optional(),
});

/** FOB01 / ALI-TOD / UBL DeliveryTerms. `payment` is X12 146: PC, PP, PS, PO, CC, PU, TP, NC, MX, DF. */
export const deliveryTerms = z.strictObject({
  incoterm: text.optional(),
  payment: text.optional(),
  location: text.optional(),
});

export type Quantity = z.infer<typeof quantity>;
export type Price = z.infer<typeof price>;
export type Party = z.infer<typeof party>;
export type Item = z.infer<typeof item>;
export type AllowanceCharge = z.infer<typeof allowanceCharge>;
export type Tax = z.infer<typeof tax>;
export type PaymentTerms = z.infer<typeof paymentTerms>;
