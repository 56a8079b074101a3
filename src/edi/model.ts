import type { Finding } from '../common/finding.ts';

export type Standard = 'x12' | 'edifact';

/** How bytes become text: a name of the Encoding standard, or the 7- and 8-bit sets of UNB 0001. See charset.ts. */
export type Charset =
  | 'ascii'
  | 'utf-8'
  | 'iso-8859-1'
  | 'iso-8859-2'
  | 'iso-8859-3'
  | 'iso-8859-4'
  | 'iso-8859-5'
  | 'iso-8859-6'
  | 'iso-8859-7'
  | 'iso-8859-8'
  | 'iso-8859-9'
  | 'iso-8859-15'
  | 'windows-1252';

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

/**
 * The offset table behind a SegmentTable, for code that runs over every segment (validator, compiled maps): integers
 * and bytes only, no allocation. Offsets are relative to `bytes`; `base` turns them into positions in the file.
 *
 * Segment `s` occupies four integers of `segments` from `(first + s) * SEGMENT_STRIDE`: byte offset of its id, index of
 * its first token (the id itself), packed id (see packSegmentId; 0 = not 2 or 3 characters), number of elements.
 * Its tokens end where the next segment's begin (a closing record follows the last segment).
 * A token is one component: `offset of the byte after it << TOKEN_SHIFT | TOKEN_ESCAPED? | kind`, where `kind` says which
 * delimiter ended it (KIND_…). It starts one byte after the end of the token before it; the id starts at the segment's
 * offset. See token-table.ts for the constants and for readers.
 */
export interface TokenTable extends SegmentTable {
  readonly tokens: Int32Array;
  readonly segments: Int32Array;
  /** Record of `segments` that holds segment 0. */
  readonly first: number;
  readonly bytes: Uint8Array;
  readonly base: number;
  /** Decoded text of half-open offsets; `escaped` = the token's TOKEN_ESCAPED bit (release characters, line breaks). */
  text(start: number, end: number, escaped?: boolean): string;
  /** The transaction's text, one UTF-16 unit per byte, when it is pure ASCII; '' otherwise. `textBase` = its offset. */
  readonly ascii: string;
  readonly textBase: number;
  /** Lets go of the decoded text; it is decoded anew when it is asked for. */
  forgetText(): void;
  /** Lets go of bytes and offsets; whoever asks for any of it afterwards gets an InvariantError. */
  release(): void;
  /** Every byte is printable ASCII, but for delimiters and line breaks: what need not be looked for again. */
  readonly plain: boolean;
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
  segments: TokenTable;
  /** Envelope findings of this transaction: trailer missing, counts, control numbers. */
  findings: Finding[];
  /** 1-based ordinals: of the interchange in the file, the group in it, the transaction in the group. */
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
  /** Transactions received. A streaming reader counts here and leaves `transactions` empty. */
  transactionCount: number;
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
  /** X12 ISA14: `1` TA1 asked for, `2` and `3` where something is wrong. EDIFACT UNB 0031: '1' CONTRL asked for, '2' receipt only. */
  acknowledgmentRequest: string;
  /** ISA15 = T, UNB 0035 = 1 to 4. */
  test: boolean;
  /** ISA..: every element of the header segment as sent, for echo and for TA1; index 0 is the id. */
  header: readonly string[];
  groups: FunctionalGroup[];
  /** X12 TA1 and TA3 segments, elements as sent; index 0 is the id. */
  interchangeAcknowledgments: (readonly string[])[];
  /** IEA01 / UNZ 0036 as stated by the sender; '' when the trailer is missing. */
  statedCount: string;
  charset: Charset;
  findings: Finding[];
  /** 1-based ordinal in the file. */
  interchange: number;
  range: readonly [start: number, end: number];
}

/** A file may hold several interchanges; what lies between and around them is reported, never skipped silently. */
export interface ParsedFile {
  bytes: Uint8Array;
  /** A UTF-8 byte order mark was sent. */
  byteOrderMark: boolean;
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
  slots: readonly number[];
}
