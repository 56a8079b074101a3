import { dec, formatDecimal, roundTo } from '../../common/decimal.ts';
import type { DecimalString } from '../../common/decimal.ts';
import type { OrderLine } from '../../documents/order.ts';
import type { Tax } from '../../documents/primitives.ts';
import type { OdooClient, OdooRow } from '../client/odoo-client.ts';
import { fromOdooNumber, lineValuesOf } from '../line-values.ts';
import type { LineValues } from '../order-link.ts';
import type { MasterData, OdooUnit } from './master-data.ts';
import { ofVariant, typedText } from './line-texts.ts';
import type { TypedText } from './line-texts.ts';
import { pruned } from './party.ts';
import type { OrderRows } from './read-order-rows.ts';
import { idOf, idsOf, rowOf, textOf } from './row-values.ts';

/** A purchase.order.line as a line of a document, not numbered yet. */
export interface ReadLine {
  odooId: number;
  values: LineValues;
  /** What the supplier is to be paid for one: discount and included taxes taken off. */
  netPrice: DecimalString;
  /** Everything but id, quantity's value, price's amount, date and notes. */
  rest: Omit<OrderLine, 'id' | 'quantity' | 'price' | 'requestedDeliveryDate' | 'notes'>;
  /** Typed below the first line of its text. */
  text: string | undefined;
  /** The rows of notes below it. */
  notes: readonly string[];
  unit: string | undefined;
}

/** More decimals than any price is agreed in; takes off what binary floats leave behind. */
const PRICE_DECIMALS = 8;

/** Lines in the order of Odoo's ids, and what keeps the order from being sent, in words. */
export function readLinesOf(
  rows: OrderRows,
  client: Pick<OdooClient, 'names'>,
  master: MasterData,
  zone: string,
): { lines: ReadLine[]; problems: string[] } {
  const problems: string[] = [];
  const lines = [...rows.lines]
    .sort((a, b) => a.id - b.id)
    .map((row): ReadLine => {
      const unit = master.units.get(idOf(row[client.names.lineUnit]) ?? 0);
      if (unit?.code === undefined) problems.push(unitProblem(row, unit));
      const values = lineValuesOf(row, zone);
      if (dec(values.quantity).isNegative()) problems.push(returnProblem(row, values));
      const typed = typedText(row, proposedNames(row, rows));
      return {
        odooId: row.id,
        values,
        netPrice: netPriceOf(row, values, taxesOf(row, client, master)),
        unit: unit?.code,
        rest: restOf(row, rows, typed, client, master),
        text: typed.more,
        notes: rows.notes.lines.get(row.id) ?? [],
      };
    });
  return { lines, problems };
}

function unitProblem(row: OdooRow, unit: OdooUnit | undefined): string {
  return `Line "${textOf(row['name']) ?? row.id}": nobody has said which UN/ECE code the unit "${unit?.name ?? '?'}" has. Add it to units in odoo.yaml.`;
}

function returnProblem(row: OdooRow, { quantity }: LineValues): string {
  return `Line "${textOf(row['name']) ?? row.id}" has the quantity ${quantity}: what goes back to the supplier is not ordered. Take it out of the order and return it with a transfer.`;
}

function restOf(
  row: OdooRow,
  rows: OrderRows,
  typed: TypedText,
  client: Pick<OdooClient, 'names'>,
  master: MasterData,
): ReadLine['rest'] {
  const product = rowOf(row['product_id']);
  const vendorItem = rows.vendorItems.get(row.id);
  const unitId = idOf(row[client.names.lineUnit]);
  const productUnitId = idOf(product?.['uom_id']);
  const pack = rows.packBarcodes.get(row.id);
  const name = ofVariant(vendorItem?.name ?? textOf(product?.['name']), product);
  const taxes = taxesOf(row, client, master).flatMap(taxOf);
  return {
    item: pruned({
      buyerId: textOf(product?.['default_code']),
      sellerId: vendorItem?.code,
      gtin: pack ?? (unitId === productUnitId ? textOf(product?.['barcode']) : undefined),
      description: typed.title ?? name,
    }),
    ...pruned({
      packSize: packSizeOf(master.units.get(unitId ?? 0), master.units.get(productUnitId ?? 0)),
      taxes: taxes.length === 0 ? undefined : taxes,
    }),
  };
}

/** What Odoo may have proposed as the first line of the row's text. */
function proposedNames(row: OdooRow, rows: OrderRows): string[] {
  const product = rowOf(row['product_id']);
  const names = [
    textOf(product?.['name']),
    rows.vendorItems.get(row.id)?.name,
    textOf(rowOf(row['selected_seller_id'])?.['product_name']),
  ];
  const variants = names.map((name) => ofVariant(name, product));
  return [...names, ...variants, rows.foreignNames.get(row.id)].filter((name) => name !== undefined);
}

/** Units of the product in one ordered unit, where that is a pack: `12`. */
function packSizeOf(ordered: OdooUnit | undefined, own: OdooUnit | undefined): DecimalString | undefined {
  if (ordered === undefined || own === undefined || ordered.root !== own.root) return undefined;
  const size = roundTo(ordered.ratio.div(own.ratio), PRICE_DECIMALS);
  return size.gt(1) ? formatDecimal(size) : undefined;
}

function taxesOf(row: OdooRow, client: Pick<OdooClient, 'names'>, master: MasterData): OdooRow[] {
  return idsOf(row[client.names.lineTaxes]).flatMap((id) => master.taxes.get(id) ?? []);
}

function taxOf(tax: OdooRow): Tax[] {
  if (tax['amount_type'] !== 'percent') return [];
  return [{ type: 'VAT', rate: fromOdooNumber(tax['amount']) }];
}

function netPriceOf(
  row: OdooRow,
  { price, quantity, discount }: LineValues,
  taxes: readonly OdooRow[],
): DecimalString {
  const own = dec(price).times(dec(100).minus(discount)).div(100);
  const included = taxes.some((tax) => tax['price_include'] === true);
  const [tax] = taxes;
  const net = !included
    ? own
    : taxes.length === 1 && tax!['amount_type'] === 'percent'
      ? own.div(dec(100).plus(fromOdooNumber(tax!['amount']))).times(100)
      : // Several taxes are not taken apart: the amount is rounded, and with it the price.
        dec(quantity).isZero()
        ? own
        : dec(fromOdooNumber(row['price_subtotal'])).div(quantity);
  return formatDecimal(roundTo(net, PRICE_DECIMALS));
}
