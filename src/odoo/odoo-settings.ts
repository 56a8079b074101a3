import * as z from 'zod';
import { limitSetting, name, secretName, slug, timeZone } from '../partners/settings.ts';

/** Whose value counts where Odoo and the supplier's documents differ: `gateway` writes it, `odoo` leaves it to people. */
const owner = z.enum(['gateway', 'odoo']);

const unitCode = z.string().regex(/^[A-Z0-9]{1,3}$/, 'a UN/ECE Rec 20 unit code such as "EA"');

/** `odoo.yaml` in the home folder; the variables TRADELANE_ODOO_* lie over its connection. */
export const odooSettingsSchema = z.strictObject({
  /** `https://erp.example.com`, without a path. */
  url: z.url({ protocol: /^https?$/, error: 'the address of Odoo, such as "https://erp.example.com"' }),
  database: name,
  /** Login of the integration user; needed by JSON-RPC and XML-RPC (Odoo 14 to 18) only. */
  user: name.optional(),
  /** Its API key, by name. Or the variable TRADELANE_ODOO_API_KEY. */
  apiKey: secretName.optional(),
  protocol: z.enum(['auto', 'json2', 'jsonrpc', 'xmlrpc']).default('auto'),
  /** Odoo may try a transaction again for half a minute before it answers. */
  timeoutSeconds: z.int().min(5).max(600).default(90),
  /** Calls at the same time, at most; fewer while Odoo is slow. */
  concurrency: z.int().min(1).max(32).default(4),

  /** Names or ids of the companies whose orders are exchanged. Default: every one that the user may see. */
  companies: z.array(z.union([name, z.int().positive()])).optional(),
  /** Codes of the warehouses whose orders are exchanged (`WH`). Default: all. Drop-shipped orders have none. */
  warehouses: z.array(name).optional(),
  /** Zone of calendar dates in documents; Odoo keeps instants. Default: the zone of the company's calendar. */
  timeZone: timeZone.optional(),
  /** Language of names and texts in documents, as Odoo calls it: `de_DE`. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?(@\w+)?$/, 'a language of Odoo such as "de_DE"')
    .default('en_US'),
  /** UN/ECE Rec 20 codes of units that do not come with Odoo, by name: `{ "Pallet of 40": PF }`. */
  units: z.record(name, unitCode).default({}),

  /** What orders to a partner carry and Odoo does not know, by the partner's folder. */
  partners: z
    .record(
      slug,
      z.strictObject({
        /** For example a department that the supplier asks for: `{ type: department, id: '12' }`. */
        references: z.array(z.strictObject({ type: name, id: name })).default([]),
      }),
    )
    .default({}),

  read: z
    .strictObject({
      /** Seconds from one look into Odoo to the next. */
      intervalSeconds: z.int().min(1).max(3600).default(15),
      /** A change is looked for this long after its time stamp: at least as long as Odoo's longest transaction. */
      overlapSeconds: z.int().min(30).max(86_400).default(300),
      /** Orders confirmed before this day are not exchanged. Default: from the first run on. */
      ordersSince: z.iso.date({ error: 'a date such as "2026-01-31"' }).optional(),
      /** Minutes from one refresh of units, taxes, terms, warehouses and companies to the next. */
      masterDataMinutes: z.int().min(1).max(1440).default(60),
    })
    .prefault({}),

  write: z
    .strictObject({
      fields: z
        .strictObject({
          quantity: owner.default('gateway'),
          price: owner.default('gateway'),
          deliveryDate: owner.default('gateway'),
          vendorReference: owner.default('gateway'),
          acknowledged: owner.default('gateway'),
        })
        .prefault({}),
      /** Several confirmed dates of a line: kept here and the last one written, or one line of the order for each. */
      splits: z.enum(['keepLine', 'splitLine']).default('keepLine'),
      /** The despatch advice: prepares the receipt (packages, lots, quantities), or is only noted on it. */
      despatchAdvice: z.enum(['prepareReceipt', 'note']).default('prepareReceipt'),
      /** Approved bills stay drafts for a person, or are posted. */
      bills: z.enum(['draft', 'postApproved']).default('draft'),
      /** Differences of a bill's total to the invoice, in its currency, that rounding explains. */
      roundingTolerance: limitSetting.default('0.05'),
      /** Notes in the order's chatter; with the supplier's document as attachment. */
      notes: z.boolean().default(true),
      attachments: z.boolean().default(true),
    })
    .prefault({}),

  reconcile: z
    .strictObject({
      /** Minutes from one comparison with Odoo to the next; 0 = only by hand. */
      everyMinutes: z.int().min(0).max(10_080).default(60),
      /** Differences in what Tradelane owns are mended; without it they are only told. */
      repair: z.boolean().default(false),
      /** Orders that changed in these days are compared. */
      days: z.int().min(1).max(730).default(30),
    })
    .prefault({}),

  /** The wake-up of Odoo's automation rules: the secret that their URL carries. Without it the address does not exist. */
  webhook: z.strictObject({ secret: secretName }).optional(),
});

export type OdooSettings = z.output<typeof odooSettingsSchema>;
