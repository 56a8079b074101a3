import { describe, expect, test } from '@jest/globals';
import { dec } from '../../../src/common/decimal.ts';
import type { Order } from '../../../src/documents/order.ts';
import { odooNames } from '../../../src/odoo/client/odoo-names.ts';
import type { OdooLineLink, OdooOrderLink } from '../../../src/odoo/order-link.ts';
import type { MasterData, OdooUnit } from '../../../src/odoo/read/master-data.ts';
import { orderDocumentOf } from '../../../src/odoo/read/order-document.ts';
import { readLinesOf } from '../../../src/odoo/read/order-lines.ts';
import type { OrderRows } from '../../../src/odoo/read/read-order-rows.ts';
import { DEFAULT_POLICY } from '../../../src/tracking/policy.ts';
import { decide } from '../../../src/tracking/decide.ts';
import type { OrderState } from '../../../src/tracking/model.ts';

const ZONE = 'Europe/Berlin';
const NAMES = odooNames({ major: 19, minor: 0, text: '19.0' });
const NOW = '2026-11-21T08:00:00.000Z';

const unit = (name: string, code: string | undefined, ratio: number): OdooUnit => ({
  name,
  code,
  ratio: dec(ratio),
  root: '1',
});

const MASTER = {
  units: new Map([
    [1, unit('Units', 'EA', 1)],
    [2, unit('Dozens', 'DZN', 12)],
    [3, unit('Gebinde', undefined, 40)],
  ]),
  currencies: new Map([
    [1, { code: 'EUR', decimals: 2 }],
    [2, { code: 'JPY', decimals: 0 }],
  ]),
  terms: new Map(),
  termLines: new Map(),
  taxes: new Map([
    [1, { id: 1, amount: 19, amount_type: 'percent', price_include: false }],
    [2, { id: 2, amount: 20, amount_type: 'percent', price_include: true }],
  ]),
  incoterms: new Map(),
  companies: new Map([
    [1, { id: 1, name: 'We', partner: { id: 1, name: 'We', global_location_number: '4012345500004' } }],
  ]),
  warehouses: new Map([[1, { code: 'WH', name: 'Main', partner: undefined }]]),
  warehouseOfOperation: new Map([[1, 1]]),
  locationUsage: new Map(),
} as unknown as MasterData;

interface LineSpec {
  id: number;
  quantity?: number;
  price?: number;
  date?: string;
  discount?: number;
  unitId?: number;
  taxIds?: number[];
  subtotal?: number;
  variant?: string[];
}

function rowsOf(lines: readonly LineSpec[], order: Record<string, unknown> = {}): OrderRows {
  return {
    order: {
      id: 7,
      name: 'P00007',
      state: 'purchase',
      date_approve: '2026-11-20 23:30:00',
      currency_id: [1, 'EUR'],
      company_id: [1, 'We'],
      picking_type_id: [1, 'Receipts'],
      ...order,
    },
    lines: lines.map(
      ({
        id,
        quantity = 100,
        price = 2.5,
        date = '2026-12-15 12:00:00',
        discount = 0,
        unitId = 1,
        taxIds = [],
        subtotal = 0,
        variant = [],
      }) => ({
        id,
        name: `[A-${id}] Article`,
        product_qty: quantity,
        price_unit: price,
        price_subtotal: subtotal,
        date_planned: date,
        discount,
        product_uom_id: [unitId, ''],
        tax_ids: taxIds,
        product_id: {
          id: 70 + id,
          default_code: `A-${id}`,
          barcode: '4012345000009',
          name: 'Article',
          uom_id: [1, ''],
          product_template_variant_value_ids: variant.map((value, index) => ({ id: index, name: value })),
        },
      }),
    ),
    vendorItems: new Map([[11, { code: 'V-11' }]]),
    packBarcodes: new Map([[12, '4012345000016']]),
  };
}

function read(rows: OrderRows, link?: OdooOrderLink, state?: OrderState) {
  const { lines, problems } = readLinesOf(rows, { names: NAMES }, MASTER, ZONE);
  const seller = { id: 'V', scheme: 'buyerAssigned' as const };
  return {
    problems,
    ...orderDocumentOf({ rows, lines, seller, references: [], master: MASTER, zone: ZONE, link, state }),
  };
}

const linkOf = (lines: OdooLineLink[], more: Partial<OdooOrderLink> = {}): OdooOrderLink => ({
  orderId: 'P00007',
  odooId: 7,
  companyId: 1,
  currency: 'EUR',
  state: 'confirmed',
  content: '',
  intendedSlices: [],
  ...more,
  lines,
});

/** Released, sent, and answered with a later date for line 1. */
function answered(order: Order, date: string): OrderState {
  const policy = DEFAULT_POLICY;
  const released = decide(
    undefined,
    { type: 'orderReleased', id: 'e1', order, partnerId: 'p' },
    policy,
    NOW,
  ).state!;
  const sent = decide(
    released,
    { type: 'transmissionSucceeded', id: 'e2', documentId: 'd', documentType: 'order', version: 1 },
    policy,
    NOW,
  ).state!;
  const line = order.lines[0]!;
  return decide(
    sent,
    {
      type: 'orderResponseReceived',
      id: 'e3',
      partnerId: 'p',
      documentRef: { documentId: 'r', contentHash: 'h' },
      findings: [],
      document: {
        documentType: 'orderResponse',
        id: 'R1',
        issueDate: '2026-11-21',
        orderId: order.id,
        purpose: 'original',
        claim: 'acceptedWithChanges',
        lines: [
          {
            orderLineId: line.id,
            item: line.item,
            quantity: line.quantity,
            price: line.price!,
            schedules: [{ claim: 'dateChanged', quantity: line.quantity, date, dateKind: 'delivery' }],
          },
        ],
      },
    } as never,
    policy,
    NOW,
  ).state!;
}

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
    const again = read(rowsOf([{ id: 1, variant: ['Red'] }]), linkOf(lines), state);
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
    expect(once.lines[0]).toEqual({ odooId: 11, lineId: '1', slice: false, seen: written });
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
