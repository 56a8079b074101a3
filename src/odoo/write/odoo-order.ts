import { dec, formatDecimal } from '../../common/decimal.ts';
import type { DecimalString } from '../../common/decimal.ts';
import { GatewayError } from '../../common/errors.ts';
import type { OdooClient, OdooRow } from '../client/odoo-client.ts';
import type { OdooDatetime } from '../odoo-date.ts';
import { fromOdooNumber, lineValuesOf } from '../line-values.ts';
import type { LineValues } from '../order-link.ts';

/** A unit as far as quantities are converted by it. */
export interface OdooUnit {
  id: number;
  /** How many of the category's reference unit one of it is. */
  factor: DecimalString;
  /** Smallest step of a quantity. */
  rounding: DecimalString;
}

/** A row of purchase.order.line with a product, as it stands in Odoo now. */
export interface OdooOrderLine {
  id: number;
  values: LineValues;
  datePlanned: OdooDatetime;
  writeDate: OdooDatetime;
  name: string;
  productId: number;
  unit: OdooUnit;
  /** Unit in which stock counts the product. */
  stockUnit: OdooUnit;
  tracking: 'none' | 'lot' | 'serial';
  taxIds: number[];
  /** What the supplier is to be paid for one, as documents state it: without discount and included taxes. */
  netPrice: DecimalString;
  /** How far off that is: included taxes are taken off a rounded amount. */
  netPriceStep: DecimalString;
  received: DecimalString;
  /** On bills, drafts too, less refunds. */
  invoiced: DecimalString;
}

/** A purchase.order, as it stands in Odoo now. */
export interface OdooOrder {
  id: number;
  name: string;
  state: 'draft' | 'sent' | 'to approve' | 'purchase' | 'done' | 'cancel';
  locked: boolean;
  acknowledged: boolean;
  vendorReference: string;
  partnerId: number;
  companyId: number;
  currency: { id: number; name: string };
  paymentTermId: number | undefined;
  writeDate: OdooDatetime;
  pickingIds: number[];
  lines: OdooOrderLine[];
}

type Row = Readonly<Record<string, unknown>>;

export interface OdooReading {
  readonly client: OdooClient;
  /** Zone of calendar dates in documents. */
  readonly zone: string;
}

/** Orders with their lines, in one call; those that were deleted are left out. */
export async function readOdooOrders(reading: OdooReading, ids: readonly number[]): Promise<OdooOrder[]> {
  const { client } = reading;
  const { names } = client;
  const unit = { fields: { factor: {}, rounding: {} } };
  const rows = await client.webRead('purchase.order', ids, {
    name: {},
    state: {},
    ...(client.version.major >= 19 && { locked: {} }),
    [names.acknowledged]: {},
    partner_ref: {},
    partner_id: { fields: {} },
    company_id: { fields: {} },
    currency_id: { fields: { name: {} } },
    payment_term_id: { fields: {} },
    write_date: {},
    picking_ids: {},
    order_line: {
      fields: {
        display_type: {},
        name: {},
        product_qty: {},
        price_unit: {},
        ...(names.lineDiscount !== undefined && { [names.lineDiscount]: {} }),
        date_planned: {},
        write_date: {},
        qty_received: {},
        qty_invoiced: {},
        price_subtotal: {},
        [names.lineTaxes]: { fields: { price_include: {} } },
        [names.lineUnit]: unit,
        product_id: { fields: { tracking: {}, uom_id: unit } },
      },
    },
  });
  return rows.map((row) => toOrder(reading, row));
}

/** One order; throws ODOO_NOT_FOUND when it was deleted. */
export async function needOdooOrder(reading: OdooReading, id: number, name: string): Promise<OdooOrder> {
  const [order] = await readOdooOrders(reading, [id]);
  if (order === undefined) {
    throw new GatewayError(
      'ODOO_NOT_FOUND',
      `Order ${name} is not in Odoo any more (purchase.order ${id}), or the user no longer sees its company: nothing can be written there.`,
      { details: { model: 'purchase.order', ids: [id] } },
    );
  }
  return order;
}

function toOrder(reading: OdooReading, row: OdooRow): OdooOrder {
  const { names } = reading.client;
  const state = String(row['state']) as OdooOrder['state'];
  const currency = nested(row['currency_id']);
  const lines = (row['order_line'] as readonly Row[]).filter(
    (line) => line['display_type'] === false && idOf(line['product_id']) !== undefined,
  );
  return {
    id: row.id,
    name: text(row['name']),
    state,
    locked: row['locked'] === true || state === 'done',
    acknowledged: row[names.acknowledged] === true,
    vendorReference: text(row['partner_ref']),
    partnerId: idOf(row['partner_id'])!,
    companyId: idOf(row['company_id'])!,
    currency: { id: idOf(row['currency_id'])!, name: text(currency['name']) },
    paymentTermId: idOf(row['payment_term_id']),
    writeDate: text(row['write_date']),
    pickingIds: (row['picking_ids'] as readonly unknown[]).map((id) => idOf(id)!),
    lines: lines.map((line) => toLine(reading, line)).sort((a, b) => a.id - b.id),
  };
}

function toLine({ client, zone }: OdooReading, row: Row): OdooOrderLine {
  const { names } = client;
  const product = nested(row['product_id']);
  const tracking = text(product['tracking']);
  const values = lineValuesOf(row, zone);
  return {
    ...netPriceOf(row, values, row[names.lineTaxes] as readonly unknown[]),
    id: idOf(row)!,
    values,
    datePlanned: text(row['date_planned']),
    writeDate: text(row['write_date']),
    name: text(row['name']),
    productId: idOf(row['product_id'])!,
    unit: toUnit(client, row[names.lineUnit]),
    stockUnit: toUnit(client, product['uom_id']),
    tracking: tracking === 'lot' || tracking === 'serial' ? tracking : 'none',
    taxIds: (row[names.lineTaxes] as readonly unknown[]).map((id) => idOf(id)!),
    received: fromOdooNumber(row['qty_received']),
    invoiced: fromOdooNumber(row['qty_invoiced']),
  };
}

function netPriceOf(row: Row, { quantity, price, discount }: LineValues, taxes: readonly unknown[]) {
  const included = taxes.some((tax) => nested(tax)['price_include'] === true);
  if (included && !dec(quantity).isZero()) {
    const net = dec(fromOdooNumber(row['price_subtotal'])).div(quantity);
    const step = dec(CENT).div(quantity).abs();
    return { netPrice: formatDecimal(net), netPriceStep: formatDecimal(step.plus(PRICE_STEP)) };
  }
  const net = dec(price).times(dec(100).minus(discount)).div(100);
  return { netPrice: formatDecimal(net), netPriceStep: PRICE_STEP };
}

/** Prices of documents have six places at most. */
const PRICE_STEP = '0.000001';
const CENT = '0.01';

/** Up to 18 the factor says how many of a unit make one reference unit, from 19 on the reverse. */
function toUnit({ version }: OdooClient, value: unknown): OdooUnit {
  const row = nested(value);
  const factor = fromOdooNumber(row['factor'] ?? 1);
  return {
    id: idOf(row) ?? 0,
    factor: version.major >= 19 ? factor : formatDecimal(dec(1).div(dec(factor))),
    rounding: fromOdooNumber(row['rounding'] ?? 0.01),
  };
}

function nested(value: unknown): Row {
  return typeof value === 'object' && value !== null ? (value as Row) : {};
}

/** A many2one comes as a nested row, as `[id, name]` or as a bare id; an empty one as false. */
export function idOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return idOf(value[0]);
  return typeof value === 'object' && value !== null ? idOf((value as Row)['id']) : undefined;
}

/** Odoo's empty text is `false`. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
