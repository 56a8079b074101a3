import type { Finding } from '../common/finding.ts';

export type Standard = 'x12' | 'edifact';

/**
 * Service characters of one interchange, as found in ISA/UNA or as to be written. One character each; '' = none.
 * X12 has no release character; EDIFACT syntax 3 has no repetition separator.
 */
export interface Delimiters {
  segmentTerminator: string;
  elementSeparator: string;
  componentSeparator: string;
  repetitionSeparator: string;
  releaseCharacter: string;
  /** EDIFACT UNA position 3: '.' or ','. */
  decimalMark: string;
}

/**
 * The segments of one transaction, as a view on the interchange's offset tables: nothing is materialised until asked for.
 * Segment index `s` is 0-based (ST/UNH = 0); element `e`, component `c`, repetition `r` are 1-based as in the standards.
 * Text is decoded in the interchange's character set and released (EDIFACT `?`); '' when absent.
 */
export interface SegmentTable {
  readonly length: number;
  /** Segment id: `PO1`, `LIN`. */
  id(s: number): string;
  /** Number of elements sent (without the id), trailing empty ones counted. */
  elementCount(s: number): number;
  repetitionCount(s: number, e: number): number;
  componentCount(s: number, e: number, r?: number): number;
  /** One component (default the first) of one repetition (default the first). */
  value(s: number, e: number, c?: number, r?: number): string;
  /** The element's text as sent, separators and release characters included; of the whole segment when `e` is left out. */
  raw(s: number, e?: number): string;
  /** Half-open byte range in the file of a segment, element, repetition or component. */
  range(s: number, e?: number, c?: number, r?: number): readonly [start: number, end: number];
}

/** X12 transaction set (ST..SE) or EDIFACT message (UNH..UNT). */
export interface Transaction {
  standard: Standard;
  /** `850`, `ORDERS`. */
  type: string;
  /** Release as the sender stated it: GS08 `004010VICS`, or UNH S009 as `D.96A`. */
  release: string;
  /** ST02 / UNH 0062. */
  controlNumber: string;
  /** ST03 (5010 on) / UNH 0057 association assigned code, `EAN008`. */
  implementation: string;
  segments: SegmentTable;
  /** Envelope findings of this transaction: trailer missing, counts, control numbers. */
  findings: Finding[];
  /** 1-based ordinals in the file. */
  interchange: number;
  group: number;
  transaction: number;
}

/** X12 functional group (GS..GE) or EDIFACT group (UNG..UNE); EDIFACT without UNG has one implicit group. */
export interface FunctionalGroup {
  implicit: boolean;
  /** GS01 / UNG 0038. */
  functionalId: string;
  applicationSender: string;
  applicationReceiver: string;
  date: string;
  time: string;
  /** GS06 / UNG 0048. */
  controlNumber: string;
  /** GS08, `004010`; EDIFACT: ''. */
  version: string;
  /** GE01 / UNE 0060 as stated by the sender, for AK902; '' when the trailer is missing. */
  statedCount: string;
  transactions: Transaction[];
  findings: Finding[];
}

/** A party of the envelope: `{ qualifier: '14', id: '4012345000009' }`; X12 ids are trimmed. */
export interface EnvelopeParty {
  qualifier: string;
  id: string;
  /** EDIFACT 0008/0042 (syntax 3: reverse routing) internal id. */
  internalId?: string;
}

export interface Interchange {
  standard: Standard;
  delimiters: Delimiters;
  /** EDIFACT: UNA was sent. */
  serviceStringAdvice: boolean;
  /** What follows each segment terminator in the file: '', '\n', '\r\n'. */
  segmentSuffix: string;
  /** ISA12 `00401`, or UNB 0001:0002 `UNOC:3`. */
  version: string;
  sender: EnvelopeParty;
  receiver: EnvelopeParty;
  /** ISA09/10, UNB S004: as sent. */
  date: string;
  time: string;
  /** ISA13 / UNB 0020, as sent (leading zeros kept). */
  controlNumber: string;
  /** X12 ISA14 = 1: TA1 asked for. EDIFACT UNB 0031: '1' CONTRL asked for, '2' receipt only. */
  acknowledgmentRequest: string;
  /** ISA15 = T, UNB 0035 = 1. */
  test: boolean;
  /** ISA..: every element of the header segment as sent, for echo and for TA1; index 0 is the id. */
  header: readonly string[];
  groups: FunctionalGroup[];
  findings: Finding[];
  /** 1-based ordinal in the file. */
  interchange: number;
  range: readonly [start: number, end: number];
}

/** A file may hold several interchanges; what lies between and around them is reported, never skipped silently. */
export interface ParsedFile {
  interchanges: Interchange[];
  /** Findings outside any interchange: leading or trailing noise, no interchange at all. */
  findings: Finding[];
}

/**
 * One place of a message in its dictionary: a segment at its position. Loop triggers (PO1, N1, LIN) carry the loop.
 * Slots are numbered in standard order, so that a compiled map or validator can dispatch on an integer.
 */
export interface Slot {
  index: number;
  segmentId: string;
  area: 'heading' | 'detail' | 'summary';
  mandatory: boolean;
  maxUse: number;
  /** Loop names from the root, `['PO1', 'N1']`, `['SG25', 'SG28']`; [] at the top level. */
  loopPath: readonly string[];
  /** True for the first segment of its loop. */
  trigger: boolean;
  /** Slot index of the trigger of the loop that this slot is in; -1 at the top level. For a trigger: itself. */
  loopSlot: number;
  /** Slot index of the trigger of the enclosing loop; -1 at the top level. */
  parentLoopSlot: number;
  /** Only on a trigger. */
  loopMandatory: boolean;
  loopMaxRepeat: number;
}

/** A transaction set or message of one release, with the segments that it uses. */
export interface MessageGrammar {
  standard: Standard;
  type: string;
  /** `004010`, `D.96A`. */
  release: string;
  slots: readonly Slot[];
}

/** Which slot of the grammar each segment of a transaction fills: -1 where the dictionary has no place for it. */
export interface Structure {
  grammar: MessageGrammar;
  slots: Int32Array;
}
