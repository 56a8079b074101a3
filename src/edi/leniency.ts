import type { ValidationLeniency } from './grammar/leniency.ts';

/**
 * Faults of the envelope that a partner is forgiven. A switch that is on turns the error into a warning: the finding
 * stays visible and nothing is rejected for it. All off (`{}`) is the standard.
 */
export interface EnvelopeLeniency {
  /** ISA elements that are not padded to their fixed widths, so that ISA is not 106 characters long. */
  trimmedIsa?: boolean;
  /** Elements of ISA, GS, UNB, UNG and trailers outside their code list, length or format: dates, times, qualifiers, indicators. */
  headerValues?: boolean;
  /** Segment, transaction, message and group counts that are not what was sent: SE01, GE01, IEA01, UNT, UNE, UNZ. */
  wrongCounts?: boolean;
  /** Control numbers in a trailer that differ from the header's: SE02, GE02, IEA02, UNT, UNE, UNZ. */
  controlNumbers?: boolean;
  /** ST02/SE02 and EDIFACT references that differ only in leading zeros. */
  controlNumberPadding?: boolean;
  /** The same ST02 twice in a group, GS06 twice in an interchange, UNH 0062 twice in an interchange. */
  duplicateControlNumbers?: boolean;
  /** The end of the file, or the next header, in place of the last terminator. */
  missingLastTerminator?: boolean;
  /** SE, GE, IEA, UNT, UNE or UNZ not sent. */
  missingTrailers?: boolean;
  /** UTF-8 byte order mark before an interchange. */
  byteOrderMark?: boolean;
  /** Other bytes before, between or after interchanges: mail headers, printable separators, Ctrl-Z, a stray terminator. */
  noise?: boolean;
  /** Lines cut at a fixed width (80 columns), also inside segments and elements. */
  wrappedLines?: boolean;
  /** CR or LF inside an element. */
  lineBreaksInData?: boolean;
  /** Two segment terminators in a row. */
  emptySegments?: boolean;
  /** Blanks between segments. */
  blanksBetweenSegments?: boolean;
  /** Reads ISA11 and the UNA repetition character as data: for partners who declare one and use it in texts. */
  ignoreRepetition?: boolean;
  /** Repetition separator that is no separator: a letter or digit in ISA11 of 00402 or later (often a left-over `U`). */
  repetitionSeparator?: boolean;
  /** Segments that stand in no transaction, a transaction in no group, a message in a group (UNG) of another type. */
  envelopeOrder?: boolean;
  /** EDIFACT packages (UNO..UNP), whose objects are not read: the messages beside them are processed. */
  packages?: boolean;
  /** EDIFACT security header and trailer groups (USH, UST) that do not fit together. */
  security?: boolean;
}

export type Leniency = EnvelopeLeniency & ValidationLeniency;
