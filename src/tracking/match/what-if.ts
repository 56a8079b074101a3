import { dec, formatDecimal, isDecimal, ZERO } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import { match } from './match.ts';
import { minorUnits } from './minor-units.ts';
import type { FailCode, Hash, MatchDecision, MatchOutcome } from './model.ts';
import type { LimitName, Limits, MatchPolicy } from './policy.ts';
import { SYSTEM_TOLERANCES } from './policy.ts';

interface WhatIfChange {
  documentId: string;
  number: string;
  supplierId: string;
  currency: string;
  before: { outcome: MatchOutcome; payable: DecimalString };
  after: { outcome: MatchOutcome; payable: DecimalString };
}

/** Passes a check that it failed, and is held all the same. */
interface StillHeld {
  documentId: string;
  number: string;
  supplierId: string;
  /** What it waits for under the other policy too. */
  codes: FailCode[];
}

export interface WhatIf {
  considered: number;
  changed: WhatIfChange[];
  /** Invoices that the change alone does not release: another limit holds them as well. */
  stillHeld: StillHeld[];
  /** For each currency: what would be payable beyond (or below) what was. */
  money: Record<string, DecimalString>;
}

/**
 * Decides recorded history again under another policy, record by record: history may be larger than memory. Nothing is
 * written; each record is judged on the facts it had.
 */
export class WhatIfTrial {
  readonly #change: (policy: MatchPolicy) => MatchPolicy;
  readonly #hash: Hash;
  readonly #changed: WhatIfChange[] = [];
  readonly #stillHeld: StillHeld[] = [];
  readonly #money = new Map<string, Dec>();
  #considered = 0;

  constructor(change: (policy: MatchPolicy) => MatchPolicy, hash: Hash) {
    this.#change = change;
    this.#hash = hash;
  }

  add(record: MatchDecision): void {
    this.#considered += 1;
    const input = { ...record.input, policy: this.#change(record.input.policy) };
    const after = match(input, { hash: this.#hash, decidedAt: record.decidedAt, actor: record.actor });
    const { documentId, number, supplierId } = record.invoice;
    const { currency } = record.amounts;
    if (after.outcome === record.outcome && after.amounts.payable === record.amounts.payable) {
      if (failuresOf(after) < failuresOf(record)) {
        const codes = [...new Set(after.holds.flatMap((hold) => hold.codes))];
        this.#stillHeld.push({ documentId, number, supplierId, codes });
      }
      return;
    }
    this.#changed.push({
      documentId,
      number,
      supplierId,
      currency,
      before: { outcome: record.outcome, payable: record.amounts.payable },
      after: { outcome: after.outcome, payable: after.amounts.payable },
    });
    const difference = dec(after.amounts.payable).minus(record.amounts.payable);
    this.#money.set(currency, (this.#money.get(currency) ?? ZERO).plus(difference));
  }

  result(): WhatIf {
    const money = [...this.#money].map(([currency, value]): [string, string] => [
      currency,
      formatDecimal(value, minorUnits(currency) ?? 2),
    ]);
    return {
      considered: this.#considered,
      changed: this.#changed,
      stillHeld: this.#stillHeld,
      money: Object.fromEntries(money),
    };
  }
}

function failuresOf({ checks }: MatchDecision): number {
  return checks.filter(({ result }) => result === 'failed').length;
}

const LIMIT_NAMES = new Set<string>(SYSTEM_TOLERANCES.map(({ name }) => name));
const LIMIT_KEYS = new Set(['lowerPct', 'lowerAbs', 'upperPct', 'upperAbs', 'noteLowerPct', 'noteUpperPct']);

/**
 * Reads `price.upperPct=3` as a change of policy: the limit is replaced on every level that gives one for this check, so that
 * no more specific rule hides it. Undefined where the text is not a known limit and a decimal.
 */
export function parseToleranceChange(text: string): ((policy: MatchPolicy) => MatchPolicy) | undefined {
  const found = /^(\w+)\.(\w+)=(\S+)$/.exec(text);
  const [, name = '', key = '', value = ''] = found ?? [];
  if (!LIMIT_NAMES.has(name) || !LIMIT_KEYS.has(key) || !isDecimal(value) || value.startsWith('-')) {
    return undefined;
  }
  return (policy) => withLimit(policy, name as LimitName, key as keyof Limits, value);
}

/** The policy with one limit replaced on every level that has it, or given by the company where none has. */
export function withLimit(
  policy: MatchPolicy,
  name: LimitName,
  key: keyof Limits,
  value: DecimalString,
): MatchPolicy {
  const version = `${policy.version}+${name}.${key}=${value}`;
  const has = policy.tolerances.some((rule) => rule.name === name && rule.limits[key] !== undefined);
  const tolerances = policy.tolerances.map((rule) =>
    rule.name === name && rule.limits[key] !== undefined
      ? { ...rule, version: `${rule.version} (what if)`, limits: { ...rule.limits, [key]: value } }
      : rule,
  );
  if (has) return { ...policy, version, tolerances };
  const side = key.toLowerCase().includes('upper') ? 'upper' : 'lower';
  const base = tolerances.find(
    (rule) =>
      rule.name === name && Object.keys(rule.limits).some((each) => each.toLowerCase().includes(side)),
  );
  return {
    ...policy,
    version,
    tolerances: [
      {
        name,
        level: 'company',
        version: 'what if',
        limits: { ...base?.limits, [key]: value },
      },
      ...tolerances,
    ],
  };
}
