import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PURCHASE_ORDER, generateChunks } from './generate-edi.ts';
import type { Figure } from './report.ts';

const MB = 1_000_000;

interface Usage {
  /** Largest resident set. */
  rssMb: number;
  /** CPU of the job itself. */
  seconds: number;
}

/** Runs one job on a file in a process of its own. */
function runAlone(job: string, file: string): Usage {
  const script = path.join(import.meta.dirname, 'memory-job.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, job, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${job}: ${stderr}`);
  return JSON.parse(stdout) as Usage;
}

function writeFile(folder: string, name: string, lines: number, bytes: number): string {
  const file = path.join(folder, name);
  const handle = openSync(file, 'w');
  for (const chunk of generateChunks(PURCHASE_ORDER, lines, bytes)) writeSync(handle, chunk);
  closeSync(handle);
  return file;
}

/**
 * Largest memory of a process that reads a stream of 1 GB, a stream of one transaction with 50,000 lines, and a whole file
 * of 20 MB; `idle` is the same process before it reads.
 */
export function* measureMemory(): Generator<Omit<Figure, 'suite'>> {
  const figure = (name: string, work: string, value: number, unit = 'MB'): Omit<Figure, 'suite'> => ({
    case: name,
    work,
    value,
    unit,
    ratios: {},
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'edi-bench-'));
  try {
    const small = writeFile(folder, '20mb.edi', 50, 20 * MB);
    const idle = runAlone('idle', small).rssMb;
    yield figure('850, 50 lines, 20 MB', 'idle', idle);
    yield figure('850, 50 lines, 20 MB', 'parse, above idle', runAlone('parse', small).rssMb - idle);
    yield figure('850, 50 lines, 20 MB', 'validate, above idle', runAlone('validate', small).rssMb - idle);
    const one = writeFile(folder, 'one.edi', 50_000, 1);
    const large = writeFile(folder, '1gb.edi', 50, 1000 * MB);
    for (const [name, file] of [
      ['850, 50,000 lines', one],
      ['850, 50 lines, 1 GB', large],
    ] as const) {
      const read = runAlone('stream', file);
      const answered = runAlone('acknowledge', file);
      yield figure(name, 'stream, validate', read.rssMb);
      yield figure(name, 'stream, validate, acknowledge', answered.rssMb);
      if (file === large) {
        yield figure(name, 'stream, validate', 1000 / read.seconds, 'MB/s');
        yield figure(name, 'stream, validate, acknowledge', 1000 / answered.seconds, 'MB/s');
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
