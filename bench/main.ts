import { parseArgs } from 'node:util';
import { runEdi, runMemory } from './edi.ts';
import { runLargeStore } from './large-store.ts';
import { runMatch } from './match.ts';
import { runPipeline } from './pipeline.ts';
import { runProcesses } from './processes.ts';
import { runTracking } from './tracking.ts';
import { createReporter } from './report.ts';
import type { Figure } from './report.ts';
import { runTransports } from './transports.ts';

const SUITES: Readonly<Record<string, (wanted: string) => Iterable<Figure> | AsyncIterable<Figure>>> = {
  edi: runEdi,
  memory: runMemory,
  match: runMatch,
  pipeline: runPipeline,
  processes: runProcesses,
  store: runLargeStore,
  tracking: runTracking,
  transports: runTransports,
};

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    case: { type: 'string', default: '' },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
});

const names = Object.keys(SUITES);
const unknown = positionals.filter((name) => SUITES[name] === undefined);
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) process.stderr.write(`No suite ${unknown.join(', ')}.\n`);
  process.stderr.write(`Usage: npm run bench -- [${names.join('|')}…] [--case TEXT] [--json]\n`);
  process.exit(values.help ? 0 : 2);
}

const report = createReporter(values.json, (line) => process.stdout.write(`${line}\n`));
for (const name of positionals.length > 0 ? positionals : names)
  for await (const figure of SUITES[name]!(values.case)) report(figure);
