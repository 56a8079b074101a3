import { isAlphanumeric } from './bytes.ts';
import { packSegmentId } from './token-table.ts';

/** What a byte is to the lexer, in one dialect. The first three delimiters are the token kinds plus one. */
export const DATA = 0;
const COMPONENT = 1;
const REPETITION = 2;
export const ELEMENT = 3;
export const SEGMENT = 4;
export const RELEASE = 5;
const LINE_BREAK = 6;
/** Data that is no printable ASCII. */
export const SPECIAL = 7;

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

export const CR = 13;
export const LF = 10;

/** The class of each byte. */
export function classesOf(dialect: Dialect): Uint8Array {
  const classes = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) classes[byte] = byte < 0x20 || byte >= 0x7f ? SPECIAL : DATA;
  classes[CR] = LINE_BREAK;
  classes[LF] = LINE_BREAK;
  if (dialect.release >= 0) classes[dialect.release] = RELEASE;
  if (dialect.component >= 0) classes[dialect.component] = COMPONENT;
  if (dialect.repetition >= 0) classes[dialect.repetition] = REPETITION;
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
const EDIFACT_SERVICES = ['UNB', 'UNG', 'UNH', 'UNT', 'UNE', 'UNZ', 'UNO', 'UNP'].map(packSegmentId);

/** Segments at which the lexer hands over to the envelope. */
export function isX12Service(id: number): boolean {
  return id === SE || id === ST || id === GE || id === GS || id === ISA || id === IEA || id === TA1;
}

export function isEdifactService(id: number): boolean {
  return id >> 8 === UN && EDIFACT_SERVICES.includes(id);
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
