import type { EnvelopeCode } from './envelope-findings.ts';
import type { Dialect } from './dialect.ts';
import type { Delimiters, Standard } from './model.ts';

/** Trouble in a header; offsets in the buffer. */
export interface HeaderProblem {
  code: EnvelopeCode;
  start: number;
  end: number;
  message: string;
  element?: number;
  actual?: string;
  expected?: string;
  /** TA105 / 0085 where the finding's own code is too general. */
  acknowledgment?: string;
}

/** Service characters of an interchange and where its segments go on. */
export interface Header {
  kind: 'header';
  standard: Standard;
  dialect: Dialect;
  delimiters: Delimiters;
  serviceStringAdvice: boolean;
  /** Start of ISA, UNA or UNB. */
  start: number;
  /** X12: elements of ISA as sent. EDIFACT: [], UNB is an ordinary segment. */
  elements: readonly string[];
  /** X12: end of ISA without its terminator. */
  end: number;
  /** Where the lexer starts: after ISA and its terminator, or at UNB. */
  resume: number;
  problems: HeaderProblem[];
}

/** `more`: the buffer ends too early to tell. `none`: no header after all. */
export type HeaderResult =
  Header | { kind: 'invalid'; problem: HeaderProblem } | { kind: 'more' } | { kind: 'none' };

/** A header and what must be seen behind it fit into this many bytes. */
export const HEADER_BYTES = 512;

const CR = 13;
const LF = 10;

export function isAlphanumeric(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}

export function isLineBreak(byte: number | undefined): boolean {
  return byte === CR || byte === LF;
}

/** One character of a delimiter, for display: control characters as \xNN. */
export function showByte(byte: number): string {
  return byte > 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** Byte as the one-character string of Delimiters; '' for none. */
export function charOf(byte: number): string {
  return byte < 0 ? '' : String.fromCharCode(byte);
}

/** Length of the UTF-8 sequence that starts at `i`, when the byte there starts one of several bytes; else 1. */
export function sequenceLength(bytes: Uint8Array, i: number): number {
  const byte = bytes[i]!;
  const length = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
  if (byte >= 0xf8) return 1;
  for (let k = 1; k < length; k++) if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return 1;
  return length;
}

/** Bytes behind a header that tell what follows each segment. */
export const SUFFIX_BYTES = 2;

/** The line break behind a header that ends at `end`: what follows each segment of its interchange; '' for none. */
export function segmentSuffixAt(bytes: Uint8Array, end: number, used: number): string {
  let last = end;
  while (last < used && last < end + SUFFIX_BYTES && isLineBreak(bytes[last])) last++;
  // Two line feeds are a blank line, not a way to end segments.
  if (last === end + SUFFIX_BYTES && bytes[end] === bytes[end + 1]) last--;
  return latin1(bytes, end, last);
}
