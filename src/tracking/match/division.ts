import type { InvoiceLine } from '../../documents/invoice.ts';
import type { Context } from './context.ts';
import type { LedgerEntry } from './ledger.ts';
import type { ReadLine } from './line-reading.ts';
import {
  greatest,
  least,
  minus,
  ONE_RATIO,
  plus,
  quotient,
  ratio,
  sign,
  times,
  ZERO_RATIO,
} from './ratio.ts';
import type { Ratio } from './ratio.ts';

/** What one order line gets of a document line. */
export interface Share {
  entry: LedgerEntry;
  /** Signed, in order units. */
  quantity: Ratio;
  /** Order units in one invoiced unit; undefined where no conversion is known. */
  factor?: Ratio;
  unapproved?: string;
}

function toOrderUnit(context: Context, line: InvoiceLine, entry: LedgerEntry, ids: readonly string[]) {
  const from = line.quantity.unit;
  const to = entry.line.unit;
  if (from === undefined || to === undefined) return { factor: ONE_RATIO };
  return context.units.convert(from, to, ids);
}

/** Divides the quantity over several order lines: oldest receipt first as far as received, then as far as ordered. */
export function divide(
  context: Context,
  entries: readonly LedgerEntry[],
  read: ReadLine,
  ids: readonly string[],
  moneyOnly: boolean,
): Share[] {
  const signed = ratio(read.quantity.times(context.direction));
  const convertible: Share[] = entries.map((entry) => {
    const conversion = toOrderUnit(context, read.line, entry, ids);
    return {
      entry,
      quantity: ZERO_RATIO,
      ...(conversion === undefined ? {} : { factor: conversion.factor }),
      ...(conversion?.unapproved === undefined ? {} : { unapproved: conversion.unapproved }),
    };
  });
  const usable = convertible.filter(({ factor }) => factor !== undefined);
  const first = usable[0] ?? convertible[0];
  if (first === undefined) return [];
  if (usable.length < 2 || moneyOnly || sign(signed) === 0) {
    return [{ ...first, quantity: first.factor === undefined ? signed : times(signed, first.factor) }];
  }
  const ordered = [...usable].sort((a, b) =>
    (a.entry.firstReceipt ?? '9999').localeCompare(b.entry.firstReceipt ?? '9999'),
  );
  const capacities =
    sign(signed) < 0
      ? [(entry: LedgerEntry) => entry.booked]
      : [
          (entry: LedgerEntry) => minus(entry.received, entry.invoiced),
          (entry: LedgerEntry) => minus(entry.effective, entry.invoiced),
        ];
  const direction = ratio(sign(signed) < 0 ? '-1' : '1');
  let left = times(signed, direction);
  for (const capacity of capacities) {
    for (const share of ordered) {
      if (sign(left) <= 0) break;
      const factor = share.factor ?? ONE_RATIO;
      const taken = times(share.quantity, direction);
      const free = greatest(minus(capacity(share.entry), taken), ZERO_RATIO);
      const use = least(times(left, factor), free);
      share.quantity = times(plus(taken, use), direction);
      left = minus(left, quotient(use, factor) ?? ZERO_RATIO);
    }
  }
  const rest = ordered[0];
  if (sign(left) > 0 && rest !== undefined) {
    const extra = times(times(left, rest.factor ?? ONE_RATIO), direction);
    rest.quantity = plus(rest.quantity, extra);
  }
  return ordered.filter(({ quantity }) => sign(quantity) !== 0);
}
