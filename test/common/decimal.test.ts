import { describe, expect, test } from '@jest/globals';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { dec, formatDecimal, tenTo } from '../../src/common/decimal.ts';

const Reference = Decimal.clone({
  precision: 60,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -1000,
  toExpPos: 1000,
});

/** From one digit to far beyond what a number holds, with and without leading and trailing zeros. */
const decimalText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.integer({ min: 0, max: 1000 }).map(String),
      fc.stringMatching(/^\d{1,9}$/),
      fc.stringMatching(/^\d{14,18}$/),
      fc.stringMatching(/^\d{1,40}$/),
      fc.constantFrom('9007199254740991', '9007199254740992', '9007199254740993', '0'),
    ),
    fc.oneof(
      fc.constant(''),
      fc.constantFrom('.5', '.50', '.005', '.0000', '.49999', '.995'),
      fc.stringMatching(/^\.\d{1,4}$/),
      fc.stringMatching(/^\.\d{1,25}$/),
    ),
  )
  .map((parts) => parts.join(''));

const RUNS = { numRuns: 2_000 };

/** Plain text without the sign of zero, which nothing in the house tells apart. */
function plain(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed();
}

describe('exact decimals', () => {
  test('every operation gives what decimal.js gives, digit by digit', () => {
    fc.assert(
      fc.property(decimalText, decimalText, (a, b) => {
        const [left, right] = [new Reference(a), new Reference(b)];
        expect(formatDecimal(dec(a))).toBe(plain(left));
        expect(formatDecimal(dec(a).plus(b))).toBe(plain(left.plus(right)));
        expect(formatDecimal(dec(a).minus(b))).toBe(plain(left.minus(right)));
        expect(formatDecimal(dec(a).times(b))).toBe(plain(left.times(right)));
        expect(dec(a).comparedTo(b)).toBe(left.comparedTo(right));
        if (!right.isZero()) expect(formatDecimal(dec(a).div(b))).toBe(plain(left.div(right)));
      }),
      RUNS,
    );
  });

  test('so do chains of operations, whatever size the numbers between have', () => {
    fc.assert(
      fc.property(
        decimalText,
        fc.array(fc.tuple(fc.constantFrom('plus', 'minus', 'times', 'div'), decimalText), { maxLength: 6 }),
        (start, steps) => {
          let value = dec(start);
          let reference = new Reference(start);
          for (const [operation, text] of steps) {
            if (operation === 'div' && dec(text).isZero()) continue;
            value = value[operation](text);
            reference = reference[operation](text);
          }
          expect(formatDecimal(value)).toBe(plain(reference));
        },
      ),
      RUNS,
    );
  });

  test('rounding, cutting and printing too', () => {
    fc.assert(
      fc.property(decimalText, fc.integer({ min: 0, max: 12 }), (a, places) => {
        const [value, reference] = [dec(a), new Reference(a)];
        expect(formatDecimal(value.toDecimalPlaces(places))).toBe(plain(reference.toDecimalPlaces(places)));
        expect(formatDecimal(value.toDecimalPlaces(places, 'down'))).toBe(
          plain(reference.toDecimalPlaces(places, Decimal.ROUND_DOWN)),
        );
        expect(formatDecimal(value, places)).toBe(reference.toFixed(places).replace(/^-(0(\.0*)?)$/, '$1'));
        expect(formatDecimal(value.floor())).toBe(plain(reference.floor()));
        expect(formatDecimal(value.ceil())).toBe(plain(reference.ceil()));
        expect(formatDecimal(value.abs())).toBe(plain(reference.abs()));
        expect(formatDecimal(value.negated())).toBe(plain(reference.negated()));
        expect(value.decimalPlaces()).toBe(reference.decimalPlaces());
        expect(value.toNumber() + 0).toBe(reference.toNumber() + 0);
        expect(value.isZero()).toBe(reference.isZero());
        expect(value.isNegative()).toBe(reference.isNegative() && !reference.isZero());
      }),
      RUNS,
    );
  });

  test.each([-30, -21, -20, -3, 0, 2, 15, 16, 30])('ten to the power of %i', (exponent) => {
    expect(formatDecimal(tenTo(exponent))).toBe(new Reference(10).pow(exponent).toFixed());
  });

  test.each(['', '-', '.', '-.', ' 5', '1,5', '1.2.3', 'five', '--1'])('%j is no number', (text) => {
    expect(() => dec(text)).toThrow('Invalid argument');
  });

  test('integers and what comes as a float keep their value', () => {
    expect(formatDecimal(dec(42))).toBe('42');
    expect(formatDecimal(dec(-0))).toBe('0');
    expect(formatDecimal(dec(0.1))).toBe('0.1');
  });

  test('as text and as JSON it is its digits; operators that would make a binary float of it throw', () => {
    expect([dec('1.50').toString(), JSON.stringify({ amount: dec('-0.10') })]).toEqual([
      '1.5',
      '{"amount":"-0.1"}',
    ]);
    expect(() => Number(dec('1'))).toThrow(TypeError);
    expect(() => dec('9') < dec('10')).toThrow(TypeError);
  });
});
