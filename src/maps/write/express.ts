import { dec, isDecimal } from '../../common/decimal.ts';
import type { Field, Place, Scalar } from '../compile/model.ts';
import { losesDigits } from '../conversion/decimals.ts';
import { applyFactor, applySign } from '../read/understand.ts';

/** Tells trouble with a field when it is written. */
export type WriteReport = (
  code: string,
  severity: 'error' | 'warning',
  message: string,
  actual?: string,
  expected?: string,
) => void;

/**
 * The text of a value: factor, sign, conversion, codes, prefix, padding, suffix; the reverse of understand(). undefined: nothing is
 * written, because a code says so or because it cannot be expressed (then it is reported). `extra`: the end of a period; `factor`: the other
 * number of a calculation.
 */
export function express<P extends Place>(
  field: Field<P>,
  value: Scalar,
  extra: string,
  report: WriteReport,
  factor: unknown,
): string | undefined {
  const calculated =
    field.sign === undefined && !field.factor ? value : calculateBack(field, value, report, factor);
  if (calculated === undefined) return undefined;
  const text = field.conversion.write(calculated, extra);
  if (text === undefined) {
    report(
      'MAP_BAD_VALUE',
      'error',
      `"${String(value)}" cannot be written as ${field.conversion.expected}`,
      String(value),
      field.conversion.expected,
    );
    return undefined;
  }
  const { places } = field.conversion;
  if (places !== undefined && losesDigits(String(calculated), places))
    report(
      'MAP_ROUNDED',
      isOrdered(field) ? 'error' : 'warning',
      `"${String(calculated)}" is written with ${places} decimal places${isOrdered(field) ? ', which is another one; use as: decimal' : ''}`,
      String(calculated),
    );
  const code = field.codes ? encode(field, text, report) : text;
  if (code === undefined || code === '') return undefined;
  const prefixed = field.prefix + code;
  return prefixed.padStart(field.pad, '0') + field.suffix;
}

/** A price or a quantity that is rounded is another order. */
function isOrdered<P extends Place>({ path }: Field<P>): boolean {
  const [of, value] = (path?.steps ?? []).slice(-2).map(({ key }) => key);
  return (of === 'price' && value === 'amount') || (of === 'quantity' && value === 'value');
}

function encode<P extends Place>(field: Field<P>, text: string, report: WriteReport): string | undefined {
  if (!field.codes) return text;
  const code = field.codes.write(text);
  if (code === undefined)
    report(
      'MAP_UNKNOWN_CODE',
      'error',
      `"${text}" has no code in table ${field.codes.name}`,
      text,
      `one of ${field.codes.values.slice(0, 20).join(', ')}`,
    );
  return code ?? undefined;
}

function calculateBack<P extends Place>(
  field: Field<P>,
  value: Scalar,
  report: WriteReport,
  other: unknown,
): Scalar | undefined {
  const { sign, factor } = field;
  if ((!sign && !factor) || typeof value !== 'string' || !isDecimal(value)) return value;
  let number = sign === 'negate' ? applySign(value, sign) : value;
  if (factor && typeof other === 'string') {
    const inverse = factor.operation === 'times' ? 'over' : 'times';
    const result = applyFactor(number, other, inverse);
    const back =
      result === undefined
        ? undefined
        : factor.operation === 'times'
          ? dec(result).times(other)
          : dec(result).div(other);
    if (result === undefined || back?.eq(number) !== true) {
      report(
        'MAP_INEXACT',
        'error',
        `"${number}" cannot be calculated with "${other}" without a remainder`,
        number,
      );
      return undefined;
    }
    number = result;
  }
  return number;
}
