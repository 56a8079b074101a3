import type { Context } from './context.ts';
import type { LedgerEntry } from './ledger.ts';
import { billedPrice } from './line-checks.ts';
import type { PreparedLine } from './line-match.ts';
import { compare, quotient } from './ratio.ts';
import type { Ratio } from './ratio.ts';

/**
 * Which lines move money only: those of debit notes and price credits. A credit note that does not say what it is returns
 * goods on the lines that credit their full price, and corrects the price on the others; until engine 4 one such line made all of
 * the document a correction.
 */
export function moneyRule(
  context: Context,
  prepared: readonly PreparedLine[],
): (line: PreparedLine) => boolean {
  const { document } = context.input;
  if (document.documentType === 'invoice') return () => document.invoiceType === 'debit';
  if (document.effect !== undefined) return () => document.effect === 'price';
  const isBelow = (line: PreparedLine) => creditsLess(context, line);
  if (context.engine >= 5) return isBelow;
  const all = prepared.some(isBelow);
  return () => all;
}

/** Whether a line credits less than the full price of its goods, tolerance included. */
function creditsLess(context: Context, { read, entries }: PreparedLine): boolean {
  const [entry] = entries;
  if (entry === undefined || read.price === undefined) return false;
  const conversion =
    read.line.quantity.unit === undefined || entry.line.unit === undefined
      ? undefined
      : context.units.convert(read.line.quantity.unit, entry.line.unit, entry.itemIds);
  const price = conversion === undefined ? read.price : quotient(read.price, conversion.factor);
  if (price === undefined) return false;
  const full = fullPrice(context, entry, price);
  if (full === undefined) return false;
  const { upperPct } = context.limits('price', context.supplierSubject);
  const least = { n: full.n.times(100).minus(full.n.times(upperPct ?? 0)), d: full.d.times(100) };
  return compare(price, least) < 0;
}

/** What the credited invoice billed for one unit, else what is agreed; until engine 4 always that. */
function fullPrice(context: Context, entry: LedgerEntry, price: Ratio): Ratio | undefined {
  const billed = context.engine >= 5 ? billedPrice(context, entry, price) : undefined;
  return billed ?? entry.slices.at(-1)?.price ?? entry.orderPrice;
}
