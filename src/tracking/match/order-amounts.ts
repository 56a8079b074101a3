import { dec, formatDecimal, sum } from '../../common/decimal.ts';
import type { Dec, DecimalString } from '../../common/decimal.ts';
import type { Order, OrderChange, OrderLine } from '../../documents/order.ts';
import { minorUnits } from './minor-units.ts';
import { readPriceBasis } from './price-basis.ts';
import { amountOf, countCharges, isOffInvoice, PLAIN } from './stated-charges.ts';

/**
 * An order or change whose allowances and charges all have amounts, for messages that want them (UBL): those that are stated as a
 * percentage or a rate are computed as on an invoice. What cannot be computed stays as it is.
 */
export function withOrderAmounts<D extends Order | OrderChange>(order: D): D {
  const places = placesOf(order);
  const lines = (order.lines as OrderLine[]).map((line) => {
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

/**
 * An order or change with the total of its lines, for messages that must not be without one (cXML), where the ERP gives none: that of
 * a change is always computed, because its lines may have come to other values since.
 */
export function withOrderTotal(document: Order | OrderChange): Order | OrderChange {
  if (document.documentType === 'order') {
    const isStated = document.totalAmount !== undefined;
    if (isStated || document.lines.every(({ lineAmount }) => lineAmount !== undefined)) return document;
    const totalAmount = totalOf(document, document.lines);
    return totalAmount === undefined ? document : { ...document, totalAmount };
  }
  const { purpose, lines, extensions } = document;
  const ordered = purpose === 'cancel' ? lines : lines.filter(({ action }) => action !== 'deleted');
  const totalAmount = totalOf(document, ordered);
  return totalAmount === undefined ? document : { ...document, extensions: { ...extensions, totalAmount } };
}

function totalOf(order: Order | OrderChange, lines: readonly OrderLine[]): DecimalString | undefined {
  const nets = lines.map(netOf);
  return nets.every((net) => net !== undefined) ? formatDecimal(sum(nets), placesOf(order)) : undefined;
}

function placesOf({ currency }: Pick<Order, 'currency'>): number {
  return minorUnits(currency ?? '') ?? 2;
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
