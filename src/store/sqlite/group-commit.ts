interface Waiting<T> {
  item: T;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** How long the first item of a group waits for others at most. */
const MAX_WAIT_MS = 10;

/**
 * Collects what arrives in successive turns of the event loop and hands it on together, so that it shares one durable write:
 * until a turn brings nothing more. A lone item waits for one turn only. `apply` takes as many from the front as it wants, at least one, and
 * returns one outcome for each: undefined, or the error. When it throws, all items that were offered fail.
 */
export class GroupCommit<T> {
  readonly #apply: (items: readonly T[]) => readonly unknown[];
  #waiting: Waiting<T>[] = [];
  #scheduled = false;

  constructor(apply: (items: readonly T[]) => readonly unknown[]) {
    this.#apply = apply;
  }

  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#schedule();
    });
  }

  /** Does all that waits, now. */
  drain(): void {
    while (this.#waiting.length > 0) this.#applyOnce();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const endAt = performance.now() + MAX_WAIT_MS;
    setImmediate(() => this.#look(0, endAt));
  }

  #look(seen: number, endAt: number): void {
    const { length } = this.#waiting;
    if (length > seen && performance.now() < endAt) {
      setImmediate(() => this.#look(length, endAt));
      return;
    }
    this.#scheduled = false;
    if (length === 0) return;
    this.#applyOnce();
    if (this.#waiting.length > 0) this.#schedule();
  }

  #applyOnce(): void {
    let outcomes: readonly unknown[];
    try {
      outcomes = this.#apply(this.#waiting.map(({ item }) => item));
    } catch (error) {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
      return;
    }
    for (const [index, { resolve, reject }] of this.#waiting.splice(0, outcomes.length).entries()) {
      const error = outcomes[index];
      if (error === undefined) resolve();
      else reject(error);
    }
  }
}
