import { isLineBreak, latin1 } from './bytes.ts';
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
