import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  equalControlNumbers,
  formatControlNumber,
  isRollover,
  nextControlNumber,
} from '../../src/edi/index.ts';
import { ControlNumberSet } from '../../src/edi/control-number.ts';

describe('control numbers', () => {
  test('are written as their place wants them', () => {
    expect(formatControlNumber(42, 'x12', 'interchange')).toBe('000000042');
    expect(formatControlNumber(42, 'x12', 'group')).toBe('42');
    expect(formatControlNumber(42, 'x12', 'transaction')).toBe('0042');
    expect(formatControlNumber(123456, 'x12', 'transaction')).toBe('123456');
    expect(formatControlNumber(42, 'edifact', 'interchange')).toBe('42');
  });

  test('go from the largest to 1, never to 0', () => {
    expect(nextControlNumber(999_999_998, 'x12')).toBe(999_999_999);
    expect(isRollover(999_999_998, 'x12')).toBe(false);
    expect(nextControlNumber(999_999_999, 'x12')).toBe(1);
    expect(isRollover(999_999_999, 'x12')).toBe(true);
    expect(nextControlNumber(0, 'x12')).toBe(1);
    expect(nextControlNumber(999_999_999, 'edifact')).toBe(1_000_000_000);
  });

  test('are equal as numbers, other text as text', () => {
    expect(equalControlNumbers('000000042', '42')).toBe(true);
    expect(equalControlNumbers('0', '000')).toBe(true);
    expect(equalControlNumbers('42', '43')).toBe(false);
    expect(equalControlNumbers('A1', 'a1')).toBe(false);
    expect(equalControlNumbers('', '0')).toBe(false);
  });

  test('a set knows what it has seen, in whatever order', () => {
    const numbers = fc.array(fc.oneof(fc.integer({ min: 0, max: 30 }).map((n) => String(n).padStart(4, '0')), fc.constantFrom('A', '1', '01'))); // prettier-ignore
    fc.assert(
      fc.property(numbers, (list) => {
        const set = new ControlNumberSet();
        const seen = new Set<string>();
        for (const number of list) {
          expect(set.add(number)).toBe(!seen.has(number));
          seen.add(number);
        }
      }),
    );
  });
});
