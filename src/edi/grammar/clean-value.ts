/** Printable; `ascii` asks for no byte above 127, for a length in characters. */
export function isText(bytes: Uint8Array, start: number, end: number, ascii: boolean): boolean {
  const limit = ascii ? 0x80 : 0x100;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte < 0x20 || byte === 0x7f || byte >= limit) return false;
  }
  return true;
}

/** Letters, as far as a glance tells. */
export function isLetters(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! < 0x41 || bytes[i]! > 0x7a) return false;
  return true;
}

/** Up to four bytes as one integer. */
export function packBytes(bytes: Uint8Array, start: number, end: number): number {
  let packed = 0;
  for (let i = start; i < end; i++) packed = (packed << 8) | bytes[i]!;
  return packed;
}

const MINUS = 0x2d;
const POINT = 0x2e;
const COMMA = 0x2c;
const ZERO = 0x30;

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

/** Digits with an optional sign and, unless it is `whole`, one decimal mark between digits: a point, or a `comma` too. */
export function isCleanNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  whole: boolean,
  comma: boolean,
  min: number,
  max: number,
): boolean {
  let i = bytes[start] === MINUS ? start + 1 : start;
  let digits = 0;
  let marks = 0;
  let previous = 0;
  for (; i < end; i++) {
    const byte = bytes[i]!;
    if (isDigit(byte)) digits++;
    else if (!whole && (byte === POINT || (byte === COMMA && comma)) && isDigit(previous)) marks++;
    else return false;
    previous = byte;
  }
  return digits >= min && digits <= max && marks <= 1 && isDigit(previous);
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]!;
  const ones = bytes[at + 1]!;
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : -1;
}

/** All dates of the calendar but 29 February, which is left to the exact check. */
export function isCleanDate(bytes: Uint8Array, start: number, length: number): boolean {
  if (length !== 8 && length !== 6) return false;
  if (length === 8 && twoDigits(bytes, start) < 0) return false;
  const at = start + length - 6;
  const month = twoDigits(bytes, at + 2);
  const day = twoDigits(bytes, at + 4);
  if (twoDigits(bytes, at) < 0 || month < 1 || month > 12 || day < 1) return false;
  return day <= 28 || (month !== 2 && (day <= 30 || (day === 31 && isLong(month))));
}

function isLong(month: number): boolean {
  return month < 8 ? month % 2 === 1 : month % 2 === 0;
}

export function isCleanTime(bytes: Uint8Array, start: number, length: number): boolean {
  if (length !== 4 && length !== 6 && length !== 8) return false;
  const hour = twoDigits(bytes, start);
  const minute = twoDigits(bytes, start + 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  if (length === 4) return true;
  const second = twoDigits(bytes, start + 4);
  return second >= 0 && second <= 59 && (length === 6 || twoDigits(bytes, start + 6) >= 0);
}
