import { instantMs, toInstant } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Clock, Instant } from '../../common/time.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { NodeRecord, WorkRecord } from '../records.ts';
import { retryDelayMs } from './retry-policy.ts';
import { retryOnConflict } from './retry.ts';
import { chooseCandidates } from './work-candidates.ts';
import { isBlocked, oldestBlocked, unblock } from './work-order.ts';
import { WorkLine } from './work-line.ts';
import {
  blocked,
  dead,
  delayed,
  done,
  LEASE_MS,
  leased,
  ready,
  RELAXED,
  released,
  returned,
  updateWork,
} from './work-record.ts';

export { enqueue, type WorkSpec } from './work-record.ts';

const SWEEP_PAGE = 500;

/** So many items are begun from the line of this node, then one that nobody has leased yet: it is not to wait for an empty line. */
const LINE_TURNS = 8;

/** An item whose node ended so many times in a row probably ends it. */
const MAX_TAKEN_OVER = 5;

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

export interface ReclaimOptions {
  of: 'expired' | 'allOthers';
  /** Ids of the items that this node is doing. */
  running: { has(id: string): boolean };
  /** Operations that join the commit of an item that has ended its node too often. */
  onDead: (item: WorkRecord, error: unknown) => Promise<readonly Operation[]>;
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
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Line of the partner that was served last. */
  #lastLine = '';
  #turns = 0;
  /** Nodes, and until when they lived, after whose death the blocked items were looked through. */
  #deaths: ReadonlySet<string> = new Set();

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
      await this.#park(item);
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

  /** Keeps this node's leases alive for another `leaseMs`. */
  async heartbeat(): Promise<void> {
    const now = this.#clock.now();
    const aliveUntil = toInstant(instantMs(now) + this.leaseMs);
    await retryOnConflict(async () => {
      const known = await this.#store.get('nodes', this.owner);
      const record: NodeRecord =
        known === undefined
          ? { id: this.owner, revision: 0, startedAt: now, aliveUntil }
          : { ...known, aliveUntil };
      await this.#store.commit([
        { op: known === undefined ? 'insert' : 'update', collection: 'nodes', record },
      ]);
    });
  }

  /** Ends the heartbeat; what is still leased may be taken over at once. */
  async retire(): Promise<void> {
    await this.#store.commit([{ op: 'delete', collection: 'nodes', id: this.owner }]);
  }

  /** After a completion: brings the next item of that order back, if its parking crossed the completion. */
  async unblockNext(orderingKey: string): Promise<void> {
    if ((await this.#oldestBlocked(orderingKey)) !== undefined) await unblock(this.#store, orderingKey);
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
    await this.#commitUnlessTaken(updateWork(released(item, this.#clock.now())));
  }

  /** Puts delayed items whose time has come back in the line. */
  async releaseDue(): Promise<number> {
    const { records } = await this.#store.find('work', {
      where: { status: 'delayed', notBefore: { lte: this.#clock.now() } },
      orderBy: 'notBefore',
    });
    await Promise.all(records.map((item) => this.#commitUnlessTaken(updateWork(ready(item)))));
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
    const now = this.#clock.now();
    const { records } = await this.#store.find('work', {
      where: { status: 'leased', ...(of === 'expired' && { leaseUntil: { lt: now } }) },
      orderBy: 'leaseUntil',
      limit: 1000,
    });
    let reclaimed = 0;
    for (const item of records) {
      const kept =
        item.owner === this.owner
          ? running.has(item.id)
          : of === 'expired' && (await this.#isAlive(item.owner, now));
      if (kept) continue;
      const message = `${item.owner} ended before it was done`;
      const exhausted = timesTakenOver(item) >= MAX_TAKEN_OVER;
      const next = exhausted ? dead(item, now, message) : returned(item, now, 'takenOver', message);
      const also = exhausted ? await onDead(next, new Error(message)) : [];
      if (await this.#commitUnlessTaken(updateWork(next), ...also)) reclaimed += 1;
    }
    return reclaimed;
  }

  /** Brings back blocked items that a crash left behind a finished one. */
  async sweepBlocked(): Promise<void> {
    this.line.knowParked(await this.#unblockAll());
  }

  /** The same after the death of another node, once for each: what it parked at the last moment nobody else would look at. */
  async sweepAfterDeaths(): Promise<void> {
    const now = this.#clock.now();
    const { records } = await this.#store.find('nodes', { limit: 1000 });
    const deaths = records
      .filter(({ id, aliveUntil }) => id !== this.owner && aliveUntil < now)
      .map(({ id, aliveUntil }) => `${id} ${aliveUntil}`);
    if (deaths.every((death) => this.#deaths.has(death))) return;
    await this.#unblockAll();
    this.#deaths = new Set(deaths);
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

  /** Puts a dead item back in the line, with its attempts counted anew. Throws NOT_FOUND, INVALID_REQUEST. */
  async redrive(
    id: string,
    note: { by: string; reason: string },
    also: readonly Operation[] = [],
  ): Promise<void> {
    await this.#decideDead(id, also, (item, now) => ({
      ...returned(item, now, 'redriven', `${note.by}: ${note.reason}`),
      attempts: 0,
    }));
  }

  /** Gives a dead item up, so that what waits behind it goes on. Throws NOT_FOUND, INVALID_REQUEST. */
  async discard(
    id: string,
    note: { by: string; reason: string },
    also: readonly Operation[] = [],
  ): Promise<void> {
    const item = await this.#decideDead(id, also, (dropped, now) =>
      done(dropped, now, 'discarded', `${note.by}: ${note.reason}`),
    );
    await unblock(this.#store, item.orderingKey);
  }

  async #decideDead(
    id: string,
    also: readonly Operation[],
    change: (item: WorkRecord, now: Instant) => WorkRecord,
  ): Promise<WorkRecord> {
    const item = await this.#store.get('work', id);
    if (item === undefined) throw new GatewayError('NOT_FOUND', `There is no work item ${id}.`);
    if (item.status !== 'dead') {
      throw new GatewayError(
        'INVALID_REQUEST',
        `Work item ${id} is ${item.status}; only a dead one can be decided.`,
        {
          details: { id, status: item.status },
        },
      );
    }
    await this.#store.commit([updateWork(change(item, this.#clock.now())), ...also]);
    return item;
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
      Promise.all(parked.map((item) => this.#park(item))),
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

  /** Puts an item aside that an older one of its order is before. */
  async #park(item: WorkRecord): Promise<void> {
    this.line.park(item.orderingKey);
    try {
      await this.#commitUnlessTaken(updateWork(blocked(item)));
    } finally {
      this.line.endPark();
    }
  }

  async #oldestBlocked(orderingKey: string): Promise<WorkRecord | undefined> {
    if (orderingKey === '' || !this.line.mayHaveParked(orderingKey)) return undefined;
    const since = this.line.parkings;
    const item = await oldestBlocked(this.#store, orderingKey);
    if (item === undefined) this.line.forgetParked(orderingKey, since);
    return item;
  }

  async #lease(item: WorkRecord): Promise<WorkRecord | undefined> {
    const record = leased(item, this.owner, this.#clock.now(), this.leaseMs);
    const taken = await this.#commitUnlessTaken(updateWork(record));
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
    const next = await this.#oldestBlocked(item.orderingKey);
    const bringBack = next === undefined ? [] : [updateWork(ready(next))];
    return {
      item,
      complete: () => [updateWork(done(item, this.#clock.now()), item), ...bringBack],
    };
  }

  /** False when somebody else changed the item first. Not flushed: an item whose lease is lost is leased again. */
  async #commitUnlessTaken(...operations: Operation[]): Promise<boolean> {
    try {
      await this.#store.commit(operations, [], RELAXED);
      return true;
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'CONFLICT') return false;
      throw error;
    }
  }

  async #isAlive(owner: string, now: Instant): Promise<boolean> {
    const node = await this.#store.get('nodes', owner);
    return node !== undefined && node.aliveUntil >= now;
  }
}

function timesTakenOver(item: WorkRecord): number {
  const last = item.history.findLastIndex((entry) => entry.outcome !== 'takenOver');
  return item.history.length - 1 - last;
}
