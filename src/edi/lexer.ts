import {
  CR,
  DATA,
  ELEMENT,
  HEADER_LOOKAHEAD,
  LF,
  RELEASE,
  SEGMENT,
  SPECIAL,
  classesOf,
  isEdifactService,
  isHeaderAt,
  isX12Service,
} from './dialect.ts';
import type { Dialect } from './dialect.ts';
import { MAX_WRAP, MIN_WRAP, isLineOf, skipLineBreaks } from './line-breaks.ts';
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

const BLANK = 32;

function isBlank(byte: number): boolean {
  return byte === BLANK || byte === 9 || byte === 0 || byte === 26;
}

/** Tokens that there must be room for, where there is none for each byte. */
const LEAST_ROOM = 256;

/** Doubles the token array of a page. Tables made from the old one keep it. */
function growTokens(page: Page): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(page.tokens.length * 2 + LEAST_ROOM);
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
  /** Elements of the segment under way so far, and whether its last token needs care. */
  #elements = 0;
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
    this.#elements = 0;
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

  /** The state lives in variables while it runs: this loop sees every byte of every file. */
  run(page: Page, final: boolean): Stop {
    const { bytes, used: end } = page;
    const classes = this.#classes;
    const { standard, terminator } = this.#dialect;
    const tail = this.#tail.length;
    let { tokens, segments } = page;
    let t = page.tokenCount;
    let record = page.segmentCount * SEGMENT_STRIDE;
    let i = this.position;
    let start = this.segmentStart;
    let escaped = this.#escaped;
    let elements = this.#elements;
    let stop: Stop = STOP_DATA;

    for (;;) {
      if (start < 0) {
        if (i < end && (bytes[i]! <= BLANK || bytes[i] === terminator)) i = this.#skipBetween(page, i, end);
        if (i >= end || (i + HEADER_LOOKAHEAD > end && !final)) break;
        const first = bytes[i]!;
        if ((first === 0x49 || first === 0x55) && isHeaderAt(bytes, i, end)) {
          stop = STOP_HEADER;
          break;
        }
        if (record + 2 * SEGMENT_STRIDE > segments.length) segments = growSegments(page);
        segments[record] = i;
        segments[record + SEGMENT_TOKEN] = t;
        start = i;
      }

      let kind = DATA;
      if (escaped !== 0) {
        while (i < end && (kind = classes[bytes[i]!]!) === DATA) i++;
        if (i < end && kind <= ELEMENT) {
          if (t === tokens.length) tokens = growTokens(page);
          tokens[t++] = (i++ << TOKEN_SHIFT) | TOKEN_ESCAPED | (kind - 1);
          escaped = 0;
          elements += (kind + 1) >> 2;
          continue;
        }
      }
      // As far as the tokens have room: nothing in the loop may grow, or the engine would look at the array anew each time.
      const room = escaped !== 0 ? i : Math.min(end, i + tokens.length - t);
      for (; i < room; i++) {
        kind = classes[bytes[i]!]!;
        if (kind === DATA) continue;
        if (kind > ELEMENT) break;
        tokens[t++] = (i << TOKEN_SHIFT) | (kind - 1);
        elements += (kind + 1) >> 2;
      }
      if (i === room && i < end && escaped === 0) {
        if (tokens.length - t < LEAST_ROOM) tokens = growTokens(page);
        continue;
      }
      /** The end of the file, or a line break with a header behind it, ends a segment too. */
      let open = false;
      if (i < end && kind !== SEGMENT) {
        if (kind === SPECIAL) {
          page.specialAt = i++;
          continue;
        }
        if (kind === RELEASE) {
          if (i + 1 < end || final) {
            escaped = TOKEN_ESCAPED;
            if (i + 1 < end && classes[bytes[i + 1]!] === SPECIAL) page.specialAt = i + 1;
            i = Math.min(i + 2, end);
            continue;
          }
        } else {
          const next = skipLineBreaks(bytes, i, end);
          if (next + HEADER_LOOKAHEAD <= end || final) {
            open = isHeaderAt(bytes, next, end) || next === end;
            // Behind its limit the segment is given up: nothing there is looked at, however much of it has arrived.
            if (!open && (i - start > MAX_SEGMENT_BYTES || this.#noteLineBreak(page, i, next, final))) {
              escaped = TOKEN_ESCAPED;
              i = next;
              continue;
            }
          }
        }
      } else if (i < end && tail > 0 && !this.#tailFollows(bytes, i, end, final)) {
        if (i + tail < end || final) {
          page.specialAt = i++;
          continue;
        }
        kind = DATA;
      } else if (i >= end) open = final;

      if (i - start > MAX_SEGMENT_BYTES) {
        i = start + MAX_SEGMENT_BYTES;
        stop = STOP_SEGMENT_LIMIT;
        break;
      }
      // More data must tell.
      if (kind !== SEGMENT && !open) break;
      if (t === tokens.length) tokens = growTokens(page);
      const firstToken = segments[record + SEGMENT_TOKEN]!;
      let segmentEnd = i;
      if (open) {
        this.unterminatedAt = page.base + start;
        const least = t > firstToken ? (tokens[t - 1]! >> TOKEN_SHIFT) + 1 : start;
        while (segmentEnd > least && isTrailing(bytes[segmentEnd - 1]!)) segmentEnd--;
      } else i += 1 + tail;
      tokens[t++] = (segmentEnd << TOKEN_SHIFT) | escaped | KIND_SEGMENT;
      const id = idOf(bytes, start, tokens[firstToken]!);
      segments[record + SEGMENT_ID] = id;
      segments[record + SEGMENT_ELEMENTS] = elements;
      record += SEGMENT_STRIDE;
      segments[record + SEGMENT_TOKEN] = t;
      start = -1;
      escaped = 0;
      elements = 0;
      if (standard === 'x12' ? isX12Service(id) : isEdifactService(id)) {
        stop = STOP_SERVICE;
        break;
      }
      if (i > this.limit) {
        stop = STOP_LIMIT;
        break;
      }
    }
    page.tokenCount = t;
    page.segmentCount = record / SEGMENT_STRIDE;
    this.position = i;
    this.segmentStart = start;
    this.#escaped = escaped;
    this.#elements = elements;
    return stop;
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

function isTrailing(byte: number): boolean {
  return byte === CR || byte === LF || isBlank(byte);
}

/** Segment ids have two or three characters (X12.6, ISO 9735-1 data element 0135). */
const MAX_ID_LENGTH = 3;

/** Packed id of a segment that starts at `start` and whose id ends with `token`. */
function idOf(bytes: Uint8Array, start: number, token: number): number {
  const length = (token >> TOKEN_SHIFT) - start;
  if ((token & TOKEN_ESCAPED) !== 0) return idAcrossLines(bytes, start, token >> TOKEN_SHIFT);
  if (length === 3) return (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!;
  return length === 2 ? (bytes[start]! << 8) | bytes[start + 1]! : 0;
}

/** The same for an id that a line break cuts. What is longer than an id is none, however long it is. */
function idAcrossLines(bytes: Uint8Array, start: number, end: number): number {
  let id = '';
  for (let i = start; i < end && id.length <= MAX_ID_LENGTH; i++) {
    const byte = bytes[i]!;
    if (byte !== CR && byte !== LF) id += String.fromCharCode(byte);
  }
  return packSegmentId(id);
}
