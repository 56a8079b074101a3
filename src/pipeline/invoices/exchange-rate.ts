import { addDays } from '../../common/calendar.ts';
import { dec, isDecimal } from '../../common/decimal.ts';
import { GatewayError } from '../../common/errors.ts';
import type { LocalDate } from '../../common/time.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** A rate holds over weekends and holidays, but not for ever. */
const MAX_AGE_DAYS = 7;

/** Throws INVALID_REQUEST for a rate that no match could use: it would be missing without a word. */
export function checkExchangeRate(entry: { key: string; data: Record<string, unknown> }): void {
  const { rate } = entry.data;
  const usable = typeof rate === 'string' && isDecimal(rate) && dec(rate).gt(0);
  if (usable && /^[A-Z]{3}\/\d{4}-\d{2}-\d{2}$/.test(entry.key)) return;
  throw new GatewayError(
    'INVALID_REQUEST',
    `An exchange rate has a key such as "EUR/2026-03-20" and data such as { "rate": "1.0812" }, company currency for one unit; ` +
      `found "${entry.key}", ${rate === undefined ? 'no rate' : JSON.stringify(rate)}.`,
  );
}

/**
 * Company currency for one unit of a currency on a day, from master data of the ERP: kind `exchangeRate`, key
 * `EUR/2026-03-20`, data `{ rate: "1.0812" }`. The newest of the last days; undefined where there is none.
 */
export async function findExchangeRate(
  unit: UnitOfWork,
  currency: string,
  date: LocalDate,
): Promise<string | undefined> {
  for (let age = 0; age <= MAX_AGE_DAYS; age += 1) {
    const record = await unit.get('masterData', `exchangeRate:${currency}/${addDays(date, -age)}`);
    const rate = record?.data['rate'];
    if (typeof rate === 'string' && isDecimal(rate) && dec(rate).gt(0)) return rate;
  }
  return undefined;
}
