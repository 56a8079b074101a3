import { dec } from '../../common/decimal.ts';
import type { Price } from '../../documents/primitives.ts';
import type { OrderLineFact } from './facts.ts';
import { readPriceBasis } from './price-basis.ts';
import { minus, quotient, ratio, times, ZERO_RATIO } from './ratio.ts';
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

/** The order's price less the order line's discounts: percentages, or amounts spread over the ordered quantity. */
export function netOfAllowances(
  price: Ratio,
  line: Pick<OrderLineFact, 'quantity' | 'allowanceCharges'>,
): Ratio {
  let net = price;
  const ordered = dec(line.quantity);
  for (const { kind, percent, amount } of line.allowanceCharges ?? []) {
    if (kind !== 'allowance') continue;
    if (percent !== undefined) net = minus(net, times(price, { n: dec(percent), d: dec(100) }));
    else if (ordered.gt(0)) net = minus(net, { n: dec(amount), d: ordered });
  }
  return net;
}
