import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Conversion } from '../../../src/maps/conversion/conversion.ts';
import { findConversion } from '../../../src/maps/conversion/find-conversion.ts';
import type { ScalarType } from '../../../src/maps/document-shape.ts';

function conversion(as: string, target: ScalarType = 'text', hasTime = false, zoneMinutes = 0): Conversion {
  const found = findConversion(as, { target, zoneMinutes, hasTime });
  if (typeof found === 'string') throw new Error(found);
  return found;
}

describe('decimals', () => {
  test.each([
    ['9.50', '9.50'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-.25', '-0.25'],
    ['12,50', '12.50'],
    ['007', '7'],
    ['+3', '3'],
    ['1.5E3', '1500'],
    ['0.00', '0.00'],
  ])('%s is %s', (text, value) => {
    expect(conversion('decimal', 'decimal').read(text, '')).toBe(value);
  });

  test.each(['', '-', '.', 'abc', '1.2.3', '1 000', '0x10', 'NaN'])('"%s" is no number', (text) => {
    expect(conversion('decimal', 'decimal').read(text, '')).toBeUndefined();
  });

  test.each([
    ['N2', '12550', '125.50'],
    ['N2', '5', '0.05'],
    ['N2', '-1250', '-12.50'],
    ['N0', '12', '12'],
  ])('%s %s is %s, and back', (as, text, value) => {
    expect(conversion(as, 'decimal').read(text, '')).toBe(value);
    expect(conversion(as, 'decimal').write(value, '')).toBe(text);
  });

  test.each([
    ['decimal', '.', '1,250'],
    ['decimal', ',', '1.250'],
    ['decimal2', ',', '1.250,00'],
    ['integer', '.', '1,000'],
  ] as const)('as: %s where "%s" is the decimal mark, "%s" is no guess', (as, decimalMark, text) => {
    const found = findConversion(as, { target: 'decimal', zoneMinutes: 0, hasTime: false, decimalMark });
    expect(typeof found === 'string' ? found : found.read(text, '')).toBeUndefined();
  });

  test('N2 with a point is a mistake, not a guess', () => {
    expect(conversion('N2', 'decimal').read('12.50', '')).toBeUndefined();
  });

  test('any amount survives N2 exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (cents) => {
        const n2 = conversion('N2', 'decimal');
        const value = n2.read(String(cents), '');
        expect(n2.write(value!, '')).toBe(String(cents));
      }),
    );
  });
});

describe('dates', () => {
  test.each([
    ['date8', '20260131', '2026-01-31'],
    ['date6', '260131', '2026-01-31'],
    ['date6', '990131', '1999-01-31'],
    ['date', '260131', '2026-01-31'],
    ['date', '20260131', '2026-01-31'],
  ])('%s %s is %s', (as, text, value) => {
    expect(conversion(as, 'date').read(text, '')).toBe(value);
  });

  test.each(['20260231', '20261301', '2026-01-31', '2026013', '00000000', 'ABCDEFGH'])(
    '%s is no date',
    (text) => {
      expect(conversion('date8', 'date').read(text, '')).toBeUndefined();
    },
  );

  test.each([
    ['102', '20260131', '2026-01-31'],
    ['101', '260131', '2026-01-31'],
    ['203', '202601310815', '2026-01-31'],
    ['2', '310126', '2026-01-31'],
    ['3', '013126', '2026-01-31'],
    ['610', '202601', '2026-01-01'],
    ['616', '202601', '2025-12-29'],
    ['718', '2026011020260112', '2026-01-10'],
    ['718', '20260110-20260112', '2026-01-10'],
  ])('2379 format %s: %s is %s', (format, text, value) => {
    expect(conversion('dtm', 'date').read(text, format)).toBe(value);
  });

  test('a period has an end, a date has none', () => {
    const dtm = conversion('dtm', 'date');
    expect(dtm.readEnd?.('2026011020260112', '718')).toBe('2026-01-12');
    expect(dtm.readEnd?.('20260110', '102')).toBeUndefined();
  });

  test('a date and a time make an instant in the zone of the rule', () => {
    const paris = conversion('date8', 'instant', true, 60);
    expect(paris.read('20260131', '0815')).toBe('2026-01-31T07:15:00.000Z');
    expect(paris.write('2026-01-31T07:15:00.000Z', '')).toBe('20260131');
    expect(paris.writeExtra?.('2026-01-31T07:15:00.000Z')).toBe('0815');
    expect(paris.writeExtra?.('2026-01-31T07:15:30.000Z')).toBe('081530');
    expect(paris.read('20260131', '2515')).toBeUndefined();
  });

  test('every day survives every format that holds a day', () => {
    const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2049-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        day,
        fc.constantFrom('dtm:102', 'dtm:101', 'dtm:2', 'dtm:203', 'dtm:304', 'date8', 'date6'),
        (date, as) => {
          const text = date.toISOString().slice(0, 10);
          const one = conversion(as, 'date');
          expect(one.read(one.write(text, '')!, as.split(':')[1] ?? '')).toBe(text);
        },
      ),
    );
  });
});

describe('numbers with check digits', () => {
  test('a wrong check digit is said and the number is kept', () => {
    expect(conversion('gtin').read('4012345000017', '')).toBe('4012345000017');
    expect(conversion('gtin').warn?.('4012345000010')).toContain('check digit');
    expect(conversion('gtin').warn?.('036000291452')).toBeUndefined();
    expect(conversion('gtin14').write('036000291452', '')).toBe('00036000291452');
  });

  test('an SSCC loses AI 00 and gets it back', () => {
    expect(conversion('sscc20').read('00006141411234567890', '')).toBe('006141411234567890');
    expect(conversion('sscc18').read('006141411234567890', '')).toBe('006141411234567890');
    expect(conversion('sscc20').write('006141411234567890', '')).toBe('00006141411234567890');
  });
});

test.each([['decimal9'], ['N10'], ['gtin9'], ['dates'], ['dtm:999']])('as: %s is refused', (as) => {
  expect(typeof findConversion(as, { target: 'text', zoneMinutes: 0, hasTime: false })).toBe('string');
});

test('a date field without as: is asked for one', () => {
  expect(findConversion(undefined, { target: 'date', zoneMinutes: 0, hasTime: false })).toContain('say as:');
});

describe('bytes that are their own meaning', () => {
  /** The GTIN with the check digit that its other digits have. */
  const gtins = fc
    .tuple(fc.constantFrom(7, 11, 12, 13), fc.nat(99_999_999))
    .map(([length, number]) => String(number).padStart(length, '0').slice(-length))
    .chain((digits) => fc.nat(9).map((check) => digits + String(check)));
  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom('0', '1', '9', '.', ',', '-', '+', 'E', ' '), maxLength: 15 }),
    fc.nat(1_000_000).map((cents) => (cents / 100).toFixed(2)),
    gtins,
  );

  test.each(['decimal', 'decimal2', 'gtin', 'gtin14'])('%s reads them as they stand', (as) => {
    const known = conversion(as, as.startsWith('gtin') ? 'text' : 'decimal');
    fc.assert(
      fc.property(texts, fc.nat(3), (text, offset) => {
        const bytes = new TextEncoder().encode('7'.repeat(offset) + text + '7');
        if (known.isItself?.(bytes, offset, offset + text.length) !== true) return;
        expect(known.read(text, '')).toBe(text);
        expect(known.warn?.(text)).toBeUndefined();
      }),
    );
  });

  test.each([
    ['decimal', '0'],
    ['decimal', '12.50'],
    ['gtin', '614141000036'],
    ['gtin', '4012345500004'],
  ])('%s %s is one of them', (as, text) => {
    const bytes = new TextEncoder().encode(text);
    expect(conversion(as).isItself?.(bytes, 0, bytes.length)).toBe(true);
  });

  test.each([
    ['decimal', '007'],
    ['decimal', '.5'],
    ['decimal', '5.'],
    ['decimal', '1.2.3'],
    ['decimal', ''],
    ['gtin', '4012345500005'],
    ['gtin', '40123456'],
    ['gtin', '401234550000A'],
  ])('%s "%s" is not', (as, text) => {
    const bytes = new TextEncoder().encode(text);
    expect(conversion(as).isItself?.(bytes, 0, bytes.length)).toBe(false);
  });
});

describe('dates as people write them', () => {
  test.each([
    ['date:DD.MM.YYYY', '31.01.2026', '2026-01-31'],
    ['date:M/D/YYYY', '1/31/2026', '2026-01-31'],
    ['date:DD-MM-YY', '31-01-26', '2026-01-31'],
    ['date:YYYY/MM/DD', '2026/01/31', '2026-01-31'],
    ['date:DDMMYYYY', '31012026', '2026-01-31'],
  ])('%s: %s is %s, and back', (as, text, value) => {
    expect(conversion(as, 'date').read(text, '')).toBe(value);
    expect(conversion(as, 'date').write(value, '')).toBe(text);
  });

  test.each(['1/31/2026', '31/01/26', '31.02.2026', '2026-01-31'])('"%s" is no date DD.MM.YYYY', (text) => {
    expect(conversion('date:DD.MM.YYYY', 'date').read(text, '')).toBeUndefined();
  });

  test('a format that is none is told', () => {
    const options = { target: 'date', zoneMinutes: 0, hasTime: false } as const;
    expect(findConversion('date:DD.MM', options)).toContain('expected a format such as date:DD.MM.YYYY');
    expect(findConversion('date:MM/MM/YYYY', options)).toContain('expected a format');
  });
});
