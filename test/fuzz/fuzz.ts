import { DEFAULT_ACKNOWLEDGMENT_POLICY } from '../../src/edi/acknowledgment/index.ts';
import { leniencySchema } from '../../src/partners/leniency-schema.ts';
import { findBreach } from './invariants.ts';
import type { Circumstances } from './invariants.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { shrink } from './shrink.ts';

export interface FuzzOptions {
  /** First run, where another process does the ones before it. */
  from?: number;
  runs: number;
  seed: number;
  originals: readonly Uint8Array[];
  /** Failures after which it gives up. */
  maxFailures?: number;
  /** Longest that one run may take, in milliseconds of CPU. */
  timeLimit?: number;
  onProgress?: (runs: number, failures: number) => void;
  /** Called when a law is broken, before the run goes on. */
  onFailure?: (failure: Failure) => void;
}

export interface Failure {
  /** Run of this seed, from 0. */
  run: number;
  law: string;
  circumstances: Circumstances;
  /** As found, and as small as it could be made. */
  bytes: Uint8Array;
  smallest: Uint8Array;
}

export interface FuzzResult {
  runs: number;
  bytes: number;
  /** Milliseconds of CPU of the longest run. */
  slowest: number;
  failures: Failure[];
}

const SWITCHES = Object.keys(leniencySchema.shape);
const REPORT_EVERY = 10_000;
/** Milliseconds that one failure is worth. */
const SHRINK_TIME = 60_000;

/** Runs are independent of one another: run n of a seed is always the same file. */
export function fuzz({
  from = 0,
  runs,
  seed,
  originals,
  maxFailures = 10,
  timeLimit = 10_000,
  onProgress,
  onFailure,
}: FuzzOptions): FuzzResult {
  const result: FuzzResult = { runs: 0, bytes: 0, slowest: 0, failures: [] };
  const laws = new Set<string>();
  for (let run = from; run < from + runs && result.failures.length < maxFailures; run++) {
    const random = new Random(seed * 0x9e3779b1 + run * 0x85ebca6b);
    const bytes = mutate(originals, random);
    const circumstances = chooseCircumstances(random, bytes.length);
    const before = performance.now();
    const breach = findBreach(bytes, circumstances);
    let took = performance.now() - before;
    // What the machine did besides does not count. Asking for CPU time each time would cost a fifth of all.
    if (took > result.slowest) took = cpuTime(() => findBreach(bytes, circumstances));
    result.slowest = Math.max(result.slowest, took);
    const law = breach ?? (took > timeLimit ? `took ${took.toFixed(0)} ms` : undefined);
    result.runs += 1;
    result.bytes += bytes.length;
    // One failure of each kind is enough to look at.
    if (law !== undefined && !laws.has(kindOf(law))) {
      laws.add(kindOf(law));
      const smallest = shrinkFailure(bytes, circumstances, breach);
      const failure = { run, law, circumstances, bytes, smallest };
      result.failures.push(failure);
      onFailure?.(failure);
    }
    if (result.runs % REPORT_EVERY === 0) onProgress?.(result.runs, result.failures.length);
  }
  return result;
}

/** Milliseconds of CPU. */
function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function chooseCircumstances(random: Random, size: number): Circumstances {
  const lenient = random.oneIn(4) ? SWITCHES.filter(() => random.oneIn(2)) : [];
  const largest = Math.max(1, size >> 6);
  return {
    leniency: Object.fromEntries(lenient.map((name) => [name, true])),
    policy: {
      functional: random.oneIn(8) ? 'onRequest' : 'always',
      implementation: random.oneIn(2),
      acceptedSets: !random.oneIn(4),
      acceptWithErrors: random.oneIn(4),
      interchange: random.oneIn(2) ? 'always' : DEFAULT_ACKNOWLEDGMENT_POLICY.interchange,
    },
    pieces: Array.from(
      { length: 1 + random.below(3) },
      () => 1 + random.below(random.oneIn(3) ? largest * 16 : largest + 60),
    ),
  };
}

/** The law without the numbers and texts of this one file. */
function kindOf(law: string): string {
  return law.replace(/\d+/g, 'n').replace(/".*"/g, '""').slice(0, 160);
}

function shrinkFailure(
  bytes: Uint8Array,
  circumstances: Circumstances,
  breach: string | undefined,
): Uint8Array {
  if (breach === undefined) return bytes;
  const kind = kindOf(breach);
  const end = performance.now() + SHRINK_TIME;
  return shrink(
    bytes,
    (candidate) => performance.now() < end && kindOf(findBreach(candidate, circumstances) ?? '') === kind,
  );
}
