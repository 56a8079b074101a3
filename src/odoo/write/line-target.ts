import { dec, formatDecimal, roundTo, sum } from '../../common/decimal.ts';
import type { DecimalString } from '../../common/decimal.ts';
import type { LocalDate } from '../../common/time.ts';
import type { Price } from '../../documents/primitives.ts';
import { balanceOf, isConfirmed } from '../../tracking/balance.ts';
import type { LineState, Slice } from '../../tracking/model.ts';

/** Of a price that is no finite decimal; Odoo keeps a float. */
const PRICE_PLACES = 10;

/** What one row of purchase.order.line is to hold; an absent value stays as it is in Odoo. */
export interface LineTarget {
  quantity: DecimalString;
  /** Net, for one ordered unit, as documents state it. */
  price?: DecimalString;
  date?: LocalDate;
}

/**
 * What Odoo is to hold of a line, from what is agreed now: one row, or with `split` one for each agreed date and price.
 * Undefined while nothing may be written: a proposal, change or cancellation is undecided.
 *
 * The quantity is what is not cancelled: a backordered or refused quantity stays until a person cancels it.
 */
export function targetOf(line: LineState, split: boolean): LineTarget[] | undefined {
  if (line.standing !== undefined) return undefined;
  const quantity = keptQuantity(line);
  const agreed = line.slices.filter(isConfirmed);
  if (agreed.length === 0 || dec(quantity).isZero()) return [{ quantity }];
  const parts = split ? agreedParts(line, agreed) : [];
  if (parts.length > 1) return withRest(parts, quantity);
  const price = singlePrice(line, agreed);
  const date = latestDate(line, agreed);
  return [{ quantity, ...(price !== undefined && { price }), ...(date !== undefined && { date }) }];
}

/** Ordered, or more where more was agreed, without what was cancelled. */
export function keptQuantity(line: LineState): DecimalString {
  const { ordered, over, cancelled } = balanceOf(line);
  const kept = dec(ordered).plus(over).minus(cancelled);
  return formatDecimal(kept.isNegative() ? dec(0) : kept);
}

/** Rows by date and price, the earliest first. */
function agreedParts(line: LineState, agreed: readonly Slice[]): LineTarget[] {
  const parts = new Map<string, LineTarget>();
  for (const slice of agreed) {
    const date = deliveryDate(line, slice);
    const price = unitPrice(line, slice.price ?? line.line.price);
    const key = `${date ?? ''}|${price ?? ''}`;
    const before = parts.get(key)?.quantity ?? '0';
    parts.set(key, {
      quantity: formatDecimal(dec(before).plus(slice.quantity)),
      ...(price !== undefined && { price }),
      ...(date !== undefined && { date }),
    });
  }
  return [...parts.values()].sort((a, b) => ((a.date ?? '') < (b.date ?? '') ? -1 : 1));
}

/** What is not agreed yet waits in the last row. */
function withRest(parts: readonly LineTarget[], quantity: DecimalString): LineTarget[] {
  const rest = dec(quantity).minus(sum(parts.map((part) => part.quantity)));
  if (rest.lte(0)) return [...parts];
  const last = parts.at(-1)!;
  return [...parts.slice(0, -1), { ...last, quantity: formatDecimal(dec(last.quantity).plus(rest)) }];
}

/** The date by which all that is agreed has arrived: planning must not count on goods that come later. */
function latestDate(line: LineState, agreed: readonly Slice[]): LocalDate | undefined {
  const dates = agreed.map((slice) => deliveryDate(line, slice));
  return dates.reduce((latest, date) =>
    latest === undefined || (date !== undefined && date > latest) ? date : latest,
  );
}

/** A ship date without transit time says nothing of the arrival. */
function deliveryDate(line: LineState, { date, dateKind }: Slice): LocalDate | undefined {
  return dateKind === 'ship' || date === undefined ? line.line.requestedDeliveryDate : date;
}

/** One row of Odoo has one price: where several are agreed it keeps its own. */
function singlePrice(line: LineState, agreed: readonly Slice[]): DecimalString | undefined {
  const prices = agreed.map((slice) => unitPrice(line, slice.price ?? line.line.price));
  const [first] = prices;
  if (first === undefined) return undefined;
  return prices.every((price) => price !== undefined && dec(price).eq(first)) ? first : undefined;
}

/** For one ordered unit; undefined for a price of another unit. */
function unitPrice(line: LineState, price: Price | undefined): DecimalString | undefined {
  if (price === undefined) return undefined;
  const ordered = line.line.quantity.unit;
  if (price.unit !== undefined && ordered !== undefined && price.unit !== ordered) return undefined;
  return formatDecimal(roundTo(dec(price.amount).div(dec(price.baseQuantity ?? '1')), PRICE_PLACES));
}

/** Half up to the step of a unit: what Odoo does by itself, without a word. */
export function roundToStep(quantity: DecimalString, step: DecimalString): DecimalString {
  const unit = dec(step);
  if (unit.lte(0)) return quantity;
  return formatDecimal(roundTo(dec(quantity).div(unit), 0).times(unit));
}
