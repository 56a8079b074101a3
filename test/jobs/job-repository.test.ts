import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { toJobId, type JobParameters } from 'agenda';
import { StoreJobRepository } from '../../src/jobs/job-repository.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { silentLogger } from '../support/silent-logger.ts';

let store: SqliteStore;
let repository: StoreJobRepository;
let other: StoreJobRepository;
beforeEach(() => {
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  repository = new StoreJobRepository(store, silentLogger);
  other = new StoreJobRepository(store, silentLogger);
});
afterEach(() => store.close());

const NOW = new Date('2026-03-02T08:00:00.000Z');
const soon = new Date(NOW.getTime() + 500);
const deadline = new Date(NOW.getTime() - 30_000);

function job(name: string, changes: Partial<JobParameters> = {}): JobParameters {
  return { name, priority: 0, nextRunAt: NOW, type: 'normal', data: {}, ...changes };
}

function next(by: StoreJobRepository, name: string): Promise<JobParameters | undefined> {
  return by.getNextJobToRun(name, soon, deadline, NOW);
}

describe('saving', () => {
  test('keeps dates, data and absent fields as Agenda has them', async () => {
    const saved = await repository.saveJob(job('a', { data: { partner: 'acme' }, lastRunAt: NOW }), {
      lastModifiedBy: 'node-1',
    });
    expect(await repository.getJobById(String(saved._id))).toEqual({
      ...job('a', { data: { partner: 'acme' }, lastRunAt: NOW }),
      _id: saved._id,
      lastModifiedBy: 'node-1',
    });
    expect(await repository.getJobById('none')).toBeNull();
  });

  test('a single job saved by many at once is one job', async () => {
    await Promise.all(
      Array.from({ length: 10 }, () => repository.saveJob(job('a', { type: 'single' }), undefined)),
    );
    expect((await repository.queryJobs()).total).toBe(1);
  });

  test('normal jobs of one name are as many as were saved', async () => {
    await repository.saveJob(job('a'), undefined);
    await repository.saveJob(job('a'), undefined);
    expect(await repository.getDistinctJobNames()).toEqual(['a']);
    expect((await repository.queryJobs({ name: 'a' })).total).toBe(2);
  });
});

describe('locking', () => {
  test('gives a due job to one process only', async () => {
    await repository.saveJob(job('a'), undefined);
    const taken = await Promise.all([next(repository, 'a'), next(other, 'a'), next(repository, 'a')]);
    expect(taken.filter((found) => found !== undefined)).toHaveLength(1);
  });

  test('leaves jobs that are not due, disabled or of another name', async () => {
    await repository.saveJob(job('later', { nextRunAt: new Date(NOW.getTime() + 60_000) }), undefined);
    await repository.saveJob(job('never', { nextRunAt: null }), undefined);
    await repository.saveJob(job('disabled', { disabled: true }), undefined);
    for (const name of ['later', 'never', 'disabled', 'unknown'])
      expect(await next(repository, name)).toBeUndefined();
  });

  test('takes over a lock that is older than the deadline, and only that', async () => {
    const saved = await repository.saveJob(job('a'), undefined);
    const locked = await next(repository, 'a');
    expect(await next(other, 'a')).toBeUndefined();
    const later = new Date(NOW.getTime() + 31_000);
    const taken = await other.getNextJobToRun('a', later, new Date(later.getTime() - 30_000), later);
    expect(taken?._id).toBe(saved._id);

    await repository.saveJobState(
      { ...locked!, lockedAt: undefined as never, lastFinishedAt: later },
      undefined,
    );
    const stored = await repository.getJobById(String(saved._id));
    expect(stored).toMatchObject({ lockedAt: later });
    expect(stored?.lastFinishedAt).toBeUndefined();
  });

  test('a lock of the future ends too: the clock was set back since', async () => {
    await repository.saveJob(job('a'), undefined);
    const ahead = new Date(NOW.getTime() + 8 * 3_600_000);
    await repository.getNextJobToRun('a', ahead, new Date(ahead.getTime() - 30_000), ahead);
    expect(await next(other, 'a')).toMatchObject({ lockedAt: NOW });
  });

  test('the end of a run is recorded and frees the lock', async () => {
    await repository.saveJob(job('a'), undefined);
    const locked = await next(repository, 'a');
    const finished = { ...locked!, lockedAt: undefined as never, lastFinishedAt: soon, nextRunAt: soon };
    await repository.saveJobState(finished, undefined);
    expect(await next(other, 'a')).toMatchObject({ lastFinishedAt: soon });
  });

  test('a job can be locked by itself only while it is as it was read', async () => {
    const saved = await repository.saveJob(job('a'), undefined);
    expect(await other.lockJob({ ...saved, nextRunAt: soon })).toBeUndefined();
    expect(await other.lockJob(saved)).toMatchObject({ _id: saved._id });
    expect(await repository.lockJob(saved)).toBeUndefined();
    await other.unlockJob(saved);
    expect(await repository.lockJob(saved)).toBeDefined();
  });

  test('unlocking never rejects, not even on a closed store', async () => {
    const saved = await repository.saveJob(job('a'), undefined);
    await store.close();
    await expect(repository.unlockJob(saved)).resolves.toBeUndefined();
  });
});

describe('many', () => {
  beforeEach(async () => {
    await repository.saveJob(job('a', { type: 'single', data: { lane: 1, more: true } }), undefined);
    await repository.saveJob(job('b', { type: 'single', data: { lane: 2 }, nextRunAt: soon }), undefined);
    await repository.saveJob(job('c', { type: 'single', nextRunAt: null, lastFinishedAt: NOW }), undefined);
  });

  const queries: [string, Parameters<StoreJobRepository['queryJobs']>[0], string[]][] = [
    ['all, by next run', {}, ['a', 'b', 'c']],
    ['by names', { names: ['c', 'a'] }, ['a', 'c']],
    ['by text', { search: 'B' }, ['b']],
    ['by a part of the data', { data: { lane: 1 } }, ['a']],
    ['by state', { state: 'completed' }, ['c']],
    ['a page', { sort: { name: 'desc' }, skip: 1, limit: 1 }, ['b']],
    ['by ids', { ids: ['single/b', 'single/x'] }, ['b']],
  ];
  test.each(queries)('are found %s', async (_, query, names) => {
    expect((await repository.queryJobs(query)).jobs.map((found) => found.name)).toEqual(names);
  });

  test('are disabled, enabled and removed by what they have in common', async () => {
    expect(await repository.disableJobs({ names: ['a', 'b'] })).toBe(2);
    expect((await repository.queryJobs({ includeDisabled: false })).jobs.map((found) => found.name)).toEqual([
      'c',
    ]);
    expect(await repository.enableJobs({ id: toJobId('single/a') })).toBe(1);
    expect(await repository.removeJobs({ data: { lane: 2 } })).toBe(1);
    expect(await repository.removeJobs({ notNames: ['a'] })).toBe(1);
    expect(await repository.removeJobs({})).toBe(0);
    expect(await repository.getDistinctJobNames()).toEqual(['a']);
    expect(await repository.purgeAllJobs()).toBe(1);
  });

  test('are counted by name and state', async () => {
    expect(await repository.getQueueSize()).toBe(2);
    const overview = await repository.getJobsOverview();
    expect(overview.find(({ name }) => name === 'c')).toMatchObject({ total: 1, completed: 1, queued: 0 });
  });
});
