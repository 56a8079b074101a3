import { dec } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import { LEVELS } from './policy.ts';
import type { Level, LimitName, Limits, MatchMode, ModeRule, Scope, ToleranceRule } from './policy.ts';
import type { MatchPolicy } from './policy.ts';
import { compare, percentOf, ratio, ratioText, sign } from './ratio.ts';
import type { Ratio } from './ratio.ts';
import type { ToleranceSource } from './model.ts';

/** What a rule's scope is compared with. */
export interface Subject {
  orderId?: string;
  orderLineId?: string;
  itemIds: readonly string[];
  supplierId: string;
}

/** The limits that hold for one check, with where each side comes from. */
export interface ResolvedLimits {
  limits: Limits;
  /** `company v4`, or `supplier v2 / company v4` where the sides differ. */
  source: string;
  /** The same in words: `company default v4`. */
  sourceText: string;
  sources: readonly ToleranceSource[];
  upperPct?: Dec;
  upperAbs?: Dec;
  lowerPct?: Dec;
  lowerAbs?: Dec;
  noteUpperPct?: Dec;
  noteLowerPct?: Dec;
}

export interface LimitTable {
  limits(name: LimitName, subject: Subject): ResolvedLimits;
  mode(subject: Subject, service: boolean): { mode: MatchMode; source: string };
}

const STRICTNESS: Readonly<Record<MatchMode, number>> = { '2-way': 2, '3-way': 3, '4-way': 4 };

function applies(scope: Scope | undefined, subject: Subject): boolean {
  if (scope === undefined) return true;
  return (
    (scope.orderId === undefined || scope.orderId === subject.orderId) &&
    (scope.orderLineId === undefined || scope.orderLineId === subject.orderLineId) &&
    (scope.itemId === undefined || subject.itemIds.includes(scope.itemId)) &&
    (scope.supplierId === undefined || scope.supplierId === subject.supplierId)
  );
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}

function sideOf(rule: ToleranceRule, side: 'upper' | 'lower'): Limits | undefined {
  const { upperPct, upperAbs, noteUpperPct, lowerPct, lowerAbs, noteLowerPct } = rule.limits;
  const [pct, abs, note] =
    side === 'upper' ? [upperPct, upperAbs, noteUpperPct] : [lowerPct, lowerAbs, noteLowerPct];
  if (pct === undefined && abs === undefined && note === undefined) return undefined;
  return {
    ...(pct === undefined ? {} : side === 'upper' ? { upperPct: pct } : { lowerPct: pct }),
    ...(abs === undefined ? {} : side === 'upper' ? { upperAbs: abs } : { lowerAbs: abs }),
    ...(note === undefined ? {} : side === 'upper' ? { noteUpperPct: note } : { noteLowerPct: note }),
  };
}

function parseLimits(limits: Limits) {
  const parsed: { [Key in keyof Limits]?: Dec } = {};
  for (const key of Object.keys(limits) as (keyof Limits)[]) {
    const value = limits[key];
    if (value !== undefined) parsed[key] = dec(value);
  }
  return parsed;
}

const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  orderLine: 'order line',
  itemSupplier: 'item of this supplier',
  supplier: 'supplier',
  company: 'company default',
  system: 'system default',
};

function distinct(texts: readonly string[]): string {
  return [...new Set(texts)].join(' / ');
}

function combine(name: LimitName, rules: readonly ToleranceRule[]): ResolvedLimits {
  const limits: Limits = {};
  const sources: ToleranceSource[] = [];
  for (const side of ['upper', 'lower'] as const) {
    for (const rule of rules) {
      const found = sideOf(rule, side);
      if (found === undefined) continue;
      Object.assign(limits, found);
      sources.push({ name, level: rule.level, version: rule.version, limits: found });
      break;
    }
  }
  const source = distinct(sources.map(({ level, version }) => `${level} ${version}`));
  const sourceText = distinct(sources.map(({ level, version }) => `${LEVEL_WORDS[level]} ${version}`));
  return { limits, source, sourceText, sources, ...parseLimits(limits) };
}

/** Rules sorted by level once; a result is kept for each set of rules that applies, so that a line costs no parsing. */
export function buildLimitTable(policy: MatchPolicy): LimitTable {
  const byName = new Map<LimitName, ToleranceRule[]>();
  for (const rule of policy.tolerances) {
    const rules = byName.get(rule.name);
    if (rules === undefined) byName.set(rule.name, [rule]);
    else rules.push(rule);
  }
  for (const rules of byName.values()) rules.sort((a, b) => rank(a.level) - rank(b.level));
  const known = new Map<string, ResolvedLimits>();
  const modes = [...policy.modes].sort((a, b) => rank(b.level) - rank(a.level));

  return {
    limits(name, subject) {
      const rules = byName.get(name) ?? [];
      let key: string = name;
      for (const [index, rule] of rules.entries()) if (applies(rule.scope, subject)) key += `|${index}`;
      let resolved = known.get(key);
      if (resolved === undefined) {
        resolved = combine(
          name,
          rules.filter((rule) => applies(rule.scope, subject)),
        );
        known.set(key, resolved);
      }
      return resolved;
    },
    mode(subject, service) {
      const applicable = modes.filter((rule) => applies(rule.scope, subject));
      return resolveMode(applicable, service ? policy.serviceMode : undefined);
    },
  };
}

/** Walks from the most general rule to the most specific; less strict only with permission (5.9.1). */
function resolveMode(rules: readonly ModeRule[], serviceMode: MatchMode | undefined) {
  let mode: MatchMode = serviceMode ?? rules[0]?.mode ?? '3-way';
  let source =
    serviceMode === undefined ? `${rules[0]?.level ?? 'system'} ${rules[0]?.version ?? ''}` : 'service';
  const general = rules.filter((rule) => rule.level === 'company' || rule.level === 'system');
  for (const rule of rules) {
    if (serviceMode !== undefined && general.includes(rule)) continue;
    const company = rule.level === 'company';
    if (company || STRICTNESS[rule.mode] > STRICTNESS[mode] || rule.permission !== undefined) {
      mode = rule.mode;
      source = `${rule.level} ${rule.version}`;
    }
  }
  return { mode, source };
}

export type Judgement = 'passed' | 'tolerated' | 'warning' | 'failed';

/**
 * Judges a difference by the limits of its side. `base` is what percentages are of; `absolute` the difference in company
 * currency, undefined where no exchange rate is known: an absolute limit then fails, it is never guessed. A percentage of
 * zero is beyond every limit.
 */
export function judge(
  difference: Ratio,
  base: Ratio,
  absolute: Ratio | undefined,
  limits: ResolvedLimits,
): { result: Judgement; pct?: string } {
  const direction = sign(difference);
  if (direction === 0) return { result: 'passed' };
  const [pctLimit, absLimit, note] =
    direction > 0
      ? [limits.upperPct, limits.upperAbs, limits.noteUpperPct]
      : [limits.lowerPct, limits.lowerAbs, limits.noteLowerPct];
  const signedPct = percentOf(difference, base);
  const pct = signedPct && { n: signedPct.n.abs(), d: signedPct.d };
  const shown = signedPct === undefined ? {} : { pct: ratioText(signedPct, 4) };
  if (pctLimit !== undefined && (pct === undefined || compare(pct, ratio(pctLimit)) > 0)) {
    return { result: 'failed', ...shown };
  }
  if (absLimit !== undefined) {
    const size = absolute && { n: absolute.n.abs(), d: absolute.d };
    if (size === undefined || compare(size, ratio(absLimit)) > 0) return { result: 'failed', ...shown };
  }
  if (note !== undefined && (pct === undefined || compare(pct, ratio(note)) > 0)) {
    return { result: 'warning', ...shown };
  }
  const limited = pctLimit !== undefined || absLimit !== undefined;
  return { result: limited ? 'tolerated' : 'passed', ...shown };
}
