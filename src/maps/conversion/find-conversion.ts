import { gtin, sscc } from './check-digits.ts';
import { flag, text, type Conversion, type ConversionOptions } from './conversion.ts';
import { clockTime, dtm, isoDate, isoDateTime, x12Date } from './dates.ts';
import { decimal, fixedDecimal, impliedDecimal, integer, withDecimalMark } from './decimals.ts';
import { localDate } from './local-date.ts';

/** What `as:` means; without it, what the field itself asks for. A text answer says what is wrong. */
export function findConversion(as: string | undefined, options: ConversionOptions): Conversion | string {
  const found = conversionFor(as, options);
  return typeof found === 'string' || options.decimalMark === undefined
    ? found
    : withDecimalMark(found, options.decimalMark, options.thousands);
}

function conversionFor(as: string | undefined, options: ConversionOptions): Conversion | string {
  if (as === undefined) return defaultConversion(options);
  const counted = /^(decimal|N|gtin|sscc)(\d+)$/.exec(as);
  if (counted) return countedConversion(counted[1] ?? '', Number(counted[2]), as);
  const [kind = '', format] = as.split(':');
  switch (kind) {
    case 'text':
      return text;
    case 'decimal':
      return decimal;
    case 'integer':
      return integer(options.target === 'integer');
    case 'date':
      if (format !== undefined) return datesOnly(as, format, options);
      return x12Date(kind, options);
    case 'date6':
    case 'date8':
      return x12Date(kind, options);
    case 'time':
      return clockTime;
    case 'isoDate':
      return isoDate;
    case 'isoDateTime':
      return isoDateTime(options);
    case 'gtin':
      return gtin(undefined);
    case 'flag':
      return flag;
    case 'dtm':
      return dtm(format, options) ?? `as: ${as}: format ${format ?? ''} of data element 2379 is not known`;
    default:
      return `as: "${as}" is not known; see the table of docs/mapping-language.md`;
  }
}

function datesOnly(as: string, format: string, { target }: ConversionOptions): Conversion | string {
  if (target === 'instant') return `as: ${as} makes a date, and the field is an instant`;
  return localDate(format) ?? `as: ${as}: expected a format such as date:DD.MM.YYYY or date:M/D/YYYY`;
}

function countedConversion(kind: string, count: number, as: string): Conversion | string {
  if (kind === 'decimal' && count <= 6) return fixedDecimal(count);
  if (kind === 'N' && count <= 9) return impliedDecimal(count);
  if (kind === 'gtin' && count >= 12 && count <= 14) return gtin(count);
  if (kind === 'sscc' && (count === 18 || count === 20)) return sscc(count);
  return `as: "${as}" is not known; see the table of docs/mapping-language.md`;
}

function defaultConversion({ target }: ConversionOptions): Conversion | string {
  switch (target) {
    case 'decimal':
      return decimal;
    case 'integer':
      return integer(true);
    case 'boolean':
      return flag;
    case 'date':
    case 'instant':
      return 'the field is a date: say as: date8, dtm, isoDate …';
    default:
      return text;
  }
}
