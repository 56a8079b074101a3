/** An empty file gets so long to be filled: many programs create a file first and write it then. */
const EMPTY_MS = 10_000;

/**
 * Remembers what a folder on another machine looked like at the last poll. A file is stable when its state (size and time,
 * as the server tells them) was the same at an earlier poll, at least `settleMs` ago. The server's clock is never compared
 * with ours.
 */
export class StableFiles {
  readonly #settleMs: number;
  #seen = new Map<string, { state: string; sinceMs: number }>();
  #looked = new Map<string, { state: string; sinceMs: number }>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Begins a poll: what is not looked at again is forgotten. */
  startPoll(): void {
    this.#seen = this.#looked;
    this.#looked = new Map();
  }

  isStable(name: string, state: string, sizeBytes: number, nowMs: number): boolean {
    const before = this.#seen.get(name);
    const same = before?.state === state;
    const sinceMs = same ? before.sinceMs : nowMs;
    this.#looked.set(name, { state, sinceMs });
    return same && nowMs - sinceMs >= (sizeBytes === 0 ? EMPTY_MS : this.#settleMs);
  }
}
