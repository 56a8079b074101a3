import * as z from 'zod';
import {
  allowanceCharge,
  currency,
  date,
  decimal,
  deliveryTerms,
  extensions,
  item,
  party,
  paymentTerms,
  price,
  quantity,
  reference,
  tax,
  text,
} from './primitives.ts';

export const invoiceLine = z.strictObject({
  id: text.optional(),
  /** The order of this line; absent = the header's. */
  orderId: text.optional(),
  orderLineId: text.optional().meta({ odoo: 'account.move.line purchase_line_id' }),
  despatchAdviceId: text.optional(),
  item,
  quantity: quantity.meta({ odoo: 'account.move.line quantity' }),
  price: price.optional().meta({ odoo: 'account.move.line price_unit' }),
  /** Net extended amount as stated (MOA 203); X12 810 has none and it is computed. */
  lineAmount: decimal.optional().meta({ odoo: 'account.move.line price_subtotal' }),
  allowanceCharges: z.array(allowanceCharge).optional().meta({ odoo: 'account.move.line discount' }),
  taxes: z.array(tax).optional().meta({ odoo: 'account.move.line tax_ids' }),
  references: z.array(reference).optional(),
  notes: z.array(text).optional(),
  extensions: extensions.optional(),
});

const header = {
  /** BIG02 / BGM 1004, as sent. */
  id: text.meta({ odoo: 'account.move ref' }),
  issueDate: date.meta({ odoo: 'account.move invoice_date' }),
  orderId: text.optional().meta({ odoo: 'account.move invoice_origin' }),
  orderIssueDate: date.optional(),
  despatchAdviceId: text.optional(),
  currency: currency.optional().meta({ odoo: 'account.move currency_id' }),
  buyer: party.optional().meta({ odoo: 'account.move company_id' }),
  seller: party.optional().meta({ odoo: 'account.move partner_id' }),
  shipTo: party.optional(),
  /** Who is to be paid, where it is not the seller (N1*RI, NAD+RE, PE). */
  remitTo: party.optional(),
  /** IBAN or account as stated (FII 3194, UBL PayeeFinancialAccount): a change is fraud-checked (M18). */
  payeeAccountId: text.optional().meta({ odoo: 'account.move partner_bank_id' }),
  paymentTerms: paymentTerms
    .optional()
    .meta({ odoo: 'account.move invoice_payment_term_id, invoice_date_due' }),
  deliveryTerms: deliveryTerms.optional(),
  shipDate: date.optional(),
  deliveryDate: date.optional(),
  lines: z.array(invoiceLine),
  allowanceCharges: z.array(allowanceCharge).optional(),
  taxes: z.array(tax).optional(),
  totals: z.strictObject({
    /** Sum of line amounts: MOA 79. */
    lines: decimal.optional(),
    /** Allowances and charges of the header, of the lines too where the partner adds them up so (MOA 260, 259). */
    allowances: decimal.optional(),
    charges: decimal.optional(),
    /** Charges less allowances in one amount (MOA 131). */
    onTop: decimal.optional(),
    /** Lines and charges less allowances (MOA 389, 125; UBL TaxExclusiveAmount). */
    taxExclusive: decimal.optional(),
    /** The same with tax, before anything is prepaid or rounded (MOA 388, 77 beside 9; UBL TaxInclusiveAmount). */
    taxInclusive: decimal.optional(),
    tax: decimal.optional().meta({ odoo: 'account.move amount_tax' }),
    /** Paid in advance, as the supplier says: taken off what is payable (MOA 113, UBL PrepaidAmount). */
    prepaid: decimal.optional(),
    /** Added to what is payable to round it, or taken off where negative (MOA 366, UBL PayableRoundingAmount). */
    rounding: decimal.optional(),
    /** TDS01, MOA 9, else 77 / 86, UBL PayableAmount: what the supplier wants. */
    payable: decimal.meta({ odoo: 'account.move amount_total' }),
  }),
  references: z.array(reference).optional(),
  notes: z.array(text).optional(),
  extensions: extensions.optional(),
};

/** X12 810, EDIFACT INVOIC 380/383/384, UBL Invoice, Odoo account.move in_invoice. */
export const invoice = z.strictObject({
  documentType: z.literal('invoice'),
  invoiceType: z.enum(['commercial', 'corrected', 'debit', 'proForma']),
  ...header,
});

/** X12 810 BIG07 CR, EDIFACT INVOIC 381, UBL CreditNote, Odoo in_refund. Amounts and quantities are positive. */
export const creditNote = z.strictObject({
  documentType: z.literal('creditNote'),
  originalInvoiceId: text.optional().meta({ odoo: 'account.move reversed_entry_id' }),
  /** `price`: corrects money only, quantity effect zero. */
  effect: z.enum(['return', 'price']).optional(),
  ...header,
});

export type InvoiceLine = z.infer<typeof invoiceLine>;
export type Invoice = z.infer<typeof invoice>;
export type CreditNote = z.infer<typeof creditNote>;
