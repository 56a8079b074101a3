import * as z from 'zod';

const flag = z.boolean().default(false);

/** Named departures from the standard that are tolerated of this partner. All off is the standard. */
export const lenienciesSchema = z.strictObject({
  /** ISA elements that are not padded to their fixed widths. */
  trimmedIsa: flag,
  /** SE01, GE01, IEA01, UNT 0074, UNZ 0036 that do not count right. */
  wrongCounts: flag,
  /** The last segment of the file without its terminator. */
  missingLastTerminator: flag,
  /** Letters where the standard wants capitals. */
  lowerCase: flag,
  /** Empty elements before the segment terminator. */
  trailingSeparators: flag,
  /** More elements than the segment has. */
  extraElements: flag,
});

export type LeniencySettings = z.output<typeof lenienciesSchema>;
