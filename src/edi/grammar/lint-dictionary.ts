import { InvariantError } from '../../common/invariant.ts';
import { loadDictionary } from './dictionary.ts';
import { readParagraphs, readSegment, readSlots } from './notation.ts';
import { resolveRelease, type UserDictionary } from './release.ts';

/**
 * What is wrong with a user's dictionary, one line each; none means that every message of it can be used. To be called
 * before the dictionary is: reading a broken notation throws.
 */
export function lintDictionary(user: UserDictionary): string[] {
  const problems: string[] = [];
  const read = <T>(what: string, action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      problems.push(`${what}: cannot read ${error.message.replace(/^dictionary: /, '"')}"`);
      return undefined;
    }
  };
  const base = loadDictionary(user.base);
  const dictionary = read('elements', () => resolveRelease(user.standard, user.release, [user]).dictionary);
  if (!dictionary) return problems;
  if (base.standard !== user.standard) problems.push(`base ${user.base} is not of ${user.standard}`);
  const service = loadDictionary(user.standard === 'x12' ? 'envelope' : 'syntax 3');
  const lines = readParagraphs(user.segments);
  for (const [id, line] of lines) {
    for (const position of read(id, () => readSegment(line))?.positions ?? []) {
      const known = dictionary.element(position.id) ?? dictionary.compositeLine(position.id);
      if (known === undefined) problems.push(`${id}: element ${position.id} is not defined`);
    }
  }
  for (const [type, line] of readParagraphs(user.messages)) {
    const slots = read(type, () => readSlots(line, user.standard)) ?? [];
    for (const id of new Set(slots.map((slot) => slot.segmentId))) {
      const known = lines.has(id) || base.segment(id) !== undefined || service.segment(id) !== undefined;
      if (!known) problems.push(`${type}: segment ${id} is not defined`);
    }
  }
  return problems;
}
