import type { Page } from './token-table.ts';
import {
  KIND_SEGMENT,
  SEGMENT_ELEMENTS,
  SEGMENT_ID,
  SEGMENT_STRIDE,
  SEGMENT_TOKEN,
  TOKEN_ESCAPED,
  TOKEN_SHIFT,
  packSegmentId,
} from './token-table.ts';

/** Byte classes of one dialect. The first three are the token kinds plus one. */
const DATA = 0;
const ELEMENT = 3;
const SEGMENT = 4;
const RELEASE = 5;
const LINE_BREAK = 6;

/** Why Lexer.run stopped. */
export const STOP_DATA = 0;
/** An envelope segment is complete: the last one of the page. */
export const STOP_SERVICE = 1;
/** An interchange header starts at `position`, with service characters of its own. */
export const STOP_HEADER = 2;
/** The last segment of the page went beyond `limit`. */
export const STOP_LIMIT = 3;
/** The segment that starts at `segmentStart` is longer than MAX_SEGMENT_BYTES. */
export const STOP_SEGMENT_LIMIT = 4;

export type Stop = 0 | 1 | 2 | 3 | 4;

/** A segment longer than this is no segment: its terminator is missing. */
export const MAX_SEGMENT_BYTES = 1 << 20;

/** What stood between segments, or inside them, that the standard has no place for. Offsets in the file; -1 = none. */
export interface Strays {
  emptySegments: number;
  emptySegmentAt: number;
  blanks: number;
  blankAt: number;
  lineBreaks: number;
  lineBreakAt: number;
  /** Width of the lines when all so far are equally wide and were cut inside a segment; 0 = not, -1 = not decided. */
  wrapWidth: number;
}

export interface Dialect {
  standard: 'x12' | 'edifact';
  /** Bytes; -1 = none. */
  element: number;
  component: number;
  repetition: number;
  release: number;
  terminator: number;
  /** Bytes that follow the terminator when it is one character of several bytes (UTF-8). */
  terminatorTail: readonly number[];
}

const CR = 13;
const LF = 10;

function classesOf(dialect: Dialect): Uint8Array {
  const classes = new Uint8Array(256);
  classes[CR] = LINE_BREAK;
  classes[LF] = LINE_BREAK;
  if (dialect.release >= 0) classes[dialect.release] = RELEASE;
  if (dialect.component >= 0) classes[dialect.component] = 1;
  if (dialect.repetition >= 0) classes[dialect.repetition] = 2;
  classes[dialect.element] = ELEMENT;
  classes[dialect.terminator] = SEGMENT;
  if (dialect.terminator === CR || dialect.terminator === LF) {
    classes[CR] = SEGMENT;
    classes[LF] = SEGMENT;
  }
  return classes;
}

const ISA = packSegmentId('ISA');
const IEA = packSegmentId('IEA');
const GS = packSegmentId('GS');
const GE = packSegmentId('GE');
const ST = packSegmentId('ST');
const SE = packSegmentId('SE');
const TA1 = packSegmentId('TA1');
const UN = packSegmentId('UN');
const EDIFACT_SERVICES = ['UNB', 'UNG', 'UNH', 'UNT', 'UNE', 'UNZ'].map(packSegmentId);

function isX12Service(id: number): boolean {
  return id === SE || id === ST || id === GE || id === GS || id === ISA || id === IEA || id === TA1;
}

function isEdifactService(id: number): boolean {
  return id >> 8 === UN && EDIFACT_SERVICES.includes(id);
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 0 || byte === 26;
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}

/** Bytes needed at a segment start to tell an interchange header. */
export const HEADER_LOOKAHEAD = 4;

/** True for `ISA`, `UNB` or `UNA` followed by something that can be a separator. */
export function isHeaderAt(bytes: Uint8Array, i: number, end: number): boolean {
  if (i + HEADER_LOOKAHEAD > end) return false;
  const a = bytes[i];
  if (a === 0x49) return bytes[i + 1] === 0x53 && bytes[i + 2] === 0x41 && !isAlphanumeric(bytes[i + 3]!);
  if (a !== 0x55 || bytes[i + 1] !== 0x4e) return false;
  return (bytes[i + 2] === 0x41 || bytes[i + 2] === 0x42) && !isAlphanumeric(bytes[i + 3]!);
}

/** Doubles the token array of a page. Tables made from the old one keep it. */
function growTokens(page: Page): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(page.tokens.length * 2 + 64);
  grown.set(page.tokens);
  page.tokens = grown;
  return grown;
}

function growSegments(page: Page): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(page.segments.length * 2 + 16 * SEGMENT_STRIDE);
  grown.set(page.segments);
  page.segments = grown;
  return grown;
}

/**
 * Cuts bytes into the offset table of a page; resumes where the data ended. Knows nothing of envelopes beyond the ids
 * at which it hands over. One lexer serves one interchange: a dialect and the strays seen so far.
 */
export class Lexer {
  readonly strays: Strays = {
    emptySegments: 0,
    emptySegmentAt: -1,
    blanks: 0,
    blankAt: -1,
    lineBreaks: 0,
    lineBreakAt: -1,
    wrapWidth: -1,
  };
  /** Next byte to look at, in the page. */
  position = 0;
  /** Start of the segment under way; -1 between segments. */
  segmentStart = -1;
  /** A segment that ends beyond this offset of the page stops the run. */
  limit = Number.MAX_SAFE_INTEGER;
  /** File offset of the segment that the end of the file, or a header on a new line, ended; -1 = none. */
  unterminatedAt = -1;

  readonly #dialect: Dialect;
  readonly #classes: Uint8Array;
  readonly #tail: readonly number[];
  #escaped = 0;
  #extra = 0;
  /** File offset where the current line starts; width of the lines before it, 0 = none yet, -1 = they differ. */
  #lineStart: number;
  #lineWidth = 0;

  constructor(dialect: Dialect, lineStart: number) {
    this.#dialect = dialect;
    this.#classes = classesOf(dialect);
    this.#tail = dialect.terminatorTail;
    this.#lineStart = lineStart;
  }

  /** Moves all offsets, when the unread end of a page becomes the beginning of the next one. */
  rebase(delta: number): void {
    this.position -= delta;
    if (this.segmentStart >= 0) this.segmentStart -= delta;
  }

  /** Forgets the segment under way. */
  abandonSegment(page: Page): void {
    if (this.segmentStart < 0) return;
    page.tokenCount = page.segments[page.segmentCount * SEGMENT_STRIDE + SEGMENT_TOKEN]!;
    this.segmentStart = -1;
    this.#escaped = 0;
    this.#extra = 0;
  }

  /** Starts a segment at `i` without asking whether it is a header. */
  begin(page: Page, i: number): void {
    let segments = page.segments;
    const record = page.segmentCount * SEGMENT_STRIDE;
    if (record + 2 * SEGMENT_STRIDE > segments.length) segments = growSegments(page);
    segments[record] = i;
    segments[record + SEGMENT_TOKEN] = page.tokenCount;
    this.segmentStart = i;
    this.position = i;
  }

  run(page: Page, final: boolean): Stop {
    const bytes = page.bytes;
    const end = page.used;
    const classes = this.#classes;
    const isService = this.#dialect.standard === 'x12' ? isX12Service : isEdifactService;
    let tokens = page.tokens;
    let t = page.tokenCount;
    let i = this.position;

    for (;;) {
      if (this.segmentStart < 0) {
        i = this.#skipBetween(page, i, end);
        if (i >= end || (i + HEADER_LOOKAHEAD > end && !final)) {
          this.position = i;
          return STOP_DATA;
        }
        const first = bytes[i]!;
        if ((first === 0x49 || first === 0x55) && isHeaderAt(bytes, i, end)) {
          this.position = i;
          return STOP_HEADER;
        }
        page.tokenCount = t;
        this.begin(page, i);
      }

      let escaped = this.#escaped;
      let extra = this.#extra;
      let terminated = false;
      for (; i < end; i++) {
        const kind = classes[bytes[i]!]!;
        if (kind === DATA) continue;
        if (kind <= ELEMENT) {
          if (t === tokens.length) tokens = growTokens(page);
          tokens[t++] = (i << TOKEN_SHIFT) | escaped | (kind - 1);
          escaped = 0;
          if (kind !== ELEMENT) extra++;
        } else if (kind === SEGMENT) {
          const tail = this.#tail.length;
          if (tail > 0 && !this.#tailFollows(bytes, i, end, final)) {
            if (i + tail >= end && !final) break;
            continue;
          }
          terminated = true;
          break;
        } else if (kind === RELEASE) {
          if (i + 1 >= end && !final) break;
          escaped = TOKEN_ESCAPED;
          i++;
        } else {
          const next = skipLineBreaks(bytes, i, end);
          if (next + HEADER_LOOKAHEAD > end && !final) break;
          if (isHeaderAt(bytes, next, end) || next === end) {
            terminated = true;
            break;
          }
          // Behind its limit the segment is given up: nothing there is looked at, however much of it has arrived.
          const inside = i - this.segmentStart <= MAX_SEGMENT_BYTES;
          if (inside && !this.#noteLineBreak(page, i, next, final)) break;
          escaped = TOKEN_ESCAPED;
          i = next - 1;
        }
      }
      if (i > end) i = end;

      const start = this.segmentStart;
      if (i - start > MAX_SEGMENT_BYTES) {
        page.tokenCount = t;
        this.position = start + MAX_SEGMENT_BYTES;
        return STOP_SEGMENT_LIMIT;
      }
      if (!terminated) {
        if (!final) {
          this.#escaped = escaped;
          this.#extra = extra;
          page.tokenCount = t;
          this.position = i;
          return STOP_DATA;
        }
      }
      // The end of the file, or a line break with a header behind it, ends a segment too.
      const open = !terminated || classes[bytes[i]!] !== SEGMENT;
      if (open) this.unterminatedAt = page.base + start;

      if (t === tokens.length) tokens = growTokens(page);
      const segments = page.segments;
      const record = page.segmentCount * SEGMENT_STRIDE;
      const firstToken = segments[record + SEGMENT_TOKEN]!;
      let stop = i;
      if (open) {
        const least = t > firstToken ? (tokens[t - 1]! >> TOKEN_SHIFT) + 1 : start;
        while (stop > least && isTrailing(bytes[stop - 1]!)) stop--;
      }
      tokens[t++] = (stop << TOKEN_SHIFT) | escaped | KIND_SEGMENT;
      const id = idOf(bytes, start, tokens[firstToken]!);
      segments[record + SEGMENT_ID] = id;
      segments[record + SEGMENT_ELEMENTS] = t - firstToken - 1 - extra;
      segments[record + SEGMENT_STRIDE + SEGMENT_TOKEN] = t;
      page.segmentCount++;
      page.tokenCount = t;
      this.segmentStart = -1;
      this.#escaped = 0;
      this.#extra = 0;
      i = open ? i : i + 1 + this.#tail.length;
      if (isService(id)) {
        this.position = i;
        return STOP_SERVICE;
      }
      if (i > this.limit) {
        this.position = i;
        return STOP_LIMIT;
      }
    }
  }

  #tailFollows(bytes: Uint8Array, i: number, end: number, final: boolean): boolean {
    const tail = this.#tail;
    if (i + tail.length >= end && !final) return false;
    return tail.every((byte, k) => bytes[i + 1 + k] === byte);
  }

  /** Passes line breaks, blanks and empty segments after a terminator, and counts what does not belong there. */
  #skipBetween(page: Page, from: number, end: number): number {
    const bytes = page.bytes;
    const strays = this.strays;
    let i = from;
    for (; i < end; i++) {
      const byte = bytes[i]!;
      if (byte === CR || byte === LF) this.#noteLineEnd(page.base + i, byte);
      else if (byte === this.#dialect.terminator) {
        if (strays.emptySegments++ === 0) strays.emptySegmentAt = page.base + i;
      } else if (isBlank(byte)) {
        if (strays.blanks++ === 0) strays.blankAt = page.base + i;
      } else break;
    }
    return i;
  }

  /** A line break inside the header segment, at `from`: returns the offset behind it. */
  passLineBreak(page: Page, from: number): number {
    const next = skipLineBreaks(page.bytes, from, page.used);
    this.#noteLineBreak(page, from, next, true);
    return next;
  }

  /** A line ends between segments. */
  #noteLineEnd(at: number, byte: number): void {
    const width = at - this.#lineStart;
    // The LF of CRLF ends no line of its own.
    if (!(byte === LF && width === 0))
      this.#lineWidth = this.#lineWidth === 0 || this.#lineWidth === width ? width : -1;
    this.#lineStart = at + 1;
  }

  /**
   * A line ends inside a segment: the first one decides whether the file is cut at a fixed width. False when more data
   * must tell.
   */
  #noteLineBreak(page: Page, from: number, next: number, final: boolean): boolean {
    const strays = this.strays;
    if (strays.lineBreaks === 0) {
      const width = page.base + from - this.#lineStart;
      const possible =
        (this.#lineWidth === 0 || this.#lineWidth === width) && width >= MIN_WRAP && width <= MAX_WRAP;
      const wrapped = possible ? isLineOf(page.bytes, next, page.used, width, final) : false;
      if (wrapped === undefined) return false;
      strays.lineBreakAt = page.base + from;
      strays.wrapWidth = wrapped ? width : 0;
    }
    strays.lineBreaks++;
    this.#lineStart = page.base + next;
    return true;
  }
}

/**
 * Whether the line at `start` has `width` bytes, or is a shorter last one behind a line of a usual width; undefined when
 * more data must tell.
 */
function isLineOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  final: boolean,
): boolean | undefined {
  let i = start;
  while (i < end && i <= start + width && bytes[i] !== CR && bytes[i] !== LF) i++;
  if (i > start + width) return false;
  if (i < end && i === start + width) return true;
  const behind = skipLineBreaks(bytes, i, end);
  if (behind < end) return false;
  return final ? USUAL_WRAPS.includes(width) : undefined;
}

/** Record widths that files are cut to; a break after fewer or more bytes is a line break in data. */
const MIN_WRAP = 40;
const MAX_WRAP = 256;
const USUAL_WRAPS: readonly number[] = [72, 80, 128, 132, 256];

function skipLineBreaks(bytes: Uint8Array, from: number, end: number): number {
  let i = from;
  while (i < end && (bytes[i] === CR || bytes[i] === LF)) i++;
  return i;
}

function isTrailing(byte: number): boolean {
  return byte === CR || byte === LF || isBlank(byte);
}

/** Packed id of a segment that starts at `start` and whose id ends with `token`. */
function idOf(bytes: Uint8Array, start: number, token: number): number {
  const length = (token >> TOKEN_SHIFT) - start;
  if ((token & TOKEN_ESCAPED) !== 0) return idAcrossLines(bytes, start, token >> TOKEN_SHIFT);
  if (length === 3) return (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!;
  return length === 2 ? (bytes[start]! << 8) | bytes[start + 1]! : 0;
}

/** The same for an id that a line break cuts. */
function idAcrossLines(bytes: Uint8Array, start: number, end: number): number {
  const kept = Array.from(bytes.subarray(start, end)).filter((byte) => byte !== CR && byte !== LF);
  return packSegmentId(String.fromCharCode(...kept));
}
