import type { LineClaim } from '../documents/order-response.ts';
import type { Item } from '../documents/primitives.ts';
import type { LineState } from './model.ts';
import { isOtherItem } from './order-diff.ts';

export type LineMatch = { index: number } | { index?: undefined; problem: 'unknown' | 'ambiguous' };

/** Line ids that differ only in leading zeros are the same: partners pad what they echo. */
function isSameLineId(a: string, b: string): boolean {
  return a === b || (/^\d+$/.test(a) && /^\d+$/.test(b) && a.replace(/^0+/, '') === b.replace(/^0+/, ''));
}

const ITEM_IDS = ['buyerId', 'sellerId', 'gtin'] as const;

/** A partner's line: an answered, shipped, invoiced or counted one. */
interface NamedLine {
  orderLineId?: string | undefined;
  item: Item;
  schedules?: readonly { claim: LineClaim }[];
}

/** Neither the line's item nor a substitute for it, but what another line has ordered. */
function isItemOfAnother(
  lines: readonly LineState[],
  index: number,
  { item, schedules }: NamedLine,
): boolean {
  const own = lines[index]!;
  if (!isOtherItem(own.line.item, item)) return false;
  if (schedules?.some(({ claim }) => claim === 'substituted') === true) return false;
  const names = ITEM_IDS.filter((name) => item[name] !== undefined);
  if (names.some((name) => namesItem(own, name, item[name]!))) return false;
  return lines.some((line) => line !== own && names.some((name) => line.line.item[name] === item[name]));
}

/**
 * Which order line a partner's line means (5.1.4): our line id, else the buyer's, the seller's item number, the GTIN. The
 * first kind of id that fits any line decides; if it fits several, nothing does. Nor does anything where the line id is one
 * line's and the item another's: partners number their own lines. `hint` is where it is likely to be found.
 */
export function findLine(lines: readonly LineState[], named: NamedLine, hint = -1): LineMatch {
  const { orderLineId, item } = named;
  if (orderLineId !== undefined) {
    const index =
      lines[hint]?.id === orderLineId ? hint : lines.findIndex(({ id }) => isSameLineId(id, orderLineId));
    if (index >= 0) return isItemOfAnother(lines, index, named) ? { problem: 'ambiguous' } : { index };
  }
  for (const name of ITEM_IDS) {
    const value = item[name];
    if (value === undefined) continue;
    const candidates = indexesOf(lines, (line) => namesItem(line, name, value));
    if (candidates.length === 1) return { index: candidates[0]! };
    if (candidates.length > 1) return { problem: 'ambiguous' };
  }
  return { problem: 'unknown' };
}

function indexesOf(lines: readonly LineState[], test: (line: LineState) => boolean): number[] {
  const found: number[] = [];
  lines.forEach((line, index) => {
    if (test(line)) found.push(index);
  });
  return found;
}

/** By the ordered item, or by a substitute that was offered for it. */
function namesItem(line: LineState, name: (typeof ITEM_IDS)[number], value: string): boolean {
  return line.line.item[name] === value || line.slices.some((slice) => slice.item?.[name] === value);
}

/** How a partner's line is called in messages. */
export function describeLine({ orderLineId, item }: NamedLine, problem?: 'unknown' | 'ambiguous'): string {
  const name = item.buyerId ?? item.sellerId ?? item.gtin ?? item.description;
  if (orderLineId === undefined) return `item ${name ?? 'without number'}`;
  return `line ${orderLineId}${problem === 'ambiguous' && name !== undefined ? ` (item ${name})` : ''}`;
}
