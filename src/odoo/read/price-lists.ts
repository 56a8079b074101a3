import type { Partner } from '../../partners/partner-schema.ts';
import type { OdooClient, OdooRow } from '../client/odoo-client.ts';
import { fromOdooNumber } from '../line-values.ts';
import { readAllRows } from './all-rows.ts';
import type { MasterData } from './master-data.ts';
import type { MasterDataEntry } from './master-data-entries.ts';
import { sellerOf, vendorsOf } from './order-header.ts';
import { PARTY_SPECIFICATION } from './master-data.ts';
import { pruned } from './party.ts';
import { idOf, textOf } from './row-values.ts';

/**
 * The price lists of vendors that are partners, an entry for each product and quantity: `{ partnerId, sellerId, price, currency,
 * minQuantity, leadTimeDays, validFrom, validTo }`, by `<partner>/<id in Odoo>`.
 */
export async function readPriceLists(
  client: OdooClient,
  master: MasterData,
  partners: readonly Partner[],
): Promise<MasterDataEntry[]> {
  const vendors = await readAllRows(client, 'res.partner', {
    domain: vendorsOf(partners),
    fields: await master.fields.only(
      'res.partner',
      Object.keys(PARTY_SPECIFICATION).filter((name) => !name.endsWith('_id')),
    ),
  });
  const partnerOf = new Map(
    vendors.flatMap((row) => {
      const found = sellerOf(row, partners);
      return found === undefined || found.others.length > 0 ? [] : [[row.id, found.partner.partner] as const];
    }),
  );
  if (partnerOf.size === 0) return [];
  const vendorField =
    'partner_id' in (await master.fields.of('product.supplierinfo')) ? 'partner_id' : 'name';
  const rows = await readAllRows(client, 'product.supplierinfo', {
    domain: [[vendorField, 'in', [...partnerOf.keys()]]],
    fields: await master.fields.only('product.supplierinfo', [
      vendorField,
      'product_id',
      'product_tmpl_id',
      'product_code',
      'product_name',
      'price',
      'discount',
      'currency_id',
      'min_qty',
      'delay',
      'date_start',
      'date_end',
    ]),
  });
  return rows.flatMap((row) => {
    const partnerId = partnerOf.get(idOf(row[vendorField]) ?? 0);
    return partnerId === undefined ? [] : [entryOf(row, partnerId, master)];
  });
}

function entryOf(row: OdooRow, partnerId: string, master: MasterData): MasterDataEntry {
  const { product_id: variant, product_tmpl_id: template } = row;
  const product = Array.isArray(variant) ? variant : Array.isArray(template) ? template : [];
  return {
    kind: 'item',
    key: `${partnerId}/${row.id}`,
    data: pruned({
      partnerId,
      name: textOf(product[1]),
      sellerId: textOf(row['product_code']),
      sellerName: textOf(row['product_name']),
      price: fromOdooNumber(row['price']),
      discountPercent: row['discount'] === undefined ? undefined : fromOdooNumber(row['discount']),
      currency: master.currencies.get(idOf(row['currency_id']) ?? 0)?.code,
      minQuantity: fromOdooNumber(row['min_qty']),
      leadTimeDays: Number(row['delay']),
      validFrom: textOf(row['date_start']),
      validTo: textOf(row['date_end']),
    }),
  };
}
