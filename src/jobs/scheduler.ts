import { Agenda, type AgendaBackend } from 'agenda';
import { invariant } from '../common/invariant.ts';
import type { Logger } from '../common/log.ts';
import type { Store } from '../pipeline/ports/store.ts';
import { StoreJobRepository } from './job-repository.ts';

export interface SchedulerOptions {
  store: Store;
  logger: Logger;
  /** True when no other process runs jobs on this store: locks that a killed process left behind end at the start. */
  alone: boolean;
  /** How often Agenda looks for jobs, at most. */
  processEveryMs?: number;
  /** A job whose process died is taken over after this; a running one keeps its lock. */
  lockLifetimeMs?: number;
}

/** Must be safe to run twice at the same time: a lock is a courtesy of the scheduler, never a guarantee. */
export type JobHandler = () => Promise<void>;

/** Polls and ticks at fixed intervals, on Agenda. No business state lives in a job. */
export class Scheduler {
  readonly #agenda: Agenda;
  readonly #repository: StoreJobRepository;
  readonly #options: SchedulerOptions;
  readonly #lockLifetimeMs: number;
  readonly #intervals = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();

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
      processEvery: options.processEveryMs ?? 500,
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
      const touching = setInterval(() => {
        job
          .touch()
          .catch((error: unknown) =>
            this.#options.logger.warn({ job: name, error }, 'A job could not keep its lock'),
          );
      }, this.#lockLifetimeMs / 3);
      const run = this.#run(name, handler);
      this.#running.add(run);
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
  }

  /**
   * Starts nothing more and waits for the handlers that run. Timers inside Agenda live on for up to half a lock lifetime and
   * keep the process alive, so that a program that stops has to end by process.exit().
   */
  async stop(): Promise<void> {
    await this.#agenda.stop(false);
    await Promise.all(this.#running);
  }

  async #run(name: string, handler: JobHandler): Promise<void> {
    try {
      await handler();
    } catch (error) {
      this.#options.logger.error({ job: name, error }, 'A job failed; it runs again at its next time');
    }
  }
}
