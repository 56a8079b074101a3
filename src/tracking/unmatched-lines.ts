import { raise } from './draft.ts';
import type { Draft, Trouble } from './draft.ts';
import type { ExceptionType } from './exception-catalogue.ts';

/** So many are named; of the others only the number is told. */
const MAX_NAMED = 10;

/**
 * Lines of one document that find no line of the order, by what they are for us. A document may name thousands: they have one
 * cause, and are one exception for each kind.
 */
export class UnmatchedLines<T extends ExceptionType> {
  readonly #names = new Map<T, Set<string>>();

  add(type: T, name: string): void {
    const names = this.#names.get(type) ?? new Set<string>();
    this.#names.set(type, names.add(name));
  }

  has(type: T): boolean {
    return this.#names.has(type);
  }

  /** `tell` puts the list of names into a sentence. */
  raise(draft: Draft, trouble: Omit<Trouble, 'detail'>, tell: (type: T, names: string) => string): void {
    for (const [type, names] of this.#names)
      raise(draft, type, { ...trouble, detail: tell(type, list([...names])) });
  }
}

function list(names: readonly string[]): string {
  if (names.length === 1) return names[0] ?? '';
  const named = names.slice(0, MAX_NAMED).join(', ');
  const rest = names.length - MAX_NAMED;
  return `${names.length} lines (${named}${rest > 0 ? ` and ${rest} more` : ''})`;
}
