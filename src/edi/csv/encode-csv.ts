import { encodeCharacter } from '../encode.ts';
import type { CsvCharset } from './parse-csv.ts';

const REPLACEMENT = 0x3f;

/** The bytes of a CSV text, and the characters that the set does not have: a question mark stands in place of each. */
export function encodeCsv(
  text: string,
  charset: CsvCharset = 'utf-8',
): { bytes: Uint8Array; replaced: readonly string[] } {
  if (charset === 'utf-8') return { bytes: new TextEncoder().encode(text), replaced: [] };
  // A spreadsheet knows UTF-16 by its byte order mark.
  if (charset === 'utf-16le') return { bytes: encodeUtf16(`\ufeff${text}`), replaced: [] };
  const replaced = new Set<string>();
  const bytes: number[] = [];
  for (const character of text) {
    const [byte] = encodeCharacter(character, charset) ?? [];
    if (byte === undefined) replaced.add(character);
    bytes.push(byte ?? REPLACEMENT);
  }
  return { bytes: Uint8Array.from(bytes), replaced: [...replaced] };
}

function encodeUtf16(text: string): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
  return new Uint8Array(view.buffer);
}
