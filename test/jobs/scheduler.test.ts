import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Scheduler, type SchedulerOptions } from '../../src/jobs/scheduler.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { silentLogger } from '../support/silent-logger.ts';

let store: SqliteStore;
const started: Scheduler[] = [];
beforeEach(() => {
  jest.useFakeTimers({
    now: Date.parse('2026-03-02T08:00:00.000Z'),
    doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
  });
  store = SqliteStore.open({ file: ':memory:', role: 'tool' });
});
afterEach(async () => {
  for (const scheduler of started.splice(0)) await scheduler.stop();
  jest.useRealTimers();
  await store.close();
});

function newScheduler(options: Partial<SchedulerOptions> = {}): Scheduler {
  const scheduler = new Scheduler({ store, logger: silentLogger, alone: false, ...options });
  started.push(scheduler);
  return scheduler;
}

/** Lets the time pass in small steps, so that everything that it starts can finish. */
async function pass(seconds: number): Promise<void> {
  for (let step = 0; step < seconds * 10; step += 1) {
    await jest.advanceTimersByTimeAsync(100);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

test('runs each job at its own interval, beginning at the start', async () => {
  const runs: Record<string, number[]> = { poll: [], tick: [] };
  const scheduler = newScheduler();
  for (const [name, interval] of [
    ['poll', 2000],
    ['tick', 5000],
  ] as const) {
    scheduler.every(name, interval, () => {
      runs[name]?.push(Math.round((Date.now() - Date.parse('2026-03-02T08:00:00.000Z')) / 1000));
      return Promise.resolve();
    });
  }
  await scheduler.start();
  await pass(11);
  const gaps = (times: number[]): number[] => times.slice(1).map((time, index) => time - times[index]!);
  expect(runs['poll']?.[0]).toBeLessThanOrEqual(1);
  expect(gaps(runs['poll']!).every((gap) => gap >= 2 && gap <= 3)).toBe(true);
  expect(runs['poll']!.length).toBeGreaterThanOrEqual(4);
  expect(gaps(runs['tick']!).every((gap) => gap >= 5 && gap <= 6)).toBe(true);
});

test('a job that fails runs again at its next time, and the others go on', async () => {
  let failing = 0;
  let fine = 0;
  const scheduler = newScheduler();
  scheduler.every('failing', 1000, () => {
    failing += 1;
    return Promise.reject(new Error('store is down'));
  });
  scheduler.every('fine', 1000, () => {
    fine += 1;
    return Promise.resolve();
  });
  await scheduler.start();
  await pass(5);
  expect(failing).toBeGreaterThanOrEqual(3);
  expect(fine).toBeGreaterThanOrEqual(3);
});

test('a clock that is set back by hours stops no job, of this process or of the next', async () => {
  let runs = 0;
  const count = () => {
    runs += 1;
    return Promise.resolve();
  };
  const scheduler = newScheduler();
  scheduler.every('tick', 1000, count);
  await scheduler.start();
  await pass(3);
  jest.setSystemTime(Date.now() - 8 * 3_600_000);
  runs = 0;
  await pass(5);
  expect(runs).toBeGreaterThanOrEqual(3);
  expect(runs).toBeLessThanOrEqual(6);
  await scheduler.stop();
  jest.setSystemTime(Date.now() - 8 * 3_600_000);
  runs = 0;
  const next = newScheduler();
  next.every('tick', 1000, count);
  await next.start();
  await pass(5);
  expect(runs).toBeGreaterThanOrEqual(3);
});

test('no job is forgotten when the machine stood still or its clock was set forward while the job waited for its turn', async () => {
  const scheduler = newScheduler();
  let runs = 0;
  scheduler.every('tick', 1000, () => {
    runs += 1;
    return Promise.resolve();
  });
  await scheduler.start();
  for (let phase = 0; phase < 10; phase += 1) {
    await pass(1.1);
    jest.setSystemTime(Date.now() + 90_000);
  }
  await pass(60);
  runs = 0;
  await pass(10);
  expect(runs).toBeGreaterThanOrEqual(6);
});

test('a job never runs twice at a time, and one that takes longer than its lock keeps it', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  const slow = async (): Promise<void> => {
    runs += 1;
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    running -= 1;
  };
  for (let node = 0; node < 2; node += 1) {
    const scheduler = newScheduler({ lockLifetimeMs: 3000 });
    scheduler.every('slow', 1000, slow);
    await scheduler.start();
  }
  await pass(30);
  expect(most).toBe(1);
  expect(runs).toBeGreaterThanOrEqual(2);
  await Promise.all([...started.splice(0).map((scheduler) => scheduler.stop()), pass(13)]);
});

test('two gateways that start at the same moment make one job, and each tick runs once', async () => {
  let runs = 0;
  const schedulers = Array.from({ length: 4 }, () => newScheduler());
  for (const scheduler of schedulers) {
    scheduler.every('tick', 2000, () => {
      runs += 1;
      return Promise.resolve();
    });
  }
  await Promise.all(schedulers.map((scheduler) => scheduler.start()));
  expect(await store.count('jobs', {})).toBe(1);
  await pass(10);
  expect(runs).toBeGreaterThanOrEqual(4);
  expect(runs).toBeLessThanOrEqual(6);
});

describe('a lock that a killed process left behind', () => {
  async function lockByDead(): Promise<void> {
    const dead = newScheduler();
    dead.every('tick', 1000, () => new Promise(() => undefined));
    await dead.start();
    await pass(1);
    expect((await store.get('jobs', 'single/tick'))?.lockedAt).not.toBe('');
    started.splice(0);
    jest.clearAllTimers();
  }

  test('ends at once where a gateway is alone', async () => {
    await lockByDead();
    let runs = 0;
    const scheduler = newScheduler({ alone: true });
    scheduler.every('tick', 1000, () => {
      runs += 1;
      return Promise.resolve();
    });
    await scheduler.start();
    await pass(2);
    expect(runs).toBeGreaterThanOrEqual(1);
  });

  test('ends with its lifetime where it is not', async () => {
    await lockByDead();
    let runs = 0;
    const scheduler = newScheduler({ lockLifetimeMs: 10_000 });
    scheduler.every('tick', 1000, () => {
      runs += 1;
      return Promise.resolve();
    });
    await scheduler.start();
    await pass(8);
    expect(runs).toBe(0);
    await pass(5);
    expect(runs).toBeGreaterThanOrEqual(1);
  });
});

test('after a restart a job keeps its next time, unless its interval was changed', async () => {
  const first = newScheduler();
  first.every('report', 3_600_000, () => Promise.resolve());
  await first.start();
  await pass(2);
  await first.stop();
  const next = (await store.get('jobs', 'single/report'))?.nextRunAt;

  let runs = 0;
  const again = newScheduler();
  again.every('report', 3_600_000, () => {
    runs += 1;
    return Promise.resolve();
  });
  await again.start();
  await pass(2);
  expect(runs).toBe(0);
  expect((await store.get('jobs', 'single/report'))?.nextRunAt).toBe(next);
  await again.stop();

  const changed = newScheduler();
  changed.every('report', 60_000, () => {
    runs += 1;
    return Promise.resolve();
  });
  await changed.start();
  await pass(2);
  expect(runs).toBe(1);
});

test('stop waits for what runs and starts nothing more', async () => {
  let runs = 0;
  let finished = 0;
  let release = (): void => undefined;
  const scheduler = newScheduler();
  scheduler.every('tick', 1000, async () => {
    runs += 1;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    finished += 1;
  });
  await scheduler.start();
  await pass(1);
  expect(runs).toBe(1);
  const stopped = scheduler.stop();
  release();
  await stopped;
  expect(finished).toBe(1);
  await pass(5);
  expect(runs).toBe(1);
});

test('stop tells what runs, and waits no longer than its grace', async () => {
  const told: string[] = [];
  const scheduler = newScheduler();
  scheduler.every('long list', 1000, async (stopping) => {
    while (!stopping.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
    told.push('long list');
  });
  scheduler.every('deaf', 1000, () => new Promise(() => undefined));
  await scheduler.start();
  await pass(1);
  let ended = false;
  const stopped = scheduler.stop(5_000).then(() => {
    ended = true;
  });
  await pass(4);
  expect(told).toEqual(['long list']);
  expect(ended).toBe(false);
  await pass(2);
  await stopped;
  // The deaf one would keep it waiting once more.
  started.splice(0);
});

test('one name for two jobs is a bug that shows at once', () => {
  const scheduler = newScheduler();
  scheduler.every('tick', 1000, () => Promise.resolve());
  expect(() => scheduler.every('tick', 1000, () => Promise.resolve())).toThrow('defined twice');
});
