/** One way to do a piece of work, to be compared with others on the same data. */
export interface Contender {
  name: string;
  run(): void;
}

const ROUNDS = 7;
const FEWEST_ROUNDS = 3;
/** A contender that has used this much time is not run again. */
const BUDGET_MS = 4000;
const WARM_UP_MS = 300;

/** Microseconds of CPU (user and system, garbage collection included) that the work took. */
function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs of each contender in one round, so that a short piece of work takes long enough to be measured. */
function repetitionsOf(contender: Contender): number {
  let used = 0;
  let runs = 0;
  while (used < WARM_UP_MS * 1000) {
    used += cpuTime(() => contender.run());
    runs++;
  }
  return Math.max(1, Math.round((runs * 100_000) / used));
}

/**
 * Median CPU time of one run of each contender, in microseconds. The contenders take turns in every round: what the
 * machine does besides hits all alike.
 */
export function measure(contenders: readonly Contender[]): Map<string, number> {
  const repetitions = new Map(contenders.map((contender) => [contender.name, repetitionsOf(contender)]));
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const used = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++)
    for (const contender of contenders) {
      const spent = used.get(contender.name) ?? 0;
      if (round >= FEWEST_ROUNDS && spent > BUDGET_MS * 1000) continue;
      const count = repetitions.get(contender.name)!;
      const runAll = (): void => {
        for (let i = 0; i < count; i++) contender.run();
      };
      // The garbage of the one before is not on this one's account, and neither is fetching fresh memory afterwards.
      globalThis.gc?.();
      if (spent < BUDGET_MS * 1000) runAll();
      const time = cpuTime(runAll);
      times.get(contender.name)!.push(time / count);
      used.set(contender.name, spent + time);
    }
  return new Map([...times].map(([name, values]) => [name, median(values)]));
}
