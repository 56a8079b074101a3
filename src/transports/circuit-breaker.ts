import { instantMs, toInstant } from '../common/calendar.ts';
import { GatewayError } from '../common/errors.ts';
import type { Clock, Instant } from '../common/time.ts';
import type { Channel, ChannelReport } from '../pipeline/ports/transport.ts';
import { wrapChannel } from './wrap-channel.ts';

export interface CircuitBreakerOptions {
  clock: Clock;
  /** Failures in a row that open the circuit. */
  failuresToOpen?: number;
  /** How long nothing is tried then; doubled while the other side stays away, up to `maxPauseMs`. */
  pauseMs?: number;
  maxPauseMs?: number;
}

/** Keeps a partner that does not answer from holding up workers: after failures in a row only one call at a time tries. */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #failuresToOpen: number;
  readonly #pauseMs: number;
  readonly #maxPauseMs: number;
  #failures = 0;
  #retryAtMs: number | undefined;
  #nextPauseMs: number;
  #probing = false;

  constructor({ clock, failuresToOpen = 5, pauseMs = 60_000, maxPauseMs = 600_000 }: CircuitBreakerOptions) {
    this.#clock = clock;
    this.#failuresToOpen = failuresToOpen;
    this.#pauseMs = pauseMs;
    this.#maxPauseMs = maxPauseMs;
    this.#nextPauseMs = pauseMs;
  }

  get state(): { circuit: ChannelReport['circuit']; retryAt?: Instant } {
    if (this.#retryAtMs === undefined) return { circuit: 'closed' };
    if (this.#probing || this.#isOver(this.#retryAtMs)) return { circuit: 'halfOpen' };
    return { circuit: 'open', retryAt: toInstant(this.#retryAtMs) };
  }

  /** Throws TRANSPORT_UNAVAILABLE at once while the circuit is open. */
  async run<T>(what: string, call: () => Promise<T>): Promise<T> {
    const probe = this.#retryAtMs !== undefined;
    if (this.#retryAtMs !== undefined) {
      if (this.#probing || !this.#isOver(this.#retryAtMs)) throw this.#refusal(what, this.#retryAtMs);
      this.#probing = true;
    }
    try {
      const result = await call();
      this.close();
      return result;
    } catch (error) {
      if (isAnswer(error)) this.close();
      else if (isSilence(error)) this.#countFailure(probe);
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
    this.#retryAtMs = instantMs(this.#clock.now()) + this.#nextPauseMs;
    this.#nextPauseMs = Math.min(this.#nextPauseMs * 2, this.#maxPauseMs);
  }

  /** Also when the clock was set back: no pause is longer than the longest. */
  #isOver(retryAtMs: number): boolean {
    const leftMs = retryAtMs - instantMs(this.#clock.now());
    return leftMs <= 0 || leftMs > this.#maxPauseMs;
  }

  #refusal(what: string, retryAtMs: number): GatewayError {
    const text = `${what} is not tried: the last ${this.#failures} attempts over this channel failed. The next one is made after ${toInstant(retryAtMs)}.`;
    return new GatewayError('TRANSPORT_UNAVAILABLE', text, { details: { circuit: 'open' } });
  }
}

/** The other side is there and said no. */
function isAnswer(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'TRANSPORT_REJECTED';
}

/** Any other error that no retry helps says nothing of the other side: a secret is missing, a name is wrong. */
function isSilence(error: unknown): boolean {
  return !(error instanceof GatewayError) || error.retryable !== 'never';
}

/** Deliveries go through the breaker, and a test that every step of has passed closes it; polls have a back-off of their own. */
export function withCircuitBreaker(channel: Channel, breaker: CircuitBreaker): Channel {
  return wrapChannel(channel, {
    send: (file) => breaker.run(`Sending ${file.name}`, () => channel.send(file)),
    reject: (file) => breaker.run(`Rejecting ${file.name}`, () => channel.reject(file)),
    async *test() {
      let passed = true;
      for await (const step of channel.test()) {
        passed &&= step.ok;
        yield step;
      }
      if (passed) breaker.close();
    },
  });
}
