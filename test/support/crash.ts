import { GatewayError } from '../../src/common/errors.ts';
import type { Store } from '../../src/pipeline/ports/store.ts';
import type { Channel } from '../../src/pipeline/ports/transport.ts';

/** Commits of all the processes on one store. */
export interface CommitCount {
  commits: number;
}

/**
 * The end of a process in the middle of its work: at the n-th commit, before or after the commit is durable. From then on
 * nothing that this process tries reaches the store or a partner. Of processes that count together, the one ends whose commit
 * is the n-th.
 */
export class Crash {
  readonly #at: number;
  readonly #side: 'before' | 'after';
  readonly #inFlight = new Set<Promise<void>>();
  readonly #count: CommitCount;
  #dead = false;
  #tellDeath: (reason: Error) => void = () => undefined;
  /** Rejects when the process ends. */
  readonly died: Promise<never>;

  constructor(at: number, side: 'before' | 'after', count: CommitCount = { commits: 0 }) {
    this.#at = at;
    this.#side = side;
    this.#count = count;
    this.died = new Promise((_resolve, reject) => {
      this.#tellDeath = reject;
    });
    this.died.catch(() => undefined);
  }

  get happened(): boolean {
    return this.#dead;
  }

  store(store: Store): Store {
    const alive = <T>(action: () => Promise<T>): Promise<T> =>
      this.#dead ? Promise.reject(gone()) : action();
    return {
      get: (collection, id) => alive(() => store.get(collection, id)),
      find: (collection, query) => alive(() => store.find(collection, query)),
      count: (collection, where) => alive(() => store.count(collection, where)),
      readArchive: (sha256) => alive(() => store.readArchive(sha256)),
      putArchive: (...args) => alive(() => store.putArchive(...args)),
      streamArchive: (sha256) => alive(() => store.streamArchive(sha256)),
      listArchive: (...args) => alive(() => store.listArchive(...args)),
      close: () => Promise.resolve(),
      commit: (...args) =>
        alive(async () => {
          this.#count.commits += 1;
          const last = this.#count.commits === this.#at;
          if (last && this.#side === 'before') this.#die();
          try {
            if (!this.#dead) await this.#track(store.commit(...args));
          } finally {
            if (last) this.#die();
          }
          if (this.#dead) throw gone();
        }),
    };
  }

  channel(channel: Channel): Channel {
    const alive = <T>(action: () => Promise<T>): Promise<T> =>
      this.#dead ? Promise.reject(gone()) : action();
    return {
      partnerId: channel.partnerId,
      kind: channel.kind,
      name: channel.name,
      poll: (receive) => alive(() => channel.poll(receive)),
      send: (file) => alive(() => channel.send(file)),
      reject: (file) => alive(() => channel.reject(file)),
      test: () => channel.test(),
      close: () => channel.close(),
    };
  }

  /** Commits that were on their way when the process ended: they are durable or not before another process starts. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#inFlight);
  }

  async #track(commit: Promise<void>): Promise<void> {
    this.#inFlight.add(commit);
    try {
      await commit;
    } finally {
      this.#inFlight.delete(commit);
    }
  }

  #die(): void {
    this.#dead = true;
    this.#tellDeath(gone());
  }
}

function gone(): GatewayError {
  return new GatewayError('STORE_UNAVAILABLE', 'The process has ended.');
}
