function startsWith(bytes: Uint8Array, ...expected: readonly number[]): boolean {
  return expected.every((byte, i) => bytes[i] === byte);
}

/** Bytes that tell the encoding of a file. */
export const ENCODING_BYTES = 4;

/** Name of an encoding in which no EDI standard can be read, told by the first bytes; undefined when there is no sign. */
export function unsupportedEncoding(bytes: Uint8Array): string | undefined {
  if (
    startsWith(bytes, 0xff, 0xfe) ||
    (isLetter(bytes[0]) && bytes[1] === 0 && isLetter(bytes[2]) && bytes[3] === 0)
  )
    return 'UTF-16 (little endian)';
  if (
    startsWith(bytes, 0xfe, 0xff) ||
    (bytes[0] === 0 && isLetter(bytes[1]) && bytes[2] === 0 && isLetter(bytes[3]))
  )
    return 'UTF-16 (big endian)';
  // ISA, UNA and UNB in the code pages of mainframes.
  if (
    startsWith(bytes, 0xc9, 0xe2, 0xc1) ||
    startsWith(bytes, 0xe4, 0xd5, 0xc1) ||
    startsWith(bytes, 0xe4, 0xd5, 0xc2)
  )
    return 'EBCDIC';
  return undefined;
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x7a;
}
