import { dec, formatDecimal, ZERO } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';

/** An exact rational with a positive denominator: prices per converted unit have no finite decimal (5.7.2). */
export interface Ratio {
  readonly n: Dec;
  readonly d: Dec;
}

const ONE = dec(1);
const HUNDRED = dec(100);

export const ZERO_RATIO: Ratio = { n: ZERO, d: ONE };
export const ONE_RATIO: Ratio = { n: ONE, d: ONE };

export function ratio(n: Dec | DecimalString): Ratio {
  return { n: typeof n === 'string' ? dec(n) : n, d: ONE };
}

/** Undefined for a zero denominator. */
export function quotient(left: Ratio, right: Ratio): Ratio | undefined {
  if (right.n.isZero()) return undefined;
  if (left.d === ONE && right.d === ONE && right.n.eq(ONE)) return left;
  const n = left.n.times(right.d);
  const d = left.d.times(right.n);
  return d.isNegative() ? { n: n.negated(), d: d.negated() } : { n, d };
}

export function times(left: Ratio, right: Ratio): Ratio {
  return {
    n: left.n.times(right.n),
    d: left.d === ONE ? right.d : right.d === ONE ? left.d : left.d.times(right.d),
  };
}

export function plus(left: Ratio, right: Ratio): Ratio {
  if (left.d === ONE && right.d === ONE) return { n: left.n.plus(right.n), d: ONE };
  if (left.d.eq(right.d)) return { n: left.n.plus(right.n), d: left.d };
  return { n: left.n.times(right.d).plus(right.n.times(left.d)), d: left.d.times(right.d) };
}

export function minus(left: Ratio, right: Ratio): Ratio {
  return plus(left, { n: right.n.negated(), d: right.d });
}

export function compare(left: Ratio, right: Ratio): number {
  if (left.d === ONE && right.d === ONE) return left.n.comparedTo(right.n);
  return left.n.times(right.d).comparedTo(right.n.times(left.d));
}

export function sign(value: Ratio): number {
  return value.n.isZero() ? 0 : value.n.isNegative() ? -1 : 1;
}

export function least(left: Ratio, right: Ratio): Ratio {
  return compare(left, right) <= 0 ? left : right;
}

export function greatest(left: Ratio, right: Ratio): Ratio {
  return compare(left, right) >= 0 ? left : right;
}

/** The nearest decimal that the arithmetic carries (60 digits): for amounts, which are rounded afterwards. */
export function toDec(value: Ratio): Dec {
  return value.d === ONE ? value.n : value.n.div(value.d);
}

/** For people: exact where it is short, else cut to `places`. */
export function ratioText(value: Ratio, places = 10): DecimalString {
  const decimal = toDec(value);
  return formatDecimal(decimal.decimalPlaces() > places ? decimal.toDecimalPlaces(places) : decimal);
}

/** `part` in percent of `whole`; undefined where `whole` is zero. */
export function percentOf(part: Ratio, whole: Ratio): Ratio | undefined {
  const share = quotient(part, whole.n.isNegative() ? { n: whole.n.negated(), d: whole.d } : whole);
  return share && { n: share.n.times(HUNDRED), d: share.d };
}
