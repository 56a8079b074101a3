const CR = 13;
const LF = 10;

export function isAlphanumeric(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}

export function isLineBreak(byte: number | undefined): boolean {
  return byte === CR || byte === LF;
}

/** One character of a delimiter, for display: control characters as \xNN. */
export function showByte(byte: number): string {
  return byte > 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** Byte as the one-character string of Delimiters; '' for none. */
export function charOf(byte: number): string {
  return byte < 0 ? '' : String.fromCharCode(byte);
}

/** Length of the UTF-8 sequence that starts at `i`, when the byte there starts one of several bytes; else 1. */
export function sequenceLength(bytes: Uint8Array, i: number): number {
  const byte = bytes[i]!;
  const length = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
  if (byte >= 0xf8) return 1;
  for (let k = 1; k < length; k++) if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return 1;
  return length;
}
