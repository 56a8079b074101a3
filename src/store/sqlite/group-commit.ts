interface Waiting<T> {
  item: T;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Collects what arrives in one turn of the event loop and hands it on together, so that it shares one durable write.
 * A lone item waits for the end of its turn only. `apply` takes as many from the front as it wants, at least one, and
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
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.length === 0) return;
      this.#applyOnce();
      if (this.#waiting.length > 0) this.#schedule();
    });
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
