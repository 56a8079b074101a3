import { instantMs } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Logger } from '../../common/log.ts';
import type { Clock } from '../../common/time.ts';
import type { Timer } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import type { WorkKind, WorkRecord } from '../records.ts';
import { retryOnConflict } from './retry.ts';
import type { Lease, WorkQueue } from './work-queue.ts';

/**
 * Does one item. It commits its result together with `lease.complete()`; what it leaves uncompleted, the worker completes.
 * Throwing means: try again by the retry table, or dead letter.
 */
export type WorkHandler = (lease: Lease) => Promise<void>;

export interface WorkerOptions {
  queue: WorkQueue;
  clock: Clock;
  timer: Timer;
  logger: Logger;
  handlers: Readonly<Record<WorkKind, WorkHandler>>;
  /** Items done at the same time. */
  concurrency: number;
  /** Operations that join the commit of a dead letter: the exception that a person sees. */
  onDead: (item: WorkRecord, error: unknown) => Promise<readonly Operation[]>;
}

/** Longest sleep: work enqueued by another process is seen within it. */
const MAX_SLEEP_MS = 1000;

/** Conflicts are tried again at once, on the same lease, this many times. */
const MAX_CONFLICTS = 5;

/** Claims work and hands it to the handlers until it is stopped. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #running = new Map<string, { lease: Lease; ended: Promise<void> }>();
  #loop: Promise<void> | undefined;
  #stopping = false;
  #wakeUp: (() => void) | undefined;
  #woken = false;
  #nextHeartbeatMs = 0;
  #nextReclaimMs = 0;
  /** When to look for delayed items that are due. */
  #nextDueMs = 0;
  #idleListeners: (() => void)[] = [];

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There is new work: look at once. */
  wake(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  /** Resolves when nothing is being done and nothing can be claimed now (delayed items may wait). */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleListeners.push(resolve);
      this.#options.queue.line.isLeft = true;
      this.wake();
    });
  }

  /** Claims nothing more, lets the running handlers finish for so long, and gives the rest back. */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#loop;
    const { queue } = this.#options;
    await Promise.all(queue.line.close().map((item) => queue.release(item)));
    const running = [...this.#running.values()];
    await this.#within(graceMs, Promise.all(running.map(({ ended }) => ended)));
    for (const { lease } of this.#running.values()) await queue.release(lease.item);
    await queue.heartbeat.end();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#woken = false;
      try {
        await this.#doDuties();
        await this.#fillSlots();
        await this.#sleep(Math.max(0, Math.min(MAX_SLEEP_MS, this.#nextDueMs - this.#nowMs())));
      } catch (error) {
        this.#options.logger.error({ error }, 'The work queue cannot be read; trying again in a second');
        await this.#sleep(MAX_SLEEP_MS);
      }
    }
  }

  /** Heartbeat, delayed items that are due, leases of dead nodes. */
  async #doDuties(): Promise<void> {
    const { queue, onDead } = this.#options;
    const now = this.#nowMs();
    if (isDue(this.#nextHeartbeatMs, now, queue.leaseMs)) {
      await queue.heartbeat.beat();
      // Only from now on anybody sees that this node is alive.
      queue.line.open(() => this.wake());
      await queue.repair.sweepAfterDeaths();
      this.#nextHeartbeatMs = now + queue.leaseMs / 3;
    }
    if (isDue(this.#nextReclaimMs, now, MAX_SLEEP_MS)) {
      await queue.repair.reclaim({ of: 'expired', running: queue.line, onDead });
      // Other processes may have enqueued something.
      queue.line.isLeft = true;
      this.#nextReclaimMs = now + MAX_SLEEP_MS;
    }
    if (isDue(this.#nextDueMs, now, MAX_SLEEP_MS)) {
      await queue.repair.releaseDue();
      const dueAt = await queue.repair.nextDueAt();
      this.#nextDueMs = Math.min(now + MAX_SLEEP_MS, dueAt === undefined ? Infinity : instantMs(dueAt));
    }
  }

  async #fillSlots(): Promise<void> {
    const free = this.#options.concurrency - this.#running.size;
    if (free === 0) return;
    const leases = await this.#options.queue.take(free);
    for (const lease of leases) this.#startOne(lease);
    if (this.#running.size === 0 && !this.#woken) {
      for (const listener of this.#idleListeners.splice(0)) listener();
    }
  }

  #startOne(lease: Lease): void {
    const ended = this.#do(lease).finally(() => {
      this.#running.delete(lease.item.id);
      this.#options.queue.line.end(lease.item);
      this.wake();
    });
    this.#running.set(lease.item.id, { lease, ended });
  }

  /** Never rejects. */
  async #do(lease: Lease): Promise<void> {
    const { queue, logger } = this.#options;
    const { item } = lease;
    try {
      const failure = await this.#attempt(lease);
      const state = queue.line.isCompleted(item) ? 'completed' : await queue.leaseState(item);
      if (state === 'lost') {
        logger.warn(fieldsOf(item), 'The lease of a work item passed to another node; that one does it');
      } else if (state === 'held' && failure !== undefined) {
        await this.#recordFailure(item, failure.cause);
      } else {
        if (state === 'held') await queue.complete(lease);
        await queue.parked.bringBack(item.orderingKey);
      }
    } catch (error) {
      // The store itself failed: once the lease has run out the item is put back in the line.
      logger.error({ ...fieldsOf(item), error }, 'The outcome of a work item could not be recorded');
    }
  }

  async #recordFailure(item: WorkRecord, cause: unknown): Promise<void> {
    const { queue, logger, onDead } = this.#options;
    const fields = { ...fieldsOf(item), error: cause };
    const after = await retryOnConflict(() => queue.fail(item, cause, (dead) => onDead(dead, cause)));
    if (after.status === 'dead') {
      logger.error(fields, 'Work failed for good; a person has to decide');
    } else {
      logger.warn({ ...fields, nextAt: after.notBefore }, 'Work failed; it will be tried again');
      this.#nextDueMs = Math.min(this.#nextDueMs, instantMs(after.notBefore));
    }
  }

  /** Undefined when the handler succeeded, otherwise what it threw. */
  async #attempt(lease: Lease): Promise<{ cause: unknown } | undefined> {
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        await this.#options.handlers[lease.item.kind](lease);
        return undefined;
      } catch (cause) {
        const conflict = cause instanceof GatewayError && cause.code === 'CONFLICT';
        if (!conflict || conflicts >= MAX_CONFLICTS) return { cause };
        if ((await this.#options.queue.leaseState(lease.item)) !== 'held') return { cause };
      }
    }
  }

  #nowMs(): number {
    return instantMs(this.#options.clock.now());
  }

  async #sleep(delayMs: number): Promise<void> {
    if (this.#woken || this.#stopping) return;
    const awake = new Promise<void>((resolve) => {
      this.#wakeUp = resolve;
    });
    await this.#within(delayMs, awake);
    this.#wakeUp = undefined;
  }

  /** Resolves with the promise or after the delay, whichever is first. */
  async #within(delayMs: number, promise: Promise<unknown>): Promise<void> {
    let cancel: (() => void) | undefined;
    const elapsed = new Promise<void>((resolve) => {
      cancel = this.#options.timer.after(delayMs, resolve);
    });
    await Promise.race([promise, elapsed]);
    cancel?.();
  }
}

function fieldsOf(item: WorkRecord): Record<string, unknown> {
  return { work: item.id, kind: item.kind, key: item.key, attempt: item.attempts };
}

/** Also when the clock was set back, which would put the next time out of reach. */
function isDue(nextMs: number, nowMs: number, intervalMs: number): boolean {
  return nowMs >= nextMs || nextMs - nowMs > intervalMs;
}
