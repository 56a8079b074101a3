import { invariant } from '../../common/invariant.ts';
import type { Standard } from '../model.ts';
import { EDIFACT_CODES, X12_CODES } from './dictionaries/code-lists.ts';

const loaded = new Map<Standard, ReadonlyMap<string, ReadonlySet<string>>>();

/** The closed code lists of a standard by data element: `353` → 00, 01, ... */
export function loadCodeLists(standard: Standard): ReadonlyMap<string, ReadonlySet<string>> {
  const known = loaded.get(standard);
  if (known) return known;
  const lists = new Map<string, ReadonlySet<string>>();
  for (const line of (standard === 'x12' ? X12_CODES : EDIFACT_CODES).split('\n')) {
    const [element, ...codes] = line.split(' ');
    if (element) lists.set(element, new Set(codes.flatMap(expandRange)));
  }
  loaded.set(standard, lists);
  return lists;
}

/** `00-03` → 00 01 02 03, `R1-R3` → R1 R2 R3; a single code stays. */
function expandRange(text: string): string[] {
  const match = /^([A-Z]*)(\d+)-\1(\d+)$/.exec(text);
  if (!match) return [text];
  const [, prefix = '', first = '', last = ''] = match;
  invariant(Number(first) <= Number(last), `code list: ${text}`);
  const codes: string[] = [];
  for (let n = Number(first); n <= Number(last); n++)
    codes.push(prefix + String(n).padStart(first.length, '0'));
  return codes;
}
