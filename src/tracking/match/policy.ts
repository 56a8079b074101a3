import type { DecimalString } from '../../common/decimal.ts';

/** 2-way: price and ordered quantity; 3-way: and received; 4-way: and accepted by inspection. */
export type MatchMode = '2-way' | '3-way' | '4-way';

export type LimitName =
  | 'price'
  | 'quantityOrdered'
  | 'quantityReceived'
  | 'quantityAccepted'
  | 'lineTotal'
  | 'lineTax'
  | 'totalTax'
  | 'plannedCharge'
  | 'unplannedCharge'
  | 'invoiceTotal';

/**
 * Limits of one check. A side passes only if all limits given on that side hold: percent AND absolute. Percentages are of
 * the right-hand side of the check, in the transaction currency; absolute limits are in the company currency. A note never
 * blocks: it only says so. Zero percent means that nothing may differ.
 */
export interface Limits {
  lowerPct?: DecimalString;
  lowerAbs?: DecimalString;
  upperPct?: DecimalString;
  upperAbs?: DecimalString;
  noteLowerPct?: DecimalString;
  noteUpperPct?: DecimalString;
}

/** From the most specific to the most general (5.9.3). */
export const LEVELS = ['orderLine', 'itemSupplier', 'supplier', 'company', 'system'] as const;

export type Level = (typeof LEVELS)[number];

/** Whom a rule is for: everything that is given must be the line's. */
export interface Scope {
  orderId?: string;
  orderLineId?: string;
  itemId?: string;
  supplierId?: string;
}

/** A side that a rule gives no limit for is taken from the next more general rule. */
export interface ToleranceRule {
  name: LimitName;
  level: Level;
  /** Version of the configuration that the limits come from; named in explanations. */
  version: string;
  scope?: Scope;
  limits: Limits;
}

export interface ModeRule {
  mode: MatchMode;
  level: Level;
  version: string;
  scope?: Scope;
  /** A less strict mode than the more general level's counts only with this permission. */
  permission?: string;
}

/** Settings of the match as plain data. The documented defaults are DEFAULT_MATCH_POLICY. */
export interface MatchPolicy {
  /** Version of the whole configuration; changes with any change of content. */
  version: string;
  companyCurrency: string;
  modes: readonly ModeRule[];
  /** Mode of service lines, where no rule says a stricter one. */
  serviceMode: MatchMode;
  tolerances: readonly ToleranceRule[];
  /** A1 and A2 in minor units: each line, and min(items × perItem, cap) for the total. */
  rounding: { lineMinorUnits: number; totalMinorUnitsPerItem: number; totalMinorUnitsCap: number };
  /** Differences of the total up to this amount (company currency) go to the small-difference account with a reason. */
  writeOffMax: DecimalString;
  /** Whether one failing line holds the whole invoice, or the other lines may be paid. */
  partial: 'holdWhole' | 'payMatched';
  /** How header charges are spread over lines. */
  allocateBy: 'value' | 'quantity';
  duplicates: { windowMonths: number; weakDays: number };
  dates: { futureDays: number; maxAgeMonths: number };
  /** Tax billed where neither the order line nor the supplier has a rate to compare with. */
  unknownTax: 'hold' | 'warn';
  /** Lines of several companies' orders: one hold, or allowed because the ERP splits the bill. */
  severalCompanies: 'hold' | 'split';
}

const SYSTEM_VERSION = 'v1';

function systemRule(name: LimitName, limits: Limits): ToleranceRule {
  return { name, level: 'system', version: SYSTEM_VERSION, limits };
}

/** The default limits of 5.9.3. */
export const SYSTEM_TOLERANCES: readonly ToleranceRule[] = [
  systemRule('price', { upperPct: '2', upperAbs: '50', noteLowerPct: '10' }),
  systemRule('quantityOrdered', { upperPct: '0' }),
  systemRule('quantityReceived', { upperPct: '0' }),
  systemRule('quantityAccepted', { upperPct: '0' }),
  systemRule('lineTotal', { upperPct: '2', upperAbs: '100' }),
  systemRule('lineTax', { lowerAbs: '0.02', upperAbs: '0.02' }),
  systemRule('totalTax', { lowerAbs: '0.50', upperAbs: '0.50' }),
  systemRule('plannedCharge', { upperPct: '10', upperAbs: '25' }),
  systemRule('unplannedCharge', { upperAbs: '0' }),
  systemRule('invoiceTotal', { upperPct: '1', upperAbs: '25', noteLowerPct: '10' }),
];

export const DEFAULT_MATCH_POLICY: MatchPolicy = {
  version: 'default-1',
  companyCurrency: 'EUR',
  modes: [{ mode: '3-way', level: 'system', version: SYSTEM_VERSION }],
  serviceMode: '2-way',
  tolerances: SYSTEM_TOLERANCES,
  rounding: { lineMinorUnits: 1, totalMinorUnitsPerItem: 1, totalMinorUnitsCap: 10 },
  writeOffMax: '1.00',
  partial: 'holdWhole',
  allocateBy: 'value',
  duplicates: { windowMonths: 24, weakDays: 30 },
  dates: { futureDays: 1, maxAgeMonths: 24 },
  unknownTax: 'hold',
  severalCompanies: 'hold',
};

/** A policy of a company: the given rules before the system's defaults, other settings replaced. */
export function companyPolicy(changes: Partial<MatchPolicy> & { version: string }): MatchPolicy {
  return {
    ...DEFAULT_MATCH_POLICY,
    ...changes,
    tolerances: [...(changes.tolerances ?? []), ...SYSTEM_TOLERANCES],
    modes: [...(changes.modes ?? []), ...DEFAULT_MATCH_POLICY.modes],
  };
}
