/**
 * A document without blanks and line breaks at the ends of its texts, and without texts that are nothing else: they say nothing, and
 * receivers refuse them. Letters with their accents are one character, as character sets have them. The same object where nothing changes.
 */
export function tidyTexts<T>(value: T): T {
  return tidied(value) as T;
}

function tidied(value: unknown): unknown {
  if (typeof value === 'string') {
    const text = value.normalize('NFC').trim();
    return text === '' ? undefined : text;
  }
  if (Array.isArray(value)) {
    const entries: unknown[] = value.map(tidied);
    return entries.every((entry, i) => entry === value[i])
      ? value
      : entries.filter((entry) => entry !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value);
  const changed = members.map(([name, member]) => [name, tidied(member)] as const);
  return changed.every(([, member], i) => member === members[i]![1])
    ? value
    : Object.fromEntries(changed.filter(([, member]) => member !== undefined));
}
