import { addDays } from '../../common/calendar.ts';
import type { LocalDate } from '../../common/time.ts';
import type { OdooClient } from '../client/odoo-client.ts';
import { fromOdooNumber } from '../line-values.ts';
import type { MasterData } from './master-data.ts';
import type { MasterDataEntry } from './master-data-entries.ts';
import { idOf, textOf } from './row-values.ts';

/** An invoice is compared with the rate of its day, or of the days before. */
const DAYS = 30;

/**
 * Odoo's exchange rates of the last days as the gateway knows them: company currency for one unit, by `EUR/2026-03-20`. Of
 * companies that keep their books in the gateway's currency only; rates for all companies count for each.
 */
export async function readExchangeRates(
  client: OdooClient,
  master: MasterData,
  currency: string,
  today: LocalDate,
): Promise<MasterDataEntry[]> {
  const ours = [...master.companies].filter(
    ([, row]) => master.currencies.get(idOf(row['currency_id']) ?? 0)?.code === currency,
  );
  if (ours.length === 0) return [];
  const companyIds = ours.map(([id]) => id);
  const rows = await client.searchRead('res.currency.rate', {
    domain: [
      ['name', '>=', addDays(today, -DAYS)],
      ['company_id', 'in', [...companyIds, false]],
    ],
    fields: ['name', 'currency_id', 'inverse_company_rate'],
    order: 'name, id',
    limit: 10_000,
    context: { allowed_company_ids: companyIds },
  });
  const entries = new Map<string, MasterDataEntry>();
  for (const row of rows) {
    const code = master.currencies.get(idOf(row['currency_id']) ?? 0)?.code;
    const date = textOf(row['name']);
    const rate = fromOdooNumber(row['inverse_company_rate']);
    if (code === undefined || code === currency || date === undefined || rate === '0') continue;
    const key = `${code}/${date}`;
    entries.set(key, { kind: 'exchangeRate', key, data: { rate } });
  }
  return [...entries.values()];
}
