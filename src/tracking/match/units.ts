import { dec } from '../../common/decimal.ts';
import { ONE_RATIO, quotient, ratio, times } from './ratio.ts';
import type { Ratio } from './ratio.ts';
import type { UnitFact } from './facts.ts';

/** Exact factors between UN/ECE Rec 20 units that hold for every article: unit → [factor, base]. */
const GENERAL: ReadonlyMap<string, readonly [factor: string, base: string]> = new Map(
  Object.entries({
    EA: ['1', 'C62'],
    PCE: ['1', 'C62'],
    H87: ['1', 'C62'],
    NMB: ['1', 'C62'],
    PR: ['2', 'C62'],
    DZN: ['12', 'C62'],
    DZ: ['12', 'C62'],
    GRO: ['144', 'C62'],
    CEN: ['100', 'C62'],
    MIL: ['1000', 'C62'],
    GRM: ['0.001', 'KGM'],
    MGM: ['0.000001', 'KGM'],
    TNE: ['1000', 'KGM'],
    LBR: ['0.45359237', 'KGM'],
    LB: ['0.45359237', 'KGM'],
    ONZ: ['0.028349523125', 'KGM'],
    APZ: ['0.0311034768', 'KGM'],
    STN: ['907.18474', 'KGM'],
    CWA: ['45.359237', 'KGM'],
    MMT: ['0.001', 'MTR'],
    CMT: ['0.01', 'MTR'],
    KMT: ['1000', 'MTR'],
    INH: ['0.0254', 'MTR'],
    FOT: ['0.3048', 'MTR'],
    FT: ['0.3048', 'MTR'],
    YRD: ['0.9144', 'MTR'],
    FTK: ['0.09290304', 'MTK'],
    CMK: ['0.0001', 'MTK'],
    MLT: ['0.001', 'LTR'],
    CLT: ['0.01', 'LTR'],
    MTQ: ['1000', 'LTR'],
    GLL: ['3.785411784', 'LTR'],
    MIN: ['60', 'SEC'],
    HUR: ['3600', 'SEC'],
    DAY: ['86400', 'SEC'],
  }),
);

const MAX_STEPS = 6;

/** The outcome of a conversion; `unapproved` names a factor that is known and not yet released (M8). */
type Conversion = { factor: Ratio; unapproved?: string } | undefined;

/** Converts units of one article; `UnitTable` is built once for an input. */
export interface UnitTable {
  /** Factor from one unit of `from` to units of `to`; undefined where no exact factor is known. Never assumes 1. */
  convert(from: string, to: string, itemIds: readonly string[]): Conversion;
}

function factorOf(fact: UnitFact): Ratio | undefined {
  const factor = quotient(ratio(fact.numerator), ratio(fact.denominator ?? '1'));
  return factor?.n.gt(0) === true ? factor : undefined;
}

export function buildUnitTable(facts: readonly UnitFact[]): UnitTable {
  const byKey = new Map<string, UnitFact>();
  for (const fact of facts) byKey.set(`${fact.unit}|${fact.itemId ?? ''}`, fact);

  function find(unit: string, itemIds: readonly string[]): UnitFact | undefined {
    if (byKey.size === 0) return undefined;
    for (const id of itemIds) {
      const own = byKey.get(`${unit}|${id}`);
      if (own !== undefined) return own;
    }
    return byKey.get(`${unit}|`);
  }

  function toRoot(unit: string, itemIds: readonly string[]) {
    let root = unit;
    let factor = ONE_RATIO;
    let unapproved: string | undefined;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const fact = find(root, itemIds);
      const own = fact && factorOf(fact);
      if (fact !== undefined && own !== undefined) {
        if (fact.approved === false) unapproved = `1 ${fact.unit} = ${fact.numerator} ${fact.base}`;
        factor = times(factor, own);
        root = fact.base;
        continue;
      }
      const general = GENERAL.get(root);
      if (general === undefined) break;
      factor = times(factor, ratio(dec(general[0])));
      root = general[1];
    }
    return { root, factor, unapproved };
  }

  return {
    convert(from, to, itemIds) {
      if (from === to) return { factor: ONE_RATIO };
      const left = toRoot(from, itemIds);
      const right = toRoot(to, itemIds);
      if (left.root !== right.root) return undefined;
      const factor = quotient(left.factor, right.factor);
      if (factor === undefined) return undefined;
      const unapproved = left.unapproved ?? right.unapproved;
      return unapproved === undefined ? { factor } : { factor, unapproved };
    },
  };
}
