import { instantMs, toInstant } from '../../common/calendar.ts';
import type { Clock, Instant } from '../../common/time.ts';
import type { Store } from '../ports/store.ts';
import { eachRecord } from '../queries/scan.ts';
import type { NodeRecord } from '../records.ts';
import { retryOnConflict } from './retry.ts';

/** Clocks of nodes may differ by minutes, and a machine may sleep over night. */
const REMEMBERED_MS = 24 * 3_600_000;

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
    return (await this.#dead()).map(({ id, aliveUntil }) => `${id} ${aliveUntil}`);
  }

  /** Drops those that died a day ago or more: every kill leaves one behind. One that was only frozen comes back with its next beat. */
  async forgetLongDead(): Promise<void> {
    const { store, clock } = this.#options;
    const before = toInstant(instantMs(clock.now()) - REMEMBERED_MS);
    const gone = (await this.#dead()).filter(({ aliveUntil }) => aliveUntil < before);
    if (gone.length > 0)
      await store.commit(gone.map(({ id }) => ({ op: 'delete', collection: 'nodes', id }) as const));
  }

  async #dead(): Promise<NodeRecord[]> {
    const { store, clock, owner } = this.#options;
    const now = clock.now();
    const dead: NodeRecord[] = [];
    for await (const node of eachRecord(store, 'nodes', {}))
      if (node.id !== owner && node.aliveUntil < now) dead.push(node);
    return dead;
  }
}
