import { dec } from '../../common/decimal.ts';
import type { AllowanceCharge, Price } from '../../documents/primitives.ts';
import type { OrderLineFact } from './facts.ts';
import { readPriceBasis } from './price-basis.ts';
import { minus, plus, quotient, ratio, times, ZERO_RATIO } from './ratio.ts';
import type { Ratio } from './ratio.ts';
import type { UnitTable } from './units.ts';

/** Price of one unit of the order line, exact; undefined where there is none or its unit cannot be converted. */
export function agreedPrice(
  price: Price | undefined,
  line: Pick<OrderLineFact, 'unit'>,
  units: UnitTable,
  itemIds: readonly string[],
): Ratio | undefined {
  if (price === undefined) return undefined;
  const basis = readPriceBasis(price);
  if (basis.kind === 'noCharge') return ZERO_RATIO;
  if (basis.kind === 'review') return undefined;
  const perPriceUnit = quotient(ratio(price.amount), ratio(basis.divisor));
  if (perPriceUnit === undefined) return undefined;
  if (basis.unit === undefined || line.unit === undefined || basis.unit === line.unit) return perPriceUnit;
  const conversion = units.convert(line.unit, basis.unit, itemIds);
  return conversion && times(perPriceUnit, conversion.factor);
}

/**
 * The order's price less the order line's discounts: percentages, or amounts spread over the ordered quantity. A percentage is of
 * the price, or of what those before it leave, as its code or its step says.
 */
export function netOfAllowances(
  price: Ratio,
  line: Pick<OrderLineFact, 'quantity' | 'allowanceCharges'>,
): Ratio {
  let step = 1;
  let [net, running, ofStep] = [price, price, price];
  const stated = [...(line.allowanceCharges ?? [])].sort((a, b) => (a.step ?? 1) - (b.step ?? 1));
  for (const each of stated) {
    if ((each.step ?? 1) > step) {
      step = each.step ?? 1;
      ofStep = running;
    }
    const part = perUnit(each, line, each.percentOf === 'remaining' ? net : ofStep);
    if (part === undefined) continue;
    if (each.kind === 'allowance') net = minus(net, part);
    running = each.kind === 'allowance' ? minus(running, part) : plus(running, part);
  }
  return net;
}

function perUnit(
  { percent, amount, percentOf, ...charge }: AllowanceCharge,
  { quantity }: Pick<OrderLineFact, 'quantity'>,
  base: Ratio,
): Ratio | undefined {
  if (percent !== undefined && percentOf !== 'other') return times(base, { n: dec(percent), d: dec(100) });
  const ordered = dec(quantity);
  if (amount === undefined) return rateOf(charge);
  return ordered.gt(0) ? { n: dec(amount), d: ordered } : undefined;
}

function rateOf({ rate }: Pick<AllowanceCharge, 'rate'>): Ratio | undefined {
  return rate && quotient(ratio(rate.amount), ratio(rate.baseQuantity ?? '1'));
}

/** What one charge of an order line comes to for one unit: the amount over the ordered quantity, else its percentage of the price, else its rate. */
export function chargePerUnit(
  { amount, percent, percentOf, ...charge }: AllowanceCharge,
  { quantity }: Pick<OrderLineFact, 'quantity'>,
  price: Ratio | undefined,
): Ratio {
  const ordered = dec(quantity);
  if (amount !== undefined) return ordered.gt(0) ? { n: dec(amount), d: ordered } : ZERO_RATIO;
  if (percent === undefined) return rateOf(charge) ?? ZERO_RATIO;
  if (price === undefined || percentOf === 'other') return ZERO_RATIO;
  return times(price, { n: dec(percent), d: dec(100) });
}
