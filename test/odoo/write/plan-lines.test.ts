import { describe, expect, test } from '@jest/globals';
import { planLines } from '../../../src/odoo/write/plan-lines.ts';
import type { LinePlanInput } from '../../../src/odoo/write/plan-lines.ts';
import type { Slice } from '../../../src/tracking/model.ts';
import { lineState, odooLine, odooOrder, orderLink, orderState } from './orders.ts';

const GATEWAY = {
  quantity: 'gateway',
  price: 'gateway',
  deliveryDate: 'gateway',
  vendorReference: 'gateway',
  acknowledged: 'gateway',
} as const;

const promise = (fields: Partial<Slice> = {}): Slice => ({
  id: '1.1',
  state: 'CONFIRMED_CHANGED',
  quantity: '100',
  date: '2026-12-20',
  ...fields,
});

const VALUES = { quantity: '100', price: '10', date: '2026-12-15', discount: '0' };

function plan(changes: Partial<LinePlanInput> = {}) {
  const input: LinePlanInput = {
    state: orderState([lineState({ slices: [promise()] })]),
    link: orderLink([{}]),
    order: odooOrder([odooLine()]),
    lineIds: ['1'],
    fields: GATEWAY,
    split: () => false,
    ...changes,
  };
  return planLines(input);
}

describe('what has to be written', () => {
  test('all four values, also those that stay: Odoo would fill in the others from the price list', () => {
    const row = odooLine({ values: { ...VALUES, discount: '5' }, netPrice: '10' });
    const { writes } = plan({ order: odooOrder([row]), link: orderLink([{ seen: row.values }]) });
    expect(writes).toEqual([{ row, lineId: '1', values: { ...VALUES, date: '2026-12-20', discount: '5' } }]);
  });

  test('an agreed price is net: the row gets the price that comes to it at its own discount and taxes', () => {
    const values = { ...VALUES, price: '12.5', discount: '20' };
    const order = odooOrder([odooLine({ values, netPrice: '10' })]);
    const link = orderLink([{ seen: values }]);
    const agreed = (amount: string) => orderState([lineState({ slices: [promise({ price: { amount } })] })]);
    expect(plan({ order, link }).writes[0]!.values.price).toBe('12.5');
    expect(plan({ order, link, state: agreed('10.0000005') }).writes[0]!.values.price).toBe('12.5');
    expect(plan({ order, link, state: agreed('11') }).writes[0]!.values.price).toBe('13.75');
    const free = odooOrder([odooLine({ values: { ...VALUES, price: '0' }, netPrice: '0' })]);
    const given = orderLink([{ seen: { ...VALUES, price: '0' } }]);
    expect(plan({ order: free, link: given, state: agreed('3') }).writes[0]!.values.price).toBe('3');
  });

  test('nothing, where Odoo holds it: a second attempt after a lost answer', () => {
    const values = { ...VALUES, date: '2026-12-20' };
    const { writes, edited } = plan({
      order: odooOrder([odooLine({ values })]),
      link: orderLink([{ intended: values }]),
    });
    expect([writes, edited]).toEqual([[], []]);
  });

  test('nothing over what a person has edited: neither seen before nor written by us', () => {
    const values = { ...VALUES, quantity: '90' };
    const found = plan({ order: odooOrder([odooLine({ values })]) });
    expect(found.writes).toEqual([]);
    expect(found.edited).toEqual([{ lineId: '1', field: 'quantity', held: '90', known: '100' }]);
  });

  test('numbers that only look different are no edit', () => {
    const { edited } = plan({
      link: orderLink([{ seen: { ...VALUES, quantity: '100.00', price: '10.0' } }]),
    });
    expect(edited).toEqual([]);
  });

  test('nothing over newer values of the buyer that wait for their turn, or over a line that Odoo has at zero', () => {
    const state = orderState([lineState({ slices: [promise()] })]);
    const line = { ...state.lines[0]!.line, quantity: { value: '80', unit: 'EA' } };
    const waitingOrder = { lines: [line] } as unknown as NonNullable<typeof state.waitingOrder>;
    expect(plan({ state: { ...state, waitingOrder } })).toMatchObject({ writes: [], superseded: ['1'] });
    const zero = { ...VALUES, quantity: '0' };
    const none = plan({ order: odooOrder([odooLine({ values: zero })]), link: orderLink([{ seen: zero }]) });
    expect(none).toMatchObject({ writes: [], superseded: ['1'] });
  });

  test('fields that belong to Odoo keep their values', () => {
    const { writes } = plan({ fields: { ...GATEWAY, deliveryDate: 'odoo' } });
    expect(writes).toEqual([]);
  });

  test('what the unit cannot hold is told', () => {
    const slices = [
      promise({ quantity: '99.999' }),
      promise({ id: '1.2', state: 'CANCELLED', quantity: '0.001' }),
    ];
    const { rounded, writes } = plan({ state: orderState([lineState({ slices })]) });
    expect(rounded).toEqual([{ lineId: '1', agreed: '99.999', held: '100' }]);
    expect(writes[0]!.values.quantity).toBe('100');
  });
});

describe('a row for each date', () => {
  const slices = [promise({ quantity: '60' }), promise({ id: '1.2', quantity: '40', date: '2026-12-28' })];
  const state = orderState([lineState({ slices })]);
  const first = { ...VALUES, quantity: '60', date: '2026-12-20' };
  const second = { ...VALUES, quantity: '40', date: '2026-12-28' };
  const split = () => true;

  test('the row of the line becomes the first, further ones are made like it', () => {
    const { writes, creates } = plan({ state, split });
    expect(writes.map(({ values }) => values)).toEqual([first]);
    expect(creates.map(({ slice }) => slice)).toEqual([{ ...second, lineId: '1' }]);
  });

  test('a row that an earlier attempt has made is found, though its answer was lost', () => {
    const order = odooOrder([odooLine({ values: first }), odooLine({ id: 12, values: second })]);
    const link = orderLink([{ intended: first }], { intendedSlices: [{ ...second, lineId: '1' }] });
    const found = plan({ state, split, order, link });
    expect(found).toMatchObject({ writes: [], creates: [] });
    expect(found.unseen.map(({ id }) => id)).toEqual([12]);
  });

  test('goods that have arrived are not cut into parts any more', () => {
    const order = odooOrder([odooLine({ received: '10' })]);
    const { writes, creates } = plan({ state, split, order });
    expect(creates).toEqual([]);
    expect(writes.map(({ values }) => values)).toEqual([{ ...VALUES, date: '2026-12-28' }]);
  });

  test('a row too many counts nothing', () => {
    const order = odooOrder([odooLine({ values: first }), odooLine({ id: 12, values: second })]);
    const link = orderLink([{ seen: first }, { lineId: '1', slice: true, seen: second }]);
    const one = orderState([lineState({ slices: [promise()] })]);
    const { writes } = plan({ state: one, order, link });
    expect(writes.map(({ row, values }) => [row.id, values.quantity])).toEqual([
      [11, '100'],
      [12, '0'],
    ]);
  });
});
