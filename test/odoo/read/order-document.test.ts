import { describe, expect, test } from '@jest/globals';
import { answered, linkOf, read, rowsOf, withoutWords } from './orders.ts';

describe('a new order', () => {
  test('has lines numbered by their ids, values as agreed, dates of the zone, and the parties', () => {
    const { order, problems } = read(
      rowsOf([
        { id: 12, unitId: 2 },
        { id: 11, date: '2026-12-14 23:30:00' },
      ]),
    );
    expect(problems).toEqual([]);
    expect(order).toMatchObject({
      id: 'P00007',
      issueDate: '2026-11-21',
      currency: 'EUR',
      buyer: { id: '4012345500004', scheme: 'GLN' },
      shipTo: { id: 'WH', scheme: 'buyerAssigned', name: 'Main' },
      totalAmount: '500.00',
      lines: [
        {
          id: '1',
          item: { buyerId: 'A-11', sellerId: 'V-11', gtin: '4012345000009' },
          requestedDeliveryDate: '2026-12-15',
        },
        { id: '2', item: { gtin: '4012345000016' }, quantity: { value: '100', unit: 'DZN' }, packSize: '12' },
      ],
    });
    expect(order!.lines[0]).not.toHaveProperty('packSize');
  });

  test('has net prices: discount and included tax taken off, no noise of binary floats', () => {
    const { order } = read(
      rowsOf([
        { id: 1, price: 0.1 + 0.2, quantity: 10 },
        { id: 2, price: 9.99, quantity: 3, discount: 10 },
        { id: 3, price: 12, quantity: 4, taxIds: [2], subtotal: 40 },
      ]),
    );
    expect(order!.lines.map(({ price, lineAmount }) => [price!.amount, lineAmount])).toEqual([
      ['0.3', '3.00'],
      ['8.991', '26.97'],
      ['10', '40.00'],
    ]);
  });

  test('has a price without its included tax that no rounded amount is taken for', () => {
    const { order } = read(rowsOf([{ id: 1, price: 0.05, quantity: 1, taxIds: [2], subtotal: 0.04 }]));
    expect(order!.lines[0]!.price!.amount).toBe('0.04166667');
  });

  test('names the variant: a name and a vendor’s number may stand for all of them', () => {
    const rows = rowsOf([
      { id: 1, variant: ['Red', 'L'] },
      { id: 2, variant: ['Blue', 'L'] },
    ]);
    expect(read(rows).order!.lines.map(({ item }) => item.description)).toEqual([
      'Article (Red, L)',
      'Article (Blue, L)',
    ]);
  });

  test('keeps the name that went out before variants were named', () => {
    const { order, lines } = read(rowsOf([{ id: 1 }]));
    const state = answered(order!, '2026-12-20');
    const again = read(rowsOf([{ id: 1, variant: ['Red'] }]), linkOf(withoutWords(lines)), state);
    expect(again.order!.lines[0]!.item.description).toBe('Article');
  });

  test('is not sent where a line takes goods back', () => {
    const { problems } = read(rowsOf([{ id: 1 }, { id: 2, quantity: -2 }]));
    expect(problems).toEqual([expect.stringMatching(/A-2.*has the quantity -2.*not ordered/)]);
  });

  test('has amounts with the decimals of its currency', () => {
    const { order } = read(rowsOf([{ id: 1, price: 1234.5, quantity: 3 }], { currency_id: [2, 'JPY'] }));
    expect(order).toMatchObject({ currency: 'JPY', totalAmount: '3704', lines: [{ lineAmount: '3704' }] });
  });

  test('does not guess a unit', () => {
    expect(read(rowsOf([{ id: 1, unitId: 3 }])).problems).toEqual([expect.stringContaining('"Gebinde"')]);
  });

  test('of nothing but zeros is no order', () => {
    expect(read(rowsOf([{ id: 1, quantity: 0 }])).order).toBeUndefined();
  });

  test('goes to the customer where it is shipped to him', () => {
    const { order } = read(
      rowsOf([{ id: 1 }], { dest_address_id: { id: 9, name: 'Customer', city: 'Graz' } }),
    );
    expect(order).toMatchObject({
      orderType: 'dropShip',
      shipTo: { name: 'Customer', address: { city: 'Graz' } },
    });
  });
});

describe('an order read again', () => {
  const first = read(rowsOf([{ id: 11 }, { id: 12 }]));
  const confirmed = answered(first.order!, '2026-12-20');
  const seen = first.lines;

  test('numbers stay when a line goes and another comes', () => {
    const again = read(rowsOf([{ id: 12 }, { id: 20 }]), linkOf(seen), confirmed);
    expect(again.order!.lines.map(({ id }) => id)).toEqual(['2', '3']);
    expect(again.lines.map(({ odooId, lineId }) => [odooId, lineId])).toEqual([
      [11, '1'],
      [12, '2'],
      [20, '3'],
    ]);
    const back = read(rowsOf([{ id: 12 }, { id: 20 }, { id: 21 }]), linkOf(again.lines), confirmed);
    expect(back.order!.lines.map(({ id }) => id)).toEqual(['2', '3', '4']);
  });

  test('what the buyer changed is his, and nothing else', () => {
    const { order } = read(rowsOf([{ id: 11, quantity: 90 }, { id: 12 }]), linkOf(seen), confirmed);
    expect(order!.lines).toMatchObject([
      { quantity: { value: '90' }, requestedDeliveryDate: '2026-12-15', lineAmount: '225.00' },
      { quantity: { value: '100' } },
    ]);
  });

  test('a date that we have written from the answer is no change of the buyer, seen before or not', () => {
    const written = { quantity: '100', price: '2.5', date: '2026-12-18', discount: '0' };
    const lines = seen.map((line) => (line.odooId === 11 ? { ...line, intended: written } : line));
    const rows = rowsOf([{ id: 11, date: '2026-12-18 12:00:00' }, { id: 12 }]);
    const once = read(rows, linkOf(lines), confirmed);
    expect(once.order!.lines[0]!.requestedDeliveryDate).toBe('2026-12-15');
    expect(once.lines[0]).toMatchObject({ odooId: 11, lineId: '1', slice: false, seen: written });
    expect(once.lines[0]).not.toHaveProperty('intended');
    expect(read(rows, linkOf(once.lines), confirmed).order!.lines[0]!.requestedDeliveryDate).toBe(
      '2026-12-15',
    );
  });

  test('a value that is neither seen nor ours is the buyer\u2019s, also while one of ours is on its way', () => {
    const intended = { quantity: '100', price: '2.5', date: '2026-12-18', discount: '0' };
    const lines = seen.map((line) => (line.odooId === 11 ? { ...line, intended } : line));
    const { order } = read(
      rowsOf([{ id: 11, date: '2026-12-22 12:00:00' }, { id: 12 }]),
      linkOf(lines),
      confirmed,
    );
    expect(order!.lines[0]!.requestedDeliveryDate).toBe('2026-12-22');
  });

  test('another hour of the same day is no change', () => {
    const { order } = read(
      rowsOf([{ id: 11, date: '2026-12-15 06:00:00' }, { id: 12 }]),
      linkOf(seen),
      confirmed,
    );
    expect(order!.lines[0]!.requestedDeliveryDate).toBe('2026-12-15');
  });

  test('a line that we have split into dates stays one line of the document', () => {
    const intended = { quantity: '60', price: '2.5', date: '2026-12-15', discount: '0' };
    const slice = { quantity: '40', price: '2.5', date: '2026-12-20', discount: '0' };
    const lines = seen.map((line) => (line.odooId === 11 ? { ...line, intended } : line));
    const rows = rowsOf([
      { id: 11, quantity: 60 },
      { id: 12 },
      { id: 30, quantity: 40, date: '2026-12-20 12:00:00' },
    ]);
    const split = read(rows, linkOf(lines, { intendedSlices: [{ lineId: '1', ...slice }] }), confirmed);
    expect(split.order!.lines.map(({ id, quantity }) => [id, quantity.value])).toEqual([
      ['1', '100'],
      ['2', '100'],
    ]);
    expect(split.intendedSlices).toEqual([]);
    expect(split.lines.find(({ odooId }) => odooId === 30)).toMatchObject({ lineId: '1', slice: true });
    const edited = rowsOf([
      { id: 11, quantity: 60 },
      { id: 12 },
      { id: 30, quantity: 50, date: '2026-12-20 12:00:00' },
    ]);
    expect(read(edited, linkOf(split.lines), confirmed).order!.lines[0]!.quantity.value).toBe('110');
  });

  test('a line that a supplier refused, and whose quantity we have set to zero, is not taken out by that', () => {
    const intended = { quantity: '0', price: '2.5', date: '2026-12-15', discount: '0' };
    const lines = seen.map((line) => (line.odooId === 12 ? { ...line, intended } : line));
    const { order } = read(rowsOf([{ id: 11 }, { id: 12, quantity: 0 }]), linkOf(lines), confirmed);
    expect(order!.lines.map(({ id, quantity }) => [id, quantity.value])).toEqual([
      ['1', '100'],
      ['2', '100'],
    ]);
  });

  test('the same rows give the same document', () => {
    const rows = rowsOf([{ id: 11 }, { id: 12 }]);
    const again = read(rows, linkOf(seen), confirmed);
    expect(again.order).toEqual(first.order);
    expect(again.lines).toEqual(seen);
  });
});
