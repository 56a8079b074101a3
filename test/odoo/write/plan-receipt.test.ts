import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { dec, sum } from '../../../src/common/decimal.ts';
import { chooseReceipt, isAsExpected, planReceipt, toStock } from '../../../src/odoo/write/plan-receipt.ts';
import type { OpenReceipt, ShippedLine } from '../../../src/odoo/write/plan-receipt.ts';
import { EACH, odooLine } from './orders.ts';

const ROW = odooLine();
const OTHER = odooLine({ id: 12, productId: 8 });

function receipt(
  id: number,
  demands: readonly [rowId: number, demand: string][],
  shipmentId?: string,
): OpenReceipt {
  return {
    id,
    shipmentId,
    scheduledDate: '2026-12-15 12:00:00',
    note: '',
    moves: demands.map(([orderLineId, demand], index) => ({
      id: id * 10 + index,
      pickingId: id,
      orderLineId,
      productId: orderLineId === ROW.id ? ROW.productId : OTHER.productId,
      unitId: 1,
      demand,
      quantity: demand,
      moveLineIds: [id * 100 + index],
    })),
  };
}

const shipped = (quantity: string, row = ROW): ShippedLine => ({
  lineId: '1',
  rows: [row],
  parts: [{ quantity }],
});

describe('which receipt a shipment is announced on', () => {
  const all = receipt(1, [
    [11, '100'],
    [12, '5'],
  ]);
  test('its own, whatever else would fit', () => {
    const own = receipt(2, [[11, '1']], 'S-1');
    expect(chooseReceipt([all, own], 'S-1', [shipped('100')])).toBe(own);
  });
  test('one that holds just this shipment: an earlier attempt has split it off', () => {
    const exact = receipt(2, [[11, '40']]);
    expect(chooseReceipt([all, exact], 'S-1', [shipped('40')])).toBe(exact);
  });
  test('else the first with most of the lines, never one of another shipment, never one without any', () => {
    const lines = [shipped('10'), { ...shipped('1', OTHER), lineId: '2' }];
    expect(chooseReceipt([receipt(3, [[11, '100']]), all], 'S-1', lines)).toBe(all);
    expect(chooseReceipt([receipt(3, [[11, '100']], 'S-0')], 'S-1', lines)).toBeUndefined();
    expect(chooseReceipt([receipt(3, [[12, '5']])], 'S-1', [shipped('10')])).toBeUndefined();
  });
});

describe('what is done to it', () => {
  test('what is not shipped is split off', () => {
    const all = receipt(1, [
      [11, '100'],
      [12, '5'],
    ]);
    const plan = planReceipt([all], all, [shipped('40')]);
    expect(plan.quantities.map(({ parts }) => parts.map(({ quantity }) => quantity))).toEqual([['40'], []]);
    expect(plan).toMatchObject({ split: true, demands: [], excess: [] });
  });

  test('planned again after the split it is only filled', () => {
    const own = receipt(1, [[11, '40']], 'S-1');
    expect(planReceipt([own, receipt(2, [[11, '60']])], own, [shipped('40')])).toMatchObject({
      split: false,
      demands: [],
    });
  });

  test('more than its receipt holds comes from those that no shipment stands on; what nobody expects is told', () => {
    const own = receipt(1, [[11, '40']], 'S-1');
    const others = [receipt(2, [[11, '25']], 'S-2'), receipt(3, [[11, '35']])];
    const plan = planReceipt([own, ...others], own, [shipped('90')]);
    expect(plan.demands.map(({ move, demand }) => [move.id, demand])).toEqual([
      [30, '0'],
      [10, '75'],
    ]);
    expect(plan.excess).toEqual([{ lineId: '1', quantity: '15' }]);
    expect(plan.quantities[0]!.parts).toEqual([{ quantity: '75' }]);
  });

  test('demand is only moved: whatever is shipped, the sum of all receipts stays', () => {
    const quantity = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(quantity, quantity, quantity, fc.integer({ min: 1, max: 400 }), (a, b, c, wanted) => {
        const own = receipt(1, [[11, String(a)]], 'S-1');
        const receipts = [own, receipt(2, [[11, String(b)]]), receipt(3, [[11, String(c)]])];
        const { demands, quantities, excess } = planReceipt(receipts, own, [shipped(String(wanted))]);
        const after = receipts.flatMap(({ moves }) =>
          moves.map((move) => demands.find((each) => each.move.id === move.id)?.demand ?? move.demand),
        );
        expect(sum(after).eq(a + b + c)).toBe(true);
        const filled = sum(quantities.flatMap(({ parts }) => parts.map((part) => part.quantity)));
        expect(filled.plus(sum(excess.map((each) => each.quantity))).eq(wanted)).toBe(true);
      }),
    );
  });

  test('what a fresh receipt expects anyway is not written', () => {
    const fresh = receipt(1, [[11, '40']]);
    const [move] = fresh.moves;
    const part = { quantity: '40' };
    expect(isAsExpected(fresh, move!, [part])).toBe(true);
    expect(isAsExpected({ ...fresh, shipmentId: 'S-1' }, move!, [part])).toBe(false);
    expect(isAsExpected(fresh, { ...move!, quantity: '30' }, [part])).toBe(false);
    expect(isAsExpected(fresh, move!, [{ quantity: '30' }])).toBe(false);
    expect(isAsExpected(fresh, move!, [{ ...part, sscc: '340123450000000017' }])).toBe(false);
    expect(isAsExpected(fresh, move!, [{ ...part, lot: 'L-1' }])).toBe(false);
  });

  test('stock counts in its own unit', () => {
    const dozen = odooLine({ unit: { id: 2, factor: '12', rounding: '0.01' }, stockUnit: EACH });
    expect(toStock(dozen, '7')).toBe('84');
    const kilogram = odooLine({ unit: EACH, stockUnit: { id: 3, factor: '3', rounding: '0.001' } });
    expect(dec(toStock(kilogram, '1')).toFixed()).toBe('0.333');
  });
});
