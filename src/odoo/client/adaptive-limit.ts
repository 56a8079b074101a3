export interface AdaptiveLimitOptions {
  /** Most calls at the same time. */
  most: number;
  /** An answer that takes longer says that the server has enough to do. */
  slowMs: number;
  /** Monotonic milliseconds. */
  elapsed: () => number;
}

/** How a call went, as the load is concerned. */
export type LoadSign = 'fine' | 'overloaded';

/**
 * Calls at the same time, by what the server bears: half as many after a sign of overload, one more after each full round of
 * answers that came well. The others wait in their order.
 */
export class AdaptiveLimit {
  readonly #options: AdaptiveLimitOptions;
  readonly #queue: (() => void)[] = [];
  #limit: number;
  #running = 0;
  #fineInRow = 0;

  constructor(options: AdaptiveLimitOptions) {
    this.#options = options;
    this.#limit = options.most;
  }

  get state(): { running: number; waiting: number; limit: number } {
    return { running: this.#running, waiting: this.#queue.length, limit: this.#limit };
  }

  async run<T>(call: () => Promise<T>, signOf: (error: unknown) => LoadSign): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#running += 1;
    const started = this.#options.elapsed();
    try {
      const result = await call();
      this.#learn(this.#options.elapsed() - started > this.#options.slowMs ? 'overloaded' : 'fine');
      return result;
    } catch (error) {
      this.#learn(signOf(error));
      throw error;
    } finally {
      this.#running -= 1;
      this.#admit();
    }
  }

  #learn(sign: LoadSign): void {
    if (sign === 'overloaded') {
      this.#limit = Math.max(1, Math.floor(this.#limit / 2));
      this.#fineInRow = 0;
      return;
    }
    this.#fineInRow += 1;
    if (this.#fineInRow < this.#limit || this.#limit >= this.#options.most) return;
    this.#limit += 1;
    this.#fineInRow = 0;
  }

  /** A waiting call takes over its place at once, so that nobody who comes later takes it away. */
  #admit(): void {
    while (this.#running < this.#limit) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#running += 1;
      next();
    }
  }
}
