/** Wrong passwords of one address before it has to wait. */
const FREE_TRIES = 5;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** After so long without a further failure all is forgotten. */
const FORGET_MS = 30 * 60_000;
/** Wrong passwords of one account, from wherever, before each further one takes longer. */
const FREE_TRIES_OF_ACCOUNT = 20;
const ACCOUNT_PAUSE_MS = 3_000;
const MAX_KNOWN = 10_000;

interface Failures {
  count: number;
  /** The account that was tried, where it was always the same. */
  user: string | undefined;
  lastMs: number;
}

/**
 * Slows down whoever guesses passwords. An address is turned away for longer and longer. An account is never locked, or
 * anybody could lock a partner out: guesses at it only take longer, wherever they come from.
 */
export class LoginThrottle {
  readonly #addresses = new Map<string, Failures>();
  readonly #accounts = new Map<string, Failures>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** How long the address is not let in any more, not even to try; 0 where it may. */
  bannedForMs(address: string): number {
    const failures = this.#recent(this.#addresses, address);
    if (failures === undefined || failures.count < FREE_TRIES) return 0;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures.count - FREE_TRIES), LONGEST_PAUSE_MS);
    return Math.max(0, failures.lastMs + pauseMs - this.#nowMs());
  }

  /** How long the answer to a password for this account is to be put off. */
  delayMs(user: string): number {
    const failures = this.#recent(this.#accounts, user);
    return failures !== undefined && failures.count >= FREE_TRIES_OF_ACCOUNT ? ACCOUNT_PAUSE_MS : 0;
  }

  failed(address: string, user: string): void {
    this.#count(this.#addresses, address, user);
    this.#count(this.#accounts, user, user);
  }

  /** Who guesses at others is not forgiven because he has an account of his own. */
  succeeded(address: string, user: string): void {
    if (this.#addresses.get(address)?.user === user) this.#addresses.delete(address);
    this.#accounts.delete(user);
  }

  #recent(known: Map<string, Failures>, key: string): Failures | undefined {
    const failures = known.get(key);
    return failures !== undefined && this.#nowMs() - failures.lastMs < FORGET_MS ? failures : undefined;
  }

  #count(known: Map<string, Failures>, key: string, user: string): void {
    const before = this.#recent(known, key);
    const count = (before?.count ?? 0) + 1;
    // At the end again: the oldest is the first to be forgotten.
    known.delete(key);
    known.set(key, {
      count,
      user: before === undefined || before.user === user ? user : undefined,
      lastMs: this.#nowMs(),
    });
    while (known.size > MAX_KNOWN) known.delete(known.keys().next().value!);
  }
}
