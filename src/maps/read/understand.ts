import { dec, formatDecimal, isDecimal } from '../../common/decimal.ts';
import type { Finding } from '../../common/finding.ts';
import type { Field, Place, Scalar } from '../compile/model.ts';

/** Tells trouble with the value at hand; the reader adds the place. */
export type Report = (
  code: string,
  severity: Finding['severity'],
  message: string,
  actual: string,
  expected?: string,
) => void;

/**
 * What a text means to a rule: prefix and suffix, codes, conversion, sign, factor, in this order. undefined: it means nothing, because
 * it is empty, a code says so, or it cannot be understood (then it is reported).
 */
export function understand<P extends Place>(
  field: Field<P>,
  raw: string,
  extra: string,
  report: Report,
  lookUp: (place: P) => string,
): Scalar | undefined {
  const text = trimText(raw);
  if (text === '') return undefined;
  if (field.plain) {
    const value = field.conversion.read(text, extra);
    if (value === undefined) reportBad(field, text, report);
    return value;
  }
  if (field.time && extra === '') return undefined;
  let code = withoutAffixes(field, text);
  if (field.codes) {
    const meaning = field.codes.read(code);
    if (meaning === null) return undefined;
    if (meaning === undefined) {
      report(
        'MAP_UNKNOWN_CODE',
        'error',
        `code "${code}" is not in table ${field.codes.name}`,
        code,
        `one of ${field.codes.codes.slice(0, 20).join(', ')}`,
      );
      return undefined;
    }
    code = meaning;
  }
  const value = field.conversion.read(code, extra);
  if (value === undefined) {
    reportBad(field, text, report);
    return undefined;
  }
  const warning = field.conversion.warn?.(code);
  if (warning !== undefined)
    report('MAP_SUSPECT_VALUE', 'warning', `"${text}" ${warning}`, text, field.conversion.expected);
  return calculate(field, value, report, lookUp);
}

function reportBad<P extends Place>(field: Field<P>, text: string, report: Report): void {
  report(
    'MAP_BAD_VALUE',
    'error',
    `"${text}" is not ${field.conversion.expected}`,
    text,
    field.conversion.expected,
  );
}

function calculate<P extends Place>(
  field: Field<P>,
  value: Scalar,
  report: Report,
  lookUp: (place: P) => string,
): Scalar | undefined {
  const { sign, factor } = field;
  if (!sign && !factor) return value;
  if (typeof value !== 'string' || !isDecimal(value)) return value;
  let number = value;
  if (factor) {
    const other = lookUp(factor.place).trim();
    if (other === '') return applySign(number, sign);
    const result = applyFactor(number, other, factor.operation);
    if (result === undefined) {
      report(
        'MAP_BAD_VALUE',
        'error',
        `"${number}" cannot be calculated with "${other}"`,
        other,
        'a number but zero',
      );
      return undefined;
    }
    number = result;
    if (field.conversion.name === 'integer' && !/^-?\d+$/.test(number)) {
      report(
        'MAP_FRACTION',
        'error',
        `"${value}" with the factor "${other}" gives ${number}`,
        number,
        'a whole number',
      );
      return undefined;
    }
  }
  return applySign(number, sign);
}

/** Exact up to 10 decimal places; undefined for a factor that is no number, or zero. */
export function applyFactor(value: string, other: string, operation: 'times' | 'over'): string | undefined {
  if (!isDecimal(other) || dec(other).isZero()) return undefined;
  const result = operation === 'times' ? dec(value).times(other) : dec(value).div(other);
  return formatDecimal(result.toDecimalPlaces(10));
}

export function applySign(value: string, sign: Field<Place>['sign']): string {
  if (sign === undefined) return value;
  if (sign === 'absolute') return value.startsWith('-') ? value.slice(1) : value;
  return value.startsWith('-') ? value.slice(1) : /^0+(\.0+)?$/.test(value) ? value : `-${value}`;
}

/** Text from a map (`default:`, `const:`) as a value of the field's type. */
export function literalValue<P extends Place>(field: Field<P>, text: string): Scalar {
  if (field.target === 'integer') return Number(text);
  if (field.target === 'boolean') return text === 'true';
  return text;
}

/** `prefix:` and `suffix:` may be there or not; blanks before a suffix are no matter. */
function withoutAffixes<P extends Place>({ prefix, suffix }: Field<P>, text: string): string {
  const code = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  const unit = suffix.trim();
  return unit !== '' && code.endsWith(unit) ? code.slice(0, -unit.length).trimEnd() : code;
}

/** Without spaces at the ends; nearly no text has any. */
function trimText(text: string): string {
  return text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32 ? text.trim() : text;
}
