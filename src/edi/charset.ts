import type { Charset } from './model.ts';

/**
 * Character sets by syntax identifier (EDIFACT data element 0001). UNOX (code extension by ISO 2022) is read as ASCII:
 * its escape sequences stay in the text and fail validation there.
 */
const BY_SYNTAX: Readonly<Record<string, Charset>> = {
  UNOA: 'ascii',
  UNOB: 'ascii',
  UNOC: 'iso-8859-1',
  UNOD: 'iso-8859-2',
  UNOE: 'iso-8859-5',
  UNOF: 'iso-8859-7',
  UNOG: 'iso-8859-3',
  UNOH: 'iso-8859-4',
  UNOI: 'iso-8859-6',
  UNOJ: 'iso-8859-8',
  UNOK: 'iso-8859-9',
  UNOL: 'iso-8859-15',
  UNOW: 'utf-8',
  UNOX: 'ascii',
  UNOY: 'utf-8',
};

/** Character set of an EDIFACT syntax identifier (`UNOC`); undefined when the identifier is not one of the standard's. */
export function charsetOfSyntax(identifier: string): Charset | undefined {
  return BY_SYNTAX[identifier];
}

type Decoder = InstanceType<typeof TextDecoder>;

const decoders = new Map<Charset, Decoder>();

function decoderOf(charset: Charset): Decoder {
  let decoder = decoders.get(charset);
  if (decoder === undefined) {
    decoder = new TextDecoder(charset, { ignoreBOM: true });
    decoders.set(charset, decoder);
  }
  return decoder;
}

const WINDOWS_1252 = decoderOf('windows-1252');
const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** True when the bytes are well-formed UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    UTF_8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const ASCII_PROBE = new TextDecoder('utf-8', { ignoreBOM: true });
const HIGH = /[^\0-\x7f]/;

/**
 * The text when every byte is below 128, else undefined. Decoding as UTF-8 is the fastest test there is: each longer
 * sequence makes the text shorter than its bytes, and each stray byte becomes U+FFFD.
 */
export function decodeAscii(bytes: Uint8Array): string | undefined {
  const text = ASCII_PROBE.decode(bytes);
  return text.length === bytes.length && !text.includes('\uFFFD') ? text : undefined;
}

/** What is longer is decoded by the engine: that is faster, though it has to be called. */
const SHORT = 12;

/** The text of a few bytes when every one is below 128, else undefined. */
export function decodeShort(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > SHORT) return undefined;
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** True when the text has a character above 127. */
export function hasHighCharacter(text: string): boolean {
  return HIGH.test(text);
}

/**
 * Text of bytes. A byte sequence that the character set does not have becomes U+FFFD; never throws. What the Encoding
 * standard calls iso-8859-1 is windows-1252: the C1 range is mapped back here, so that every byte keeps its own code.
 * A byte above 127 in `ascii` is read as UTF-8 if the run is well-formed, else as Latin-1: senders say UNOA and send both.
 */
export function decodeBytes(bytes: Uint8Array, charset: Charset): string {
  switch (charset) {
    case 'windows-1252':
      return WINDOWS_1252.decode(bytes);
    case 'iso-8859-1':
      return decodeLatin1(bytes);
    case 'ascii':
      return isUtf8(bytes) ? UTF_8.decode(bytes) : decodeLatin1(bytes);
    case 'utf-8':
      // Bytes that are not UTF-8 at all are Latin-1 from a sender that declared the wrong set.
      return isUtf8(bytes) ? UTF_8.decode(bytes) : decodeLatin1(bytes);
    default:
      return decoderOf(charset).decode(bytes);
  }
}

const LATIN1_RUN = 8192;

function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += LATIN1_RUN)
    text += String.fromCharCode(...bytes.subarray(i, i + LATIN1_RUN));
  return text;
}
