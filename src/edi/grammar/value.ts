import type { ElementDefinition } from './definition.ts';
import type { ValidationCode } from './finding-codes.ts';

/** What is wrong with a value: the code, and what was expected in words. */
export interface ValueFault {
  code: ValidationCode;
  expected: string;
  /** A code of the list, but for its case. */
  lowerCase?: true;
}

/** Checks one simple element or component that carries data; undefined when it is right. */
export function checkValue(value: string, element: ElementDefinition): ValueFault | undefined {
  return checkType(value, element) ?? checkLength(value, element) ?? checkCode(value, element);
}

/** Expected of text that has line breaks or the like in it. */
export const NO_CONTROL = 'no control characters';

const CONTROL = /[\x00-\x1f\x7f]/;
const X12_DECIMAL = /^-?(\d+(\.\d*)?|\.\d+)(E-?\d+)?$/;
/** Decimal comma or point, whatever UNA says: ISO 9735 lets a message use either. */
const EDIFACT_NUMBER = /^-?\d+([.,]\d+)?$/;

function checkType(value: string, element: ElementDefinition): ValueFault | undefined {
  switch (element.type) {
    case 'N':
      return /^-?\d+$/.test(value)
        ? undefined
        : { code: 'ELEMENT_INVALID_CHARACTER', expected: 'a whole number' };
    case 'R':
      return X12_DECIMAL.test(value)
        ? undefined
        : { code: 'ELEMENT_INVALID_CHARACTER', expected: 'a decimal number' };
    case 'DT':
      return isDate(value) ? undefined : { code: 'ELEMENT_INVALID_DATE', expected: dateFormat(element) };
    case 'TM':
      return isTime(value)
        ? undefined
        : { code: 'ELEMENT_INVALID_TIME', expected: 'a time HHMM, HHMMSS or with decimals' };
    case 'n':
      return EDIFACT_NUMBER.test(value) ? undefined : numberFault(value);
    case 'a':
      return /\d/.test(value) || CONTROL.test(value)
        ? { code: 'ELEMENT_INVALID_CHARACTER', expected: 'letters only' }
        : undefined;
    case 'ID':
    case 'AN':
    case 'an':
      return CONTROL.test(value) ? { code: 'ELEMENT_INVALID_CHARACTER', expected: NO_CONTROL } : undefined;
    case 'B':
      return undefined;
  }
}

function numberFault(value: string): ValueFault {
  if (/^-?[.,]\d+$/.test(value))
    return { code: 'ELEMENT_DECIMAL_WITHOUT_DIGIT', expected: 'a digit before the decimal mark' };
  const digits = /^-?[\d.,]+$/.test(value);
  return digits
    ? {
        code: 'ELEMENT_INVALID_DECIMAL',
        expected: 'digits, at most one decimal mark with digits on both sides',
      }
    : { code: 'ELEMENT_INVALID_CHARACTER', expected: 'a number' };
}

/** Characters that count: sign, decimal mark and exponent mark of a number do not (X12.6, ISO 9735). */
function checkLength(value: string, element: ElementDefinition): ValueFault | undefined {
  const numeric = element.type === 'N' || element.type === 'R' || element.type === 'n';
  const length = numeric ? value.replace(/[-.,E]/g, '').length : value.length;
  if (length > element.maxLength) return { code: 'ELEMENT_TOO_LONG', expected: lengthText(element) };
  if (length < element.minLength) return { code: 'ELEMENT_TOO_SHORT', expected: lengthText(element) };
  return undefined;
}

function lengthText({ minLength, maxLength }: ElementDefinition): string {
  if (minLength === maxLength) return `${maxLength} characters`;
  return minLength > 1 ? `${minLength} to ${maxLength} characters` : `at most ${maxLength} characters`;
}

function checkCode(value: string, element: ElementDefinition): ValueFault | undefined {
  if (!element.codes || element.codes.has(value)) return undefined;
  const fault: ValueFault = { code: 'ELEMENT_INVALID_CODE', expected: listCodes(element.codes) };
  return element.codes.has(value.toUpperCase()) ? { ...fault, lowerCase: true } : fault;
}

function listCodes(codes: ReadonlySet<string>): string {
  const all = [...codes];
  return all.length <= 12
    ? all.join(', ')
    : `${all.slice(0, 12).join(', ')} or ${all.length - 12} other codes`;
}

function dateFormat(element: ElementDefinition): string {
  return element.maxLength === 6 ? 'a date YYMMDD' : 'a date CCYYMMDD';
}

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `260131` or `20260131`, on the calendar; a year of two digits is taken as 20YY for the leap day. */
export function isDate(value: string): boolean {
  if (!/^(\d{6}|\d{8})$/.test(value)) return false;
  const at = value.length - 4;
  const year = Number(value.slice(0, at)) + (at === 2 ? 2000 : 0);
  const month = Number(value.slice(at, at + 2));
  const day = Number(value.slice(at + 2));
  if (day < 1 || day > (MONTH_DAYS[month - 1] ?? 0)) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

/** HHMM, HHMMSS, HHMMSSd, HHMMSSdd (337). */
export function isTime(value: string): boolean {
  return /^([01]\d|2[0-3])[0-5]\d([0-5]\d\d{0,2})?$/.test(value);
}
