import type { TokenTable } from '../../edi/model.ts';
import {
  KIND_ELEMENT,
  KIND_REPETITION,
  SEGMENT_ELEMENTS,
  SEGMENT_ID,
  SEGMENT_STRIDE,
  SEGMENT_TOKEN,
  TOKEN_ESCAPED,
  TOKEN_KIND,
  TOKEN_SHIFT,
} from '../../edi/token-table.ts';
import type { Condition, PairLayout, PairQualifier } from '../address.ts';
import type { SegmentPlace } from '../compile/model.ts';

/**
 * Reads texts of one segment after the other straight from the offset tables. A segment without components and
 * repetitions (all of X12's) is one token per element; where the elements of others begin is found once a segment.
 */
export class SegmentCursor {
  #table: TokenTable;
  /** Of the transaction. */
  tokens: Int32Array;
  bytes: Uint8Array;
  #segments: Int32Array;
  #first: number;
  /** The transaction's text, '' when it is not pure ASCII. */
  ascii: string;
  /** Offset of its first byte. */
  textBase: number;
  /** First token of the segment: its id. */
  token = 0;
  /** Each element of the segment is one token. */
  flat = false;
  /** By element: its first token, in a segment with components; found for this segment when first asked for. */
  readonly #starts: number[] = [];
  #startsOf = -1;
  /** Position of the segment, 0-based. */
  segment = 0;
  /** Elements that the segment has. */
  elements = 0;
  /** Where the last text was found. */
  element = 0;
  component = 1;
  /** Element of the first member of the pair that the reader is at. */
  pair = 0;

  constructor(table: TokenTable) {
    this.#table = table;
    this.tokens = table.tokens;
    this.#segments = table.segments;
    this.#first = table.first;
    this.bytes = table.bytes;
    this.ascii = table.ascii;
    this.textBase = table.textBase;
  }

  /** Goes over to another transaction. */
  open(table: TokenTable): void {
    this.#table = table;
    this.tokens = table.tokens;
    this.#segments = table.segments;
    this.#first = table.first;
    this.bytes = table.bytes;
    this.ascii = table.ascii;
    this.textBase = table.textBase;
    this.#startsOf = -1;
    this.pair = 0;
  }

  moveTo(segment: number): void {
    const record = (this.#first + segment) * SEGMENT_STRIDE;
    this.segment = segment;
    this.token = this.#segments[record + SEGMENT_TOKEN]!;
    this.elements = this.#segments[record + SEGMENT_ELEMENTS]!;
    this.flat = this.#segments[record + SEGMENT_STRIDE + SEGMENT_TOKEN]! - this.token === this.elements + 1;
  }

  /** The id of a segment as an integer: see packSegmentId. */
  idOf(segment: number): number {
    return this.#segments[(this.#first + segment) * SEGMENT_STRIDE + SEGMENT_ID]!;
  }

  /** Text of a component of the first repetition; '' when absent. */
  text(element: number, component: number): string {
    return this.textAt(this.tokenOf(element, component));
  }

  /** Text of a token; '' for -1. */
  textAt(at: number): string {
    if (at < 0) return '';
    const token = this.tokens[at]!;
    const start = (this.tokens[at - 1]! >> TOKEN_SHIFT) + 1;
    const end = token >> TOKEN_SHIFT;
    if (start === end) return '';
    if (this.ascii !== '' && (token & TOKEN_ESCAPED) === 0)
      return this.ascii.slice(start - this.textBase, end - this.textBase);
    return this.#table.text(start, end, (token & TOKEN_ESCAPED) !== 0);
  }

  /** The text of a token, '' for -1; undefined with blanks at an end: looked for in the bytes, and most texts are short. */
  plainAt(at: number): string | undefined {
    if (at < 0) return '';
    const token = this.tokens[at]!;
    const start = (this.tokens[at - 1]! >> TOKEN_SHIFT) + 1;
    const end = token >> TOKEN_SHIFT;
    if (start === end) return '';
    if (this.bytes[start]! <= BLANK || this.bytes[end - 1]! <= BLANK) return undefined;
    if (this.ascii !== '' && (token & TOKEN_ESCAPED) === 0)
      return this.ascii.slice(start - this.textBase, end - this.textBase);
    const text = this.#table.text(start, end, (token & TOKEN_ESCAPED) !== 0);
    return text.charCodeAt(0) <= BLANK || text.charCodeAt(text.length - 1) <= BLANK ? undefined : text;
  }

  isFilled(element: number, component: number): boolean {
    return this.isFilledAt(this.tokenOf(element, component));
  }

  /** The token has characters; false for -1. */
  isFilledAt(at: number): boolean {
    return at >= 0 && this.tokens[at]! >> TOKEN_SHIFT > (this.tokens[at - 1]! >> TOKEN_SHIFT) + 1;
  }

  /** Index of the token of a component of the first repetition; -1 when it was not sent. */
  tokenOf(element: number, component: number): number {
    if (element > this.elements || element < 1) return -1;
    if (this.flat) return component === 1 ? this.token + element : -1;
    if (this.#startsOf !== this.segment) this.#findStarts();
    let at = this.#starts[element]!;
    for (let c = 1; c < component; c++, at++)
      if ((this.tokens[at]! & TOKEN_KIND) >= KIND_REPETITION) return -1;
    return at;
  }

  #findStarts(): void {
    let at = this.token;
    for (let element = 1; element <= this.elements; element++) {
      while ((this.tokens[at]! & TOKEN_KIND) < KIND_ELEMENT) at++;
      this.#starts[element] = ++at;
    }
    this.#startsOf = this.segment;
  }

  /** The same, and remembers where it was. */
  take(element: number, component: number): string {
    this.element = element;
    this.component = component;
    return this.text(element, component);
  }

  matches(conditions: readonly Condition[]): boolean {
    for (const condition of conditions) if (!this.has(condition)) return false;
    return true;
  }

  has(condition: Condition): boolean {
    return this.#isThere(condition) !== condition.negated;
  }

  #isThere({ element, component, values, packed }: Condition): boolean {
    if (packed) {
      const code = this.packed(element, component);
      if (code !== UNPACKED) return packed.length === 1 ? packed[0] === code : packed.includes(code);
    }
    const value = this.text(element, component);
    return values.length === 0 ? value === '' : values.includes(value);
  }

  /** Every non-empty text at a place of this segment; one, of the preferred qualifier, for a pair. */
  texts(place: SegmentPlace): string[] {
    if (place.pairMember > 0) {
      const text = this.take(this.pair + place.pairMember - 1, 1);
      return text === '' ? [] : [text];
    }
    if (typeof place.pair === 'object') {
      const text = this.pairText(place.pair, place.layout!);
      return text === '' ? [] : [text];
    }
    return place.element === 0 ? ['true'] : this.#range(place);
  }

  #range(place: SegmentPlace): string[] {
    const { segment } = this;
    const texts: string[] = [];
    const last = Math.min(place.lastElement, this.elements);
    for (let e = place.element; e <= last; e++) {
      const first = place.repetition === 'all' ? 1 : place.repetition;
      const repetitions = place.repetition === 'all' ? this.#table.repetitionCount(segment, e) : first;
      for (let r = first; r <= repetitions; r++)
        for (let c = place.component; c <= place.lastComponent; c++) {
          const text = r === 1 ? this.text(e, c) : this.#table.value(segment, e, c, r);
          if (text === '') continue;
          if (texts.length === 0) {
            this.element = e;
            this.component = c;
          }
          texts.push(text);
        }
    }
    return texts;
  }

  /** The value next to the most preferred qualifier that has one; '' when there is none. */
  pairText(qualifiers: readonly PairQualifier[], layout: PairLayout): string {
    const { composite, from, step } = layout;
    let best = qualifiers.length;
    let found = '';
    const last = Math.min(from + (layout.count - 1) * step, this.elements);
    for (let e = from; e <= last && best > 0; e += step) {
      const code = this.packed(e, composite?.code ?? 1);
      if (code === 0 || code === UNPACKED) continue;
      let rank = 0;
      while (rank < best && qualifiers[rank]!.packed !== code) rank++;
      if (rank === best) continue;
      const element = composite ? e : e + 1;
      const component = composite?.value ?? 1;
      const text = this.text(element, component);
      if (text === '') continue;
      best = rank;
      found = text;
      this.element = element;
      this.component = component;
    }
    return found;
  }

  /** A short code as an integer, one byte a character; 0 when absent, UNPACKED when only the text tells. */
  packed(element: number, component: number): number {
    return this.packedAt(this.tokenOf(element, component));
  }

  /** The same for a token; 0 for -1. */
  packedAt(at: number): number {
    if (at < 0) return 0;
    const token = this.tokens[at]!;
    const start = (this.tokens[at - 1]! >> TOKEN_SHIFT) + 1;
    const end = token >> TOKEN_SHIFT;
    if ((token & TOKEN_ESCAPED) !== 0) return packText(this.textAt(at));
    if (end - start > LONGEST_CODE) return UNPACKED;
    let packed = 0;
    for (let i = start; i < end; i++) {
      const byte = this.bytes[i]!;
      if (byte <= BLANK) return UNPACKED;
      packed = (packed << 8) | byte;
    }
    return packed;
  }
}

const LONGEST_CODE = 3;
const UNPACKED = -1;
const BLANK = 32;
const LAST_BYTE = 255;

function packText(text: string): number {
  if (text.length > LONGEST_CODE) return UNPACKED;
  let packed = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= BLANK || code > LAST_BYTE) return UNPACKED;
    packed = (packed << 8) | code;
  }
  return packed;
}
