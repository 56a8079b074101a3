import type { OdooClient } from '../client/odoo-client.ts';
import { fromOdooNumber } from '../line-values.ts';
import type { OdooTax } from './plan-bill.ts';

/** The purchase taxes of a company, those first that Odoo lists first. */
export async function readPurchaseTaxes(client: OdooClient, companyId: number): Promise<OdooTax[]> {
  const rows = await client.searchRead('account.tax', {
    domain: [
      ['type_tax_use', '=', 'purchase'],
      ['company_id', '=', companyId],
    ],
    fields: ['amount', 'amount_type', 'price_include'],
    order: 'sequence, id',
  });
  return rows.map((row) => ({
    id: row.id,
    rate: row['amount_type'] === 'percent' ? fromOdooNumber(row['amount']) : undefined,
    included: row['price_include'] === true,
  }));
}
