import { expect, test } from '@jest/globals';
import { odooNames } from '../../../src/odoo/client/odoo-names.ts';
import { readOpenReceipts } from '../../../src/odoo/write/read-receipts.ts';
import type { WriteContext } from '../../../src/odoo/write/write-context.ts';
import { odooLine, odooOrder } from './orders.ts';

const move = (id: number, lineId: number, productId: number) => ({
  id,
  picking_id: [31, 'WH/IN/00031'],
  purchase_line_id: [lineId, ''],
  product_id: [productId, ''],
  product_uom: [1, 'Units'],
  product_uom_qty: 10,
  quantity: 10,
  move_line_ids: [id + 100],
});

test('parts of a kit are not taken for the kit: what is announced is counted in kits', async () => {
  const rows = {
    'stock.picking': [{ id: 31, scheduled_date: '2026-12-15 12:00:00', note: false }],
    'stock.move': [move(1, 11, 7), move(2, 12, 70), move(3, 12, 71)],
  };
  const context = {
    client: {
      names: odooNames({ major: 19, minor: 0, text: '19.0' }),
      searchRead: (model: keyof typeof rows) => Promise.resolve(rows[model]),
    },
    store: { find: () => Promise.resolve({ records: [] }) },
  } as unknown as WriteContext;
  const order = {
    ...odooOrder([odooLine({ id: 11, productId: 7 }), odooLine({ id: 12, productId: 8 })]),
    pickingIds: [31],
  };
  const [receipt] = await readOpenReceipts(context, order);
  expect(receipt!.moves.map(({ id }) => id)).toEqual([1]);
});
