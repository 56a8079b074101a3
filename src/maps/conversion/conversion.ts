import type { ScalarType } from '../document-shape.ts';

/** A value of a document field as maps make it. */
export type Scalar = string | number | boolean;

/**
 * One way of understanding a text (`as:`), and of writing it. `extra` is the companion text: the time of a date (`time:`)
 * or the 2379 format of a DTM. Results are undefined where the text or the value cannot be understood.
 */
export interface Conversion {
  name: string;
  /** For messages: `a date CCYYMMDD such as 20260131`. */
  expected: string;
  read(text: string, extra: string): Scalar | undefined;
  write(value: Scalar, extra: string): string | undefined;
  /** The end of a period; undefined when the text is a single date. */
  readEnd?(text: string, extra: string): Scalar | undefined;
  /** The companion text of a written value; with `readEnd` it is the same for every value. */
  writeExtra?(value: Scalar): string;
  /** `read` makes a DecimalString of whatever it understands. */
  decimal?: boolean;
  /** Written with so many decimal places. */
  places?: number;
  /**
   * True for bytes (ASCII) that `read` returns as they stand and of which `warn` says nothing: looked at before a text is
   * made of them, which is faster. False tells nothing.
   */
  isItself?(bytes: Uint8Array, start: number, end: number): boolean;
  /** Something odd about a text that is nevertheless understood: a wrong check digit. */
  warn?(text: string): string | undefined;
}

export type ThousandsMark = '.' | ',' | "'" | ' ';

export interface ConversionOptions {
  target: ScalarType;
  /** Offset from UTC of dates with times, in minutes. */
  zoneMinutes: number;
  /** The rule has `time:`. */
  hasTime: boolean;
  /** The only decimal mark of the file; undefined where a point and a comma are both one (EDIFACT). */
  decimalMark?: '.' | ',' | undefined;
  /** What stands between thousands (CSV). */
  thousands?: ThousandsMark | undefined;
}

export const text: Conversion = {
  name: 'text',
  expected: 'text',
  read: (value) => value,
  write: (value) => String(value),
};

export const flag: Conversion = {
  name: 'flag',
  expected: 'true or false, Y or N, 1 or 0',
  read(value) {
    if (['true', 'Y', '1'].includes(value)) return true;
    return ['false', 'N', '0'].includes(value) ? false : undefined;
  },
  write: (value) => (value === true || value === 'true' ? 'true' : 'false'),
};
