/** What tells one state of a file from another, and one file from a later one of the same name. */
export interface FileState {
  inode: string;
  modifiedMs: number;
  sizeBytes: number;
}

/** A file that nobody has written to for so long is complete, even at the first look: after a restart, for example. */
const OLD_MS = 10_000;

/**
 * Remembers what a folder looked like at the last poll. A file is settled when its state was the same at an earlier poll, at
 * least `settleMs` ago, or when it is old; with a `settleMs` of 0 every file is. An empty file must be old: many programs create a file first and fill it then.
 */
export class SettledFiles {
  readonly #settleMs: number;
  #seen = new Map<string, { key: string; sinceMs: number }>();
  #looked = new Map<string, { key: string; sinceMs: number }>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Begins a poll: what is not looked at again is forgotten. */
  startPoll(): void {
    this.#seen = this.#looked;
    this.#looked = new Map();
  }

  isSettled(name: string, state: FileState, nowMs: number): boolean {
    if (this.#settleMs === 0) return true;
    const key = stateKey(state);
    const before = this.#seen.get(name);
    const sinceMs = before?.key === key ? before.sinceMs : nowMs;
    this.#looked.set(name, { key, sinceMs });
    if (state.sizeBytes > 0 && before?.key === key && nowMs - sinceMs >= this.#settleMs) return true;
    return nowMs - Math.max(state.modifiedMs, state.sizeBytes > 0 ? 0 : sinceMs) >= OLD_MS;
  }
}

export function stateKey({ inode, modifiedMs, sizeBytes }: FileState): string {
  return `${inode}/${modifiedMs}/${sizeBytes}`;
}
