import type { Clock } from '../../common/time.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { WorkRecord } from '../records.ts';
import { Heartbeat } from './heartbeat.ts';
import { ParkedWork } from './parked-work.ts';
import { retryDelayMs } from './retry-policy.ts';
import { chooseCandidates } from './work-candidates.ts';
import { WorkLine } from './work-line.ts';
import { commitUnlessTaken, isBlocked, unblock } from './work-order.ts';
import { dead, delayed, done, LEASE_MS, leased, ready, released, updateWork } from './work-record.ts';
import { WorkRepair } from './work-repair.ts';

export { enqueue, type WorkSpec } from './work-record.ts';

/** So many items are begun from the line of this node, then one that nobody has leased yet: it is not to wait for an empty line. */
const LINE_TURNS = 8;

export interface WorkQueueOptions {
  store: Store;
  clock: Clock;
  /** Uniform over 0 to 1, for jitter. */
  random: () => number;
  /** Name of this process among all that share the store; a new one on every start. */
  owner: string;
  /** How long a lease outlives its owner's last heartbeat. */
  leaseMs?: number;
  /** What is handed over to this node as it is committed; without it all work is looked for in the store. */
  line?: WorkLine;
}

/** A leased item with the operations that complete it. */
export interface Lease {
  readonly item: WorkRecord;
  /** To be part of the commit that holds the result. Refused with CONFLICT once the lease has passed to another. */
  readonly complete: () => readonly Operation[];
}

/**
 * The work queue, on the store's own operations only. The rules:
 * - An item is leased by a conditional update; whoever else tries gets a CONFLICT and looks further.
 * - A lease lives as long as its owner's heartbeat; after that any node takes it over.
 * - Items of one orderingKey are done one after the other, oldest first. A claimer that meets an item behind an unfinished
 *   older one parks it as `blocked`; the completion of the older one brings it back in the same commit.
 * - Partners take turns within a lane; smaller lanes go first.
 */
export class WorkQueue {
  readonly owner: string;
  readonly leaseMs: number;
  readonly line: WorkLine;
  readonly heartbeat: Heartbeat;
  readonly parked: ParkedWork;
  readonly repair: WorkRepair;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Line of the partner that was served last. */
  #lastLine = '';
  #turns = 0;

  constructor({
    store,
    clock,
    random,
    owner,
    leaseMs = LEASE_MS,
    line = new WorkLine({ limit: 0, isAlone: false }),
  }: WorkQueueOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.owner = owner;
    this.leaseMs = leaseMs;
    this.line = line;
    this.heartbeat = new Heartbeat({ store, clock, owner, leaseMs });
    this.parked = new ParkedWork(store, line);
    this.repair = new WorkRepair({ store, clock, owner, line, heartbeat: this.heartbeat });
  }

  /** Up to `limit` items to be done now, those that were handed over to this node first; the caller ends each at the line. */
  async take(limit: number): Promise<Lease[]> {
    const leases: Lease[] = [];
    if (this.line.isLeft && this.#turns >= LINE_TURNS) leases.push(...(await this.#claimLeft(1)));
    const begun = await this.#beginNext(limit - leases.length);
    leases.push(...begun);
    if (leases.length === limit || !this.line.isLeft) return leases;
    try {
      leases.push(...(await this.#claimLeft(limit - leases.length)));
    } catch (error) {
      // What has begun is done; the next turn meets the same.
      if (leases.length === 0) throw error;
    }
    return leases;
  }

  /** Up to `limit` items of the line, all at the same time: each asks the store for what is before it. */
  async #beginNext(limit: number): Promise<Lease[]> {
    const items: WorkRecord[] = [];
    while (items.length < limit) {
      const item = this.line.next();
      if (item === undefined) break;
      items.push(item);
    }
    this.#turns += items.length;
    const outcomes = await Promise.allSettled(items.map((item) => this.#begin(item)));
    const leases = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? (outcome.value ?? []) : [],
    );
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined && leases.length === 0) throw failure.reason;
    return leases;
  }

  async #claimLeft(limit: number): Promise<Lease[]> {
    this.#turns = 0;
    const leases = await this.claim(limit);
    for (const { item } of leases) this.line.begin(item);
    return leases;
  }

  /** Undefined when it has to wait for an older item of its order, which may be anywhere. */
  async #begin(item: WorkRecord): Promise<Lease | undefined> {
    try {
      if (!(await isBlocked(this.#store, item))) return await this.#toLease(item);
      await this.parked.park(item);
    } catch (error) {
      // Its lease runs out, and it is put back in the line.
      this.line.end(item);
      throw error;
    }
    this.line.end(item);
    await unblock(this.#store, item.orderingKey);
    return undefined;
  }

  /** Leases up to `limit` items; fewer only when no more can be had now. */
  async claim(limit: number): Promise<Lease[]> {
    const leases: Lease[] = [];
    while (leases.length < limit) {
      this.line.isLeft = false;
      const candidates = await chooseCandidates(this.#store, this.#lastLine, limit - leases.length);
      if (candidates.items.length === 0) break;
      this.line.isLeft = true;
      const claimed = await this.#claimFrom(candidates.items, limit - leases.length);
      leases.push(...claimed);
      this.#lastLine = candidates.lastLine;
    }
    return leases;
  }

  /** Whether the item was completed under this lease, is still ours, or has passed to another. */
  async leaseState(item: WorkRecord): Promise<'completed' | 'held' | 'lost'> {
    const stored = await this.#store.get('work', item.id);
    if (stored?.epoch !== item.epoch) return 'lost';
    if (stored.status === 'done') return 'completed';
    return stored.status === 'leased' ? 'held' : 'lost';
  }

  /** Completes a lease whose handler had nothing to commit itself. */
  async complete(lease: Lease): Promise<void> {
    await this.#store.commit(lease.complete());
  }

  /** Records a failed attempt: backoff, or dead letter together with the operations of `onDead`. Throws CONFLICT. */
  async fail(
    item: WorkRecord,
    error: unknown,
    onDead: (item: WorkRecord) => Promise<readonly Operation[]>,
  ): Promise<WorkRecord> {
    const now = this.#clock.now();
    const message = error instanceof Error ? error.message : String(error);
    const delayMs = retryDelayMs(item.kind, item.attempts, error, this.#random());
    const next = delayMs === undefined ? dead(item, now, message) : delayed(item, now, delayMs, message);
    const also = next.status === 'dead' ? await onDead(next) : [];
    await this.#store.commit([updateWork(next), ...also]);
    return next;
  }

  /** Gives a lease back unused: on a graceful stop. The attempt does not count. */
  async release(item: WorkRecord): Promise<void> {
    await commitUnlessTaken(this.#store, updateWork(released(item, this.#clock.now())));
  }

  /**
   * Leases what may be done now, in the order given. What comes next of the same orders is leased with it for the line of this node,
   * as far as that has room; otherwise what must wait behind an older item is parked.
   */
  async #claimFrom(candidates: readonly WorkRecord[], wanted: number): Promise<Lease[]> {
    const { chosen, next, parked } = await this.#sortOut(candidates, wanted);
    const [leases] = await Promise.all([
      Promise.all(chosen.map((item) => this.#lease(item))),
      Promise.all(next.map((item) => this.#leaseForLine(item))),
      Promise.all(parked.map((item) => this.parked.park(item))),
    ]);
    // The older item may have been finished between our look and our parking; its completion did not see us then.
    const orders = new Set(parked.map((item) => item.orderingKey));
    await Promise.all([...orders].map((orderingKey) => unblock(this.#store, orderingKey)));
    return Promise.all(leases.filter((item) => item !== undefined).map((item) => this.#toLease(item)));
  }

  async #sortOut(
    candidates: readonly WorkRecord[],
    wanted: number,
  ): Promise<Record<'chosen' | 'next' | 'parked', WorkRecord[]>> {
    const oldest = new Map<string, WorkRecord>();
    for (const item of candidates)
      if (item.orderingKey !== '' && !oldest.has(item.orderingKey)) oldest.set(item.orderingKey, item);
    const blockedKeys = new Set<string>();
    await Promise.all(
      [...oldest.values()].map(async (item) => {
        if (await isBlocked(this.#store, item)) blockedKeys.add(item.orderingKey);
      }),
    );
    const sorted = { chosen: [] as WorkRecord[], next: [] as WorkRecord[], parked: [] as WorkRecord[] };
    for (const item of candidates) {
      const { orderingKey } = item;
      const isFree =
        orderingKey === '' || (oldest.get(orderingKey) === item && !blockedKeys.has(orderingKey));
      const isFull = sorted.chosen.length === wanted;
      if (isFree && !isFull) sorted.chosen.push(item);
      else if (!isFree && !blockedKeys.has(orderingKey) && this.line.reserveNext(item))
        sorted.next.push(item);
      else if (isFull) break;
      else sorted.parked.push(item);
    }
    return sorted;
  }

  async #lease(item: WorkRecord): Promise<WorkRecord | undefined> {
    const record = leased(item, this.owner, this.#clock.now(), this.leaseMs);
    const taken = await commitUnlessTaken(this.#store, updateWork(record));
    return taken ? { ...record, revision: record.revision + 1 } : undefined;
  }

  async #leaseForLine(item: WorkRecord): Promise<void> {
    const record = await this.#lease(item);
    if (record !== undefined && this.line.add(record)) return;
    this.line.withdraw(item);
    // The line was closed meanwhile.
    if (record !== undefined) await this.release(record);
  }

  async #toLease(item: WorkRecord): Promise<Lease> {
    const next = await this.parked.oldest(item.orderingKey);
    const bringBack = next === undefined ? [] : [updateWork(ready(next))];
    return {
      item,
      complete: () => [updateWork(done(item, this.#clock.now()), item), ...bringBack],
    };
  }
}
