import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sum } from '../../../src/common/decimal.ts';
import type { DespatchAdvice } from '../../../src/documents/despatch-advice.ts';
import { shippedParts } from '../../../src/odoo/write/shipped-parts.ts';
import { despatchOf, orderTo } from '../../support/documents.ts';
import { lineState } from './orders.ts';

const advice = despatchOf(orderTo('northwind-hardware', 'P00001', [['100', '10']]));
const [LINE] = advice.lines;
const LINES = [lineState()];
const parts = (changes: Partial<DespatchAdvice>, shipped = '100') =>
  shippedParts({ ...advice, ...changes }, 'P00001', LINES, '1', shipped);

describe('how a shipped quantity is packed', () => {
  test('without packages and lots it is one part', () => {
    expect(parts({})).toEqual([{ quantity: '100' }]);
  });

  test('each lot is a part, in the share that the advice gives it, whatever unit it counts in', () => {
    const lines = [
      { ...LINE!, quantity: { value: '6', unit: 'BX' }, lotId: 'L-1' },
      { ...LINE!, quantity: { value: '4', unit: 'BX' }, lotId: 'L-2' },
    ];
    expect(parts({ lines })).toEqual([
      { quantity: '60', lot: 'L-1' },
      { quantity: '40', lot: 'L-2' },
    ]);
  });

  test('a carton without number counts to the pallet that it stands on', () => {
    const packages = [
      { id: 'P', kind: 'pallet' as const, sscc: '340123450000000017' },
      { id: 'C', kind: 'carton' as const, parentId: 'P' },
    ];
    expect(parts({ packages, lines: [{ ...LINE!, packageId: 'C' }] })).toEqual([
      { quantity: '100', sscc: '340123450000000017' },
    ]);
  });

  test('a package that stands on itself is no package with a number', () => {
    const packages = [{ id: 'C', parentId: 'C' }];
    expect(parts({ packages, lines: [{ ...LINE!, packageId: 'C' }] })).toEqual([{ quantity: '100' }]);
  });

  test('one line in several packages: whole units in each, the rest in the last', () => {
    const packages = ['1', '2', '3'].map((id) => ({ id, sscc: `S${id}` }));
    expect(parts({ packages, lines: [{ ...LINE!, packageIds: ['1', '2', '3'] }] })).toEqual([
      { quantity: '33', sscc: 'S1' },
      { quantity: '33', sscc: 'S2' },
      { quantity: '34', sscc: 'S3' },
    ]);
  });

  test('each serial number is one piece; without enough of them the rest has none', () => {
    const lines = [{ ...LINE!, serialIds: ['A', 'B'] }];
    expect(parts({ lines }, '3')).toEqual([
      { quantity: '1', lot: 'A' },
      { quantity: '1', lot: 'B' },
      { quantity: '1' },
    ]);
  });

  test('the parts always come to what is shipped', () => {
    const quantity = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(fc.array(quantity, { minLength: 1, maxLength: 5 }), quantity, (values, shipped) => {
        const lines = values.map((value, index) => ({
          ...LINE!,
          quantity: { value: String(value) },
          lotId: `L${index}`,
        }));
        const total = sum(parts({ lines }, String(shipped)).map((part) => part.quantity));
        expect(total.eq(shipped)).toBe(true);
      }),
    );
  });
});
