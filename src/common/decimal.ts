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

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** True for text that is a DecimalString. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** Exact decimal arithmetic; never a binary float. Throws on text that is not a DecimalString (see isDecimal). */
export function dec(value: DecimalString | number | Dec): Dec {
  return new Exact(value);
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
