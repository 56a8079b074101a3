import { InvariantError } from '../../common/invariant.ts';
import { loadDictionary } from './dictionary.ts';
import { findGrammar } from './find-grammar.ts';
import { readParagraphs, readSegment, readSlots } from './notation.ts';
import { resolveRelease, type UserDictionary } from './release.ts';

/** One thing that is wrong with a user's dictionary. */
export interface DictionaryProblem {
  /** The setting that it is in. */
  part: 'base' | 'elements' | 'segments' | 'messages' | 'restrictions';
  /** First word of the paragraph: `BFR`, `830`. */
  id?: string;
  /** Of a restriction, from 0. */
  index?: number;
  message: string;
}

/**
 * What is wrong with a user's dictionary; nothing means that every message of it can be used. To be called before the
 * dictionary is: reading a broken notation throws.
 */
export function lintDictionary(user: UserDictionary): DictionaryProblem[] {
  const problems: DictionaryProblem[] = [];
  const base = loadDictionary(user.base);
  if (base.standard !== user.standard)
    return [{ part: 'base', message: `base ${user.base} is not of ${user.standard}` }];
  const dictionary = attempt(problems, { part: 'elements' }, () =>
    resolveRelease(user.standard, user.release, [user]),
  )?.dictionary;
  if (!dictionary) return problems;
  const service = loadDictionary(user.standard === 'x12' ? 'envelope' : 'syntax 3');
  const segments = attempt(problems, { part: 'segments' }, () => readParagraphs(user.segments)) ?? new Map();
  for (const [id, line] of segments as Map<string, string>) {
    const segment = attempt(problems, { part: 'segments', id }, () => readSegment(line));
    for (const position of segment?.positions ?? []) {
      const known = dictionary.element(position.id) ?? dictionary.compositeLine(position.id);
      if (known === undefined)
        problems.push({ part: 'segments', id, message: `${id}: element ${position.id} is not defined` });
    }
  }
  for (const [type, line] of readParagraphs(user.messages)) {
    const slots =
      attempt(problems, { part: 'messages', id: type }, () => readSlots(line, user.standard)) ?? [];
    for (const id of new Set(slots.map((slot) => slot.segmentId))) {
      const known = segments.has(id) || base.segment(id) !== undefined || service.segment(id) !== undefined;
      if (!known)
        problems.push({ part: 'messages', id: type, message: `${type}: segment ${id} is not defined` });
    }
  }
  return problems.length > 0 ? problems : lintRestrictions(user);
}

function lintRestrictions(user: UserDictionary): DictionaryProblem[] {
  return user.restrictions.flatMap((restriction, index) => {
    const { message, at } = restriction;
    const extensions = { dictionaries: [{ ...user, restrictions: [restriction] }] };
    const grammar = findGrammar(user.standard, message, user.release, { extensions });
    if (grammar?.misplaced.length === 0) return [];
    const what = grammar ? `"${at}" is no place of ${message}` : `there is no message "${message}"`;
    return [{ part: 'restrictions', index, message: `restrictions[${index}]: ${what}` }];
  });
}

function attempt<T>(
  problems: DictionaryProblem[],
  place: Pick<DictionaryProblem, 'part' | 'id'>,
  action: () => T,
): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    const message = `${place.id ?? place.part}: cannot read ${error.message.replace(/^dictionary: /, '"')}"`;
    problems.push({ ...place, message });
    return undefined;
  }
}
