import { dec, formatDecimal, isDecimal, tenTo } from '../../common/decimal.ts';
import type { Conversion, ThousandsMark } from './conversion.ts';

/** Optional sign, digits with at most one mark, an X12 R exponent. */
const NUMBER = /^([+-]?)(\d*)(?:[.,](\d*))?(?:E([+-]?\d{1,3}))?$/;

/**
 * A decimal as partners send it, in the form of the canonical model: `.5` → `0.5`, `5.` → `5`, `12,50` → `12.50`, `007` → `7`,
 * `1.5E3` → `1500`. undefined: not a number. Trailing zeros are kept as sent.
 */
function readDecimal(text: string): string | undefined {
  if (isPlain(text)) return text;
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  const value = `${sign === '-' ? '-' : ''}${digits}${fraction === '' ? '' : `.${fraction}`}`;
  return exponent === undefined ? value : formatDecimal(dec(value).times(tenTo(Number(exponent))));
}

/** Digits, perhaps with a point inside, and no needless zero in front: what nearly every number looks like. */
function isPlain(text: string): boolean {
  const { length } = text;
  let points = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) continue;
    if (code !== 46 || i === 0 || i === length - 1 || ++points > 1) return false;
  }
  return length > 0 && (text.charCodeAt(0) !== 48 || length === 1 || text.charCodeAt(1) === 46);
}

/** The same of bytes. */
function isPlainAt(bytes: Uint8Array, start: number, end: number): boolean {
  let point = start;
  for (let i = start; i < end; i++) {
    const code = bytes[i]!;
    if (code >= 48 && code <= 57) continue;
    if (code !== 46 || i === start || i === end - 1 || point !== start) return false;
    point = i;
  }
  return end > start && (bytes[start] !== 48 || end === start + 1 || point === start + 1);
}

export const decimal: Conversion = {
  name: 'decimal',
  decimal: true,
  expected: 'a decimal number such as 12.50',
  read: readDecimal,
  isItself: isPlainAt,
  write: (value) => (isDecimal(String(value)) ? String(value) : undefined),
};

/** `decimal2`: written with exactly that many places; more digits are rounded half up, with a warning. */
export function fixedDecimal(places: number): Conversion {
  return {
    name: `decimal${places}`,
    decimal: true,
    places,
    expected: decimal.expected,
    read: readDecimal,
    isItself: isPlainAt,
    write: (value) => (isDecimal(String(value)) ? formatDecimal(dec(String(value)), places) : undefined),
  };
}

/** X12 N0 … N9: digits with implied decimal places; `1250` as N2 is 12.50. */
export function impliedDecimal(places: number): Conversion {
  return {
    name: `N${places}`,
    decimal: true,
    places,
    expected: `digits with ${places} implied decimal places, without a point`,
    read(text) {
      const match = /^(-?)(\d+)$/.exec(text);
      if (!match) return undefined;
      const digits = (match[2] ?? '').replace(/^0+/, '').padStart(places + 1, '0');
      const whole = digits.slice(0, digits.length - places);
      const fraction = places === 0 ? '' : `.${digits.slice(-places)}`;
      return `${match[1] ?? ''}${whole}${fraction}`;
    },
    write(value) {
      if (!isDecimal(String(value))) return undefined;
      return formatDecimal(dec(String(value)).times(tenTo(places)), 0);
    },
  };
}

const WHOLE = /^-?\d+$/;

/** A whole number, kept as a number field or as a decimal string, as the field is. */
export function integer(asNumber: boolean): Conversion {
  return {
    name: 'integer',
    decimal: !asNumber,
    expected: 'a whole number',
    read(text) {
      const value = readDecimal(text)?.replace(/\.0*$/, '');
      if (value === undefined || !/^-?\d{1,15}$/.test(value)) return undefined;
      return asNumber ? Number(value) : value;
    },
    write(value) {
      const text = String(value);
      if (WHOLE.test(text)) return text;
      const whole = text.replace(/\.0*$/, '');
      return WHOLE.test(whole) ? whole : undefined;
    },
  };
}

/**
 * The same where only one of the two is a decimal mark: the other one stands between thousands then, and a number that has it is no
 * guess (`1,250` would be 1.25). Where the map says what stands between thousands, groups of three digits are understood.
 */
export function withDecimalMark(
  conversion: Conversion,
  mark: '.' | ',',
  thousands?: ThousandsMark,
): Conversion {
  if (!/^(decimal|integer)/.test(conversion.name)) return conversion;
  const other = mark === '.' ? ',' : '.';
  return {
    ...conversion,
    expected: mark === '.' ? conversion.expected : conversion.expected.replace('.', ','),
    read: (text, extra) => {
      const plain = thousands === undefined ? text : withoutThousands(text, mark, thousands);
      return plain === undefined || plain.includes(other) ? undefined : conversion.read(plain, extra);
    },
    isItself: () => false,
  };
}

/** `1.234,50` without its marks between thousands; undefined where they do not make groups of three: `1.20` is no 120. */
function withoutThousands(text: string, mark: '.' | ',', thousands: ThousandsMark): string | undefined {
  const digits = thousands === ' ' ? text.replace(/[\u00a0\u202f]/g, ' ') : text.replace(/\u2019/g, "'");
  if (!digits.includes(thousands)) return digits;
  const [whole = '', ...fraction] = digits.split(mark);
  const groups = whole.replace(/^[+-]/, '').split(thousands);
  const isGrouped = groups.every((group, index) => (index === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(group));
  return isGrouped ? [whole.replaceAll(thousands, ''), ...fraction].join(mark) : undefined;
}

/** The decimal mark of a file. In EDIFACT both are one, and the dictionaries of X12 let no comma through. */
export function decimalMarkOf({
  standard,
  decimal: mark = '.',
}: {
  standard?: string | undefined;
  decimal?: '.' | ',' | undefined;
}): '.' | ',' | undefined {
  if (standard === 'csv') return mark;
  return standard === 'xml' ? '.' : undefined;
}

/** True when writing `value` with so many places loses digits. */
export function losesDigits(value: string, places: number): boolean {
  return isDecimal(value) && !dec(value).toDecimalPlaces(places).eq(dec(value));
}
