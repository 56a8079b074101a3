import * as z from 'zod';
import { claimRow } from './claim.ts';
import { creditNote, invoice as canonicalInvoice } from '../../documents/invoice.ts';

const decimal = z.string();

export const invoiceRow = z
  .object({
    id: z.string(),
    number: z.string(),
    supplierId: z.string(),
    partnerId: z.string(),
    documentId: z.string(),
    type: z.enum(['invoice', 'creditNote']),
    /** Outcome of the decision in force: AUTO_APPROVED, HOLD_PRICE … */
    status: z.string(),
    orderIds: z.array(z.string()),
    currency: z.string(),
    payable: decimal,
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'InvoiceRow' });

const limits = z.object({
  lowerPct: decimal.optional(),
  lowerAbs: decimal.optional(),
  upperPct: decimal.optional(),
  upperAbs: decimal.optional(),
  noteLowerPct: decimal.optional(),
  noteUpperPct: decimal.optional(),
});

const check = z.object({
  id: z.string(),
  /** 1-based line of the document; absent for the header. */
  line: z.int().optional(),
  orderLine: z.string().optional(),
  result: z.enum(['passed', 'tolerated', 'warning', 'failed', 'notApplicable']),
  code: z.string().optional(),
  formula: z.string(),
  left: z.string().optional(),
  right: z.string().optional(),
  difference: z.string().optional(),
  pct: z.string().optional(),
  limits: limits.optional(),
  level: z.string().optional(),
  text: z.string().optional(),
});

/** A decision on an invoice, without the input that it was made from. */
export const matchDecision = z
  .object({
    id: z.string(),
    invoiceId: z.string(),
    createdAt: z.string(),
    trigger: z.string(),
    actor: z.string(),
    outcome: z.string(),
    engineVersion: z.string(),
    configVersion: z.string(),
    inputHash: z.string(),
    /** Sentences for a clerk, the gravest first. */
    text: z.array(z.string()),
    holds: z.array(
      z.object({
        type: z.string(),
        owner: z.string(),
        codes: z.array(z.string()),
        lines: z.array(z.int()),
        amount: decimal,
        texts: z.array(z.string()),
        allowedActions: z.array(z.string()),
      }),
    ),
    checks: z.array(check),
    amounts: z.object({
      currency: z.string(),
      invoiced: decimal,
      expected: decimal,
      difference: decimal,
      payable: decimal,
      prepaid: decimal.optional(),
      atStake: decimal,
      rounding: decimal,
      writeOff: decimal,
      expectedClaims: decimal,
    }),
  })
  .meta({ id: 'MatchDecision' });

const hold = z.object({
  key: z.string(),
  /** `person`: placed by somebody, and released by a person only. */
  source: z.enum(['machine', 'person']),
  type: z.string(),
  owner: z.string(),
  status: z.enum(['open', 'waiting', 'accepted', 'shortPaid', 'released', 'rejected']),
  codes: z.array(z.string()),
  lines: z.array(z.int()),
  amount: decimal,
  texts: z.array(z.string()),
  openedAt: z.string(),
  closedAt: z.string().optional(),
  approvals: z.array(
    z.object({ action: z.enum(['accept', 'shortPay']), by: z.string(), at: z.string(), reason: z.string() }),
  ),
  /** The open exception in which it is decided. */
  exceptionId: z.string().optional(),
});

const payment = z.object({
  /** Of the command to the ERP. */
  key: z.string(),
  at: z.string(),
  kind: z.enum(['full', 'short', 'part', 'rest']),
  amount: decimal,
  lines: z.array(z.int()),
  debitNote: z.object({ total: decimal, tax: decimal }).optional(),
});

export const invoiceDetail = z
  .object({
    invoice: invoiceRow,
    document: z.discriminatedUnion('documentType', [canonicalInvoice, creditNote]),
    fileId: z.string(),
    /** The newest first; the first one is in force. */
    decisions: z.array(matchDecision),
    /** Over its whole life. */
    holds: z.array(hold),
    payments: z.array(payment),
    claims: z.array(claimRow),
  })
  .meta({ id: 'Invoice' });
