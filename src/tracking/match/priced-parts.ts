import { compare, greatest, least, minus, plus, sign, times, ZERO_RATIO } from './ratio.ts';
import type { Ratio } from './ratio.ts';

/** A promised quantity with its price. */
export interface Slice {
  id: string;
  /** Sum of the quantities up to its end. */
  until: Ratio;
  price: Ratio;
}

/** A quantity of an order line that has a price of its own, in the order of delivery; `billed` grows. */
export interface PricedPart {
  /** Of the promise; absent for what nobody has promised. */
  readonly id?: string;
  readonly start: Ratio;
  readonly size: Ratio;
  readonly price: Ratio;
  billed: Ratio;
}

/** A quantity that takes from a part, or gives back to it: negative. */
export interface Taking {
  part: PricedPart;
  quantity: Ratio;
}

/** The promises, and what is ordered beyond them at `price`. */
export function pricedParts(
  slices: readonly Slice[],
  ordered: Ratio,
  price: Ratio | undefined,
): PricedPart[] {
  let start = ZERO_RATIO;
  const parts = slices.map((slice): PricedPart => {
    const part = {
      id: slice.id,
      start,
      size: minus(slice.until, start),
      price: slice.price,
      billed: ZERO_RATIO,
    };
    start = slice.until;
    return part;
  });
  const rest = minus(ordered, start);
  const restPrice = price ?? slices.at(-1)?.price;
  if (restPrice !== undefined && sign(rest) > 0) {
    parts.push({ start, size: rest, price: restPrice, billed: ZERO_RATIO });
  }
  return parts;
}

/**
 * Which parts a quantity is billed on: those that have come and whose price it has, whoever bills first; then one after the
 * other. What is credited goes back where its price is, then to the latest. `left` fits nowhere.
 */
export function takeParts(
  parts: readonly PricedPart[],
  received: Ratio,
  quantity: Ratio,
  price: Ratio | undefined,
): { takings: Taking[]; left: Ratio } {
  const takings: Taking[] = [];
  const credits = sign(quantity) < 0;
  let left = { n: quantity.n.abs(), d: quantity.d };
  const take = (part: PricedPart, room: Ratio): void => {
    const before = takings.filter((taking) => taking.part === part).map((taking) => taking.quantity);
    const taken = before.reduce(plus, ZERO_RATIO);
    const free = minus(room, { n: taken.n.abs(), d: taken.d });
    const use = least(left, greatest(free, ZERO_RATIO));
    if (sign(use) === 0) return;
    left = minus(left, use);
    takings.push({ part, quantity: credits ? { n: use.n.negated(), d: use.d } : use });
  };
  const samePrice = parts.filter((part) => price !== undefined && compare(part.price, price) === 0);
  if (credits) {
    for (const part of [...samePrice, ...[...parts].reverse()]) take(part, part.billed);
  } else {
    for (const part of samePrice)
      take(part, minus(least(part.size, minus(received, part.start)), part.billed));
    for (const part of parts) take(part, minus(part.size, part.billed));
  }
  return { takings, left: credits ? { n: left.n.negated(), d: left.d } : left };
}

/** What the parts cost that a quantity takes. */
export function priceOf(takings: readonly Taking[]): Ratio {
  return takings.map(({ part, quantity }) => times(part.price, quantity)).reduce(plus, ZERO_RATIO);
}
