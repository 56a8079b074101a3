import { instantMs, toInstant } from './calendar.ts';
import type { Clock, Instant } from './time.ts';

/** What an error says of the other side: it answered, it was silent, or nothing (a name is wrong, a secret is missing). */
export type BreakerVerdict = 'answer' | 'silence' | 'neither';

export interface CircuitBreakerOptions {
  clock: Clock;
  verdictOf: (error: unknown) => BreakerVerdict;
  /** The error of a call that is not tried: `failures` in a row went before it, the next one is tried after `retryAt`. */
  refusal: (what: string, failures: number, retryAt: Instant) => Error;
  /** Failures in a row that open the circuit. */
  failuresToOpen?: number;
  /** How long nothing is tried then; doubled while the other side stays away, up to `maxPauseMs`. */
  pauseMs?: number;
  maxPauseMs?: number;
}

export interface CircuitState {
  circuit: 'closed' | 'open' | 'halfOpen';
  retryAt?: Instant;
}

/** Keeps another side that does not answer from holding up workers: after failures in a row only one call at a time tries. */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  readonly #failuresToOpen: number;
  readonly #pauseMs: number;
  readonly #maxPauseMs: number;
  #failures = 0;
  #retryAtMs: number | undefined;
  #nextPauseMs: number;
  #probing = false;

  constructor(options: CircuitBreakerOptions) {
    const { failuresToOpen = 5, pauseMs = 60_000, maxPauseMs = 600_000 } = options;
    this.#options = options;
    this.#failuresToOpen = failuresToOpen;
    this.#pauseMs = pauseMs;
    this.#maxPauseMs = maxPauseMs;
    this.#nextPauseMs = pauseMs;
  }

  get state(): CircuitState {
    if (this.#retryAtMs === undefined) return { circuit: 'closed' };
    if (this.#probing || this.#isOver(this.#retryAtMs)) return { circuit: 'halfOpen' };
    return { circuit: 'open', retryAt: toInstant(this.#retryAtMs) };
  }

  /** Throws the refusal at once while the circuit is open. */
  async run<T>(what: string, call: () => Promise<T>): Promise<T> {
    const probe = this.#retryAtMs !== undefined;
    if (this.#retryAtMs !== undefined) {
      if (this.#probing || !this.#isOver(this.#retryAtMs)) {
        throw this.#options.refusal(what, this.#failures, toInstant(this.#retryAtMs));
      }
      this.#probing = true;
    }
    try {
      const result = await call();
      this.close();
      return result;
    } catch (error) {
      const verdict = this.#options.verdictOf(error);
      if (verdict === 'answer') this.close();
      else if (verdict === 'silence') this.#countFailure(probe);
      throw error;
    } finally {
      if (probe) this.#probing = false;
    }
  }

  /** The other side is known to be there again: what waits is tried at once. */
  close(): void {
    this.#failures = 0;
    this.#retryAtMs = undefined;
    this.#nextPauseMs = this.#pauseMs;
  }

  #countFailure(probe: boolean): void {
    this.#failures += 1;
    // Calls that were under way when the circuit opened do not lengthen the pause.
    if (!probe && (this.#retryAtMs !== undefined || this.#failures < this.#failuresToOpen)) return;
    this.#retryAtMs = instantMs(this.#options.clock.now()) + this.#nextPauseMs;
    this.#nextPauseMs = Math.min(this.#nextPauseMs * 2, this.#maxPauseMs);
  }

  /** Also when the clock was set back: no pause is longer than the longest. */
  #isOver(retryAtMs: number): boolean {
    const leftMs = retryAtMs - instantMs(this.#options.clock.now());
    return leftMs <= 0 || leftMs > this.#maxPauseMs;
  }
}
