import { Decimal } from 'decimal.js';

/** A decimal number as text: `-12.50`. No exponent, no grouping, at least one digit before the point. */
export type DecimalString = string;

/** 60 digits: more than the longest R element (15) times itself, with room for divisions. */
const Exact = Decimal.clone({
  precision: 60,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -1000,
  toExpPos: 1000,
});

export type Dec = Decimal;

const MINUS = 0x2d;
const POINT = 0x2e;

/** True for text that is a DecimalString. */
export function isDecimal(text: string): boolean {
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  const last = text.length - 1;
  let point = false;
  for (let i = start; i <= last; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) continue;
    if (code !== POINT || point || i === start || i === last) return false;
    point = true;
  }
  return last >= start;
}

/** Exact decimal arithmetic; never a binary float. Throws on text that is not a DecimalString (see isDecimal). */
export function dec(value: DecimalString | number | Dec): Dec {
  return value instanceof Exact ? value : new Exact(value);
}

export const ZERO: Dec = new Exact(0);

export function sum(values: Iterable<DecimalString | Dec>): Dec {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

/** Plain notation without exponent and without trailing zeros that were not asked for: `12.5`, or `12.50` with places 2. */
export function formatDecimal(value: Dec, places?: number): DecimalString {
  const text = places === undefined ? value.toFixed() : value.toFixed(places, Decimal.ROUND_HALF_UP);
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

/** Half-up rounding to the currency's minor units, as done once at the end of a line (5.7.2 of the domain rules). */
export function roundTo(value: Dec, places: number): Dec {
  return value.toDecimalPlaces(places, Decimal.ROUND_HALF_UP);
}
