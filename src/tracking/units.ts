import { dec, formatDecimal } from '../common/decimal.ts';
import type { DecimalString } from '../common/decimal.ts';
import type { OrderLine } from '../documents/order.ts';
import type { Quantity } from '../documents/primitives.ts';
import type { TrackingPolicy } from './policy.ts';
import { normalise } from './quantity.ts';
import { itemRulesOf } from './tolerances.ts';

/** The quantity in the ordered unit; undefined where no conversion is known. A quantity without unit is in the ordered one. */
export function toOrderedUnit(
  quantity: Quantity,
  line: OrderLine,
  policy: TrackingPolicy,
): DecimalString | undefined {
  const { unit } = quantity;
  if (unit === undefined || line.quantity.unit === undefined || unit === line.quantity.unit) {
    return normalise(quantity.value);
  }
  const known = itemRulesOf(policy, line.item)?.units?.find(({ from }) => from === unit);
  return known === undefined ? undefined : formatDecimal(dec(quantity.value).times(known.factor));
}
