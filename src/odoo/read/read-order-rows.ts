import type { OdooClient, OdooRow, OdooSpecification } from '../client/odoo-client.ts';
import { PARTY_SPECIFICATION } from './master-data.ts';
import type { MasterData } from './master-data.ts';
import { notesBetween, ofVariant } from './line-texts.ts';
import type { NotesBetween } from './line-texts.ts';
import { idOf, rowOf, rowsOf, textOf } from './row-values.ts';

/** An order with everything that a document of it needs. */
export interface OrderRows {
  order: OdooRow;
  lines: OdooRow[];
  /** What the vendor calls the product of each line, by the line's id. */
  vendorItems: ReadonlyMap<number, { code?: string; name?: string }>;
  /** Barcode of the ordered pack, by the line's id. */
  packBarcodes: ReadonlyMap<number, string>;
  /** What the product of each line is called in the vendor's own language, where that is another one: by the line's id. */
  foreignNames: ReadonlyMap<number, string>;
  notes: NotesBetween;
}

/** Orders in one reading. */
export const ORDERS_PER_READ = 50;

const VARIANT: OdooSpecification = {
  name: {},
  product_template_variant_value_ids: { fields: { name: {} } },
};

const VENDOR: OdooSpecification = {
  ...PARTY_SPECIFICATION,
  lang: {},
  commercial_partner_id: {
    fields: { name: {}, ref: {}, vat: {}, global_location_number: {} },
  },
};

/**
 * Reads up to ORDERS_PER_READ orders in three calls, however many lines they have: the orders with their lines, the vendors'
 * names for the products, the barcodes of packs; and one more for each language of vendors that is not ours.
 */
export async function readOrderRows(
  client: OdooClient,
  master: MasterData,
  ids: readonly number[],
  language: string,
): Promise<OrderRows[]> {
  const specification = await master.fields.within('purchase.order', {
    name: {},
    state: {},
    partner_ref: {},
    date_order: {},
    date_approve: {},
    write_date: {},
    currency_id: {},
    company_id: {},
    picking_type_id: {},
    incoterm_id: {},
    incoterm_location: {},
    payment_term_id: {},
    note: {},
    notes: {},
    origin: {},
    dest_address_id: { fields: PARTY_SPECIFICATION },
    partner_id: { fields: VENDOR },
    order_line: {
      fields: {
        display_type: {},
        sequence: {},
        is_downpayment: {},
        name: {},
        product_qty: {},
        [client.names.lineUnit]: {},
        price_unit: {},
        price_subtotal: {},
        discount: {},
        [client.names.lineTaxes]: {},
        date_planned: {},
        qty_received: {},
        qty_received_method: {},
        write_date: {},
        selected_seller_id: { fields: { product_code: {}, product_name: {} } },
        product_id: {
          fields: {
            ...VARIANT,
            default_code: {},
            barcode: {},
            product_tmpl_id: {},
            uom_id: {},
            active: {},
          },
        },
      },
    },
  });
  const orders = await client.webRead('purchase.order', ids, specification, { lang: language });
  const [sellers, packs, foreignNames] = await Promise.all([
    readSellers(client, master, orders, language),
    readPackBarcodes(client, master, orders),
    readForeignNames(client, orders, language),
  ]);
  return orders.map((order) => {
    const lines = rowsOf(order['order_line']).filter(isGoods);
    return {
      order,
      lines,
      vendorItems: new Map(lines.map((line) => [line.id, vendorItemOf(line, order, sellers)])),
      packBarcodes: new Map(
        lines.flatMap((line) => {
          const barcode = packs.get(`${idOf(line['product_id'])}/${idOf(line[client.names.lineUnit])}`);
          return barcode === undefined ? [] : [[line.id, barcode] as const];
        }),
      ),
      foreignNames,
      notes: notesBetween(rowsOf(order['order_line'])),
    };
  });
}

/** Sections, notes and down payments are no goods. */
function isGoods(line: OdooRow): boolean {
  return textOf(line['display_type']) === undefined && line['is_downpayment'] !== true;
}

/** Odoo writes the lines of an order in the language of its vendor. */
async function readForeignNames(
  client: OdooClient,
  orders: readonly OdooRow[],
  language: string,
): Promise<Map<number, string>> {
  const byLanguage = Map.groupBy(orders, (order) => textOf(rowOf(order['partner_id'])?.['lang']) ?? language);
  byLanguage.delete(language);
  const read = [...byLanguage].map(async ([lang, own]) => {
    const lines = own.flatMap((order) => rowsOf(order['order_line']));
    const ids = [...new Set(lines.flatMap((line) => idOf(line['product_id']) ?? []))];
    const products = ids.length === 0 ? [] : await client.webRead('product.product', ids, VARIANT, { lang });
    const names = new Map(products.map((row) => [row.id, ofVariant(textOf(row['name']), row)]));
    return lines.flatMap((line) => {
      const name = names.get(idOf(line['product_id']) ?? 0);
      return name === undefined ? [] : [[line.id, name] as const];
    });
  });
  return new Map((await Promise.all(read)).flat());
}

async function readSellers(
  client: OdooClient,
  master: MasterData,
  orders: readonly OdooRow[],
  language: string,
): Promise<OdooRow[]> {
  const vendors = new Set(orders.flatMap(vendorIdsOf));
  const templates = new Set(
    orders
      .flatMap((order) => rowsOf(order['order_line']))
      .flatMap((line) => idOf(rowOf(line['product_id'])?.['product_tmpl_id']) ?? []),
  );
  if (templates.size === 0) return [];
  // The vendor's field was called `name` up to 15.
  const vendorField =
    'partner_id' in (await master.fields.of('product.supplierinfo')) ? 'partner_id' : 'name';
  const rows = await client.searchRead('product.supplierinfo', {
    domain: [
      [vendorField, 'in', [...vendors]],
      ['product_tmpl_id', 'in', [...templates]],
    ],
    fields: [vendorField, 'product_id', 'product_tmpl_id', 'product_code', 'product_name', 'sequence'],
    order: 'sequence, id',
    context: { lang: language },
  });
  return rows.map((row) => ({ ...row, partner_id: row[vendorField] }));
}

function vendorIdsOf(order: OdooRow): number[] {
  const vendor = rowOf(order['partner_id']);
  return [vendor?.id, idOf(vendor?.['commercial_partner_id'])].filter((id) => id !== undefined);
}

/** The entry that Odoo chose for the line, where that has a code; else one of this variant before one of the template. */
function vendorItemOf(
  line: OdooRow,
  order: OdooRow,
  sellers: readonly OdooRow[],
): { code?: string; name?: string } {
  const chosen = rowOf(line['selected_seller_id']);
  const product = rowOf(line['product_id']);
  const vendors = vendorIdsOf(order);
  const fitting = sellers.filter(
    (row) =>
      vendors.includes(idOf(row['partner_id']) ?? 0) &&
      idOf(row['product_tmpl_id']) === idOf(product?.['product_tmpl_id']) &&
      (idOf(row['product_id']) ?? product?.id) === product?.id &&
      textOf(row['product_code']) !== undefined,
  );
  const found =
    (textOf(chosen?.['product_code']) === undefined ? undefined : chosen) ??
    fitting.find((row) => idOf(row['product_id']) !== undefined) ??
    fitting[0];
  const code = textOf(found?.['product_code']);
  const name = textOf(found?.['product_name']);
  return { ...(code !== undefined && { code }), ...(name !== undefined && { name }) };
}

/** Barcodes of packs came with 19; before there were packagings, which are no units. By `<product>/<unit>`. */
async function readPackBarcodes(
  client: OdooClient,
  master: MasterData,
  orders: readonly OdooRow[],
): Promise<Map<string, string>> {
  if (client.version.major < 19) return new Map();
  const packed = orders
    .flatMap((order) => rowsOf(order['order_line']))
    .filter((line) => idOf(line[client.names.lineUnit]) !== idOf(rowOf(line['product_id'])?.['uom_id']));
  const products = [...new Set(packed.flatMap((line) => idOf(line['product_id']) ?? []))];
  if (products.length === 0) return new Map();
  const rows = await client.searchRead('product.uom', {
    domain: [['product_id', 'in', products]],
    fields: await master.fields.only('product.uom', ['product_id', 'uom_id', 'barcode']),
  });
  return new Map(
    rows.flatMap((row) => {
      const barcode = textOf(row['barcode']);
      return barcode === undefined ? [] : [[`${idOf(row['product_id'])}/${idOf(row['uom_id'])}`, barcode]];
    }),
  );
}
