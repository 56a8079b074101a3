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

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO_DIGIT = 0x30;

/** Integers up to this many digits are exact as a number. */
const MAX_DIGITS = 15;
const MAX_SCALE = 20;
const POWERS: readonly number[] = Array.from({ length: MAX_SCALE + 1 }, (_, exponent) => 10 ** exponent);

/** What arithmetic takes as its right side. */
type DecInput = DecimalString | number | Dec;

/**
 * An exact decimal number; never changes. Nearly all quantities, prices and amounts have so few digits that an integer and a
 * scale hold them, which is many times faster; everything longer is left to decimal.js, with the same results.
 */
export class Dec {
  /** The value is `units ÷ 10^scale`, unless `long` is set. */
  private readonly units: number;
  private readonly scale: number;
  private readonly long: Decimal | undefined;

  private constructor(units: number, scale: number, long: Decimal | undefined) {
    this.units = units;
    this.scale = scale;
    this.long = long;
  }

  /** Throws on what is not a number. */
  static of(value: DecInput): Dec {
    if (value instanceof Dec) return value;
    if (typeof value === 'string') return parse(value) ?? Dec.compact(new Exact(value));
    return Number.isSafeInteger(value) ? new Dec(value + 0, 0, undefined) : Dec.compact(new Exact(value));
  }

  /** Undefined where the number needs more than an integer holds. */
  static short(units: number, scale: number): Dec | undefined {
    return isSafe(units) && scale <= MAX_SCALE ? new Dec(units + 0, scale, undefined) : undefined;
  }

  private static compact(value: Decimal): Dec {
    const short = value.isFinite() && value.d.length <= 3 ? parse(value.toFixed()) : undefined;
    return short ?? new Dec(0, 0, value);
  }

  static tenTo(exponent: number): Dec {
    const short =
      exponent < 0
        ? Dec.short(1, -exponent)
        : exponent <= MAX_DIGITS
          ? Dec.short(POWERS[exponent]!, 0)
          : undefined;
    return short ?? Dec.compact(new Exact(10).pow(exponent));
  }

  private exact(): Decimal {
    return this.long ?? new Exact(textOf(this.units, this.scale));
  }

  plus(other: DecInput): Dec {
    const right = Dec.of(other);
    if (this.long === undefined && right.long === undefined) {
      const scale = this.scale > right.scale ? this.scale : right.scale;
      const a = aligned(this.units, scale - this.scale);
      const b = aligned(right.units, scale - right.scale);
      const short = isSafe(a) && isSafe(b) ? Dec.short(a + b, scale) : undefined;
      if (short !== undefined) return short;
    }
    return Dec.compact(this.exact().plus(right.exact()));
  }

  minus(other: DecInput): Dec {
    const right = Dec.of(other);
    if (this.long === undefined && right.long === undefined) {
      const scale = this.scale > right.scale ? this.scale : right.scale;
      const a = aligned(this.units, scale - this.scale);
      const b = aligned(right.units, scale - right.scale);
      const short = isSafe(a) && isSafe(b) ? Dec.short(a - b, scale) : undefined;
      if (short !== undefined) return short;
    }
    return Dec.compact(this.exact().minus(right.exact()));
  }

  times(other: DecInput): Dec {
    const right = Dec.of(other);
    if (this.long === undefined && right.long === undefined) {
      const short = Dec.short(this.units * right.units, this.scale + right.scale);
      if (short !== undefined) return short;
    }
    return Dec.compact(this.exact().times(right.exact()));
  }

  /** To 60 digits where it does not end before. Dividing by zero gives no finite number: ask `isZero` first. */
  div(other: DecInput): Dec {
    const right = Dec.of(other);
    if (this.long === undefined && right.long === undefined && right.units !== 0) {
      let units = this.units;
      let scale = this.scale - right.scale;
      while (isSafe(units)) {
        if (scale >= 0 && units % right.units === 0) {
          const short = Dec.short(units / right.units, scale);
          if (short !== undefined) return short;
        }
        units *= 10;
        scale++;
      }
    }
    return Dec.compact(this.exact().div(right.exact()));
  }

  negated(): Dec {
    return this.long === undefined
      ? new Dec(0 - this.units, this.scale, undefined)
      : Dec.compact(this.long.neg());
  }

  abs(): Dec {
    return this.isNegative() ? this.negated() : this;
  }

  isZero(): boolean {
    return this.long === undefined ? this.units === 0 : this.long.isZero();
  }

  isNegative(): boolean {
    return this.long === undefined ? this.units < 0 : this.long.isNegative();
  }

  /** Negative, zero or positive, as this is less than, equal to or more than the other. */
  comparedTo(other: DecInput): number {
    const right = Dec.of(other);
    if (this.long === undefined && right.long === undefined) {
      const scale = this.scale > right.scale ? this.scale : right.scale;
      const a = aligned(this.units, scale - this.scale);
      const b = aligned(right.units, scale - right.scale);
      // The side that is aligned may be beyond the exact integers: then the other one is not.
      return a < b ? -1 : a > b ? 1 : 0;
    }
    return this.exact().comparedTo(right.exact());
  }

  eq(other: DecInput): boolean {
    return this.comparedTo(other) === 0;
  }

  lt(other: DecInput): boolean {
    return this.comparedTo(other) < 0;
  }

  lte(other: DecInput): boolean {
    return this.comparedTo(other) <= 0;
  }

  gt(other: DecInput): boolean {
    return this.comparedTo(other) > 0;
  }

  gte(other: DecInput): boolean {
    return this.comparedTo(other) >= 0;
  }

  /** Half-up, away from zero; `down` cuts. */
  toDecimalPlaces(places: number, rounding: 'halfUp' | 'down' = 'halfUp'): Dec {
    if (this.long !== undefined) {
      const mode = rounding === 'down' ? Decimal.ROUND_DOWN : Decimal.ROUND_HALF_UP;
      return Dec.compact(this.long.toDecimalPlaces(places, mode));
    }
    if (this.scale <= places) return this;
    const divisor = POWERS[this.scale - places]!;
    const rest = this.units % divisor;
    const cut = (this.units - rest) / divisor;
    const up = rounding === 'halfUp' && Math.abs(rest) * 2 >= divisor;
    return new Dec(up ? cut + (rest < 0 ? -1 : 1) : cut + 0, places, undefined);
  }

  floor(): Dec {
    const cut = this.toDecimalPlaces(0, 'down');
    return this.lt(cut) ? cut.minus(1) : cut;
  }

  ceil(): Dec {
    return this.negated().floor().negated();
  }

  /** Digits after the point, without trailing zeros. */
  decimalPlaces(): number {
    if (this.long !== undefined) return this.long.decimalPlaces();
    let { units, scale } = this;
    while (scale > 0 && units % 10 === 0) {
      units /= 10;
      scale--;
    }
    return scale;
  }

  /** Plain notation, without trailing zeros or with exactly so many places. */
  toFixed(places?: number): DecimalString {
    if (this.long !== undefined) {
      return places === undefined ? this.long.toFixed() : this.long.toFixed(places, Decimal.ROUND_HALF_UP);
    }
    if (places === undefined) {
      let { units, scale } = this;
      while (scale > 0 && units % 10 === 0) {
        units /= 10;
        scale--;
      }
      return textOf(units, scale);
    }
    const { units, scale } = this.toDecimalPlaces(places);
    const text = textOf(units, scale);
    if (scale === places) return text;
    return `${text}${scale === 0 ? '.' : ''}${'0'.repeat(places - scale)}`;
  }

  toString(): DecimalString {
    return this.toFixed();
  }

  toJSON(): DecimalString {
    return this.toFixed();
  }

  /** Called by `a < b`, `a + b` and `Number(a)`, which would leave exact arithmetic unseen. */
  valueOf(): never {
    throw new TypeError(`${this.toFixed()} is a Dec: use its methods, or toNumber()`);
  }

  toNumber(): number {
    return this.long === undefined ? this.units / POWERS[this.scale]! : this.long.toNumber();
  }
}

function isSafe(value: number): boolean {
  return value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER;
}

/** Units at a larger scale; beyond the exact integers no result is one either. */
function aligned(units: number, places: number): number {
  return places === 0 ? units : units * POWERS[places]!;
}

function textOf(units: number, scale: number): DecimalString {
  if (scale === 0) return String(units);
  const sign = units < 0 ? '-' : '';
  const digits = String(Math.abs(units));
  const whole = digits.length - scale;
  return whole > 0
    ? `${sign}${digits.slice(0, whole)}.${digits.slice(whole)}`
    : `${sign}0.${'0'.repeat(-whole)}${digits}`;
}

/** Plain text of few digits; undefined for everything else, also for what is no number. */
function parse(text: DecimalString): Dec | undefined {
  const { length } = text;
  const negative = text.charCodeAt(0) === MINUS;
  const start = negative ? 1 : 0;
  if (length === start || length - start > MAX_DIGITS + 1) return undefined;
  let units = 0;
  let point = -1;
  for (let index = start; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === POINT) {
      if (point >= 0) return undefined;
      point = index;
      continue;
    }
    const digit = code - ZERO_DIGIT;
    if (digit < 0 || digit > 9) return undefined;
    units = units * 10 + digit;
  }
  if (point === length - 1 && length - start === 1) return undefined;
  return Dec.short(negative ? 0 - units : units, point < 0 ? 0 : length - 1 - point);
}

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
export function dec(value: DecInput): Dec {
  return Dec.of(value);
}

/** `10^exponent`: a minor unit of a currency is `tenTo(-places)`. */
export function tenTo(exponent: number): Dec {
  return Dec.tenTo(exponent);
}

export const ZERO: Dec = dec(0);

export function sum(values: Iterable<DecimalString | Dec>): Dec {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

/** Plain notation without exponent and without trailing zeros that were not asked for: `12.5`, or `12.50` with places 2. */
export function formatDecimal(value: Dec, places?: number): DecimalString {
  const text = value.toFixed(places);
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

/** Half-up rounding to the currency's minor units, as done once at the end of a line (5.7.2 of the domain rules). */
export function roundTo(value: Dec, places: number): Dec {
  return value.toDecimalPlaces(places);
}
