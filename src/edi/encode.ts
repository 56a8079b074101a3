import { decodeBytes } from './charset.ts';
import type { Charset } from './model.ts';

const UTF_8 = new TextEncoder();
const reverse = new Map<Charset, Map<string, number>>();

/** Bytes above 127 by their character, of a set with one byte for each character. */
function highBytes(charset: Charset): Map<string, number> {
  let table = reverse.get(charset);
  if (table === undefined) {
    table = new Map();
    for (let byte = 128; byte < 256; byte++) {
      const character = decodeBytes(Uint8Array.of(byte), charset);
      if (character !== '\uFFFD') table.set(character, byte);
    }
    reverse.set(charset, table);
  }
  return table;
}

/** Bytes of one character in a character set; undefined when the set does not have it. */
export function encodeCharacter(character: string, charset: Charset): Uint8Array | undefined {
  const code = character.codePointAt(0)!;
  if (code < 128) return Uint8Array.of(code);
  if (charset === 'ascii') return undefined;
  if (charset === 'utf-8') return code >= 0xd800 && code < 0xe000 ? undefined : UTF_8.encode(character);
  const byte = highBytes(charset).get(character);
  return byte === undefined ? undefined : Uint8Array.of(byte);
}

const QUESTION_MARK = Uint8Array.of(0x3f);

/** A text of which nearly all is ASCII, such as an envelope; what the set does not have becomes a question mark. */
export function encodeText(text: string, charset: Charset): Uint8Array {
  const { length } = text;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) return encodeEach(text, charset);
    bytes[i] = code;
  }
  return bytes;
}

function encodeEach(text: string, charset: Charset): Uint8Array {
  return Uint8Array.from(
    Array.from(text, (character) => [...(encodeCharacter(character, charset) ?? QUESTION_MARK)]).flat(),
  );
}
