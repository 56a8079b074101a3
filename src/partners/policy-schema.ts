import * as z from 'zod';
import { CLAIM_KINDS } from '../tracking/claims/claim.ts';
import type { HoldType } from '../tracking/match/model.ts';
import { date, decimalSetting, limitSetting, localTime, moment, timeZone, weekday } from './settings.ts';

/**
 * Limits of one check. Each limit is optional; a side passes when all limits given on that side hold, percent and
 * absolute (5.9.3). Percent are of the agreed value; absolute amounts are in the company's currency. Notes never block.
 */
const limits = z
  .strictObject({
    /** Below the agreed value at most. */
    lowerPct: limitSetting,
    /** The same as an amount. */
    lowerAbs: limitSetting,
    /** Above the agreed value at most. */
    upperPct: limitSetting,
    /** The same as an amount. */
    upperAbs: limitSetting,
    /** Below by more than this: noted, and not held. */
    noteLowerPct: limitSetting,
    /** Above by more than this: noted, and not held. */
    noteUpperPct: limitSetting,
  })
  .partial();

/** What may differ without asking a buyer (5.4.2, 5.5, 5.6). Days are business days of the partner. */
const tolerances = z
  .strictObject({
    /** Confirmed less than ordered. */
    quantityDownPct: limitSetting,
    /** Confirmed more than ordered. */
    quantityUpPct: limitSetting,
    /** Confirmed in all beyond the ordered quantity. */
    overConfirmationPct: limitSetting,
    /** Promised later than wanted. */
    dateLateDays: z.int().nonnegative(),
    /** Promised earlier than wanted. */
    dateEarlyDays: z.int().nonnegative(),
    /** Dearer than ordered; with `priceUpAbs` both have to hold. */
    priceUpPct: limitSetting,
    /** Dearer than ordered by this amount per price unit. */
    priceUpAbs: limitSetting,
    /** A drop beyond this is suspicious: often a price basis or unit error. */
    priceDropReviewPct: limitSetting,
    /** Announced in all beyond the ordered quantity. */
    despatchOverPct: limitSetting,
    /** The same as a quantity; `despatch.overUses` says which of both holds. */
    despatchOverAbs: limitSetting,
    /** Received in all beyond what was ordered. */
    receiptOverPct: limitSetting,
  })
  .partial();

/** Limits of the three-way match by check (5.9.4). */
const matchLimits = z
  .strictObject({
    price: limits,
    quantityOrdered: limits,
    quantityReceived: limits,
    quantityAccepted: limits,
    lineTotal: limits,
    lineTax: limits,
    totalTax: limits,
    plannedCharge: limits,
    unplannedCharge: limits,
    invoiceTotal: limits,
  })
  .partial();

const matchMode = z.enum(['2-way', '3-way', '4-way']);

/** Business calendar: which days and hours count for due times (5.3.4). */
export const calendarSchema = z
  .strictObject({
    /** IANA name: `Europe/Berlin`. */
    timeZone,
    /** Days that count: `[mon, tue, wed, thu, fri]`. */
    workDays: z.array(weekday).min(1),
    /** Days that do not count. */
    holidays: z.array(date),
    /** `15:00`: what is sent later counts as sent on the next business day. */
    cutOff: localTime,
  })
  .partial();

/** A step of the escalation: due at a share of the time to answer, or some business days after it. */
const ladderRung = z.strictObject({
  /** Its name in the history of an order: `R2`. */
  rung: z.string().min(1),
  /** `sharePct` of the time to answer, `businessDaysAfter` it was due, or when the supplier's lead time before the need begins. */
  at: z.union([
    z.strictObject({ sharePct: z.int().min(1).max(100) }),
    z.strictObject({ businessDaysAfter: z.int().nonnegative() }),
    z.strictObject({ supplierLeadTimeBeforeNeed: z.literal(true) }),
  ]),
  /** What happens: a note, a warning to the supplier, or an exception that goes from buyer to manager. */
  action: z.enum(['predict', 'warnSupplier', 'overdue', 'escalateBuyer', 'escalateManager', 'atRisk']),
  /** Whether it waits until an announced `outage` is over. */
  pausedByOutage: z.boolean().default(true),
});

const responseDue = z
  .strictObject({
    /** Business days to the first answer. */
    businessDays: z.int().positive(),
    /** The answer is due after this share of the lead time when that is earlier. */
    leadTimePct: limitSetting,
    /** The next change is sent only while fewer than this many are unanswered. */
    maxUnansweredChanges: z.int().positive(),
    /** An early answer waits this long for its order. */
    parkHours: z.int().positive(),
    /** Business days before the promised date at which a confirmation is asked for again; 0 = never. */
    reconfirmDays: z.int().nonnegative(),
    /** Business days that the supplier needs: so long before the goods are wanted an answer comes too late. */
    supplierLeadTimeDays: z.int().nonnegative(),
    /** Business days to decide on what a supplier ships unless it is stopped. */
    stopDecisionDays: z.int().positive(),
    /** What happens while no answer comes; replaces the whole ladder of the more general level. */
    ladder: z.array(ladderRung).min(1),
    /** The partner has announced that nobody answers in this time: the rungs that it pauses wait until it is over, and then come as far apart as before. */
    outage: z.strictObject({ from: moment, until: moment }),
  })
  .partial();

const responsePolicy = z
  .strictObject({
    /** Lines that an answer with detail leaves out (5.1.2, AC). */
    absentLine: z.enum(['open', 'accepted', 'rejected']),
    /** What "rejected, exception detail only" (RF) rejects. */
    rfScope: z.enum(['order', 'lines']),
    /** Whether quantity and price of an answered line repeat our order or are the supplier's own. */
    po1Semantics: z.enum(['echo', 'supplier']),
    /** What becomes of a quantity that an answer does not mention (5.4.1). */
    remainder: z.enum(['open', 'cancel', 'backorder']),
    /** A despatch advice before any answer confirms what it ships (T19). */
    asnImpliesAck: z.boolean(),
    /** An ORDRSP without statement and without lines accepts the order (5.2.1). */
    bareResponseAccepts: z.boolean(),
    /** Every split goes to the buyer. */
    shipComplete: z.boolean(),
    /** Business days before the ship date in which no change goes out without a person's reason. */
    freezeDays: z.int().nonnegative(),
    /** Calendar days until a person has to decide on what is backordered. */
    backorderMaxDays: z.int().positive(),
    /** Business days from one reminder of a backorder to the next. */
    backorderReminderBusinessDays: z.int().positive(),
    /** Price differences up to this amount per price unit are rounding. */
    priceRounding: limitSetting,
    /** The partner wants an order change that confirms what the buyer accepted. */
    confirmAccepted: z.boolean(),
  })
  .partial();

const despatchPolicy = z
  .strictObject({
    /** Which of both limits despatchOverPct and despatchOverAbs holds (5.5, check 6). */
    overUses: z.enum(['smaller', 'larger']),
    /** On time within this long after the shipment … */
    afterShipHours: z.int().nonnegative(),
    /** … and this long before it arrives. */
    beforeArrivalHours: z.int().nonnegative(),
    /** Business days after the promised ship date until a missing advice is an exception. */
    missingAfterBusinessDays: z.int().nonnegative(),
    /** A ship date that is still to come is nothing unusual. */
    allowFutureShipDate: z.boolean(),
  })
  .partial();

const invoicePolicy = z
  .strictObject({
    /** False: this partner's invoices do not pass through here, and an order closes when it is received. */
    expected: z.boolean(),
    /** Business days after the promised arrival until the warehouse is asked for goods that an invoice waits for. */
    receiptWaitBusinessDays: z.int().nonnegative(),
    /** What an invoice is compared with: docs/matching.md. */
    matchMode,
    /** A less strict mode than the more general level's counts only with this permission. */
    permission: z.string().min(1),
    /** Whether one failing line holds the whole invoice, or the other lines are paid. */
    partial: z.enum(['holdWhole', 'payMatched']),
    /** How header charges are spread over lines. */
    allocateBy: z.enum(['value', 'quantity']),
    /** Invoices of so many months are looked through for duplicates. */
    duplicateMonths: z.int().positive(),
    /** Charges that the supplier may bill although the order has none. */
    allowedCharges: z.array(z.enum(['freight', 'handling', 'surcharge', 'insurance', 'packaging', 'other'])),
    /** The largest such charge. */
    allowedChargeMax: limitSetting,
    /** Differences of the total up to this amount are written off with a reason; company currency. */
    writeOffMax: limitSetting,
    /** Taken off order numbers before they are compared (5.7.1). */
    orderIdPrefixes: z.array(z.string().min(1)),
    /** Leading zeros of order numbers mean nothing. */
    stripOrderIdZeros: z.boolean(),
    /** The partner bills without orders: what names no order waits for a person's approval. */
    withoutOrders: z.boolean(),
    /** False: credit notes need not name the invoice that they credit. */
    creditNeedsReference: z.boolean(),
  })
  .partial();

/** Claims against the supplier: goods short, damaged or wrong, and money billed too much. */
const claimPolicy = z
  .strictObject({
    /** Kinds that open by themselves; the others wait for a person. */
    automatic: z.array(z.enum(CLAIM_KINDS)),
    /** Whether the supplier hears of a claim as soon as it is open, or when a person sends it. */
    send: z.enum(['atOnce', 'byPerson']),
    /** Below this value nothing opens by itself; in the currency of the order. */
    minValue: limitSetting,
    /** Business days from the notice until a claim is overdue. */
    dueBusinessDays: z.int().positive(),
    /** From one reminder to the next. */
    escalateBusinessDays: z.int().positive(),
  })
  .partial();

const HOLD_TYPES = [
  'HOLD_RECEIPT',
  'HOLD_PRICE',
  'HOLD_QTY',
  'HOLD_CHARGE',
  'HOLD_TAX',
  'HOLD_TOTAL',
  'HOLD_APPROVAL',
  'DUPLICATE_BLOCKED',
  'FRAUD_BLOCK',
] as const satisfies readonly HoldType[];

/** Who may let a held invoice be paid (5.9.6). Amounts are disputed money in company currency. */
const holdPolicy = z
  .strictObject({
    /** Above this two people have to agree; changed bank details always need two. */
    secondPersonAbove: limitSetting,
    /** Who changed a limit of the match may not accept holds for so long. */
    toleranceHours: z.int().nonnegative(),
    /** Who may accept or pay short: one of the entries has to fit. Without the list: every operator and admin, any amount. */
    accept: z
      .array(
        z
          .strictObject({
            /** Kinds of holds; all without it. */
            holds: z.array(z.enum(HOLD_TYPES)).min(1),
            /** Roles of access tokens. */
            roles: z.array(z.string().min(1)).min(1),
            /** By the name that the audit log has. */
            people: z.array(z.string().min(1)).min(1),
            /** Disputed money; any amount without it. */
            upTo: limitSetting,
          })
          .partial()
          .refine((grant) => grant.roles !== undefined || grant.people !== undefined, {
            error: 'roles or people',
          }),
      )
      .min(1),
  })
  .partial();

/** Transit time from the supplier's door to ours; a lane has its own, by the id that an order or its line ships to. */
const transitSchema = z
  .strictObject({
    /** From ship date to delivery date. */
    days: z.int().nonnegative(),
    /** Which days these are. */
    unit: z.enum(['calendarDays', 'businessDays']),
    /** Other days to single places. */
    lanes: z.array(z.strictObject({ shipTo: z.string().min(1), days: z.int().nonnegative() })),
  })
  .partial();

/** Every policy of an order's life; each level (company, partner, item) states only what differs. */
export const policySchema = z
  .strictObject({
    /** When answers are due, and what happens until they come. */
    due: responseDue,
    /** How answers are understood. */
    response: responsePolicy,
    tolerances,
    /** Despatch advices. */
    despatch: despatchPolicy,
    /** Invoices. */
    invoice: invoicePolicy,
    holds: holdPolicy,
    claims: claimPolicy,
    match: matchLimits,
    transit: transitSchema,
    /** Only what changed, or the whole order again, for partners that know no partial change. */
    changeStyle: z.enum(['changes', 'replacement']),
    /** How the ERP keeps slices of a line (5.4.3). */
    writeBack: z.enum(['schedulesOnly', 'splitLines']),
  })
  .partial();

/** Overrides for one article of this partner, found by any of the ids given. */
export const itemPolicySchema = z.strictObject({
  /** The article: any of its ids. */
  item: z
    .strictObject({ buyerId: z.string().min(1), sellerId: z.string().min(1), gtin: z.string().min(1) })
    .partial()
    .refine((item) => Object.keys(item).length > 0, { error: 'at least one of buyerId, sellerId, gtin' }),
  /** Units in one vendor pack: confirmed quantities may be rounded up to it (5.4.2). */
  packSize: decimalSetting.optional(),
  /** Articles that the buyer accepts instead, by buyer, seller or GTIN id. */
  substitutes: z.array(z.string().min(1)).optional(),
  /** A despatch advice has to name it. */
  lotRequired: z.boolean().optional(),
  /** A despatch advice has to name it. */
  expiryRequired: z.boolean().optional(),
  /** A despatch advice has to name it. */
  serialRequired: z.boolean().optional(),
  /** Nothing of it is received: it is billed against the order alone, unless a stricter `matchMode` is set for it or the partner. */
  service: z.boolean().optional(),
  /** Exact factors: 1 of `from` is `factor` ordered units. */
  units: z.array(z.strictObject({ from: z.string().min(1).max(3), factor: limitSetting })).optional(),
  tolerances: tolerances.optional(),
  match: matchLimits.optional(),
  /** What its invoices are compared with: docs/matching.md. */
  matchMode: matchMode.optional(),
});

export type PolicySettings = z.infer<typeof policySchema>;
export type ItemPolicy = z.infer<typeof itemPolicySchema>;
export type CalendarSettings = z.infer<typeof calendarSchema>;
export type MatchSettings = z.infer<typeof matchLimits>;
