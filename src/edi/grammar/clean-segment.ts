import type { TokenTable } from '../model.ts';
import {
  KIND_ELEMENT,
  KIND_REPETITION,
  SEGMENT_ELEMENTS,
  SEGMENT_STRIDE,
  SEGMENT_TOKEN,
  TOKEN_ESCAPED,
  TOKEN_KIND,
  TOKEN_SHIFT,
} from '../token-table.ts';
import { isCleanDate, isCleanNumber, isCleanTime, isLetters, isText, packBytes } from './clean-value.ts';
import type {
  DataType,
  ElementDefinition,
  ElementUse,
  RelationalNote,
  SegmentDefinition,
} from './definition.ts';

/**
 * A segment definition as flat integers, for the glance that most segments pass. It may send a segment that is in order to
 * the exact check (checkSegment), but never lets one through in which that finds a fault: a property test holds it to that.
 */
export interface SegmentProgram {
  elements: number;
  /** First component of element e (1-based) in `rules`; one more entry closes the last. */
  componentStart: Int32Array;
  /** Of each component: type, minimum and maximum length in one integer. */
  rules: Int32Array;
  codes: (ReadonlySet<number> | undefined)[];
  /** Bits of the components of element e that must be there when the element is. */
  requiredComponents: Int32Array;
  /** Bits of mandatory elements: 1 to 32, 33 to 64. */
  mandatoryLow: number;
  mandatoryHigh: number;
  /** Bits of the first of two neighbours that are used both or not at all: the notes P0607 P0809 of PO1. */
  pairsLow: number;
  pairsHigh: number;
  /** All other notes, NOTE_STRIDE integers each: kind, bits of all positions, bits of the first. */
  notes: Int32Array;
  /** How often it was used; one that is used more often is compiled. */
  uses: number;
  check: SegmentCheck | undefined;
}

/** The glance as a generated function: `token` is the segment's first; `plain` is that of its table. */
export type SegmentCheck = (bytes: Uint8Array, tokens: Int32Array, token: number, plain: boolean) => boolean;

const NOTE_STRIDE = 5;
const NOTE_KINDS = 'PRECL';
const PAIRED = 0;
const REQUIRED = 1;
const EXCLUSIVE = 2;
const CONDITIONAL = 3;

export const TEXT = 0;
export const CODED = 1;
export const INTEGER = 2;
export const DECIMAL = 3;
export const NUMBER = 4;
export const DATE = 5;
export const TIME = 6;
export const LETTERS = 7;
/** Always to the exact check. */
const EXACT = 8;

const TYPES: Record<DataType, number> = {
  AN: TEXT,
  ID: TEXT,
  an: TEXT,
  N: INTEGER,
  R: DECIMAL,
  DT: DATE,
  TM: TIME,
  a: LETTERS,
  n: NUMBER,
  B: EXACT,
};

export const TYPE_BITS = 4;
const MIN_BITS = 8;
export const MAX_SHIFT = TYPE_BITS + MIN_BITS;
const LONGEST = 2 ** (31 - MAX_SHIFT) - 1;

/** Compiles a segment; undefined for one that needs the exact check always. */
export function compileSegment(segment: SegmentDefinition): SegmentProgram | undefined {
  const { elements } = segment;
  const simple = elements.every((use) => use.components.length <= 31 && use.maxRepeat === 1);
  if (!simple || elements.length > 64) return undefined;
  const starts = [0];
  for (const use of elements) starts.push((starts.at(-1) ?? 0) + use.components.length);
  const mandatory = elements.flatMap((use, i) => (use.mandatory ? [i + 1] : []));
  const pairs = segment.notes.filter(isPair);
  const firsts = pairs.map((note) => note.positions[0] ?? 0);
  return {
    elements: elements.length,
    componentStart: Int32Array.from([0, ...starts]),
    rules: Int32Array.from(elements.flatMap(packRules)),
    codes: elements.flatMap((use) => use.components.map((part) => packCodes(part.element))),
    requiredComponents: Int32Array.from([0, ...elements.map((use) => requiredBits(use.components))]),
    mandatoryLow: bits(mandatory, 0),
    mandatoryHigh: bits(mandatory, 32),
    pairsLow: bits(firsts, 0),
    pairsHigh: bits(firsts, 32),
    notes: Int32Array.from(segment.notes.filter((note) => !isPair(note)).flatMap(packNote)),
    uses: 0,
    check: undefined,
  };
}

/** What a layer forbids, and composites with notes of their own once they have a second component, is left to the exact check. */
function packRules(use: ElementUse): number[] {
  return use.components.map((part, i) => {
    const { element } = part;
    const exact =
      use.forbidden === true ||
      part.forbidden === true ||
      (i > 0 && use.notes.length > 0) ||
      element.minLength > 255;
    const coded = element.codes ? (TYPES[element.type] === TEXT ? CODED : EXACT) : TYPES[element.type];
    const longest = Math.min(element.maxLength, LONGEST);
    return (exact ? EXACT : coded) | ((element.minLength & 255) << TYPE_BITS) | (longest << MAX_SHIFT);
  });
}

function isPair({ kind, positions: [first = 0, second = 0, ...others] }: RelationalNote): boolean {
  return kind === 'P' && others.length === 0 && second === first + 1 && first !== 32;
}

function packNote({ kind, positions }: RelationalNote): number[] {
  const first = positions.slice(0, 1);
  return [NOTE_KINDS.indexOf(kind), bits(positions, 0), bits(positions, 32), bits(first, 0), bits(first, 32)];
}

function requiredBits(components: readonly { mandatory: boolean }[]): number {
  return components.reduce((mask, part, i) => (part.mandatory ? mask | (1 << i) : mask), 0);
}

function bits(positions: readonly number[], from: number): number {
  return positions.reduce((mask, p) => (p > from && p <= from + 32 ? mask | (1 << (p - from - 1)) : mask), 0);
}

/** Codes of up to four ASCII characters as integers; longer ones never match, and so go to the exact check. */
function packCodes(element: ElementDefinition): ReadonlySet<number> | undefined {
  if (!element.codes) return undefined;
  return new Set([...element.codes].filter((code) => code.length <= 4).map(packCode));
}

function packCode(code: string): number {
  let packed = 0;
  for (let i = 0; i < code.length; i++) packed = (packed << 8) | (code.charCodeAt(i) & 255);
  return packed;
}

/** True when nothing is wrong with segment `s` at a glance: no allocation, one pass over its bytes. */
export function isCleanSegment(table: TokenTable, s: number, program: SegmentProgram): boolean {
  const { segments, tokens, bytes, plain } = table;
  const record = (table.first + s) * SEGMENT_STRIDE;
  const sent = segments[record + SEGMENT_ELEMENTS]!;
  if (sent > program.elements) return false;
  const first = segments[record + SEGMENT_TOKEN]!;
  const last = segments[record + SEGMENT_STRIDE + SEGMENT_TOKEN]! - 1;
  const { componentStart, requiredComponents } = program;
  let start = (tokens[first]! >> TOKEN_SHIFT) + 1;
  let element = 1;
  let component = 0;
  let filled = 0;
  let low = 0;
  let high = 0;
  for (let t = first + 1; t <= last; t++) {
    const token = tokens[t]!;
    const end = token >> TOKEN_SHIFT;
    const kind = token & TOKEN_KIND;
    if (kind === KIND_REPETITION) return false;
    if (end > start) {
      const index = componentStart[element]! + component;
      if (index >= componentStart[element + 1]!) return false;
      if (!isCleanValue(bytes, start, end, program, index, (token & TOKEN_ESCAPED) !== 0, plain))
        return false;
      filled |= 1 << component;
    } else if (kind >= KIND_ELEMENT && (component > 0 || t === last)) {
      // A separator with nothing after it.
      return false;
    }
    start = end + 1;
    if (kind < KIND_ELEMENT) {
      component++;
      continue;
    }
    if (filled !== 0) {
      const required = requiredComponents[element]!;
      if ((filled & required) !== required) return false;
      if (element <= 32) low |= 1 << (element - 1);
      else high |= 1 << (element - 33);
      filled = 0;
    }
    element++;
    component = 0;
  }
  if ((low & program.mandatoryLow) !== program.mandatoryLow) return false;
  if ((high & program.mandatoryHigh) !== program.mandatoryHigh) return false;
  if (((low ^ (low >>> 1)) & program.pairsLow) !== 0 || ((high ^ (high >>> 1)) & program.pairsHigh) !== 0)
    return false;
  return program.notes.length === 0 || notesHold(program.notes, low, high);
}

export function notesHold(notes: Int32Array, low: number, high: number): boolean {
  for (let i = 0; i < notes.length; i += NOTE_STRIDE) {
    const kind = notes[i]!;
    const allLow = notes[i + 1]!;
    const allHigh = notes[i + 2]!;
    const usedLow = low & allLow;
    const usedHigh = high & allHigh;
    if ((usedLow | usedHigh) === 0) {
      if (kind === REQUIRED) return false;
      continue;
    }
    if (kind === REQUIRED || (kind !== EXCLUSIVE && usedLow === allLow && usedHigh === allHigh)) continue;
    if (kind === PAIRED) return false;
    if (kind === EXCLUSIVE) {
      if (!isOne(usedLow, usedHigh)) return false;
      continue;
    }
    const firstLow = notes[i + 3]!;
    const firstHigh = notes[i + 4]!;
    if (((usedLow & firstLow) | (usedHigh & firstHigh)) === 0) continue;
    if (kind === CONDITIONAL || ((usedLow & ~firstLow) | (usedHigh & ~firstHigh)) === 0) return false;
  }
  return true;
}

/** Exactly one bit set in both words together. */
function isOne(low: number, high: number): boolean {
  return low === 0 ? (high & (high - 1)) === 0 : high === 0 && (low & (low - 1)) === 0;
}

function isCleanValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  program: SegmentProgram,
  index: number,
  escaped: boolean,
  plain: boolean,
): boolean {
  const rule = program.rules[index]!;
  const type = rule & 15;
  const length = end - start;
  const min = (rule >> TYPE_BITS) & 255;
  const max = rule >> MAX_SHIFT;
  if (type === TEXT) {
    if (length > max || length < min || (escaped && min > 1)) return false;
    return (plain && !escaped) || isText(bytes, start, end, min > 1);
  }
  if (escaped) return false;
  switch (type) {
    case CODED:
      return (
        length <= 4 &&
        length <= max &&
        length >= min &&
        program.codes[index]!.has(packBytes(bytes, start, end))
      );
    case INTEGER:
    case DECIMAL:
    case NUMBER:
      return isCleanNumber(bytes, start, end, type === INTEGER, type === NUMBER, min, max);
    case DATE:
      return length >= min && length <= max && isCleanDate(bytes, start, length);
    case TIME:
      return length >= min && length <= max && isCleanTime(bytes, start, length);
    case LETTERS:
      return length >= min && length <= max && isLetters(bytes, start, end);
    default:
      return false;
  }
}
