import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import type { Failure } from './fuzz.ts';
import { readOriginals } from './originals.ts';

const USAGE = `Usage: npm run fuzz -- [--runs 100000] [--from 0] [--seed 1] [--out data/fuzz]
Mutates sample files and holds every promise of the EDI core against them. Exit 1 when one is broken; the smallest
file that breaks it is written to the folder of --out. Runs are numbered: --from N goes on behind the first N.
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'data/fuzz' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const runs = Number(values.runs);
const from = Number(values.from);
const seed = Number(values.seed);
if (
  values.help ||
  !Number.isSafeInteger(runs) ||
  runs < 1 ||
  !Number.isSafeInteger(from) ||
  !Number.isSafeInteger(seed)
) {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;
const result = fuzz({
  from,
  runs,
  seed,
  originals: readOriginals(),
  onFailure: report,
  onProgress: (done, failures) => {
    if (done % 100_000 === 0)
      process.stderr.write(
        `${done} runs, ${Math.round(done / seconds())} a second, ${failures} laws broken\n`,
      );
  },
});
const rate = Math.round(result.runs / seconds());
process.stdout.write(
  `seed ${seed}: ${result.runs} runs, ${(result.bytes / 1e6).toFixed(1)} MB, ${rate} runs/s, ` +
    `slowest ${result.slowest.toFixed(0)} ms, ${result.failures.length} laws broken\n`,
);
process.exitCode = result.failures.length === 0 ? 0 : 1;

function report({ run, law, circumstances, bytes, smallest }: Failure): void {
  const name = path.join(values.out, `seed-${seed}-run-${run}`);
  mkdirSync(values.out, { recursive: true });
  writeFileSync(`${name}.edi`, smallest);
  writeFileSync(`${name}.full.edi`, bytes);
  writeFileSync(`${name}.json`, JSON.stringify({ law, circumstances }, null, 2));
  process.stdout.write(
    `run ${run}: ${law}\n  ${JSON.stringify(String.fromCharCode(...smallest.subarray(0, 400)))}\n  ${name}.edi\n`,
  );
}
