import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { dec } from '../../../src/common/decimal.ts';
import { keptQuantity, roundToStep, targetOf } from '../../../src/odoo/write/line-target.ts';
import type { Slice } from '../../../src/tracking/model.ts';
import { lineState } from './orders.ts';

const slice = (fields: Partial<Slice>): Slice => ({
  id: '1.1',
  state: 'CONFIRMED',
  quantity: '100',
  ...fields,
});

describe('what a row of Odoo is to hold', () => {
  test('a promise gives its date; the ordered price stands where no other was agreed', () => {
    const line = lineState({ slices: [slice({ date: '2026-12-20' })] });
    expect(targetOf(line, false)).toEqual([{ quantity: '100', price: '10', date: '2026-12-20' }]);
  });

  test('nothing is written while a proposal or change is undecided', () => {
    const line = lineState({ slices: [slice({ state: 'PROPOSED' })], standing: [slice({})] });
    expect(targetOf(line, true)).toBeUndefined();
  });

  test('before any promise only the quantity counts: a ship date or hope is no promise', () => {
    expect(targetOf(lineState({ slices: [slice({ state: 'AWAITING' })] }), false)).toEqual([
      { quantity: '100' },
    ]);
    const hoped = slice({ state: 'BACKORDERED', date: '2027-01-10' });
    expect(targetOf(lineState({ slices: [hoped] }), false)).toEqual([{ quantity: '100' }]);
    const shipped = slice({ date: '2026-12-20', dateKind: 'ship' });
    expect(targetOf(lineState({ slices: [shipped] }), false)).toEqual([
      { quantity: '100', price: '10', date: '2026-12-15' },
    ]);
  });

  test('backordered and refused quantities stay until a person cancels them; what is agreed on top is kept', () => {
    const line = (...slices: Slice[]) => lineState({ slices });
    const kept = line(
      slice({ quantity: '60' }),
      slice({ id: '1.2', state: 'BACKORDERED', quantity: '30' }),
      slice({ id: '1.3', state: 'REJECTED', quantity: '10' }),
    );
    expect(keptQuantity(kept)).toBe('100');
    const cancelled = line(
      slice({ quantity: '60' }),
      slice({ id: '1.2', state: 'CANCELLED', quantity: '40' }),
    );
    expect(keptQuantity(cancelled)).toBe('60');
    expect(keptQuantity(line(slice({ quantity: '120', state: 'CONFIRMED_CHANGED' })))).toBe('120');
  });

  test('two dates in one row: the later one, because planning must not count on goods that come after', () => {
    const slices = [
      slice({ quantity: '40', date: '2026-12-20' }),
      slice({ id: '1.2', quantity: '60', date: '2026-12-14' }),
    ];
    expect(targetOf(lineState({ slices }), false)).toEqual([
      { quantity: '100', price: '10', date: '2026-12-20' },
    ]);
  });

  test('split: a row for each date and price, the rest in the last', () => {
    const slices = [
      slice({ quantity: '40', date: '2026-12-20' }),
      slice({ id: '1.2', quantity: '30', date: '2026-12-14' }),
      slice({
        id: '1.3',
        quantity: '20',
        date: '2026-12-20',
        price: { amount: '1050', baseQuantity: '100' },
      }),
      slice({ id: '1.4', quantity: '10', state: 'BACKORDERED' }),
    ];
    const rows = targetOf(lineState({ slices }), true);
    expect(rows).toHaveLength(3);
    expect(rows![0]).toEqual({ quantity: '30', price: '10', date: '2026-12-14' });
    expect(
      rows!
        .slice(1)
        .map(({ price }) => price)
        .sort(),
    ).toEqual(['10', '10.5']);
    expect(rows!.map(({ quantity }) => Number(quantity)).reduce((sum, each) => sum + each)).toBe(100);
  });

  test('two prices in one row, or a price of another unit: Odoo keeps its own', () => {
    const two = [slice({ quantity: '40' }), slice({ id: '1.2', quantity: '60', price: { amount: '11' } })];
    expect(targetOf(lineState({ slices: two }), false)![0]).not.toHaveProperty('price');
    const perBox = [slice({ price: { amount: '110', unit: 'BX' } })];
    expect(targetOf(lineState({ slices: perBox }), false)![0]).not.toHaveProperty('price');
  });
});

test('a quantity is rounded half up to the step of its unit, never further than half a step', () => {
  expect(roundToStep('10.12345', '0.01')).toBe('10.12');
  expect(roundToStep('10.125', '0.01')).toBe('10.13');
  expect(roundToStep('7', '1')).toBe('7');
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.constantFrom('1', '0.5', '0.01', '0.001'),
      (raw, step) => {
        const quantity = dec(raw).div(10_000).toFixed();
        const rounded = dec(roundToStep(quantity, step));
        expect(rounded.minus(quantity).abs().lte(dec(step).div(2))).toBe(true);
        expect(rounded.div(step).decimalPlaces()).toBe(0);
      },
    ),
  );
});
