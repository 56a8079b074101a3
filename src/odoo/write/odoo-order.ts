import { GatewayError } from '../../common/errors.ts';
import type { DecimalString } from '../../common/decimal.ts';
import type { OdooClient } from '../client/odoo-client.ts';
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
  received: DecimalString;
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

/** The order with its lines, in one call. Undefined when it was deleted. */
export async function readOdooOrder(client: OdooClient, id: number): Promise<OdooOrder | undefined> {
  const { names } = client;
  const unit = { fields: { factor: {}, rounding: {} } };
  const [row] = await client.webRead('purchase.order', [id], {
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
        discount: {},
        date_planned: {},
        write_date: {},
        qty_received: {},
        [names.lineTaxes]: {},
        [names.lineUnit]: unit,
        product_id: { fields: { tracking: {}, uom_id: unit } },
      },
    },
  });
  return row === undefined ? undefined : toOrder(client, row);
}

/** The same; throws ODOO_NOT_FOUND when it was deleted. */
export async function needOdooOrder(client: OdooClient, id: number, name: string): Promise<OdooOrder> {
  const order = await readOdooOrder(client, id);
  if (order === undefined) {
    throw new GatewayError(
      'ODOO_NOT_FOUND',
      `Order ${name} is not in Odoo any more (purchase.order ${id}): nothing can be written there.`,
      { details: { model: 'purchase.order', ids: [id] } },
    );
  }
  return order;
}

function toOrder(client: OdooClient, row: Row & { id: number }): OdooOrder {
  const { names } = client;
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
    lines: lines.map((line) => toLine(client, line)).sort((a, b) => a.id - b.id),
  };
}

function toLine(client: OdooClient, row: Row): OdooOrderLine {
  const { names } = client;
  const product = nested(row['product_id']);
  const tracking = text(product['tracking']);
  return {
    id: idOf(row)!,
    // Dates of lines are compared in the zone of documents by whoever plans; see withZone.
    values: lineValuesOf(row, 'UTC'),
    datePlanned: text(row['date_planned']),
    writeDate: text(row['write_date']),
    name: text(row['name']),
    productId: idOf(row['product_id'])!,
    unit: toUnit(client, row[names.lineUnit]),
    stockUnit: toUnit(client, product['uom_id']),
    tracking: tracking === 'lot' || tracking === 'serial' ? tracking : 'none',
    taxIds: (row[names.lineTaxes] as readonly unknown[]).map((id) => idOf(id)!),
    received: fromOdooNumber(row['qty_received']),
  };
}
