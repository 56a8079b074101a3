import { dec, formatDecimal } from '../common/decimal.ts';
import type { DecimalString } from '../common/decimal.ts';
import { GatewayError } from '../common/errors.ts';
import { toLocalDate } from './odoo-date.ts';
import type { LineValues } from './order-link.ts';

/** More digits than a binary float of 64 bits carries exactly are noise of its notation. */
const FLOAT_DIGITS = 15;

/** A number of Odoo (a float in JSON) as the decimal that was meant: 0.1 + 0.2 is `0.3`. */
export function fromOdooNumber(value: unknown): DecimalString {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new GatewayError('ODOO_FAILED', `Odoo gave ${JSON.stringify(value)} where a number was expected.`);
  }
  return formatDecimal(dec(Number(value.toPrecision(FLOAT_DIGITS))));
}

/** What both sides negotiate of a row of purchase.order.line: product_qty, price_unit, date_planned, discount. */
export function lineValuesOf(row: Readonly<Record<string, unknown>>, zone: string): LineValues {
  const { product_qty: quantity, price_unit: price, date_planned: date, discount } = row;
  return {
    quantity: fromOdooNumber(quantity),
    price: fromOdooNumber(price),
    date: typeof date === 'string' ? toLocalDate(date, zone) : '',
    discount: fromOdooNumber(discount ?? 0),
  };
}

export function sameDecimal(a: DecimalString, b: DecimalString): boolean {
  return a === b || dec(a).eq(b);
}
