import { describe, expect, test } from '@jest/globals';
import { dec } from '../../../src/common/decimal.ts';
import { odooNames } from '../../../src/odoo/client/odoo-names.ts';
import type { OdooRow } from '../../../src/odoo/client/odoo-client.ts';
import type { OdooOrderLink } from '../../../src/odoo/order-link.ts';
import type { MasterData } from '../../../src/odoo/read/master-data.ts';
import { newReceipts } from '../../../src/odoo/read/receipts.ts';
import type { OrderState } from '../../../src/tracking/model.ts';

const [SUPPLIER, STOCK, TRANSIT] = [4, 8, 9];
const PRODUCT = 70;

const MASTER = {
  units: new Map([[1, { name: 'Units', code: 'EA', ratio: dec(1), root: '1' }]]),
  locationUsage: new Map([
    [SUPPLIER, 'supplier'],
    [TRANSIT, 'transit'],
  ]),
} as unknown as MasterData;

const row = (values: Record<string, unknown> = {}): OdooRow => ({
  id: 11,
  product_id: { id: PRODUCT },
  product_uom_id: 1,
  qty_received: 0,
  qty_received_method: 'stock_moves',
  write_date: '2026-11-20 10:00:00',
  ...values,
});

const move = (values: Record<string, unknown> = {}): OdooRow => ({
  id: 21,
  date: '2026-11-20 09:30:00',
  picking_id: [31, 'WH/IN/00031'],
  product_id: [PRODUCT, 'Hammer'],
  product_uom: [1, 'Units'],
  quantity: 10,
  location_id: [SUPPLIER, 'Vendors'],
  location_dest_id: [STOCK, 'Stock'],
  purchase_line_id: [11, 'Hammer'],
  to_refund: false,
  origin_returned_move_id: false,
  ...values,
});

function receiptsOf(rows: OdooRow[], moves: OdooRow[], told: [id: string, quantity: string][] = []) {
  const state = {
    orderId: 'P00012',
    lines: [{ id: '1', line: { id: '1', item: {}, quantity: { value: '10', unit: 'EA' } } }],
    receipts: told.map(([id, quantity]) => ({ id, lines: [{ lineId: '1', quantity }] })),
  } as unknown as OrderState;
  const receipts = newReceipts({
    link: { lines: [{ odooId: 11, lineId: '1' }] } as unknown as OdooOrderLink,
    state,
    moves,
    rows,
    despatchAdviceOf: new Map(),
    client: { names: odooNames({ major: 19, minor: 0, text: '19.0' }) },
    master: MASTER,
    zone: 'Europe/Berlin',
  });
  return receipts.map(({ id, lines }) => `${id}: ${lines.map(({ quantity }) => quantity.value).join(', ')}`);
}

describe('what Odoo counts as received', () => {
  test('goods by the transfer that brought them, once', () => {
    expect(receiptsOf([row()], [move()])).toEqual(['WH/IN/00031: 10']);
    expect(receiptsOf([row()], [move()], [['WH/IN/00031', '10']])).toEqual([]);
  });

  test('a service by the quantity that a person enters at its line, and what he corrects', () => {
    const service = (quantity: number) => row({ qty_received_method: 'manual', qty_received: quantity });
    expect(receiptsOf([service(4)], [])).toEqual(['P00012: 4']);
    expect(receiptsOf([service(4)], [], [['P00012', '4']])).toEqual([]);
    expect(receiptsOf([service(3)], [], [['P00012', '4']])).toEqual(['P00012#2: -1']);
  });

  test('a kit by what Odoo makes of its parts, and not by the number of parts', () => {
    const kit = row({ product_id: { id: 99 }, qty_received: 2 });
    const parts = [move({ id: 21, quantity: 4 }), move({ id: 22, product_id: [71, 'Nail'], quantity: 20 })];
    expect(receiptsOf([kit], parts)).toEqual(['P00012: 2']);
    expect(receiptsOf([row({ product_id: { id: 99 }, qty_received: 0 })], parts)).toEqual([]);
  });

  test('goods of a company of the same Odoo, that come by a transit location, and go back by it', () => {
    const from = { location_id: [TRANSIT, 'Transit'] };
    const back = {
      location_id: [STOCK, 'Stock'],
      location_dest_id: [TRANSIT, 'Transit'],
      origin_returned_move_id: [21, 'in'],
      to_refund: true,
    };
    expect(receiptsOf([row()], [move(from)])).toEqual(['WH/IN/00031: 10']);
    const returned = move({ ...back, id: 22, picking_id: [32, 'WH/OUT/00032'], quantity: 3 });
    expect(receiptsOf([row()], [move(from), returned])).toEqual(['WH/IN/00031: 10', 'WH/OUT/00032: -3']);
  });

  test('what goes to the supplier without having been a receipt counts as going back, what is replaced does not', () => {
    const out = { location_id: [STOCK, 'Stock'], location_dest_id: [SUPPLIER, 'Vendors'] };
    expect(receiptsOf([row()], [move(out)])).toEqual(['WH/IN/00031: -10']);
    const exchanged = { ...out, origin_returned_move_id: [20, 'in'], to_refund: false };
    expect(receiptsOf([row()], [move(exchanged)])).toEqual([]);
  });

  test('moves within the house are no receipts', () => {
    expect(receiptsOf([row()], [move({ location_id: [STOCK, 'Input'] })])).toEqual([]);
  });
});
