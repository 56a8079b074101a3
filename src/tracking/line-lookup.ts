import type { Item } from '../documents/primitives.ts';
import type { LineState } from './model.ts';

export type LineMatch = { index: number } | { index?: undefined; problem: 'unknown' | 'ambiguous' };

/** Line ids that differ only in leading zeros are the same: partners pad what they echo. */
function isSameLineId(a: string, b: string): boolean {
  return a === b || (/^\d+$/.test(a) && /^\d+$/.test(b) && a.replace(/^0+/, '') === b.replace(/^0+/, ''));
}

const ITEM_IDS = ['buyerId', 'sellerId', 'gtin'] as const;

/**
 * Which order line a partner's line means (5.1.4): our line id, else the buyer's, the seller's item number, the GTIN. The
 * first kind of id that fits any line decides; if it fits several, nothing does. `hint` is where it is likely to be found.
 */
export function findLine(
  lines: readonly LineState[],
  named: { orderLineId?: string | undefined; item: Item },
  hint = -1,
): LineMatch {
  const { orderLineId, item } = named;
  if (orderLineId !== undefined) {
    if (lines[hint]?.id === orderLineId) return { index: hint };
    const index = lines.findIndex(({ id }) => isSameLineId(id, orderLineId));
    if (index >= 0) return { index };
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
export function describeLine(named: { orderLineId?: string | undefined; item: Item }): string {
  const { orderLineId, item } = named;
  if (orderLineId !== undefined) return `line ${orderLineId}`;
  return `item ${item.buyerId ?? item.sellerId ?? item.gtin ?? item.description ?? 'without number'}`;
}
