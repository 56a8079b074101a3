import { stableText } from '../stable-text.ts';
import { KNOWN_ENGINES, match } from './match.ts';
import type { Hash, MatchDecision } from './model.ts';

export interface Recomputation {
  same: boolean;
  /** Paths whose values differ: `checks[3].result`. */
  differences: string[];
  decision: MatchDecision;
}

/**
 * Decides again from the record's own input, as the engine of its time did. That of an engine which is no longer known is held
 * against the newest: it differs at least in `engineVersion`.
 * `hash` must be the function that the record was made with (SHA-256).
 */
export function recompute(record: MatchDecision, hash: Hash): Recomputation {
  const { input, decidedAt, actor, engineVersion } = record;
  const known = KNOWN_ENGINES.includes(engineVersion) ? { engineVersion } : {};
  const decision = match(input, { hash, decidedAt, actor, ...known });
  const differences: string[] = [];
  compareValues(record, decision, '', differences);
  return { same: differences.length === 0, differences, decision };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compareValues(left: unknown, right: unknown, path: string, differences: string[]): void {
  if (Array.isArray(left) && Array.isArray(right)) {
    const length = Math.max(left.length, right.length);
    for (let index = 0; index < length; index += 1) {
      compareValues(left[index], right[index], `${path}[${index}]`, differences);
    }
  } else if (isObject(left) && isObject(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      compareValues(left[key], right[key], path === '' ? key : `${path}.${key}`, differences);
    }
  } else if (stableText(left) !== stableText(right)) {
    differences.push(path);
  }
}
