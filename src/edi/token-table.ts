import { InvariantError } from '../common/invariant.ts';
import type { Charset, Delimiters, TokenTable } from './model.ts';
import { decodeAscii, decodeBytes, decodeShort, hasHighCharacter } from './charset.ts';

/** Integers per segment in TokenTable.segments. */
export const SEGMENT_STRIDE = 4;
export const SEGMENT_OFFSET = 0;
export const SEGMENT_TOKEN = 1;
export const SEGMENT_ID = 2;
export const SEGMENT_ELEMENTS = 3;

/** A token is `end << TOKEN_SHIFT | TOKEN_ESCAPED? | kind`. */
export const TOKEN_SHIFT = 3;
export const TOKEN_ESCAPED = 4;
export const TOKEN_KIND = 3;
/** Which delimiter ended the token. */
const KIND_COMPONENT = 0;
export const KIND_REPETITION = 1;
export const KIND_ELEMENT = 2;
export const KIND_SEGMENT = 3;

/** Largest offset that a token can hold. */
export const MAX_OFFSET = 2 ** (31 - TOKEN_SHIFT) - 1;

/** Segment id as an integer: `PO1` → 0x504f31, `N1` → 0x4e31; 0 for anything that is not two or three characters. */
export function packSegmentId(id: string): number {
  if (id.length === 2) return (id.charCodeAt(0) << 8) | id.charCodeAt(1);
  if (id.length === 3) return (id.charCodeAt(0) << 16) | (id.charCodeAt(1) << 8) | id.charCodeAt(2);
  return 0;
}

function unpackSegmentId(packed: number): string {
  const last = String.fromCharCode((packed >> 8) & 255, packed & 255);
  return packed > 0xffff ? String.fromCharCode(packed >> 16) + last : last;
}

/** What the text of an interchange needs beside its bytes. One object an interchange, shared by its tables. */
export interface TextRules {
  delimiters: Delimiters;
  charset: Charset;
  /** Lines are cut at a fixed width: line breaks inside a segment are no data. */
  wrapped: boolean;
}

/** A run of tokenised bytes. Arrays only grow by copy, so that tables made earlier keep theirs. */
export interface Page {
  bytes: Uint8Array;
  /** File offset of bytes[0]. */
  base: number;
  /** Bytes that are filled. */
  used: number;
  tokens: Int32Array<ArrayBuffer>;
  tokenCount: number;
  segments: Int32Array<ArrayBuffer>;
  segmentCount: number;
  /** Offset of the last byte in a segment that is no printable ASCII, delimiters and line breaks apart; -1 = none. */
  specialAt: number;
}

/** Removes release characters and, in wrapped files, line breaks. */
function unescape(text: string, rules: TextRules): string {
  const release = rules.delimiters.releaseCharacter;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (rules.wrapped && (char === '\r' || char === '\n')) continue;
    if (char === release && i + 1 < text.length) {
      i++;
      out += text[i]!;
    } else out += char;
  }
  return out;
}

const UNDECODED = '\0';

/** In place of what a released table stood in, which other transactions stand in by now: reading on is an error, not a guess. */
function released<T extends object>(target: T): T {
  return new Proxy(target, {
    get: () => {
      throw new InvariantError(
        'The segments of this transaction were released: read them before the next one',
      );
    },
  });
}

const RELEASED_BYTES = released(new Uint8Array(0));
const RELEASED_INTEGERS = released(new Int32Array(0));

/** TokenTable over a run of segments of a page. */
export class SegmentSlice implements TokenTable {
  tokens: Int32Array;
  segments: Int32Array;
  readonly first: number;
  bytes: Uint8Array;
  readonly base: number;
  readonly length: number;
  readonly textBase: number;
  readonly plain: boolean;
  readonly #rules: TextRules;
  #ascii = UNDECODED;
  #wide = '';
  // Where the last look-up ended: a walk over the elements, repetitions or components of a segment goes on from there, or
  // a segment of a megabyte of separators would take minutes.
  #segmentAt = -1;
  #elementAt = 0;
  #elementTokenAt = 0;
  #repeatedFrom = -1;
  #repetitionAt = 1;
  #repetitionTokenAt = 0;
  #composedFrom = -1;
  #componentAt = 1;

  constructor(page: Page, first: number, length: number, rules: TextRules) {
    this.tokens = page.tokens;
    this.segments = page.segments;
    this.first = first;
    this.bytes = page.bytes;
    this.base = page.base;
    this.length = length;
    this.textBase = length === 0 ? 0 : page.segments[first * SEGMENT_STRIDE]!;
    this.plain = page.specialAt < this.textBase;
    this.#rules = rules;
  }

  get ascii(): string {
    if (this.#ascii === UNDECODED) this.#decode();
    return this.#ascii;
  }

  forgetText(): void {
    this.#ascii = UNDECODED;
    this.#wide = '';
  }

  release(): void {
    this.forgetText();
    this.bytes = RELEASED_BYTES;
    this.tokens = RELEASED_INTEGERS;
    this.segments = RELEASED_INTEGERS;
  }

  /** Offset of the byte after the last segment's last token. */
  get #textEnd(): number {
    if (this.length === 0) return 0;
    return this.tokens[this.#tokenEnd(this.length - 1) - 1]! >> TOKEN_SHIFT;
  }

  #decode(): void {
    const bytes = this.bytes.subarray(this.textBase, this.#textEnd);
    const ascii = decodeAscii(bytes);
    this.#ascii = ascii ?? '';
    // windows-1252 has one character for each byte, so that offsets stay offsets; slices with more are decoded apart.
    if (ascii === undefined) this.#wide = decodeBytes(bytes, 'windows-1252');
  }

  text(start: number, end: number, escaped = false): string {
    if (start >= end) return '';
    // Of an envelope segment only a few short texts are asked for.
    const short = this.length === 1 ? decodeShort(this.bytes, start, end) : undefined;
    if (short !== undefined) return escaped ? unescape(short, this.#rules) : short;
    const ascii = this.ascii;
    const text =
      ascii === '' ? this.#decodeSlice(start, end) : ascii.slice(start - this.textBase, end - this.textBase);
    return escaped ? unescape(text, this.#rules) : text;
  }

  #decodeSlice(start: number, end: number): string {
    const text = this.#wide.slice(start - this.textBase, end - this.textBase);
    return hasHighCharacter(text) ? decodeBytes(this.bytes.subarray(start, end), this.#rules.charset) : text;
  }

  #tokenStart(s: number): number {
    return this.segments[(this.first + s) * SEGMENT_STRIDE + SEGMENT_TOKEN]!;
  }

  #tokenEnd(s: number): number {
    return this.segments[(this.first + s + 1) * SEGMENT_STRIDE + SEGMENT_TOKEN]!;
  }

  id(s: number): string {
    if (s < 0 || s >= this.length) return '';
    const packed = this.segments[(this.first + s) * SEGMENT_STRIDE + SEGMENT_ID]!;
    return packed === 0 ? this.#idText(s) : unpackSegmentId(packed);
  }

  #idText(s: number): string {
    const token = this.tokens[this.#tokenStart(s)]!;
    const start = this.segments[(this.first + s) * SEGMENT_STRIDE]!;
    return this.text(start, token >> TOKEN_SHIFT, (token & TOKEN_ESCAPED) !== 0);
  }

  elementCount(s: number): number {
    return s < 0 || s >= this.length
      ? 0
      : this.segments[(this.first + s) * SEGMENT_STRIDE + SEGMENT_ELEMENTS]!;
  }

  /** Index of the first token of element `e`; -1 when it was not sent. */
  #elementToken(s: number, e: number): number {
    const elements = this.elementCount(s);
    if (e < 1 || e > elements) return -1;
    const start = this.#tokenStart(s);
    if (this.#tokenEnd(s) - start === elements + 1) return start + e;
    const on = this.#segmentAt === s && this.#elementAt <= e;
    let t = on ? this.#elementTokenAt : start;
    for (let passed = on ? this.#elementAt : 0; passed < e; t++)
      if ((this.tokens[t]! & TOKEN_KIND) >= KIND_ELEMENT) passed++;
    this.#segmentAt = s;
    this.#elementAt = e;
    this.#elementTokenAt = t;
    return t;
  }

  /** Index of the first token of repetition `r`, from the first token of its element; -1 when it was not sent. */
  #repetitionToken(first: number, r: number): number {
    const on = this.#repeatedFrom === first && this.#repetitionAt <= r;
    let t = on ? this.#repetitionTokenAt : first;
    for (let passed = on ? this.#repetitionAt : 1; passed < r; t++) {
      const kind = this.tokens[t]! & TOKEN_KIND;
      if (kind >= KIND_ELEMENT) return -1;
      if (kind === KIND_REPETITION) passed++;
    }
    this.#repeatedFrom = first;
    this.#repetitionAt = r;
    this.#repetitionTokenAt = t;
    return t;
  }

  repetitionCount(s: number, e: number): number {
    let t = this.#elementToken(s, e);
    if (t < 0) return 0;
    let count = 1;
    for (; (this.tokens[t]! & TOKEN_KIND) < KIND_ELEMENT; t++)
      if ((this.tokens[t]! & TOKEN_KIND) === KIND_REPETITION) count++;
    return count;
  }

  componentCount(s: number, e: number, r = 1): number {
    let t = this.#elementToken(s, e);
    if (t >= 0 && r > 1) t = this.#repetitionToken(t, r);
    if (t < 0) return 0;
    let count = 1;
    for (; (this.tokens[t]! & TOKEN_KIND) === KIND_COMPONENT; t++) count++;
    return count;
  }

  #componentToken(s: number, e: number, c: number, r: number): number {
    let t = this.#elementToken(s, e);
    if (t >= 0 && r > 1) t = this.#repetitionToken(t, r);
    if (t < 0) return -1;
    const first = t;
    const on = this.#composedFrom === first && this.#componentAt <= c;
    if (on) t = first + this.#componentAt - 1;
    for (; t < first + c - 1; t++) if ((this.tokens[t]! & TOKEN_KIND) !== KIND_COMPONENT) return -1;
    this.#composedFrom = first;
    this.#componentAt = c;
    return t;
  }

  value(s: number, e: number, c = 1, r = 1): string {
    const t = this.#componentToken(s, e, c, r);
    if (t < 0) return '';
    const token = this.tokens[t]!;
    const start = (this.tokens[t - 1]! >> TOKEN_SHIFT) + 1;
    const end = token >> TOKEN_SHIFT;
    return start >= end ? '' : this.text(start, end, (token & TOKEN_ESCAPED) !== 0);
  }

  raw(s: number, e?: number): string {
    const [start, end] = this.range(s, e);
    return this.text(start - this.base, end - this.base);
  }

  range(s: number, e?: number, c?: number, r?: number): readonly [start: number, end: number] {
    if (s < 0 || s >= this.length) return [this.base, this.base];
    const segmentStart = this.segments[(this.first + s) * SEGMENT_STRIDE]!;
    const last = this.#tokenEnd(s) - 1;
    const segmentEnd = this.tokens[last]! >> TOKEN_SHIFT;
    if (e === undefined) return [this.base + segmentStart, this.base + segmentEnd];
    if (e === 0)
      return [this.base + segmentStart, this.base + (this.tokens[this.#tokenStart(s)]! >> TOKEN_SHIFT)];
    const t =
      c === undefined && r === undefined
        ? this.#elementToken(s, e)
        : this.#componentToken(s, e, c ?? 1, r ?? 1);
    // What was not sent has the place where it would have stood: the end of its segment.
    if (t < 0) return [this.base + segmentEnd, this.base + segmentEnd];
    const start = (this.tokens[t - 1]! >> TOKEN_SHIFT) + 1;
    let end = t;
    if (c === undefined) {
      const stop = r === undefined ? KIND_ELEMENT : KIND_REPETITION;
      while ((this.tokens[end]! & TOKEN_KIND) < stop) end++;
    }
    return [this.base + start, this.base + (this.tokens[end]! >> TOKEN_SHIFT)];
  }
}
