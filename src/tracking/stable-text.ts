/** Characters that JSON writes in another way, lone surrogates included. */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function quote(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** The names of members, quoted: all documents together have a few hundred. */
const names = new Map<string, string>();
const MAX_NAMES = 2_000;

function nameOf(key: string): string {
  let name = names.get(key);
  if (name === undefined) {
    name = `${quote(key)}:`;
    if (names.size < MAX_NAMES) names.set(key, name);
  }
  return name;
}

/** In place, by insertion: records have few members. Code unit order, as `sort` has it. */
function sorted(keys: string[]): string[] {
  for (let end = 1; end < keys.length; end++) {
    const key = keys[end]!;
    let index = end;
    for (; index > 0 && keys[index - 1]! > key; index--) keys[index] = keys[index - 1]!;
    keys[index] = key;
  }
  return keys;
}

/** Beyond this an object is a table and not a record. */
const FEW_KEYS = 40;

/** A part of the value whose text is known already. */
export interface KnownPart {
  value: object;
  text: string;
}

/**
 * JSON with sorted keys and without absent members: equal values give equal text, however they were built or stored. Only
 * for plain data (objects, arrays, strings, finite numbers, booleans, null).
 */
export function stableText(value: unknown, known?: KnownPart): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined || value === null) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (value === known?.value) return known.text;
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += text === '' ? stableText(item, known) : `,${stableText(item, known)}`;
    return `[${text}]`;
  }
  const members = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(members);
  for (const key of keys.length > FEW_KEYS ? keys.sort() : sorted(keys)) {
    const member = members[key];
    if (member === undefined) continue;
    text += (text === '' ? '' : ',') + nameOf(key) + stableText(member, known);
  }
  return `{${text}}`;
}
