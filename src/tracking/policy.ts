import type { DecimalString } from '../common/decimal.ts';
import type { Instant } from '../common/time.ts';
import { DEFAULT_CALENDAR } from '../common/calendar.ts';
import type { BusinessCalendar } from '../common/calendar.ts';

/** From the most specific to the most general; an explanation names the level that a limit came from (5.9.3). */
export type ToleranceLevel = 'orderLine' | 'item' | 'supplier' | 'company' | 'default';

/**
 * What may differ without asking a person (5.4.2, 5.5, 5.6). Percentages are of the ordered or agreed value, amounts are per
 * price unit in the order's currency, days are business days of the partner's calendar. An absent limit is taken from the
 * next more general level.
 */
export interface Tolerances {
  quantityDownPct?: DecimalString;
  quantityUpPct?: DecimalString;
  /** Confirmed in all beyond the ordered quantity. */
  overConfirmationPct?: DecimalString;
  dateLateDays?: number;
  dateEarlyDays?: number;
  priceUpPct?: DecimalString;
  /** Both price limits must hold where both are given. */
  priceUpAbs?: DecimalString;
  /** A drop beyond this is suspicious: often a price basis or unit error. */
  priceDropReviewPct?: DecimalString;
  /** Announced in all beyond the ordered quantity. */
  despatchOverPct?: DecimalString;
  despatchOverAbs?: DecimalString;
  receiptOverPct?: DecimalString;
}

export type ToleranceName = keyof Tolerances;

/** One level of tolerances. `appliesTo` holds line ids or item ids; absent on the levels that hold for every line. */
export interface ToleranceLayer {
  level: ToleranceLevel;
  /** Version of the configuration that the values come from; named in explanations. */
  version: string;
  appliesTo?: readonly string[];
  values: Tolerances;
}

/** What the ladder does at a rung (5.3.4). */
export type RungAction =
  'predict' | 'warnSupplier' | 'overdue' | 'escalateBuyer' | 'escalateManager' | 'atRisk';

/** A rung is due at a share of the time to the due instant, some business days after it, or before the need-by date. */
export interface LadderRung {
  rung: string;
  at: { sharePct: number } | { businessDaysAfter: number } | { supplierLeadTimeBeforeNeed: true };
  action: RungAction;
  /** Whether an outage that the partner has announced postpones the rung. */
  pausedByOutage: boolean;
}

/** What is known of one article; found by any of the ids of the ordered item. */
export interface ItemRules {
  /** Any of buyer, seller or GTIN id. */
  ids: readonly string[];
  /** Units in one vendor pack: a confirmed quantity may be rounded up to it. */
  packSize?: DecimalString;
  /** Articles that the buyer takes instead, by any of their ids. */
  substitutes?: readonly string[];
  lotRequired?: boolean;
  expiryRequired?: boolean;
  serialRequired?: boolean;
  /** Nothing of it is received. */
  service?: boolean;
  /** Exact factors from another unit to the unit of the order: 1 `from` = `factor` ordered units. */
  units?: readonly { from: string; factor: DecimalString }[];
}

/** Terms of an exception's priority: points for money are the number of thresholds reached. */
export interface PriorityRules {
  /** Rising amounts in the order's currency. */
  moneyThresholds: readonly DecimalString[];
  /** Rising numbers of days; fewer days to need or due give more points. */
  urgencyDays: readonly number[];
}

/**
 * Every setting of an order's life as plain data: the resolved policy of one partner. The documented defaults are
 * DEFAULT_POLICY; the paragraph numbers are those of docs/order-rules.md.
 */
export interface TrackingPolicy {
  /** Changes with any change of content; recorded with each event so that a replay decides alike. */
  version: string;
  /** The partner's working days, holidays, zone and cut-off: all due times of the supplier. */
  calendar: BusinessCalendar;
  /** Our own working days: due times of exceptions. */
  companyCalendar: BusinessCalendar;
  /** From the most specific level; DEFAULT_POLICY has the last one, which sets every value. */
  tolerances: readonly ToleranceLayer[];
  items: readonly ItemRules[];
  due: {
    /** Business days to the first answer. */
    businessDays: number;
    /** Due after this share of the lead time when that is earlier. */
    leadTimePct: DecimalString;
    /** The next change is sent only while fewer than this many are unanswered. */
    maxUnansweredChanges: number;
    /** An early answer waits this long for its order. */
    parkHours: number;
    /** Business days before the promised date at which a confirmation is asked for again; 0 = never. */
    reconfirmDays: number;
    /** Business days the supplier needs: the last rung is this long before the need-by date. */
    supplierLeadTimeDays: number;
    /** Business days to decide on what a supplier ships unless it is stopped. */
    stopDecisionDays: number;
    ladder: readonly LadderRung[];
    /** The partner told us of an outage: rungs that it pauses wait until it is over. */
    outage?: { from: Instant; until: Instant };
  };
  functionalAcknowledgment: {
    expected: boolean;
    dueHours: number;
  };
  response: {
    /** Lines that an answer with detail leaves out. */
    absentLine: 'open' | 'accepted' | 'rejected';
    /** What "rejected, exception detail only" rejects. */
    rfScope: 'order' | 'lines';
    /** Whether quantity and price of an answered line repeat our order or are the supplier's own. */
    po1Semantics: 'echo' | 'supplier';
    /** What becomes of a quantity that an answer does not mention. */
    remainder: 'open' | 'cancel' | 'backorder';
    /** A despatch advice before any answer confirms what it ships. */
    asnImpliesAck: boolean;
    /** An answer without statement and without lines accepts the order. */
    bareResponseAccepts: boolean;
    /** Every split goes to the buyer. */
    shipComplete: boolean;
    /** Business days before the ship date in which no change goes out without a person's reason. */
    freezeDays: number;
    backorderMaxDays: number;
    backorderReminderBusinessDays: number;
    /** Price differences up to this amount per price unit are rounding. */
    priceRounding: DecimalString;
    /** Whether the partner wants an order change that confirms what the buyer accepted. */
    confirmAccepted: boolean;
  };
  /** How changes are sent: only what changed, or the whole order (partners that know no partial change). */
  changeStyle: 'changes' | 'replacement';
  despatch: {
    overUses: 'smaller' | 'larger';
    /** On time: received within this long after the shipment, and before it arrives by this long. */
    afterShipHours: number;
    beforeArrivalHours: number;
    /** Business days after the promised ship date until a missing advice is an exception. */
    missingAfterBusinessDays: number;
    allowFutureShipDate: boolean;
  };
  transit: {
    days: number;
    unit: 'calendarDays' | 'businessDays';
    /** False: ship dates stay ship dates, and delivery dates taken from them are marked as estimated. */
    known: boolean;
    /** Other days to single places, by the id that an order or its line ships to; absent in policies of earlier versions. */
    lanes?: readonly { shipTo: string; days: number }[];
  };
  invoice: {
    /** False: invoices do not pass through here, and an order closes when it is received. */
    expected: boolean;
    receiptWaitBusinessDays: number;
  };
  /** How the ERP keeps slices (5.4.3). */
  writeBack: 'schedulesOnly' | 'splitLines';
  priority: PriorityRules;
}

/** Nothing may differ unless a level says so, except what costs the buyer nothing (5.4.2). */
const DEFAULT_TOLERANCES: ToleranceLayer = {
  level: 'default',
  version: '1',
  values: {
    quantityDownPct: '0',
    quantityUpPct: '0',
    overConfirmationPct: '0',
    dateLateDays: 0,
    dateEarlyDays: 3,
    priceUpPct: '0',
    priceDropReviewPct: '20',
    despatchOverPct: '0',
    despatchOverAbs: '0',
    receiptOverPct: '0',
  },
};

const DEFAULT_LADDER: readonly LadderRung[] = [
  { rung: 'R0', at: { sharePct: 50 }, action: 'predict', pausedByOutage: true },
  { rung: 'R1', at: { sharePct: 75 }, action: 'warnSupplier', pausedByOutage: true },
  { rung: 'R2', at: { sharePct: 100 }, action: 'overdue', pausedByOutage: true },
  { rung: 'R3', at: { businessDaysAfter: 1 }, action: 'escalateBuyer', pausedByOutage: true },
  { rung: 'R4', at: { businessDaysAfter: 2 }, action: 'escalateManager', pausedByOutage: false },
  { rung: 'R5', at: { supplierLeadTimeBeforeNeed: true }, action: 'atRisk', pausedByOutage: false },
];

export const DEFAULT_POLICY: TrackingPolicy = {
  version: 'default-1',
  calendar: DEFAULT_CALENDAR,
  companyCalendar: DEFAULT_CALENDAR,
  tolerances: [DEFAULT_TOLERANCES],
  items: [],
  due: {
    businessDays: 2,
    leadTimePct: '25',
    maxUnansweredChanges: 1,
    parkHours: 72,
    reconfirmDays: 0,
    supplierLeadTimeDays: 5,
    stopDecisionDays: 1,
    ladder: DEFAULT_LADDER,
  },
  functionalAcknowledgment: { expected: true, dueHours: 24 },
  response: {
    absentLine: 'open',
    rfScope: 'order',
    po1Semantics: 'echo',
    remainder: 'open',
    asnImpliesAck: true,
    bareResponseAccepts: false,
    shipComplete: false,
    freezeDays: 0,
    backorderMaxDays: 30,
    backorderReminderBusinessDays: 5,
    priceRounding: '0.00005',
    confirmAccepted: false,
  },
  changeStyle: 'changes',
  despatch: {
    overUses: 'smaller',
    afterShipHours: 2,
    beforeArrivalHours: 0,
    missingAfterBusinessDays: 1,
    allowFutureShipDate: false,
  },
  transit: { days: 0, unit: 'calendarDays', known: false, lanes: [] },
  invoice: { expected: true, receiptWaitBusinessDays: 5 },
  writeBack: 'schedulesOnly',
  priority: { moneyThresholds: ['100', '1000', '10000', '100000'], urgencyDays: [0, 2, 5, 10] },
};
