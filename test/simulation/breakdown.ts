import { GatewayError } from '../../src/common/errors.ts';
import type { Store } from '../../src/pipeline/ports/store.ts';
import type { Channel } from '../../src/pipeline/ports/transport.ts';
import type { TestGatewayOptions } from '../support/gateway.ts';

type Crash = NonNullable<TestGatewayOptions['crash']>;

/**
 * The end of a process at a point of its work that is told beforehand. Points are: before a commit, after a commit, before a
 * file is sent, after it was sent. From then on nothing that this process tries reaches the store or a partner.
 */
export class Breakdown implements Crash {
  #pointsLeft = Infinity;
  #dead = false;
  readonly #inFlight = new Set<Promise<unknown>>();
  #tellDeath: (reason: Error) => void = () => undefined;
  /** Rejects when the process ends. */
  readonly died: Promise<never>;

  constructor() {
    this.died = new Promise((_resolve, reject) => {
      this.#tellDeath = reject;
    });
    this.died.catch(() => undefined);
  }

  get happened(): boolean {
    return this.#dead;
  }

  /** Ends the process at the n-th point from now. */
  arm(points: number): void {
    this.#pointsLeft = points;
  }

  end(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#tellDeath(gone());
  }

  /** What was on its way when the process ended has reached the store, or not, before another process starts. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#inFlight);
  }

  store(store: Store): Store {
    return {
      get: (collection, id) => this.#whileAlive(() => store.get(collection, id)),
      find: (collection, query) => this.#whileAlive(() => store.find(collection, query)),
      count: (collection, where) => this.#whileAlive(() => store.count(collection, where)),
      readArchive: (sha256) => this.#whileAlive(() => store.readArchive(sha256)),
      putArchive: (...args) => this.#whileAlive(() => store.putArchive(...args)),
      streamArchive: (sha256) => this.#whileAlive(() => store.streamArchive(sha256)),
      listArchive: (...args) => this.#whileAlive(() => store.listArchive(...args)),
      close: () => Promise.resolve(),
      commit: (...args) => this.#withPoints(() => store.commit(...args)),
    };
  }

  channel(channel: Channel): Channel {
    return {
      partnerId: channel.partnerId,
      kind: channel.kind,
      name: channel.name,
      poll: (receive) => this.#whileAlive(() => channel.poll(receive)),
      send: (file) => this.#withPoints(() => channel.send(file)),
      reject: (file) => this.#withPoints(() => channel.reject(file)),
      test: () => channel.test(),
      close: () => channel.close(),
    };
  }

  #whileAlive<T>(action: () => Promise<T>): Promise<T> {
    return this.#dead ? Promise.reject(gone()) : action();
  }

  async #withPoints<T>(action: () => Promise<T>): Promise<T> {
    this.#pass();
    const running = action();
    this.#inFlight.add(running);
    try {
      const result = await running;
      this.#pass();
      return result;
    } finally {
      this.#inFlight.delete(running);
    }
  }

  #pass(): void {
    if (this.#dead) throw gone();
    this.#pointsLeft -= 1;
    if (this.#pointsLeft > 0) return;
    this.end();
    throw gone();
  }
}

function gone(): GatewayError {
  return new GatewayError('STORE_UNAVAILABLE', 'The process has ended.');
}
