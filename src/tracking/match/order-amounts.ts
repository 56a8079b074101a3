import { dec, sum } from '../../common/decimal.ts';
import type { Dec } from '../../common/decimal.ts';
import type { Order, OrderLine } from '../../documents/order.ts';
import { minorUnits } from './minor-units.ts';
import { readPriceBasis } from './price-basis.ts';
import { amountOf, countCharges, isOffInvoice, PLAIN } from './stated-charges.ts';

/**
 * An order whose allowances and charges all have amounts, for messages that want them (UBL): those that are stated as a percentage
 * or a rate are computed as on an invoice. What cannot be computed stays as it is.
 */
export function withOrderAmounts(order: Order): Order {
  const places = minorUnits(order.currency ?? '') ?? 2;
  const lines = order.lines.map((line) => {
    if (line.allowanceCharges === undefined) return line;
    const of = { whole: goodsOf(line), quantity: line.quantity };
    return { ...line, allowanceCharges: countCharges(line.allowanceCharges, of, PLAIN, places).list };
  });
  if (order.allowanceCharges === undefined) return { ...order, lines };
  const nets = lines.map(netOf);
  const whole = nets.every((net) => net !== undefined) ? sum(nets) : undefined;
  return {
    ...order,
    lines,
    allowanceCharges: countCharges(order.allowanceCharges, { whole }, PLAIN, places).list,
  };
}

/** Quantity x price; undefined where the price is for another unit, or is none. */
function goodsOf({ quantity, price }: Pick<OrderLine, 'quantity' | 'price'>): Dec | undefined {
  const basis = price && readPriceBasis(price);
  if (price === undefined || basis?.kind !== 'price') return undefined;
  if (basis.unit !== undefined && quantity.unit !== undefined && basis.unit !== quantity.unit)
    return undefined;
  return dec(quantity.value).times(price.amount).div(basis.divisor);
}

function netOf(line: OrderLine): Dec | undefined {
  return (line.allowanceCharges ?? [])
    .filter(isOffInvoice)
    .reduce<Dec | undefined>(
      (net, each) => (each.kind === 'charge' ? net?.plus(amountOf(each)) : net?.minus(amountOf(each))),
      goodsOf(line),
    );
}
