import { createHash } from 'node:crypto';
import type { BusinessCalendar } from '../common/calendar.ts';
import type { ItemRules, ToleranceLayer, TrackingPolicy } from '../tracking/policy.ts';
import { DEFAULT_POLICY } from '../tracking/policy.ts';
import type { Company } from './company-schema.ts';
import type { Partner } from './partner-schema.ts';
import type { CalendarSettings, ItemPolicy, PolicySettings } from './policy-schema.ts';
import { WEEKDAYS } from './settings.ts';

type InvoiceSettings = TrackingPolicy['invoice'] & NonNullable<PolicySettings['invoice']>;

/**
 * The policy of one partner in force: house defaults, then the company's, then the partner's; tolerances stay in layers so
 * that an explanation can name the level.
 */
export function resolvePolicy(company: Company, partner: Partner): TrackingPolicy {
  const version = versionOf(company, partner);
  const levels = [company.policy, partner.policy];
  const { expect } = partner.acknowledgments;
  return {
    ...DEFAULT_POLICY,
    version,
    calendar: resolveCalendar(company.calendar, partner.calendar),
    companyCalendar: resolveCalendar(company.calendar),
    tolerances: listTolerances(company, partner, version),
    items: partner.items.map(itemRules),
    due: overlay(DEFAULT_POLICY.due, levels, 'due'),
    functionalAcknowledgment: {
      expected: expect.functional && (partner.x12 !== undefined || partner.edifact !== undefined),
      dueHours: expect.withinHours,
    },
    response: overlay(DEFAULT_POLICY.response, levels, 'response'),
    changeStyle: partner.policy.changeStyle ?? company.policy.changeStyle ?? DEFAULT_POLICY.changeStyle,
    despatch: overlay(DEFAULT_POLICY.despatch, levels, 'despatch'),
    transit: resolveTransit(levels),
    invoice: pick(overlay<InvoiceSettings>(DEFAULT_POLICY.invoice, levels, 'invoice')),
    writeBack: partner.policy.writeBack ?? company.policy.writeBack ?? DEFAULT_POLICY.writeBack,
  };
}

/** For whatever is nobody's: the house defaults in the company's calendar. */
export function resolveHousePolicy(company: Company): TrackingPolicy {
  const calendar = resolveCalendar(company.calendar);
  const version = digestOf([DEFAULT_POLICY, company.calendar]);
  return { ...DEFAULT_POLICY, version, calendar, companyCalendar: calendar };
}

/** The zone of the company's days. */
export function companyZone({ calendar }: Company): string {
  return calendar.timeZone ?? DEFAULT_POLICY.calendar.timeZone;
}

/** Business calendar of a partner: its own settings over the company's over UTC, Monday to Friday. */
function resolveCalendar(...levels: readonly CalendarSettings[]): BusinessCalendar {
  return levels.reduce<BusinessCalendar>(
    (calendar, level) => ({
      timeZone: level.timeZone ?? calendar.timeZone,
      workDays: level.workDays?.map((day) => WEEKDAYS[day]) ?? calendar.workDays,
      holidays: level.holidays ?? calendar.holidays,
      cutOff: level.cutOff ?? calendar.cutOff,
    }),
    DEFAULT_POLICY.calendar,
  );
}

/** Names what the settings amount to, with the house defaults below them, which a release may change: all equal, equal version. */
export function versionOf(company: Company, partner: Partner): string {
  return digestOf([DEFAULT_POLICY, company.policy, company.calendar, partner]);
}

function digestOf(settings: unknown): string {
  return `v${createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 8)}`;
}

function listTolerances(company: Company, partner: Partner, version: string): ToleranceLayer[] {
  const items = partner.items.flatMap((item): ToleranceLayer[] =>
    item.tolerances === undefined
      ? []
      : [{ level: 'item', version, appliesTo: idsOf(item), values: defined(item.tolerances) }],
  );
  return [
    ...items,
    ...(partner.policy.tolerances === undefined
      ? []
      : [{ level: 'supplier', version, values: defined(partner.policy.tolerances) } as const]),
    ...(company.policy.tolerances === undefined
      ? []
      : [{ level: 'company', version, values: defined(company.policy.tolerances) } as const]),
    ...DEFAULT_POLICY.tolerances,
  ];
}

function itemRules(item: ItemPolicy): ItemRules {
  return defined({
    ids: idsOf(item),
    packSize: item.packSize,
    substitutes: item.substitutes,
    lotRequired: item.lotRequired,
    expiryRequired: item.expiryRequired,
    serialRequired: item.serialRequired,
    service: item.service,
    units: item.units,
  });
}

export function idsOf({ item }: ItemPolicy): string[] {
  return [item.buyerId, item.sellerId, item.gtin].filter((id) => id !== undefined);
}

function resolveTransit(levels: readonly PolicySettings[]): TrackingPolicy['transit'] {
  const settings = Object.assign({}, ...levels.map((level) => defined(level.transit ?? {}))) as NonNullable<
    PolicySettings['transit']
  >;
  const { days, unit, lanes } = settings;
  return {
    days: days ?? DEFAULT_POLICY.transit.days,
    unit: unit ?? DEFAULT_POLICY.transit.unit,
    known: days !== undefined,
    lanes: lanes ?? [],
  };
}

/** One section of the policy: defaults, then what each level states of it. */
function overlay<T extends object>(
  base: T,
  levels: readonly PolicySettings[],
  section: keyof PolicySettings,
): T {
  return Object.assign({}, base, ...levels.map((level) => defined((level[section] ?? {}) as object))) as T;
}

function pick({ expected, receiptWaitBusinessDays }: InvoiceSettings): TrackingPolicy['invoice'] {
  return { expected, receiptWaitBusinessDays };
}

/** Without the keys whose value is undefined, as exact optional types want it. */
export function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
