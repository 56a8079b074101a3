import { dec, formatDecimal } from '../common/decimal.ts';
import type { DecimalString } from '../common/decimal.ts';

/*
 * Exact arithmetic on quantities as text. Most quantities are small whole numbers: below 10^15 their sums and differences
 * are exact as integers, which spares the parsing of decimals. Everything else goes through `dec`.
 */

const NOT_WHOLE = -1;

/** The value of plain digits without leading zero, at most 15 of them; else NOT_WHOLE. */
function whole(text: DecimalString): number {
  const { length } = text;
  if (length === 0 || length > 15 || (length > 1 && text.charCodeAt(0) === 48)) return NOT_WHOLE;
  let value = 0;
  for (let index = 0; index < length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return NOT_WHOLE;
    value = value * 10 + digit;
  }
  return value;
}

export function add(a: DecimalString, b: DecimalString): DecimalString {
  if (b === '0') return a;
  if (a === '0') return b;
  const left = whole(a);
  const right = whole(b);
  return left === NOT_WHOLE || right === NOT_WHOLE ? formatDecimal(dec(a).plus(b)) : String(left + right);
}

export function subtract(a: DecimalString, b: DecimalString): DecimalString {
  if (b === '0') return a;
  if (a === b) return '0';
  const left = whole(a);
  const right = whole(b);
  return left === NOT_WHOLE || right === NOT_WHOLE ? formatDecimal(dec(a).minus(b)) : String(left - right);
}

/** Negative, zero or positive, as a is less than, equal to or more than b. */
export function compare(a: DecimalString, b: DecimalString): number {
  if (a === b) return 0;
  const left = whole(a);
  const right = whole(b);
  return left === NOT_WHOLE || right === NOT_WHOLE ? dec(a).comparedTo(b) : left - right;
}

export function isPositive(a: DecimalString): boolean {
  return compare(a, '0') > 0;
}

export function smaller(a: DecimalString, b: DecimalString): DecimalString {
  return compare(a, b) <= 0 ? a : b;
}

export function larger(a: DecimalString, b: DecimalString): DecimalString {
  return compare(a, b) >= 0 ? a : b;
}

/** `value` without trailing zeros, so that equal quantities are equal texts. */
export function normalise(value: DecimalString): DecimalString {
  return whole(value) === NOT_WHOLE ? formatDecimal(dec(value)) : value;
}
