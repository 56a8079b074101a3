import { createRateLimit } from '../../common/rate-limit.ts';
import type { RateLimit } from '../../common/rate-limit.ts';
import type { Agreement } from './agreement.ts';

/** Requests a minute of all who have no agreement, together. */
const STRANGERS_PER_MINUTE = 300;

/** How many requests are let in: each agreement has a pace of its own, strangers share one. */
export class Admission {
  readonly #strangers = createRateLimit(STRANGERS_PER_MINUTE);
  readonly #agreements = new Map<Agreement, RateLimit>();

  /** 0 = come in, else the seconds to wait. */
  take(agreement: Agreement | undefined, nowMs: number): number {
    if (agreement === undefined) return this.#strangers.take('', nowMs);
    const known = this.#agreements.get(agreement);
    const limit = known ?? createRateLimit(agreement.settings.accept.messagesPerMinute);
    if (known === undefined) this.#agreements.set(agreement, limit);
    return limit.take('', nowMs);
  }
}

/**
 * Requests being worked on at the same time. Whoever sends slowly holds a seat for long, and anybody can name somebody else's
 * identifiers: strangers have a tenth of the seats, one agreement half of them, so that the others always find one.
 */
export class Seats {
  readonly #most: number;
  readonly #taken = new Map<Agreement | undefined, number>();
  #all = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** False where there is none; else `leave` gives it back. */
  take(agreement: Agreement | undefined): boolean {
    const taken = this.#taken.get(agreement) ?? 0;
    const most = Math.ceil(this.#most / (agreement === undefined ? 10 : 2));
    if (this.#all >= this.#most || taken >= most) return false;
    this.#all += 1;
    this.#taken.set(agreement, taken + 1);
    return true;
  }

  leave(agreement: Agreement | undefined): void {
    this.#all -= 1;
    this.#taken.set(agreement, (this.#taken.get(agreement) ?? 1) - 1);
  }
}
