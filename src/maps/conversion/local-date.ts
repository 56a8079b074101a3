import type { Conversion } from './conversion.ts';
import { isReal, toDate } from './dates.ts';

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<year>\\d{2})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
};
const FORMAT = /^(YYYY|YY|MM|M|DD|D)([./ -]?)(YYYY|YY|MM|M|DD|D)\2(YYYY|YY|MM|M|DD|D)$/;

/**
 * A date as people write it: `date:DD.MM.YYYY`, `date:M/D/YYYY`. Two digits of a year are 2000 to 2049, else 19xx. undefined: no
 * such format.
 */
export function localDate(format: string): Conversion | undefined {
  const [, first = '', separator = '', second = '', third = ''] = FORMAT.exec(format) ?? [];
  const tokens = [first, second, third];
  if (new Set(tokens.map((token) => token[0])).size !== 3) return undefined;
  const pattern = new RegExp(`^${tokens.map((token) => TOKENS[token]).join(separator.replace('.', '\\.'))}$`);
  return {
    name: `date:${format}`,
    expected: `a date ${format}`,
    read(text) {
      const { year = '', month = '', day = '' } = pattern.exec(text)?.groups ?? {};
      if (year === '') return undefined;
      const century = year.length === 4 ? 0 : Number(year) < 50 ? 2000 : 1900;
      const parts = {
        year: century + Number(year),
        month: Number(month),
        day: Number(day),
        clock: undefined,
        zoneMinutes: undefined,
      };
      return isReal(parts) ? toDate(parts) : undefined;
    },
    write(value) {
      const [year = '', month = '', day = ''] = String(value).slice(0, 10).split('-');
      if (day === '') return undefined;
      const texts: Record<string, string> = {
        YYYY: year,
        YY: year.slice(2),
        MM: month,
        M: String(Number(month)),
        DD: day,
        D: String(Number(day)),
      };
      return tokens.map((token) => texts[token]).join(separator);
    },
  };
}
