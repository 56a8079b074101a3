import { randomUUID } from 'node:crypto';
import type {
  JobParameters,
  JobRepository,
  JobRepositoryOptions,
  JobsOverview,
  JobsQueryOptions,
  JobsResult,
  RemoveJobsOptions,
} from 'agenda';
import { GatewayError } from '../common/errors.ts';
import type { Logger } from '../common/log.ts';
import type { CommitOptions, Store } from '../pipeline/ports/store.ts';
import type { JobRecord } from '../pipeline/records.ts';
import { matchesRemoval, overviewOf, queryJobs } from './job-filter.ts';
import { fromRecord, singleId, toRecord } from './job-record.ts';

/** After a power cut that forgets a lock or a run, the job runs again. */
const RELAXED: CommitOptions = { durability: 'relaxed' };

/** So much further away than its interval a job may be before its time counts as wrong: clocks of nodes differ. */
const CLOCK_DIFFERENCE_MS = 5_000;

/** More conflicts in a row than this are no coincidence. */
const MAX_CONFLICTS = 20;

/**
 * Agenda's jobs in the `jobs` collection of the store. What Agenda leaves to chance, the store's revisions settle: one job
 * per name, one winner of each lock, and no state written by a process whose lock has passed to another.
 */
export class StoreJobRepository implements JobRepository {
  readonly #store: Store;
  readonly #logger: Logger;
  /** When this process locked a job last: tells its own lock from one that passed to another process. */
  readonly #lockedAt = new Map<string, string>();
  #scan: Promise<JobRecord[]> | undefined;

  constructor(store: Store, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  async queryJobs(options: JobsQueryOptions = {}): Promise<JobsResult> {
    return queryJobs((await this.#all()).map(fromRecord), options, new Date());
  }

  async getJobsOverview(): Promise<JobsOverview[]> {
    return overviewOf((await this.#all()).map(fromRecord), new Date());
  }

  async getDistinctJobNames(): Promise<string[]> {
    return [...new Set((await this.#all()).map((record) => record.name))];
  }

  async getJobById(id: string): Promise<JobParameters | null> {
    const record = await this.#store.get('jobs', id);
    return record === undefined ? null : fromRecord(record);
  }

  getQueueSize(): Promise<number> {
    return this.#store.count('jobs', { nextRunAt: { gt: '', lt: new Date().toISOString() } });
  }

  /** Adds the job, or changes the one that is there. A `single` job keeps its next run unless its interval changed. */
  async saveJob<DATA = unknown>(
    job: JobParameters<DATA>,
    options: JobRepositoryOptions | undefined,
  ): Promise<JobParameters<DATA>> {
    const id = job._id ?? (job.type === 'single' ? singleId(job.name) : randomUUID());
    const saved = await this.#change(id, (known) => {
      const before = known === undefined ? undefined : fromRecord(known);
      const sameInterval = before !== undefined && before.repeatInterval === job.repeatInterval;
      const nextRunAt = job.type === 'single' && sameInterval ? before.nextRunAt : job.nextRunAt;
      const merged = {
        ...before,
        ...job,
        nextRunAt,
        lastModifiedBy: options?.lastModifiedBy,
      } as JobParameters;
      return toRecord(id, known?.revision ?? 0, merged);
    });
    return fromRecord(saved!) as JobParameters<DATA>;
  }

  /** Writes what a run has changed, unless its lock has passed to another process. */
  async saveJobState(job: JobParameters, options: JobRepositoryOptions | undefined): Promise<void> {
    const id = String(job._id);
    await this.#change(id, (known) => {
      if (known === undefined) return undefined;
      if (known.lockedAt !== '' && known.lockedAt !== this.#lockedAt.get(id)) {
        this.#logger.warn(
          { job: job.name },
          'The lock of a job passed to another process; its run is not recorded',
        );
        return undefined;
      }
      const { lockedAt, lastRunAt, lastFinishedAt, nextRunAt, failedAt, failCount, failReason, progress } =
        job;
      const state = {
        lockedAt,
        lastRunAt,
        lastFinishedAt,
        nextRunAt,
        failedAt,
        failCount,
        failReason,
        progress,
      };
      const merged = {
        ...fromRecord(known),
        ...state,
        lastModifiedBy: options?.lastModifiedBy,
      } as JobParameters;
      return toRecord(id, known.revision, merged);
    });
    if (job.lockedAt === undefined) this.#lockedAt.delete(id);
    else this.#lockedAt.set(id, job.lockedAt.toISOString());
  }

  async lockJob(job: JobParameters): Promise<JobParameters | undefined> {
    const known = await this.#store.get('jobs', String(job._id));
    if (known === undefined || known.lockedAt !== '' || known.data['disabled'] === true) return undefined;
    if (known.nextRunAt !== (job.nextRunAt?.toISOString() ?? '')) return undefined;
    return this.#lock(known, new Date());
  }

  async getNextJobToRun(
    jobName: string,
    nextScanAt: Date,
    lockDeadline: Date,
    now: Date = new Date(),
  ): Promise<JobParameters | undefined> {
    const due = (await this.#scanned())
      .filter((record) => record.name === jobName && isLockable(record, { nextScanAt, lockDeadline, now }))
      .sort((a, b) => (a.nextRunAt < b.nextRunAt ? -1 : 1));
    for (const record of due) {
      const locked = await this.#lock(record, now);
      if (locked !== undefined) return locked;
    }
    return undefined;
  }

  async unlockJob(job: JobParameters): Promise<void> {
    await this.unlockJobs([String(job._id)]);
  }

  /** Never rejects: Agenda does not wait for it. A lock that stays ends with its lifetime. */
  async unlockJobs(ids: readonly string[]): Promise<void> {
    try {
      for (const id of ids) await this.#change(id, (known) => known && unlocked(known));
    } catch (error) {
      this.#logger.warn({ jobs: ids, error }, 'Jobs could not be unlocked');
    }
  }

  async removeJobs(options: RemoveJobsOptions): Promise<number> {
    return this.#remove((record) => matchesRemoval(fromRecord(record), options));
  }

  purgeAllJobs(): Promise<number> {
    return this.#remove(() => true);
  }

  disableJobs(options: RemoveJobsOptions): Promise<number> {
    return this.#setDisabled(options, true);
  }

  enableJobs(options: RemoveJobsOptions): Promise<number> {
    return this.#setDisabled(options, false);
  }

  /** Ends the locks of processes that are gone: for a start on a store that only one gateway can use. */
  async unlockAll(): Promise<void> {
    const locked = (await this.#all()).filter((record) => record.lockedAt !== '');
    await this.unlockJobs(locked.map((record) => record.id));
  }

  async #lock(record: JobRecord, now: Date): Promise<JobParameters | undefined> {
    const known = fromRecord(record);
    const nextRunAt = isBeyondReach(record, now) ? now : known.nextRunAt;
    const job = { ...known, nextRunAt, lockedAt: now };
    const locked = toRecord(record.id, record.revision, job);
    try {
      await this.#store.commit([{ op: 'update', collection: 'jobs', record: locked }], [], RELAXED);
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
    this.#lockedAt.set(record.id, locked.lockedAt);
    return job;
  }

  async #setDisabled(options: RemoveJobsOptions, disabled: boolean): Promise<number> {
    const wanted = (await this.#all()).filter((record) => matchesRemoval(fromRecord(record), options));
    for (const { id } of wanted) {
      await this.#change(id, (known) => known && { ...known, data: { ...known.data, disabled } });
    }
    return wanted.length;
  }

  async #remove(isWanted: (record: JobRecord) => boolean): Promise<number> {
    const wanted = (await this.#all()).filter(isWanted);
    await this.#store.commit(wanted.map(({ id }) => ({ op: 'delete', collection: 'jobs', id })));
    return wanted.length;
  }

  /** Reads, changes and writes one job, again when somebody else changed it; undefined leaves it as it is. */
  async #change(
    id: string,
    change: (known: JobRecord | undefined) => JobRecord | undefined,
  ): Promise<JobRecord | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const known = await this.#store.get('jobs', id);
      const record = change(known);
      if (record === undefined) return known;
      try {
        await this.#store.commit([
          { op: known === undefined ? 'insert' : 'update', collection: 'jobs', record },
        ]);
        return record;
      } catch (error) {
        if (!isConflict(error) || attempt >= MAX_CONFLICTS) throw error;
      }
    }
  }

  /** Agenda looks for all jobs at the same time, for each by itself: one search does for them. The lock finds out what has changed since. */
  #scanned(): Promise<JobRecord[]> {
    this.#scan ??= this.#all().finally(() => {
      this.#scan = undefined;
    });
    return this.#scan;
  }

  async #all(): Promise<JobRecord[]> {
    return (await this.#store.find('jobs', { limit: 1000 })).records;
  }
}

function isLockable(
  record: JobRecord,
  { nextScanAt, lockDeadline, now }: { nextScanAt: Date; lockDeadline: Date; now: Date },
): boolean {
  if (record.data['disabled'] === true || record.nextRunAt === '') return false;
  if (record.lockedAt === '')
    return record.nextRunAt <= nextScanAt.toISOString() || isBeyondReach(record, now);
  const lifetimeMs = now.getTime() - lockDeadline.getTime();
  // A lock of the future ends as late as one of the past: the clock was set back since, or is ahead elsewhere.
  return (
    record.lockedAt <= lockDeadline.toISOString() || Date.parse(record.lockedAt) - now.getTime() > lifetimeMs
  );
}

/** The clock was set back since its time was set: no job is further away than its interval. */
function isBeyondReach({ nextRunAt, data }: JobRecord, now: Date): boolean {
  const intervalMs = data['repeatInterval'];
  return (
    typeof intervalMs === 'number' && Date.parse(nextRunAt) - now.getTime() > intervalMs + CLOCK_DIFFERENCE_MS
  );
}

function unlocked(record: JobRecord): JobRecord {
  return { ...record, lockedAt: '', data: { ...record.data, lockedAt: undefined } };
}

function isConflict(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'CONFLICT';
}
