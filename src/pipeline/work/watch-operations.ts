import { instantMs } from '../../common/calendar.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { ExceptionInput } from '../../tracking/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { closeException, raiseException } from '../exceptions/exceptions.ts';
import type { Gauges } from '../ports/gauges.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { readySince } from './work-record.ts';

type Measured = Extract<ExceptionInput['type'], 'CLOCK_SKEW' | 'QUEUE_BACKLOG' | 'DISK_LOW'>;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const GIGABYTE = 1_000_000_000;

/** From where on a measure is not normal any more. */
const LIMITS = {
  /** The clock may differ by this much from the time that has passed since the last look. */
  skewMs: 30 * SECOND_MS,
  /** Work that could be done at once may wait this long. */
  backlogMs: 15 * MINUTE_MS,
  /** Free on the disk: the smaller of a share and an amount. */
  freeShare: 0.05,
  freeBytes: 5 * GIGABYTE,
};

/** Looks at clock, queue and disk from time to time; what is not normal is an exception until it is again (5.15). */
export class OperationsWatch {
  readonly #context: PipelineContext;
  readonly #gauges: Gauges;
  /** What was told last of each measure, by this process. */
  readonly #told = new Map<Measured, 'normal' | 'trouble'>();
  #last: { clockMs: number; steadyMs: number } | undefined;

  constructor(context: PipelineContext, gauges: Gauges) {
    this.#context = context;
    this.#gauges = gauges;
  }

  async look(): Promise<void> {
    const found: Record<Measured, string | undefined> = {
      CLOCK_SKEW: this.#skew(),
      QUEUE_BACKLOG: await this.#backlog(),
      DISK_LOW: await this.#lowDisk(),
    };
    const unit = new UnitOfWork(this.#context.store);
    for (const [type, detail] of Object.entries(found) as [Measured, string | undefined][]) {
      const now = detail === undefined ? 'normal' : 'trouble';
      if (this.#told.get(type) === now) continue;
      unit.afterCommit(() => this.#told.set(type, now));
      const fingerprint = fingerprintOf({ type, subject: {} });
      const by = { by: 'system', action: 'resolved', reason: 'The measure is normal again.' };
      if (detail === undefined) await closeException(unit, this.#context, { fingerprint, ...by });
      else await raiseException(unit, this.#context, { type, subject: {}, detail });
    }
    await unit.commit();
  }

  #skew(): string | undefined {
    const now = { clockMs: instantMs(this.#context.clock.now()), steadyMs: this.#gauges.steadyMs() };
    const last = this.#last;
    this.#last = now;
    if (last === undefined) return undefined;
    const skewMs = now.clockMs - last.clockMs - (now.steadyMs - last.steadyMs);
    if (Math.abs(skewMs) <= LIMITS.skewMs) return undefined;
    const seconds = Math.round(Math.abs(skewMs) / SECOND_MS);
    return `The clock was set ${skewMs > 0 ? 'forward' : 'back'} by ${seconds} seconds, or the machine stood still. Due times follow the clock: see that it is kept by NTP.`;
  }

  async #backlog(): Promise<string | undefined> {
    const { store, clock } = this.#context;
    const { records } = await store.find('work', {
      where: { status: 'ready' },
      orderBy: 'createdAt',
      limit: 1,
    });
    const [oldest] = records;
    if (oldest === undefined) return undefined;
    const since = readySince(oldest);
    if (instantMs(clock.now()) - instantMs(since) <= LIMITS.backlogMs) return undefined;
    const waiting = await store.count('work', { status: 'ready' });
    return `${waiting} pieces of work could be done, and the oldest waits since ${since}. See whether a worker runs, and what it is busy with.`;
  }

  async #lowDisk(): Promise<string | undefined> {
    const { free, size } = await this.#gauges.disk();
    if (free >= Math.min(size * LIMITS.freeShare, LIMITS.freeBytes)) return undefined;
    const gigabytes = (bytes: number) => (bytes / GIGABYTE).toFixed(1);
    return `${gigabytes(free)} of ${gigabytes(size)} GB are free where the data lies. When it is full, nothing is taken in any more.`;
  }
}
