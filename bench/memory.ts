import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Figure } from './report.ts';

const MB = 1_000_000;

/** Runs one job in a process of its own; its largest resident set, in MB, and the CPU seconds it took. */
function runAlone(job: string, bytes: number): { rssMb: number; seconds: number } {
  const script = path.join(import.meta.dirname, 'memory-job.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, job, String(bytes)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${job}: ${stderr}`);
  return JSON.parse(stdout) as { rssMb: number; seconds: number };
}

/** Largest memory: a stream of 1 GB, one transaction of 50,000 lines, a file of 20 MB beside a process that only holds it. */
export function measureMemory(): Omit<Figure, 'suite'>[] {
  const figure = (name: string, work: string, value: number): Omit<Figure, 'suite'> => ({
    case: name,
    work,
    value,
    unit: 'MB',
    ratios: {},
  });
  const stream = runAlone('stream', 1000 * MB);
  const idle = runAlone('hold', 20 * MB);
  return [
    figure('850, 50 lines, stream of 1 GB', 'parse+validate', stream.rssMb),
    {
      ...figure('850, 50 lines, stream of 1 GB', 'parse+validate speed', 1000 / stream.seconds),
      unit: 'MB/s',
    },
    figure('850, 50,000 lines, stream', 'parse+validate', runAlone('stream-one', 0).rssMb),
    figure('850, 50 lines, 20 MB', 'parse, above idle', runAlone('parse', 20 * MB).rssMb - idle.rssMb),
    figure(
      '850, 50 lines, 20 MB',
      'parse+validate, above idle',
      runAlone('validate', 20 * MB).rssMb - idle.rssMb,
    ),
  ];
}
