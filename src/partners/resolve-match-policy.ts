import type { Level, LimitName, MatchPolicy, ModeRule, ToleranceRule } from '../tracking/match/policy.ts';
import { companyPolicy, DEFAULT_MATCH_POLICY } from '../tracking/match/policy.ts';
import type { Company } from './company-schema.ts';
import type { Partner } from './partner-schema.ts';
import type { MatchSettings } from './policy-schema.ts';
import { defined, idsOf, versionOf } from './resolve-policy.ts';

interface Scope {
  supplierId?: string;
  itemId?: string;
}

/** The match policy of one partner in force: its articles' rules, its own, the company's, the system's defaults. */
export function resolveMatchPolicy(company: Company, partner: Partner): MatchPolicy {
  const version = versionOf(company, partner);
  const own = partner.policy;
  const general = company.policy;
  const invoice = { ...defined(general.invoice ?? {}), ...defined(own.invoice ?? {}) };
  const supplier = { supplierId: partner.partner };
  const items = partner.items.flatMap((item) =>
    idsOf(item).map((itemId) => ({ item, scope: { ...supplier, itemId } })),
  );
  return companyPolicy({
    version,
    companyCurrency: company.currency,
    tolerances: [
      ...items.flatMap(({ item, scope }) => toleranceRules(item.match, 'itemSupplier', version, scope)),
      ...toleranceRules(own.match, 'supplier', version, supplier),
      ...toleranceRules(general.match, 'company', version, undefined),
    ],
    modes: [
      ...items.flatMap(({ item, scope }) =>
        modeRule(item.matchMode, undefined, 'itemSupplier', version, scope),
      ),
      ...modeRule(own.invoice?.matchMode, own.invoice?.permission, 'supplier', version, supplier),
      ...modeRule(general.invoice?.matchMode, general.invoice?.permission, 'company', version, undefined),
    ],
    writeOffMax: invoice.writeOffMax ?? DEFAULT_MATCH_POLICY.writeOffMax,
    partial: invoice.partial ?? DEFAULT_MATCH_POLICY.partial,
    allocateBy: invoice.allocateBy ?? DEFAULT_MATCH_POLICY.allocateBy,
    duplicates: {
      ...DEFAULT_MATCH_POLICY.duplicates,
      windowMonths: invoice.duplicateMonths ?? DEFAULT_MATCH_POLICY.duplicates.windowMonths,
    },
  });
}

function toleranceRules(
  settings: MatchSettings | undefined,
  level: Level,
  version: string,
  scope: Scope | undefined,
): ToleranceRule[] {
  return Object.entries(settings ?? {}).flatMap(([name, limits]) =>
    limits === undefined
      ? []
      : [
          {
            name: name as LimitName,
            level,
            version,
            limits: defined(limits),
            ...(scope !== undefined && { scope }),
          },
        ],
  );
}

function modeRule(
  mode: ModeRule['mode'] | undefined,
  permission: string | undefined,
  level: Level,
  version: string,
  scope: Scope | undefined,
): ModeRule[] {
  if (mode === undefined) return [];
  return [
    {
      mode,
      level,
      version,
      ...(scope !== undefined && { scope }),
      ...(permission !== undefined && { permission }),
    },
  ];
}
