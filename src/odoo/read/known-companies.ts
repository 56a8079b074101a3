import type { ErpCompany } from '../../pipeline/ports/connected-erp.ts';
import type { OdooSettings } from '../odoo-settings.ts';
import type { MasterData } from './master-data.ts';
import { idOf } from './row-values.ts';

/** The companies and warehouses that the user sees, and which of them the settings exchange. */
export function knownCompanies(
  master: MasterData,
  settings: Pick<OdooSettings, 'companies' | 'warehouses'>,
): ErpCompany[] {
  return [...master.companies]
    .map(([id, row]): ErpCompany => {
      const name = String(row['name']);
      const exchanged = isWantedCompany(settings, id, name);
      return {
        id,
        name,
        currency: master.currencies.get(idOf(row['currency_id']) ?? 0)?.code ?? '',
        exchanged,
        warehouses: [...master.warehouses.values()]
          .filter(({ companyId }) => companyId === id)
          .map((warehouse) => ({
            code: warehouse.code,
            name: warehouse.name,
            exchanged: exchanged && settings.warehouses?.includes(warehouse.code) !== false,
          })),
      };
    })
    .sort((a, b) => a.id - b.id);
}

/** Companies are named by their ids or names; without any, all are. */
export function isWantedCompany(
  { companies }: Pick<OdooSettings, 'companies'>,
  id: number | undefined,
  name: unknown,
): boolean {
  return companies === undefined || companies.some((each) => each === id || each === name);
}
