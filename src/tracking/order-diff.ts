import { dec } from '../common/decimal.ts';
import type { Order, OrderLine } from '../documents/order.ts';
import type { Item, Price } from '../documents/primitives.ts';
import type { Dimension } from './model.ts';
import { compare } from './quantity.ts';
import { stableText } from './stable-text.ts';

/** Exact comparison of prices with different bases; undefined where one of them is missing. */
export function comparePrices(a: Price | undefined, b: Price | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.amount === b.amount && a.baseQuantity === b.baseQuantity) return 0;
  const left = dec(a.amount).times(b.baseQuantity ?? '1');
  const right = dec(b.amount).times(a.baseQuantity ?? '1');
  return left.comparedTo(right);
}

/**
 * Whether two prices are the same money for the same goods; `unit` is that of a price that names none. Until rules 3 the number
 * alone told.
 */
export function isSamePrice(
  a: Price | undefined,
  b: Price | undefined,
  unit: string | undefined,
  rules: number,
): boolean {
  const [of, against] = [a?.unit ?? unit, b?.unit ?? unit];
  if (rules >= 4 && of !== undefined && against !== undefined && of !== against) return false;
  return comparePrices(a, b) === 0;
}

const ITEM_IDS = ['buyerId', 'sellerId', 'gtin', 'manufacturerId'] as const;

/** True where both name the item in the same way, and differently. */
export function isOtherItem(a: Item, b: Item): boolean {
  let differs = false;
  for (const name of ITEM_IDS) {
    if (a[name] === undefined || b[name] === undefined) continue;
    if (a[name] === b[name]) return false;
    differs = true;
  }
  return differs;
}

/** True where both name the item in the same way, or one of them not at all. */
export function isSameItem(a: Item, b: Item): boolean {
  const names = ITEM_IDS.filter((name) => b[name] !== undefined);
  return names.length === 0 || names.some((name) => a[name] === b[name]);
}

function requestedDate(line: OrderLine, order: Order): string {
  return [
    line.requestedDeliveryDate ?? order.requestedDeliveryDate,
    line.requestedShipDate ?? order.requestedShipDate,
  ]
    .map((date) => date ?? '')
    .join('/');
}

/** Which of the values that need the supplier's agreement differ between two versions of a line (T13). */
function changedDimensions(
  before: OrderLine,
  after: OrderLine,
  orders: { before: Order; after: Order },
  rules: number,
): Dimension[] {
  const changes: Dimension[] = [];
  const otherUnit = before.quantity.unit !== after.quantity.unit;
  if (otherUnit || compare(before.quantity.value, after.quantity.value) !== 0) changes.push('quantity');
  if (requestedDate(before, orders.before) !== requestedDate(after, orders.after)) changes.push('date');
  const isPriced = before.price !== undefined || after.price !== undefined;
  if (isPriced && !isSamePrice(before.price, after.price, before.quantity.unit, rules)) changes.push('price');
  if (isOtherItem(before.item, after.item)) changes.push('item');
  return changes;
}

export interface LineDiff {
  id: string;
  action: 'added' | 'deleted' | 'changed' | 'unchanged';
  changes: Dimension[];
  line: OrderLine;
}

export interface OrderDiff {
  lines: LineDiff[];
  /** Header values, or values of lines that need no new agreement. */
  otherChanges: boolean;
}

/** What differs between two versions of an order, line by line, by the rules of an event (RULES). */
export function diffOrders(before: Order, after: Order, rules: number): OrderDiff {
  const known = new Map(before.lines.map((line) => [line.id, line]));
  const kept = new Set(after.lines.map(({ id }) => id));
  let otherChanges = headerText(before) !== headerText(after);
  const lines: LineDiff[] = after.lines.map((line) => {
    const old = known.get(line.id);
    if (old === undefined) return { id: line.id, action: 'added', changes: [], line };
    const changes = changedDimensions(old, line, { before, after }, rules);
    if (changes.length > 0) return { id: line.id, action: 'changed', changes, line };
    otherChanges ||= stableText(old) !== stableText(line);
    return { id: line.id, action: 'unchanged', changes, line };
  });
  for (const line of before.lines) {
    if (!kept.has(line.id)) lines.push({ id: line.id, action: 'deleted', changes: [], line });
  }
  return { lines, otherChanges };
}

function headerText(order: Order): string {
  return stableText({ ...order, lines: undefined, version: undefined, totalAmount: undefined });
}
