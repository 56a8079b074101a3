import type { OdooRow } from '../client/odoo-client.ts';
import type { OdooSettings } from '../odoo-settings.ts';
import { isWantedCompany } from './known-companies.ts';
import type { MasterData } from './master-data.ts';
import { idOf, textOf } from './row-values.ts';

/** Why an order is left alone. */
export type Ignored = 'notConfirmed' | 'otherCompany' | 'otherWarehouse' | 'tooOld';

/** What the choice looks at. */
export const SELECTION_FIELDS = [
  'name',
  'state',
  'date_approve',
  'date_order',
  'company_id',
  'picking_type_id',
  'dest_address_id',
] as const;

export const CONFIRMED: readonly unknown[] = ['purchase', 'done'];

/** Whether an order that is not exchanged yet is to be; undefined = yes. `since` is an instant of Odoo. */
export function whyIgnored(
  order: OdooRow,
  master: MasterData,
  settings: Pick<OdooSettings, 'companies' | 'warehouses'>,
  since: string,
): Ignored | undefined {
  if (!CONFIRMED.includes(order['state'])) return 'notConfirmed';
  if ((textOf(order['date_approve']) ?? textOf(order['date_order']) ?? '') < since) return 'tooOld';
  const companyId = idOf(order['company_id']);
  const company = companyId === undefined ? undefined : master.companies.get(companyId);
  if (!isWantedCompany(settings, companyId, company?.['name'])) return 'otherCompany';
  const warehouseId = master.warehouseOfOperation.get(idOf(order['picking_type_id']) ?? 0);
  const code = warehouseId === undefined ? undefined : master.warehouses.get(warehouseId)?.code;
  const dropShip = idOf(order['dest_address_id']) !== undefined || code === undefined;
  if (settings.warehouses !== undefined && !dropShip && !settings.warehouses.includes(code)) {
    return 'otherWarehouse';
  }
  return undefined;
}
