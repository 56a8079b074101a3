import { expect, test } from '@jest/globals';
import { readPriceBasis } from '../../../src/tracking/match/price-basis.ts';
import { buildUnitTable } from '../../../src/tracking/match/units.ts';
import { ratioText } from '../../../src/tracking/match/ratio.ts';
import { minorUnits } from '../../../src/tracking/match/minor-units.ts';

test.each([
  [undefined, '1', undefined],
  ['PE', '1', undefined],
  ['CT', '1', undefined],
  ['PN', '10', undefined],
  ['PD', '12', undefined],
  ['HP', '100', undefined],
  ['TP', '1000', undefined],
  ['TT', '10000', undefined],
  ['HT', '100000', undefined],
  ['HF', '100', 'FOT'],
  ['PK', '1', 'KGM'],
  ['PS', '1000', 'FTK'],
])('basis %s divides by %s', (basisCode, divisor, unit) => {
  const basis = readPriceBasis({ amount: '5', ...(basisCode === undefined ? {} : { basisCode }) });
  expect(basis.kind === 'price' ? [basis.divisor.toFixed(), basis.unit] : basis).toEqual([divisor, unit]);
});

test.each(['NQ', 'TB', 'PV', 'CP', 'ES', 'EC', 'AP', '??', 'constructor'])(
  'basis %s is no final price',
  (basisCode) => {
    expect(readPriceBasis({ amount: '5', basisCode }).kind).toBe('review');
  },
);

test('a stated base quantity goes before the code, and zero is no base', () => {
  const basis = readPriceBasis({ amount: '5', basisCode: 'HP', baseQuantity: '50' });
  expect(basis.kind === 'price' && basis.divisor.toFixed()).toBe('50');
  expect(readPriceBasis({ amount: '5', baseQuantity: '0' }).kind).toBe('review');
});

test.each([
  ['DZN', 'EA', '12'],
  ['EA', 'DZN', '0.0833333333'],
  ['TNE', 'KGM', '1000'],
  ['LBR', 'ONZ', '16'],
  ['YRD', 'INH', '36'],
  ['CS', 'EA', '24'],
  ['PF', 'CS', '40'],
  ['PF', 'DZN', '80'],
])('1 %s is %s %s', (from, to, factor) => {
  const table = buildUnitTable([
    { unit: 'CS', base: 'EA', numerator: '24', itemId: 'A' },
    { unit: 'PF', base: 'CS', numerator: '40', itemId: 'A' },
  ]);
  const conversion = table.convert(from, to, ['A']);
  expect(conversion && ratioText(conversion.factor)).toBe(factor);
});

test('a pack of one article says nothing of another, and circular facts end', () => {
  const table = buildUnitTable([
    { unit: 'CS', base: 'EA', numerator: '24', itemId: 'A' },
    { unit: 'BX', base: 'BG', numerator: '2' },
    { unit: 'BG', base: 'BX', numerator: '2' },
  ]);
  expect(table.convert('CS', 'EA', ['B'])).toBeUndefined();
  expect(table.convert('KGM', 'EA', ['A'])).toBeUndefined();
  expect(table.convert('BX', 'EA', ['A'])).toBeUndefined();
});

test('minor units follow ISO 4217', () => {
  expect(['EUR', 'JPY', 'TND', 'CLF', 'XXX'].map(minorUnits)).toEqual([2, 0, 3, 4, undefined]);
});
