import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import { roundToStep } from './line-target.ts';
import type { OdooOrderLine } from './odoo-order.ts';
import type { ShippedPart } from './shipped-parts.ts';

/** A stock.move of an open receipt; quantities in the unit that stock counts in. */
export interface OpenMove {
  id: number;
  pickingId: number;
  orderLineId: number;
  productId: number;
  unitId: number;
  demand: DecimalString;
  /** As it is filled in: Odoo expects all of the demand, until somebody says otherwise. */
  quantity: DecimalString;
  moveLineIds: number[];
}

/** An open receipt: not done, not cancelled. */
export interface OpenReceipt {
  id: number;
  /** The shipment that it was prepared for. */
  shipmentId: string | undefined;
  scheduledDate: string;
  note: string;
  moves: OpenMove[];
}

/** What is shipped of an order line, with the rows that it has in Odoo. */
export interface ShippedLine {
  lineId: string;
  rows: readonly OdooOrderLine[];
  parts: readonly ShippedPart[];
}

export interface ReceiptPlan {
  receipt: OpenReceipt;
  /** New demand of moves, where the receipt has to hold more than it did: others hold that much less. */
  demands: { move: OpenMove; demand: DecimalString }[];
  /** What each move of the receipt counts: none for what is not shipped now. */
  quantities: { move: OpenMove; parts: MovePart[] }[];
  /** Something of the receipt is not shipped now: it goes into a receipt of its own. */
  split: boolean;
  /** Announced beyond what is expected of the line: counted when it arrives. */
  excess: { lineId: string; quantity: DecimalString }[];
}

export interface MovePart extends ShippedPart {
  /** In the unit that stock counts in. */
  quantity: DecimalString;
}

/** The receipt that a shipment is announced on: its own; else one that holds just that; else the first with most of its lines. */
export function chooseReceipt(
  receipts: readonly OpenReceipt[],
  shipmentId: string,
  lines: readonly ShippedLine[],
): OpenReceipt | undefined {
  const own = receipts.find((receipt) => receipt.shipmentId === shipmentId);
  if (own !== undefined) return own;
  const free = receipts.filter((receipt) => receipt.shipmentId === undefined);
  const exact = free.find(
    (receipt) =>
      lines.every((line) => demandOf(receipt, line).eq(shippedOf(line))) &&
      receipt.moves.every((move) => lines.some(({ rows }) => rows.some(({ id }) => id === move.orderLineId))),
  );
  if (exact !== undefined) return exact;
  const held = (receipt: OpenReceipt) => lines.filter((line) => demandOf(receipt, line).gt(0)).length;
  const best = [...free].sort((a, b) => held(b) - held(a) || a.id - b.id)[0];
  return best !== undefined && held(best) > 0 ? best : undefined;
}

function demandOf(receipt: OpenReceipt, { rows }: ShippedLine): Dec {
  return sum(movesOf(receipt, rows).map(({ demand }) => demand));
}

function movesOf({ moves }: OpenReceipt, rows: readonly OdooOrderLine[]): OpenMove[] {
  return moves.filter(({ orderLineId }) => rows.some(({ id }) => id === orderLineId));
}

/** In the unit that stock counts in. */
function shippedOf({ rows, parts }: ShippedLine): Dec {
  const [row] = rows;
  return row === undefined ? dec(0) : sum(parts.map(({ quantity }) => toStock(row, quantity)));
}

/** `3` boxes of 12 are `36`, in steps of the stock unit. */
export function toStock({ unit, stockUnit }: OdooOrderLine, quantity: DecimalString): DecimalString {
  const inStock = formatDecimal(dec(quantity).times(unit.factor).div(stockUnit.factor));
  return roundToStep(inStock, stockUnit.rounding);
}

/** A receipt that nobody has prepared yet expects just this: all of it, in one row, without package or lot. */
export function isAsExpected(receipt: OpenReceipt, move: OpenMove, parts: readonly MovePart[]): boolean {
  const [part] = parts;
  return (
    receipt.shipmentId === undefined &&
    parts.length === 1 &&
    part !== undefined &&
    part.sscc === undefined &&
    part.lot === undefined &&
    move.moveLineIds.length === 1 &&
    dec(part.quantity).eq(move.quantity) &&
    dec(part.quantity).eq(move.demand)
  );
}

/** What has to be done so that the receipt holds the shipment, and nothing else. Done twice it plans nothing new. */
export function planReceipt(
  receipts: readonly OpenReceipt[],
  receipt: OpenReceipt,
  lines: readonly ShippedLine[],
): ReceiptPlan {
  const plan: ReceiptPlan = { receipt, demands: [], quantities: [], split: false, excess: [] };
  const others = receipts.filter(({ id, shipmentId }) => id !== receipt.id && shipmentId === undefined);
  const shipped = new Map<number, { parts: MovePart[]; demand: Dec }>();
  for (const line of lines) planLine(plan, others, shipped, line);
  for (const move of receipt.moves) {
    const { parts, demand } = shipped.get(move.id) ?? { parts: [], demand: dec(move.demand) };
    plan.quantities.push({ move, parts });
    if (sum(parts.map(({ quantity }) => quantity)).lt(demand)) plan.split = true;
  }
  return plan;
}

function planLine(
  plan: ReceiptPlan,
  others: readonly OpenReceipt[],
  shipped: Map<number, { parts: MovePart[]; demand: Dec }>,
  line: ShippedLine,
): void {
  const moves = movesOf(plan.receipt, line.rows);
  const wanted = shippedOf(line);
  const here = sum(moves.map(({ demand }) => demand));
  const first = moves[0];
  const missing = wanted.minus(here);
  let borrowed = dec(0);
  if (missing.gt(0) && first !== undefined) {
    borrowed = borrow(plan, others, line.rows, missing);
    if (borrowed.gt(0)) {
      plan.demands.push({ move: first, demand: formatDecimal(dec(first.demand).plus(borrowed)) });
    }
  }
  const excess = wanted.minus(here).minus(borrowed);
  if (excess.gt(0)) plan.excess.push({ lineId: line.lineId, quantity: formatDecimal(excess) });
  const [row] = line.rows;
  if (row === undefined) return;
  let parts: MovePart[] = line.parts.map((part) => ({ ...part, quantity: toStock(row, part.quantity) }));
  for (const move of moves) {
    const demand = move === first ? dec(move.demand).plus(borrowed) : dec(move.demand);
    const { taken, left } = take(parts, demand);
    shipped.set(move.id, { parts: taken, demand });
    parts = left;
  }
}

/** Takes demand from receipts that no shipment stands on; returns how much there was. */
function borrow(
  plan: ReceiptPlan,
  others: readonly OpenReceipt[],
  rows: readonly OdooOrderLine[],
  wanted: Dec,
): Dec {
  let left = wanted;
  for (const move of others.flatMap((other) => movesOf(other, rows))) {
    if (left.lte(0)) break;
    const taken = left.lt(move.demand) ? left : dec(move.demand);
    plan.demands.push({ move, demand: formatDecimal(dec(move.demand).minus(taken)) });
    left = left.minus(taken);
  }
  return wanted.minus(left);
}

/** The first parts up to a quantity, the last of them cut where it does not fit whole. */
function take(parts: readonly MovePart[], quantity: Dec): { taken: MovePart[]; left: MovePart[] } {
  const taken: MovePart[] = [];
  const left: MovePart[] = [];
  let room = quantity;
  for (const part of parts) {
    const fits = room.lt(part.quantity) ? room : dec(part.quantity);
    if (fits.gt(0)) taken.push({ ...part, quantity: formatDecimal(fits) });
    const rest = dec(part.quantity).minus(fits);
    if (rest.gt(0)) left.push({ ...part, quantity: formatDecimal(rest) });
    room = room.minus(fits);
  }
  return { taken, left };
}
