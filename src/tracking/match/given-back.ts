import { sum } from '../../common/decimal.ts';
import type { Context } from './context.ts';
import { divide } from './division.ts';
import type { PreparedLine } from './line-match.ts';
import { plus, ratio } from './ratio.ts';

function givesBack({ direction }: Context, { read }: PreparedLine): boolean {
  return read.quantity.times(direction).isNegative();
}

/**
 * The lines in the order in which they are matched: what gives goods back frees them for the other lines, wherever it stands in
 * the document, and may give back what those bill. Until engine 4 as they stand, each by itself.
 */
export function inTurn(context: Context, prepared: readonly PreparedLine[]): readonly PreparedLine[] {
  if (context.engine < 5) return prepared;
  const back = prepared.filter((line) => givesBack(context, line));
  if (back.length === 0 || back.length === prepared.length) return prepared;
  const others = prepared.filter((line) => !back.includes(line));
  for (const { read, entries, itemIds } of others) {
    const [entry] = entries;
    // Which of several order lines it bills is not settled yet.
    if (entry === undefined || entries.length > 1) continue;
    const charges = sum(read.charges.map(({ amount }) => amount));
    for (const { quantity } of divide(context, entries, read, itemIds, false)) {
      entry.beside = {
        quantity: plus(entry.beside.quantity, quantity),
        amount: plus(entry.beside.amount, ratio(read.net.times(context.direction))),
        charges: plus(entry.beside.charges, ratio(charges.times(context.direction))),
      };
    }
  }
  return [...back, ...others];
}
