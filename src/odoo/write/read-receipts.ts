import type { OdooRow } from '../client/odoo-client.ts';
import { fromOdooNumber } from '../line-values.ts';
import type { OdooOrder } from './odoo-order.ts';
import { idOf, text } from './odoo-order.ts';
import type { OpenMove, OpenReceipt } from './plan-receipt.ts';
import { findReceiptLinks } from './receipt-link.ts';
import type { WriteContext } from './write-context.ts';

/** Parts of a kit, and goods that a line was of before somebody changed it, are counted otherwise than they are announced. */
function isOrdered({ lines }: OdooOrder, move: OdooRow): boolean {
  const line = lines.find(({ id }) => id === idOf(move['purchase_line_id']));
  return line?.productId === idOf(move['product_id']);
}

/** Receipts of an order that still wait for goods, drop-shipments too; the oldest first. Two calls. */
export async function readOpenReceipts(context: WriteContext, order: OdooOrder): Promise<OpenReceipt[]> {
  const { client, store } = context;
  if (order.pickingIds.length === 0) return [];
  const pickings = await client.searchRead('stock.picking', {
    domain: [
      ['id', 'in', order.pickingIds],
      ['state', 'not in', ['done', 'cancel']],
      ['picking_type_code', '!=', 'outgoing'],
    ],
    fields: ['scheduled_date', 'note'],
    order: 'id',
  });
  if (pickings.length === 0) return [];
  const ids = pickings.map(({ id }) => id);
  const [moves, links] = await Promise.all([
    client.searchRead('stock.move', {
      domain: [
        ['picking_id', 'in', ids],
        ['purchase_line_id', 'in', order.lines.map(({ id }) => id)],
        ['state', 'not in', ['done', 'cancel']],
      ],
      fields: [
        'picking_id',
        'purchase_line_id',
        'product_id',
        'product_uom',
        'product_uom_qty',
        client.names.moveDoneQuantity,
        'move_line_ids',
      ],
      order: 'id',
    }),
    findReceiptLinks(store, ids),
  ]);
  return pickings.map((picking) => ({
    id: picking.id,
    shipmentId: links.find(({ pickingId }) => pickingId === picking.id)?.shipmentId,
    scheduledDate: text(picking['scheduled_date']),
    note: text(picking['note']),
    moves: moves
      .filter((move) => idOf(move['picking_id']) === picking.id && isOrdered(order, move))
      .map((move): OpenMove => ({
        id: move.id,
        pickingId: picking.id,
        orderLineId: idOf(move['purchase_line_id'])!,
        productId: idOf(move['product_id'])!,
        unitId: idOf(move['product_uom'])!,
        demand: fromOdooNumber(move['product_uom_qty']),
        quantity: fromOdooNumber(move[client.names.moveDoneQuantity]),
        moveLineIds: (move['move_line_ids'] as readonly number[]).toSorted((a, b) => a - b),
      })),
  }));
}
