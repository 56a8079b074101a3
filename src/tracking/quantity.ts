import { dec, formatDecimal, sum } from '../common/decimal.ts';
import type { DecimalString } from '../common/decimal.ts';

/** Exact arithmetic on quantities as text. Equal texts and zeros are answered without arithmetic: most lines change nothing. */
export function add(a: DecimalString, b: DecimalString): DecimalString {
  if (b === '0') return a;
  if (a === '0') return b;
  return formatDecimal(dec(a).plus(b));
}

export function subtract(a: DecimalString, b: DecimalString): DecimalString {
  if (b === '0') return a;
  if (a === b) return '0';
  return formatDecimal(dec(a).minus(b));
}

/** Negative, zero or positive, as a is less than, equal to or more than b. */
export function compare(a: DecimalString, b: DecimalString): number {
  return a === b ? 0 : dec(a).comparedTo(b);
}

export function isPositive(a: DecimalString): boolean {
  return a !== '0' && dec(a).greaterThan(0);
}

export function smaller(a: DecimalString, b: DecimalString): DecimalString {
  return compare(a, b) <= 0 ? a : b;
}

export function larger(a: DecimalString, b: DecimalString): DecimalString {
  return compare(a, b) >= 0 ? a : b;
}

export function total(values: readonly DecimalString[]): DecimalString {
  if (values.length === 1) return values[0] ?? '0';
  return formatDecimal(sum(values));
}

/** `value` without trailing zeros, so that equal quantities are equal texts. */
export function normalise(value: DecimalString): DecimalString {
  return /^(0|[1-9]\d*)$/.test(value) ? value : formatDecimal(dec(value));
}
