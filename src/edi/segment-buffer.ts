import { encodeText } from './encode.ts';
import type { Charset, Delimiters } from './model.ts';
import { asciiOf } from './repertoire.ts';
import type { Repertoire } from './repertoire.ts';

const INITIAL_BYTES = 16 * 1024;
const NOTHING = new Uint8Array(0);
/** Larger ones are not kept for the next writer. */
const LARGEST_KEPT = 2 * 1024 * 1024;
/** The bytes of a writer that is done: fresh memory costs as much as a third of what is written to it. */
let spare: Uint8Array<ArrayBuffer> | undefined;
/**
 * What the last large file took, and a little more: for the steps in which a file grows, and throws away what it had, the
 * engine collects the whole heap. Memory that is not touched costs nothing.
 */
let lastLarge = 0;
/** Most that is asked for at once on the grounds that the last file took it. */
const MOST_EXPECTED = 64 * 1024 * 1024;

function firstBytes(): Uint8Array<ArrayBuffer> {
  const bytes = spare ?? new Uint8Array(INITIAL_BYTES);
  spare = undefined;
  return bytes;
}

/** What decides which bytes are written. */
export interface BufferRules {
  delimiters: Delimiters;
  /** Written behind each segment terminator. */
  segmentSuffix: string;
  charset: Charset;
  repertoire: Repertoire;
}

/**
 * Segments as bytes, open to those who write many plain texts: they put whole segments behind `length`, count them, and
 * leave whatever is out of the ordinary to the SegmentWriter that has the buffer.
 */
export class SegmentBuffer {
  bytes = firstBytes();
  /** Bytes written. */
  length = 0;
  /** Segments written. */
  segments = 0;
  /** 1 for each code that is written as it is; one table for all buffers with the same rules. */
  readonly plain: Uint8Array;
  /** Codes; NaN where the syntax has none. */
  readonly elementSeparator: number;
  readonly componentSeparator: number;
  readonly repetitionSeparator: number;
  readonly terminator: Uint8Array;
  /** Terminator and suffix. */
  readonly ending: Uint8Array;

  constructor(rules: BufferRules) {
    const codes = codesOf(rules);
    this.plain = codes.plain;
    this.elementSeparator = codes.elementSeparator;
    this.componentSeparator = codes.componentSeparator;
    this.repetitionSeparator = codes.repetitionSeparator;
    this.terminator = codes.terminator;
    this.ending = codes.ending;
  }

  /** Hands over what was written and begins anew. */
  take(): Uint8Array {
    const { bytes, length } = this;
    this.bytes = NOTHING;
    this.length = 0;
    if (bytes.length > LARGEST_KEPT) {
      lastLarge = Math.min(length + (length >> 4), MOST_EXPECTED);
      return bytes.subarray(0, length);
    }
    keepSpare(bytes);
    return bytes.slice(0, length);
  }

  /** Makes room for so many more bytes. */
  reserve(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const outgrown = this.bytes;
    const { length } = outgrown;
    const larger = length < LARGEST_KEPT ? length * 2 : Math.max(length * 4, lastLarge);
    this.bytes = new Uint8Array(Math.max(larger, this.length + bytes));
    this.bytes.set(outgrown.subarray(0, this.length));
    if (length === LARGEST_KEPT) keepSpare(outgrown);
  }
}

function keepSpare(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes.length > (spare?.length ?? 0)) spare = bytes;
}

/** What `appendPlain` says of a text that it does not write. */
export const NOT_PLAIN = -1;

/**
 * Puts a text behind the first `at` bytes: their new number, or NOT_PLAIN when a character needs care, or when the text
 * would go beyond `limit`.
 */
export function appendPlain(
  bytes: Uint8Array,
  plain: Uint8Array,
  at: number,
  limit: number,
  text: string,
): number {
  const { length } = text;
  if (at + length > limit) return NOT_PLAIN;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    // Codes above 127 are outside the table.
    if (plain[code] !== 1) return NOT_PLAIN;
    bytes[at + i] = code;
  }
  return at + length;
}

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Puts a decimal number behind the first `at` bytes, `mark` (a code) for its point: their new number, or NOT_PLAIN for a
 * text that is none (see isDecimal) or would go beyond `limit`. For those who know that digits, minus and mark are plain.
 */
export function appendDecimal(
  bytes: Uint8Array,
  at: number,
  limit: number,
  text: string,
  mark: number,
): number {
  const last = text.length - 1;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (at + last >= limit || last < start) return NOT_PLAIN;
  if (start === 1) bytes[at] = MINUS;
  let point = false;
  for (let i = start; i <= last; i++) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) {
      bytes[at + i] = code;
      continue;
    }
    if (code !== POINT || point || i === start || i === last) return NOT_PLAIN;
    point = true;
    bytes[at + i] = mark;
  }
  return at + last + 1;
}

/** Characters that data must not contain as they are. */
export function delimitersOf(delimiters: Delimiters): string[] {
  const { elementSeparator, componentSeparator, repetitionSeparator, segmentTerminator, releaseCharacter } =
    delimiters;
  const all = [
    elementSeparator,
    componentSeparator,
    repetitionSeparator,
    segmentTerminator,
    releaseCharacter,
  ];
  return all.filter((delimiter) => delimiter !== '');
}

type Codes = Pick<
  SegmentBuffer,
  'plain' | 'elementSeparator' | 'componentSeparator' | 'repetitionSeparator' | 'terminator' | 'ending'
>;

const tables = new Map<string, Uint8Array>();
const knownCodes = new Map<string, Codes>();
/** Partners agree on few sets of delimiters; whoever invents more of them does not fill the memory. */
const MOST_TABLES = 1000;

/** The rules as codes, made once: a short file takes less time than that. */
function codesOf({ delimiters, repertoire, charset, segmentSuffix }: BufferRules): Codes {
  const { elementSeparator, componentSeparator, repetitionSeparator, releaseCharacter, segmentTerminator } =
    delimiters;
  // With the lengths of those that may be missing no two keys are alike.
  const key =
    `${repertoire} ${charset} ${componentSeparator.length}${repetitionSeparator.length}${releaseCharacter.length}` +
    `${elementSeparator}${componentSeparator}${repetitionSeparator}${releaseCharacter}${segmentTerminator}${segmentSuffix}`;
  let codes = knownCodes.get(key);
  if (codes === undefined) {
    codes = {
      plain: plainCodes(repertoire, delimitersOf(delimiters)),
      elementSeparator: elementSeparator.charCodeAt(0),
      componentSeparator: componentSeparator.charCodeAt(0),
      repetitionSeparator: repetitionSeparator.charCodeAt(0),
      terminator: encodeText(segmentTerminator, charset),
      ending: encodeText(segmentTerminator + segmentSuffix, charset),
    };
    if (knownCodes.size < MOST_TABLES) knownCodes.set(key, codes);
  }
  return codes;
}

function plainCodes(repertoire: Repertoire, delimiters: readonly string[]): Uint8Array {
  const key = `${repertoire} ${delimiters.join('')}`;
  const known = tables.get(key);
  if (known) return known;
  const codes = delimiters.map((delimiter) => delimiter.charCodeAt(0));
  const table = Uint8Array.from(asciiOf(repertoire), (has, code) => (has && !codes.includes(code) ? 1 : 0));
  if (tables.size < MOST_TABLES) tables.set(key, table);
  return table;
}
