import { Agenda, type AgendaBackend } from 'agenda';
import { invariant } from '../common/invariant.ts';
import type { Logger } from '../common/log.ts';
import type { Store } from '../pipeline/ports/store.ts';
import { singleId } from './job-record.ts';
import { StoreJobRepository } from './job-repository.ts';

export interface SchedulerOptions {
  store: Store;
  logger: Logger;
  /** True when no other process runs jobs on this store: locks that a killed process left behind end at the start. */
  alone: boolean;
  /** A job whose process died is taken over after this; a running one keeps its lock. */
  lockLifetimeMs?: number;
}

/**
 * Must be safe to run twice at the same time: a lock is a courtesy of the scheduler, never a guarantee. One that works off a long list
 * ends early once `stopping` is aborted; the rest is done at its next time.
 */
export type JobHandler = (stopping: AbortSignal) => Promise<void>;

/** How often Agenda looks for jobs, at most. */
const PROCESS_EVERY_MS = 500;
/** How long `stop` waits for the handlers that run. */
const GRACE_MS = 10_000;

/** Polls and ticks at fixed intervals, on Agenda. No business state lives in a job. */
export class Scheduler {
  readonly #agenda: Agenda;
  readonly #repository: StoreJobRepository;
  readonly #options: SchedulerOptions;
  readonly #lockLifetimeMs: number;
  readonly #intervals = new Map<string, number>();
  readonly #running = new Map<Promise<void>, string>();
  readonly #stopping = new AbortController();
  /** Of each job: when it ran last, as the store has it, and how many looks ago that was first seen. */
  readonly #seen = new Map<string, { lastRunAt: string; looks: number }>();
  #watch: NodeJS.Timeout | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#lockLifetimeMs = options.lockLifetimeMs ?? 30_000;
    this.#repository = new StoreJobRepository(options.store, options.logger);
    const backend: AgendaBackend = {
      name: 'store',
      repository: this.#repository,
      ownsConnection: false,
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
    };
    this.#agenda = new Agenda({
      backend,
      processEvery: PROCESS_EVERY_MS,
      defaultLockLifetime: this.#lockLifetimeMs,
      defaultConcurrency: 1,
      defaultLockLimit: 1,
    });
    this.#agenda.on('error', (error: unknown) =>
      options.logger.error({ error }, 'The scheduler met an error'),
    );
  }

  /** Runs the handler at that interval from the start on, never twice at a time. An error is logged and the next run comes. */
  every(name: string, intervalMs: number, handler: JobHandler): void {
    invariant(!this.#intervals.has(name), `The job ${name} is defined twice.`);
    this.#intervals.set(name, intervalMs);
    this.#agenda.define(name, async (job) => {
      // Agenda was started anew while it ran.
      if (this.#isRunning(name)) return;
      const touching = setInterval(() => {
        job
          .touch()
          .catch((error: unknown) =>
            this.#options.logger.warn({ job: name, error }, 'A job could not keep its lock'),
          );
      }, this.#lockLifetimeMs / 3);
      const run = this.#run(name, handler);
      this.#running.set(run, name);
      try {
        await run;
      } finally {
        this.#running.delete(run);
        clearInterval(touching);
      }
    });
  }

  async start(): Promise<void> {
    if (this.#options.alone) await this.#repository.unlockAll();
    for (const [name, intervalMs] of this.#intervals) await this.#agenda.every(intervalMs, name);
    await this.#agenda.start();
    this.#watch = setInterval(() => void this.#look(), this.#lookEveryMs);
    this.#watch.unref();
  }

  /**
   * Starts nothing more, tells the handlers that run, and waits for them for so long. Timers inside Agenda live on for up to half a lock
   * lifetime and keep the process alive, so that a program that stops has to end by process.exit().
   */
  async stop(graceMs = GRACE_MS): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#watch);
    await this.#agenda.stop(false);
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.all(this.#running.keys()), grace]);
    clearTimeout(timer);
    for (const name of this.#running.values())
      this.#options.logger.warn(
        { job: name },
        'A job was still running at the stop; it runs again after the next start',
      );
  }

  get #lookEveryMs(): number {
    return this.#lockLifetimeMs / 3;
  }

  #isRunning(name: string): boolean {
    return [...this.#running.values()].includes(name);
  }

  /**
   * Agenda drops a job that waits for its turn while the machine stands still, its clock is set forward or the store is away, and
   * goes on counting it as taken: nobody would run it again before a restart. Looks are counted, because clocks are what is wrong.
   */
  async #look(): Promise<void> {
    try {
      const forgotten: string[] = [];
      for (const [name, intervalMs] of this.#intervals)
        if (await this.#isForgotten(name, intervalMs)) forgotten.push(name);
      if (forgotten.length === 0) return;
      this.#options.logger.warn({ jobs: forgotten }, 'Jobs did not run any more; the scheduler starts anew');
      this.#seen.clear();
      await this.#agenda.stop(false);
      if (!this.#stopping.signal.aborted) await this.#agenda.start();
    } catch (error) {
      this.#options.logger.warn({ error }, 'Whether jobs run could not be looked up; it is tried again');
    }
  }

  /** Wherever it runs: not here, and not at another process either, for longer than its interval and the life of a lock. */
  async #isForgotten(name: string, intervalMs: number): Promise<boolean> {
    const job = await this.#repository.getJobById(singleId(name));
    const lastRunAt = job?.lastRunAt?.toISOString() ?? '';
    const before = this.#seen.get(name);
    const looks = before?.lastRunAt === lastRunAt && !this.#isRunning(name) ? before.looks + 1 : 0;
    this.#seen.set(name, { lastRunAt, looks });
    return looks * this.#lookEveryMs > intervalMs + this.#lockLifetimeMs;
  }

  async #run(name: string, handler: JobHandler): Promise<void> {
    try {
      await handler(this.#stopping.signal);
    } catch (error) {
      this.#options.logger.error({ job: name, error }, 'A job failed; it runs again at its next time');
    }
  }
}
