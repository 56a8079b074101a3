import { instantMs, toInstant } from '../../common/calendar.ts';
import type { Clock, Instant } from '../../common/time.ts';
import type { Store } from '../ports/store.ts';
import type { NodeRecord } from '../records.ts';
import { retryOnConflict } from './retry.ts';

export interface HeartbeatOptions {
  store: Store;
  clock: Clock;
  /** Name of this process among all that share the store. */
  owner: string;
  leaseMs: number;
}

/** Tells the other nodes that this one is alive, and so keeps its leases; and knows which of them are. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Keeps this node's leases alive for another `leaseMs`. */
  async beat(): Promise<void> {
    const { store, clock, owner, leaseMs } = this.#options;
    const now = clock.now();
    const aliveUntil = toInstant(instantMs(now) + leaseMs);
    await retryOnConflict(async () => {
      const known = await store.get('nodes', owner);
      const record: NodeRecord =
        known === undefined
          ? { id: owner, revision: 0, startedAt: now, aliveUntil }
          : { ...known, aliveUntil };
      await store.commit([{ op: known === undefined ? 'insert' : 'update', collection: 'nodes', record }]);
    });
  }

  /** What is still leased may be taken over at once. */
  async end(): Promise<void> {
    await this.#options.store.commit([{ op: 'delete', collection: 'nodes', id: this.#options.owner }]);
  }

  async isAlive(owner: string, now: Instant): Promise<boolean> {
    const node = await this.#options.store.get('nodes', owner);
    return node !== undefined && node.aliveUntil >= now;
  }

  /** Other nodes that have died, with the time until which each lived. */
  async deaths(): Promise<string[]> {
    const { store, clock, owner } = this.#options;
    const now = clock.now();
    const { records } = await store.find('nodes', { limit: 1000 });
    return records
      .filter(({ id, aliveUntil }) => id !== owner && aliveUntil < now)
      .map(({ id, aliveUntil }) => `${id} ${aliveUntil}`);
  }
}
