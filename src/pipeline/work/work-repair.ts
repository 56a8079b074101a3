import type { Clock, Instant } from '../../common/time.ts';
import type { Operation, Store } from '../ports/store.ts';
import { eachRecord } from '../queries/scan.ts';
import type { WorkRecord } from '../records.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { WorkLine } from './work-line.ts';
import { commitUnlessTaken, unblock } from './work-order.ts';
import { dead, ready, returned, updateWork } from './work-record.ts';

const SWEEP_PAGE = 500;

/** An item whose node ended so many times in a row probably ends it. */
const MAX_TAKEN_OVER = 5;

export interface ReclaimOptions {
  of: 'expired' | 'allOthers';
  /** Ids of the items that this node is doing. */
  running: { has(id: string): boolean };
  /** Operations that join the commit of an item that has ended its node too often. */
  onDead: (item: WorkRecord, error: unknown) => Promise<readonly Operation[]>;
}

export interface WorkRepairOptions {
  store: Store;
  clock: Clock;
  owner: string;
  line: WorkLine;
  heartbeat: Heartbeat;
}

/** Puts back in the line what does not come back by itself: delayed items that are due, leases and parkings of nodes that have died. */
export class WorkRepair {
  readonly #options: WorkRepairOptions;
  readonly #store: Store;
  /** Nodes, and until when they lived, after whose death the blocked items were looked through. */
  #deaths: ReadonlySet<string> = new Set();

  constructor(options: WorkRepairOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  /** Puts delayed items whose time has come back in the line. */
  async releaseDue(): Promise<number> {
    const { records } = await this.#store.find('work', {
      where: { status: 'delayed', notBefore: { lte: this.#options.clock.now() } },
      orderBy: 'notBefore',
    });
    await Promise.all(records.map((item) => commitUnlessTaken(this.#store, updateWork(ready(item)))));
    return records.length;
  }

  /** When the next delayed item is due. */
  async nextDueAt(): Promise<Instant | undefined> {
    const { records } = await this.#store.find('work', {
      where: { status: 'delayed' },
      orderBy: 'notBefore',
      limit: 1,
    });
    return records[0]?.notBefore;
  }

  /**
   * Puts items back in the line whose lease nobody keeps: of nodes that have died, and of this node when it could not
   * record an outcome. `of: 'allOthers'` does not wait for leases to end: for a start on a store that only one gateway can use.
   */
  async reclaim({ of, running, onDead }: ReclaimOptions): Promise<number> {
    const { clock, owner, heartbeat } = this.#options;
    const now = clock.now();
    const leased = eachRecord(this.#store, 'work', {
      where: { status: 'leased', ...(of === 'expired' && { leaseUntil: { lt: now } }) },
      orderBy: 'leaseUntil',
    });
    const alive = new Map<string, boolean>();
    const isAlive = async (node: string) => {
      if (!alive.has(node)) alive.set(node, await heartbeat.isAlive(node, now));
      return alive.get(node)!;
    };
    let reclaimed = 0;
    for await (const item of leased) {
      const kept =
        item.owner === owner ? running.has(item.id) : of === 'expired' && (await isAlive(item.owner));
      if (kept) continue;
      const message = `${item.owner} ended before it was done`;
      const exhausted = timesTakenOver(item) >= MAX_TAKEN_OVER;
      const next = exhausted ? dead(item, now, message) : returned(item, now, 'takenOver', message);
      const also = exhausted ? await onDead(next, new Error(message)) : [];
      if (await commitUnlessTaken(this.#store, updateWork(next), ...also)) reclaimed += 1;
    }
    return reclaimed;
  }

  /** Brings back blocked items that a crash left behind a finished one. */
  async sweepBlocked(): Promise<void> {
    this.#options.line.knowParked(await this.#unblockAll());
  }

  /** The same after the death of another node, once for each: what it parked at the last moment nobody else would look at. */
  async sweepAfterDeaths(): Promise<void> {
    const deaths = await this.#options.heartbeat.deaths();
    if (deaths.every((death) => this.#deaths.has(death))) return;
    await this.#unblockAll();
    this.#deaths = new Set(deaths);
    await this.#options.heartbeat.forgetLongDead();
  }

  /** Returns the orders of which items are parked. */
  async #unblockAll(): Promise<Set<string>> {
    const seen = new Set<string>();
    let after: string | undefined;
    do {
      const page = await this.#store.find('work', {
        where: { status: 'blocked' },
        orderBy: 'createdAt',
        limit: SWEEP_PAGE,
        ...(after !== undefined && { after }),
      });
      for (const { orderingKey } of page.records) {
        if (!seen.has(orderingKey)) await unblock(this.#store, orderingKey);
        seen.add(orderingKey);
      }
      after = page.next;
    } while (after !== undefined);
    return seen;
  }
}

function timesTakenOver(item: WorkRecord): number {
  const last = item.history.findLastIndex((entry) => entry.outcome !== 'takenOver');
  return item.history.length - 1 - last;
}
