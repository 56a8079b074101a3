import * as z from 'zod';

const flag = z.boolean().default(false);

/** Named departures from the standard that are tolerated of this partner: warnings instead of errors. All off = standard. */
export const leniencySchema = z.strictObject({
  /** ISA elements that are not padded to their fixed widths. */
  trimmedIsa: flag,
  /** SE01, GE01, IEA01, UNT 0074, UNZ 0036 that do not count right. */
  wrongCounts: flag,
  /** The last segment of the file without its terminator. */
  missingLastTerminator: flag,
  /** Segments that the message, or the release, does not know. */
  unknownSegments: flag,
  /** Known segments in the wrong place or order. */
  segmentOrder: flag,
  /** More uses of a segment or loop than allowed. */
  repeats: flag,
  /** More elements, components or repetitions than the segment has. */
  extraElements: flag,
  /** Elements shorter or longer than allowed. */
  lengths: flag,
  /** Codes outside a closed list. */
  codes: flag,
  /** Broken relational notes. */
  conditions: flag,
  /** HL and LS/LE identifiers that do not fit together. */
  hierarchy: flag,
});

export type LeniencySettings = z.output<typeof leniencySchema>;
