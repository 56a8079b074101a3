import { dec } from '../../common/decimal.ts';
import type { Context } from './context.ts';
import type { LedgerEntry } from './ledger.ts';
import { billedPrice } from './line-checks.ts';
import type { PreparedLine } from './line-match.ts';
import { compare, minus, plus, quotient, ratio, sign, times } from './ratio.ts';
import type { Ratio } from './ratio.ts';

/**
 * Which lines move money only: those of debit notes and price credits. A credit note that does not say what it is returns
 * goods on the lines that credit their full price, and corrects the price on the others; until engine 4 one such line made all of
 * the document a correction. One that credits more than the full price returns goods only where as many have gone back or never
 * came: one piece at 50.00 of goods at 10.00 is a sum of money, and frees no piece to be billed again; until engine 6 it did.
 */
export function moneyRule(
  context: Context,
  prepared: readonly PreparedLine[],
): (line: PreparedLine) => boolean {
  const { document } = context.input;
  if (document.documentType === 'invoice') return () => document.invoiceType === 'debit';
  if (document.effect !== undefined) return () => document.effect === 'price';
  const isBelow = (line: PreparedLine) => creditsOtherPrice(context, line);
  if (context.engine >= 5) return isBelow;
  const all = prepared.some(isBelow);
  return () => all;
}

/** Whether a line credits less than the full price of its goods, or more of goods that nobody has given back; tolerance included. */
function creditsOtherPrice(context: Context, { read, entries }: PreparedLine): boolean {
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
  const tolerated = times(full, { n: dec(upperPct ?? 0), d: dec(100) });
  if (compare(price, minus(full, tolerated)) < 0) return true;
  if (context.engine < 7 || compare(price, plus(full, tolerated)) <= 0) return false;
  const stated = ratio(read.quantity);
  const quantity = conversion === undefined ? stated : times(stated, conversion.factor);
  // What is billed and not here has gone back, or never came.
  const isCounted = sign(entry.received) > 0;
  return !isCounted || compare(minus(entry.booked, entry.received), quantity) < 0;
}

/** What the credited invoice billed for one unit, else what is agreed; until engine 4 always that. */
function fullPrice(context: Context, entry: LedgerEntry, price: Ratio): Ratio | undefined {
  const billed = context.engine >= 5 ? billedPrice(context, entry, price) : undefined;
  return billed ?? entry.slices.at(-1)?.price ?? entry.orderPrice;
}
