/** What stands in a text that was read as UTF-8 for bytes that are none. */
const REPLACEMENT = '\uFFFD';

/** Where a text that was read as UTF-8 holds bytes of another character set: the first offset, or undefined. */
export function findForeignBytes(text: string): number | undefined {
  const offset = text.indexOf(REPLACEMENT);
  return offset === -1 ? undefined : offset;
}

/** What to tell of them. */
export const NOT_UTF8 = 'not UTF-8: save the file in this character set, so that names stay what they are';
