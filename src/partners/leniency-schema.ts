import * as z from 'zod';
import type { Leniency } from '../edi/leniency.ts';

const flag = z.boolean().default(false);

/** Every departure from the standard that a partner can be forgiven, by the names of edi/leniency.ts. All off = standard. */
export const leniencySchema = z.strictObject({
  /** ISA elements that are not padded to their fixed widths, so that ISA is not 106 characters long. */
  trimmedIsa: flag,
  /** Elements of ISA, GS, UNB, UNG and trailers outside their code list, length or format: dates, times, qualifiers, indicators. */
  headerValues: flag,
  /** Segment, transaction, message and group counts that are not what was sent: SE01, GE01, IEA01, UNT, UNE, UNZ. */
  wrongCounts: flag,
  /** Control numbers in a trailer that differ from the header's: SE02, GE02, IEA02, UNT, UNE, UNZ. */
  controlNumbers: flag,
  /** ST02/SE02 and EDIFACT references that differ only in leading zeros. */
  controlNumberPadding: flag,
  /** The same ST02 twice in a group, GS06 twice in an interchange, UNH 0062 twice in an interchange. */
  duplicateControlNumbers: flag,
  /** The end of the file, or the next header, in place of the last terminator. */
  missingLastTerminator: flag,
  /** SE, GE, IEA, UNT, UNE or UNZ not sent. */
  missingTrailers: flag,
  /** UTF-8 byte order mark before an interchange. */
  byteOrderMark: flag,
  /** Other bytes before, between or after interchanges: mail headers, printable separators, Ctrl-Z, a stray terminator. */
  noise: flag,
  /** Lines cut at a fixed width (80 columns), also inside segments and elements. */
  wrappedLines: flag,
  /** CR or LF inside an element. */
  lineBreaksInData: flag,
  /** Two segment terminators in a row. */
  emptySegments: flag,
  /** Blanks between segments. */
  blanksBetweenSegments: flag,
  /** Reads ISA11 and the UNA repetition character as data: for partners who declare one and use it in texts. */
  ignoreRepetition: flag,
  /** Repetition separator that is no separator: a letter or digit in ISA11 of 00402 or later (often a left-over `U`). */
  repetitionSeparator: flag,
  /** Segments that stand in no transaction, or a transaction in no group. */
  envelopeOrder: flag,
  /** EDIFACT packages (UNO..UNP), whose objects are not read: the messages beside them are processed. */
  packages: flag,
  /** EDIFACT security header and trailer groups (USH, UST) that do not fit together. */
  security: flag,
  /** Segments that the message, or the release, does not know: `Z01`, `NTE` in an 850. */
  unknownSegments: flag,
  /** Known segments in the wrong place or order. */
  segmentOrder: flag,
  /** More uses of a segment or loop than the dictionary allows. */
  repeats: flag,
  /** More elements, components or repetitions than the dictionary has. */
  extraElements: flag,
  /** Elements shorter or longer than the dictionary allows. */
  lengths: flag,
  /** Codes outside a closed list. */
  codes: flag,
  /** Codes of a closed list in lower case: `oi` for `OI`. */
  lowerCase: flag,
  /** Broken relational notes. */
  conditions: flag,
  /** HL and LS/LE identifiers that do not fit together. */
  hierarchy: flag,
} satisfies Record<keyof Leniency, typeof flag>);
