import { isDeepStrictEqual } from 'node:util';
import {
  computeJobState,
  type JobParameters,
  type JobsOverview,
  type JobsQueryOptions,
  type JobsResult,
  type JobsSort,
  type JobWithState,
  type RemoveJobsOptions,
} from 'agenda';

/** Agenda's query, on the few jobs that a gateway has, in memory. */
export function queryJobs(jobs: readonly JobParameters[], options: JobsQueryOptions, now: Date): JobsResult {
  const found = jobs.map((job) => withState(job, now)).filter((job) => matchesQuery(job, options));
  found.sort((a, b) => compareJobs(a, b, options.sort ?? { nextRunAt: 'asc' }));
  const skip = options.skip ?? 0;
  const page = found.slice(
    skip,
    options.limit === undefined || options.limit === 0 ? undefined : skip + options.limit,
  );
  return { jobs: page, total: found.length };
}

export function matchesRemoval(job: JobParameters, options: RemoveJobsOptions): boolean {
  const { id, ids, name, names, notNames, data } = options;
  if ([id, ids, name, names, notNames, data].every((option) => option === undefined)) return false;
  return (
    (id === undefined || job._id === id) &&
    (ids === undefined || ids.some((wanted) => job._id === wanted)) &&
    (name === undefined || job.name === name) &&
    (names === undefined || names.includes(job.name)) &&
    !(notNames ?? []).includes(job.name) &&
    (data === undefined || containsData(job.data, data))
  );
}

export function overviewOf(jobs: readonly JobParameters[], now: Date): JobsOverview[] {
  const byName = new Map<string, JobsOverview>();
  for (const job of jobs) {
    const overview = byName.get(job.name) ?? {
      name: job.name,
      total: 0,
      running: 0,
      scheduled: 0,
      queued: 0,
      completed: 0,
      failed: 0,
      repeating: 0,
      paused: 0,
    };
    overview.total += 1;
    overview[withState(job, now).state] += 1;
    byName.set(job.name, overview);
  }
  return [...byName.values()];
}

function withState(job: JobParameters, now: Date): JobWithState {
  const state = job.disabled === true ? 'paused' : computeJobState(job, now);
  return { ...(job as JobWithState), state };
}

function matchesQuery(job: JobWithState, options: JobsQueryOptions): boolean {
  const { id, ids, name, names, state, search, data, includeDisabled } = options;
  return (
    (id === undefined || job._id === id) &&
    (ids === undefined || ids.some((wanted) => job._id === wanted)) &&
    (name === undefined || job.name === name) &&
    (names === undefined || names.includes(job.name)) &&
    (state === undefined || job.state === state) &&
    (search === undefined || job.name.toLowerCase().includes(search.toLowerCase())) &&
    (data === undefined || containsData(job.data, data)) &&
    (includeDisabled !== false || job.disabled !== true)
  );
}

/** Every field that is asked for is there with that value. */
function containsData(stored: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return isDeepStrictEqual(stored, wanted);
  if (typeof stored !== 'object' || stored === null) return false;
  const fields = stored as Record<string, unknown>;
  return Object.entries(wanted).every(([field, value]) => isDeepStrictEqual(fields[field], value));
}

function compareJobs(a: JobParameters, b: JobParameters, sort: JobsSort): number {
  for (const [field, direction] of Object.entries(sort) as [keyof JobsSort, 'asc' | 'desc'][]) {
    const left = sortValue(a[field]);
    const right = sortValue(b[field]);
    if (left !== right) return (left < right ? -1 : 1) * (direction === 'desc' ? -1 : 1);
  }
  return 0;
}

function sortValue(value: unknown): string | number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number' || typeof value === 'string') return value;
  return value === undefined || value === null ? Infinity : JSON.stringify(value);
}
