import type { Order, OrderChange, OrderLine } from '../../documents/order.ts';

/**
 * The order as it is after a buyer's change: header values and changed lines laid over the version before. A `replace`
 * carries every line. Lines stay in their place; new ones come last.
 */
export function applyChange(order: Order, change: OrderChange): Order {
  const { purpose, lines: changes, ...header } = change;
  const lines =
    purpose === 'replace'
      ? changes.filter((line) => line.action !== 'deleted').map(toLine)
      : mergeLines(order.lines, changes);
  const changed: Order = { ...order, ...header, documentType: 'order', lines };
  // Of the version before: a change carries none.
  delete changed.totalAmount;
  return changed;
}

function mergeLines(lines: readonly OrderLine[], changes: OrderChange['lines']): OrderLine[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const kept = lines.flatMap((line) => {
    const change = byId.get(line.id);
    if (change === undefined || change.action === 'unchanged') return [line];
    if (change.action === 'deleted') return [];
    return [change.action === 'replaced' ? toLine(change) : { ...line, ...toLine(change) }];
  });
  const known = new Set(lines.map((line) => line.id));
  const added = changes.filter((change) => !known.has(change.id) && change.action !== 'deleted').map(toLine);
  return [...kept, ...added];
}

function toLine(change: OrderChange['lines'][number]): OrderLine {
  const line: OrderLine & Partial<typeof change> = { ...change };
  delete line.action;
  delete line.quantityLeftToReceive;
  return line;
}
