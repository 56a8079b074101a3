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
