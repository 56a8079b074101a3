import { packCodes } from './address.ts';
import type { CodeEntry } from './map-schema.ts';

/** What a code means: a value, nothing (`null`), or unknown. */
type CodeResult = string | null | undefined;

/** A code table, compiled for both directions. */
export interface CodeTable {
  name: string;
  /** Partner's code → our value. */
  read(code: string): CodeResult;
  /** The meanings of codes of up to three characters, by the integer that such a code is (see packCodes). */
  short: ReadonlyMap<number, string | null>;
  /** Our value → the code that is written: the first in the table. */
  write(value: string): CodeResult;
  /** Every value that the table can give by name. */
  values: readonly string[];
  codes: readonly string[];
  /** What `"*"` says of all other codes. */
  rest: CodeResult;
}

/**
 * Compiles `codes:` entries; `"*"` is the rest: null (`{ read: null }`: of codes, not of values), `keep`, a value, or a value with `*`
 * for the code itself.
 */
export function compileCodeTable(name: string, entries: readonly CodeEntry[]): CodeTable {
  const toValue = new Map<string, string | null>();
  const short = new Map<number, string | null>();
  const toCode = new Map<string, string>();
  let rest: string | null | undefined;
  let restIsWritten = true;
  for (const { code, value, onlyRead } of entries) {
    if (code === '*') {
      rest = value;
      restIsWritten = onlyRead !== true;
      continue;
    }
    if (!toValue.has(code)) {
      toValue.set(code, value);
      for (const packed of packCodes([code]) ?? []) short.set(packed, value);
    }
    if (value !== null && !toCode.has(value)) toCode.set(value, code);
  }
  const pattern = typeof rest === 'string' && rest.includes('*') ? rest.split('*') : undefined;
  const prefix = pattern?.[0] ?? '';
  const suffix = pattern?.[1] ?? '';
  return {
    name,
    short,
    read(code) {
      const known = toValue.get(code);
      if (known !== undefined) return known;
      if (typeof rest !== 'string') return rest;
      if (rest === 'keep') return code;
      return pattern ? prefix + code + suffix : rest;
    },
    write(value) {
      const known = toCode.get(value);
      if (known !== undefined || rest === undefined) return known;
      if (rest === 'keep') return value;
      if (pattern && value.startsWith(prefix) && value.endsWith(suffix))
        return value.slice(prefix.length, value.length - suffix.length);
      // What stands for all other codes has no code of its own.
      return (rest === null && restIsWritten) || rest === value ? null : undefined;
    },
    values: [...toCode.keys()],
    codes: [...toValue.keys()],
    rest,
  };
}
