import { dec } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { Price } from '../../documents/primitives.ts';

/** How a unit price is to be read: so much for `divisor` units of `unit`. */
export type PriceBasis =
  { kind: 'price'; divisor: Dec; unit?: string } | { kind: 'noCharge' } | { kind: 'review'; reason: string };

const PLAIN_DIVISORS: Readonly<Record<string, readonly string[]>> = {
  '1': ['PE', 'LE', 'QE', 'TE', 'RE', 'WE', 'UM', 'CT', 'CA', 'NT', 'ST', 'QT', 'FX'],
  '10': ['PN'],
  '12': ['PD', 'LD', 'TD', 'RD', 'WD'],
  '100': ['HP', 'LC', 'QH', 'TC', 'RC', 'WC'],
  '1000': ['TP', 'LM', 'QS', 'TM', 'RM', 'WM'],
  '10000': ['TT'],
  '100000': ['HT'],
};

/** Codes that name the unit of the price as well: [divisor, UN/ECE Rec 20 unit]. */
const UNIT_DIVISORS: ReadonlyMap<string, readonly [divisor: string, unit: string]> = new Map(
  Object.entries({
    HF: ['100', 'FOT'],
    TF: ['1000', 'FOT'],
    PF: ['1', 'FOT'],
    PP: ['1', 'LBR'],
    PT: ['1', 'STN'],
    PK: ['1', 'KGM'],
    PG: ['1', 'GRM'],
    PL: ['1', 'LTR'],
    ML: ['1', 'MLT'],
    PY: ['1', 'YRD'],
    PS: ['1000', 'FTK'],
    PO: ['1', 'ONZ'],
    PA: ['1', 'APZ'],
  }),
);

const NOT_A_PRICE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    NQ: 'not quoted',
    TB: 'to be negotiated',
    PV: 'provisional',
    CP: 'subject to change',
    ES: 'an estimate',
    EC: 'an estimate of the cost',
    AP: 'to be advised',
  }),
);

const DIVISOR_BY_CODE: ReadonlyMap<string, Dec> = new Map(
  Object.entries(PLAIN_DIVISORS).flatMap(([divisor, codes]) =>
    codes.map((code) => [code, dec(divisor)] as const),
  ),
);

const ONE = dec(1);

/**
 * Reads the basis of a unit price (X12 element 639, EDIFACT 5284, UBL BaseQuantity; 5.7.2). A stated base quantity goes
 * before the code's own divisor.
 */
export function readPriceBasis(price: Price): PriceBasis {
  const code = price.basisCode;
  const stated = price.baseQuantity === undefined ? undefined : dec(price.baseQuantity);
  if (stated !== undefined && stated.lte(0)) {
    return { kind: 'review', reason: `its base quantity ${price.baseQuantity ?? ''} is not positive` };
  }
  const unit = price.unit === undefined ? {} : { unit: price.unit };
  if (code === undefined) return { kind: 'price', divisor: stated ?? ONE, ...unit };
  if (code === 'NC') return { kind: 'noCharge' };
  const plain = DIVISOR_BY_CODE.get(code);
  if (plain !== undefined) return { kind: 'price', divisor: stated ?? plain, ...unit };
  const withUnit = UNIT_DIVISORS.get(code);
  if (withUnit !== undefined) {
    return { kind: 'price', divisor: stated ?? dec(withUnit[0]), unit: withUnit[1] };
  }
  return {
    kind: 'review',
    reason: `its basis ${code} means that it is ${NOT_A_PRICE.get(code) ?? 'of an unknown kind'}`,
  };
}
