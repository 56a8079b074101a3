const MAX_NAME_BYTES = 200;

/** Letters, digits and what partners use between them; no separator, no leading dot, nothing that any system reserves. */
const SAFE_NAME = /^[\p{L}\p{N}_+@=,()[\]#-][\p{L}\p{N} ._+@=,()[\]#-]*$/u;

/** True for a name that can be used as a file name on every system and cannot lead out of its folder. */
export function isSafeName(name: string): boolean {
  return SAFE_NAME.test(name) && !/[ .]$/.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

/** A safe name that still shows what the given one was. */
export function toSafeName(name: string): string {
  if (isSafeName(name)) return name;
  const replaced = Array.from(shortened(name.normalize('NFC')))
    .map((character) => (/[\p{L}\p{N}._+@=,()[\]#-]/u.test(character) ? character : '_'))
    .join('')
    .replace(/^\.+/, '_')
    .replace(/\.+$/, '_');
  return replaced === '' ? '_' : replaced;
}

/** As many whole characters as a name may have. */
function shortened(name: string): string {
  // No character has less than a byte: what is beyond is cut off before each is looked at.
  let characters = Array.from(name.slice(0, 2 * MAX_NAME_BYTES));
  while (Buffer.byteLength(characters.join('')) > MAX_NAME_BYTES) characters = characters.slice(0, -1);
  return characters.join('');
}

/** Whether a name matches one of the patterns, in which `*` is any text and `?` any one character; case does not count. */
export function createMatcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 'isu');
  });
  return (name) => expressions.some((expression) => expression.test(name));
}
