import { dec, formatDecimal, roundTo, sum } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { LocalDate, Instant } from '../../common/time.ts';
import type { ReceiptAdvice } from '../../documents/receipt-advice.ts';
import type { OrderState } from '../../tracking/model.ts';
import type { OdooClient, OdooRow } from '../client/odoo-client.ts';
import { fromOdooNumber } from '../line-values.ts';
import { toInstantOfOdoo, toLocalDate } from '../odoo-date.ts';
import type { OdooOrderLink } from '../order-link.ts';
import type { MasterData, OdooUnit } from './master-data.ts';
import { readAllRows } from './all-rows.ts';
import { idOf, textOf } from './row-values.ts';

/** Decimals of a quantity after it was converted between units. */
const QUANTITY_DECIMALS = 6;

/** The done moves of orders, oldest first. */
export async function readDoneMoves(
  client: OdooClient,
  master: MasterData,
  orderIds: readonly number[],
): Promise<OdooRow[]> {
  if (orderIds.length === 0) return [];
  const rows = await readAllRows(client, 'stock.move', {
    domain: [
      ['purchase_line_id.order_id', 'in', [...orderIds]],
      ['state', '=', 'done'],
    ],
    fields: await master.fields.only('stock.move', [
      'date',
      'picking_id',
      'product_id',
      'product_uom',
      client.names.moveDoneQuantity,
      'location_id',
      'location_dest_id',
      'purchase_line_id',
      'to_refund',
      'origin_returned_move_id',
    ]),
  });
  return rows.sort((a, b) => compareText(String(a['date']), String(b['date'])) || a.id - b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Counted {
  lineId: string;
  quantity: Dec;
  receivedAt: Instant;
}

/**
 * What the warehouse has counted and the order does not know yet, one document for each transfer. What was told before is in
 * the order itself, so that nothing is told twice; a transfer that is corrected later tells the difference.
 */
export function newReceipts(input: {
  link: OdooOrderLink;
  state: OrderState;
  moves: readonly OdooRow[];
  /** Of purchase.order.line. */
  rows: readonly OdooRow[];
  /** Id of the despatch advice that a transfer was prepared from, by the transfer's id. */
  despatchAdviceOf: ReadonlyMap<number, string>;
  client: Pick<OdooClient, 'names'>;
  master: MasterData;
  zone: string;
}): ReceiptAdvice[] {
  const { state, zone } = input;
  const transfers = new Map<string, { id: number; counted: Counted[] }>();
  const add = (name: string, id: number, counted: Counted | undefined) => {
    if (counted === undefined) return;
    const transfer = transfers.get(name) ?? { id, counted: [] };
    transfer.counted.push(counted);
    transfers.set(name, transfer);
  };
  const itself = input.rows.filter((row) => isCountedByItself(row, input.moves));
  for (const move of input.moves) {
    const rowId = idOf(move['purchase_line_id']);
    if (itself.some(({ id }) => id === rowId)) continue;
    add(transferName(move), idOf(move['picking_id']) ?? 0, countedOf(move, input));
  }
  // No transfer stands for them: the receipt has the number of the order.
  for (const row of itself) add(state.orderId, 0, countedByItself(row, input));
  return [...transfers].flatMap(([name, { id, counted }]) => {
    const told = state.receipts.filter((receipt) => receipt.id === name || receipt.id.startsWith(`${name}#`));
    const lines = differences(state, counted, told);
    if (lines.length === 0) return [];
    const receivedAt = counted
      .map((each) => each.receivedAt)
      .sort()
      .at(-1)!;
    const receivedDate: LocalDate = toLocalDate(
      `${receivedAt.slice(0, 10)} ${receivedAt.slice(11, 19)}`,
      zone,
    );
    const despatchAdviceId = input.despatchAdviceOf.get(id);
    return {
      documentType: 'receiptAdvice',
      ...(told.length === 0 ? { id: name } : { id: `${name}#${told.length + 1}`, corrects: name }),
      receivedDate,
      receivedAt,
      ...(despatchAdviceId !== undefined && { despatchAdviceId }),
      lines,
    };
  });
}

/** The transfer's number; a move without one (an adjustment by hand) stands for itself. */
function transferName(move: OdooRow): string {
  const { picking_id: picking } = move;
  return Array.isArray(picking) ? String(picking[1]) : `move-${move.id}`;
}

function differences(
  state: OrderState,
  counted: readonly Counted[],
  told: OrderState['receipts'],
): ReceiptAdvice['lines'] {
  const lineIds = [...new Set(counted.map(({ lineId }) => lineId))];
  return lineIds.flatMap((lineId) => {
    const line = state.lines.find(({ id }) => id === lineId)?.line;
    if (line === undefined) return [];
    const now = sum(counted.filter((each) => each.lineId === lineId).map(({ quantity }) => quantity));
    const before = sum(
      told
        .flatMap(({ lines }) => lines.filter((each) => each.lineId === lineId))
        .map(({ quantity }) => quantity),
    );
    const difference = now.minus(before);
    if (difference.isZero()) return [];
    return {
      id: lineId,
      orderId: state.orderId,
      orderLineId: lineId,
      item: line.item,
      quantity: { ...line.quantity, value: formatDecimal(difference) },
    };
  });
}

/**
 * What Odoo does not count by transfers of the line's product: services, whose quantity a person enters at the line, and kits,
 * of which the parts are received.
 */
function isCountedByItself(row: OdooRow, moves: readonly OdooRow[]): boolean {
  if (row['qty_received_method'] === 'manual') return true;
  const own = moves.filter((move) => idOf(move['purchase_line_id']) === row.id);
  return own.length > 0 && !own.some((move) => isOfProduct(move, row));
}

function isOfProduct(move: OdooRow, row: OdooRow): boolean {
  const productId = idOf(move['product_id']);
  return productId === undefined || productId === idOf(row['product_id']);
}

function countedByItself(row: OdooRow, { link }: Parameters<typeof newReceipts>[0]): Counted | undefined {
  const line = link.lines.find(({ odooId }) => odooId === row.id);
  if (line === undefined) return undefined;
  return {
    lineId: line.lineId,
    quantity: dec(fromOdooNumber(row['qty_received'])),
    receivedAt: toInstantOfOdoo(textOf(row['write_date']) ?? ''),
  };
}

function countedOf(
  move: OdooRow,
  { link, rows, client, master }: Parameters<typeof newReceipts>[0],
): Counted | undefined {
  const row = rows.find(({ id }) => id === idOf(move['purchase_line_id']));
  const line = link.lines.find(({ odooId }) => odooId === row?.id);
  const sign = signOf(move, master);
  if (line === undefined || row === undefined || sign === 0 || !isOfProduct(move, row)) return undefined;
  const quantity = convert(
    dec(fromOdooNumber(move[client.names.moveDoneQuantity])),
    master.units.get(idOf(move['product_uom']) ?? 0),
    master.units.get(idOf(row[client.names.lineUnit]) ?? 0),
  );
  return {
    lineId: line.lineId,
    quantity: quantity.times(sign),
    receivedAt: toInstantOfOdoo(textOf(move['date']) ?? ''),
  };
}

/**
 * As Odoo counts qty_received: from the supplier in, to the supplier out; a supplier that is a company of the same Odoo delivers
 * by way of a transit location. A return that is to be replaced (`to_refund` off) counts neither on its way out nor when the
 * replacement comes.
 */
function signOf(move: OdooRow, { locationUsage }: MasterData): -1 | 0 | 1 {
  const from = locationUsage.get(idOf(move['location_id']) ?? 0);
  const to = locationUsage.get(idOf(move['location_dest_id']) ?? 0);
  const refund = move['to_refund'] !== false;
  const isReturn = idOf(move['origin_returned_move_id']) !== undefined;
  if (to === 'supplier' || (to === 'transit' && isReturn)) return refund || !isReturn ? -1 : 0;
  if (from !== 'supplier' && from !== 'transit') return 0;
  return isReturn && !refund ? 0 : 1;
}

function convert(quantity: Dec, from: OdooUnit | undefined, to: OdooUnit | undefined): Dec {
  if (from === undefined || to === undefined || from.root !== to.root || from.ratio.eq(to.ratio))
    return quantity;
  return roundTo(quantity.times(from.ratio).div(to.ratio), QUANTITY_DECIMALS);
}
