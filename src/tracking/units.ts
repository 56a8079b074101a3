import { dec, formatDecimal } from '../common/decimal.ts';
import type { DecimalString } from '../common/decimal.ts';
import type { OrderLine } from '../documents/order.ts';
import type { Price, Quantity } from '../documents/primitives.ts';
import { ratio } from './match/ratio.ts';
import type { Ratio } from './match/ratio.ts';
import { buildUnitTable } from './match/units.ts';
import type { TrackingPolicy } from './policy.ts';
import { comparePrices } from './order-diff.ts';
import { normalise } from './quantity.ts';
import { itemRulesOf } from './tolerances.ts';

const GENERAL = buildUnitTable([]);

/** A quotient with more has no end, and would be rounded. */
const MOST_PLACES = 20;

/** Ordered units in one `unit`: by what the policy says of the article, else by what holds for every article (a dozen, a piece). */
function factorOf(unit: string, ordered: string, line: OrderLine, policy: TrackingPolicy): Ratio | undefined {
  const known = itemRulesOf(policy, line.item)?.units?.find(({ from }) => from === unit);
  return known === undefined ? GENERAL.convert(unit, ordered, [])?.factor : ratio(known.factor);
}

/**
 * The quantity in the ordered unit; undefined where no conversion is known, or none without a rounding. A quantity without unit
 * is in the ordered one.
 */
export function toOrderedUnit(
  quantity: Quantity,
  line: OrderLine,
  policy: TrackingPolicy,
): DecimalString | undefined {
  const { unit } = quantity;
  const ordered = line.quantity.unit;
  if (unit === undefined || ordered === undefined || unit === ordered) return normalise(quantity.value);
  const factor = factorOf(unit, ordered, line, policy);
  if (factor === undefined) return undefined;
  const converted = dec(quantity.value).times(factor.n).div(factor.d);
  return converted.decimalPlaces() <= MOST_PLACES ? formatDecimal(converted) : undefined;
}

/**
 * A partner's price for so many of the unit in which the order has its price, exact: 108.00 a case of twelve is 108.00 for 12.
 * `unit` is what it is for where the price itself does not say, unless it repeats what was ordered: nobody sells a case at the
 * price of a piece. What cannot be converted keeps its unit.
 */
export function toOrderedPrice(
  price: Price,
  unit: string | undefined,
  line: OrderLine,
  policy: TrackingPolicy,
): Price {
  if (price.unit === undefined && comparePrices(price, line.price) === 0) return price;
  const stated = price.unit ?? unit;
  const ordered = line.price?.unit ?? line.quantity.unit;
  if (stated === undefined || ordered === undefined || stated === ordered) return price;
  const factor = factorOf(stated, ordered, line, policy);
  if (factor === undefined) return { ...price, unit: stated };
  return {
    ...price,
    amount: formatDecimal(dec(price.amount).times(factor.d)),
    baseQuantity: formatDecimal(dec(price.baseQuantity ?? '1').times(factor.n)),
    unit: ordered,
  };
}
