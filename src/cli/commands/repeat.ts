import type { Command } from 'commander';
import type { RepeatResult, RepeatVerb } from '../../pipeline/repeat/repeat-model.ts';
import { cliActor } from '../actor.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { print, printJson, style } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

const VERBS: readonly [RepeatVerb, string, string][] = [
  ['retransmit', 'files', 'sends the same bytes with the same control numbers once more'],
  ['reissue', 'documents', 'writes an order or order change anew, in a new envelope, and sends it'],
  [
    'reprocess',
    'files',
    'runs what came in again with the maps and partners of today; only what is missing is applied',
  ],
  ['redrive', 'work items', 'takes up again what was given up'],
];

interface Options {
  reason: string;
  dryRun?: boolean;
  json?: boolean;
}

export function register(program: Command, environment: CliEnvironment): void {
  const repeat = program
    .command('repeat')
    .description('does many things again, after a look at what would happen');
  for (const [verb, what, description] of VERBS) {
    repeat
      .command(`${verb} <ids...>`)
      .description(`${description}: ${what}, one after the other, until one goes otherwise than foreseen`)
      .requiredOption('--reason <text>', 'why; kept in the audit log')
      .option('--dry-run', 'only tells what would happen')
      .option('--json', 'as JSON')
      .action((ids: string[], { reason, dryRun, json }: Options) =>
        withGateway(environment, async (gateway) => {
          const request = { verb, ids, reason };
          const result =
            dryRun === true
              ? await gateway.planRepeat(request)
              : await gateway.runRepeat(request, cliActor());
          if (json === true) printJson(result);
          else printResult(result);
          if (result.items.some(({ outcome }) => outcome === 'failed' || outcome === 'refused'))
            throw new ExitCode(1);
        }),
      );
  }
}

function printResult({ items, secondPerson, approvalId }: RepeatResult): void {
  for (const { id, name, outcome, text, effects } of items) {
    const good = outcome === 'possible' || outcome === 'done';
    print(`${style(good ? 'green' : 'red', outcome.padEnd(8))}  ${name}  (${id})`);
    if (text !== undefined) print(`          ${text}`);
    for (const effect of effects) print(`          ${effect}`);
  }
  if (secondPerson !== undefined) print(`A second person has to agree: ${secondPerson}.`);
  if (approvalId !== undefined)
    print(`Nothing was done yet. Somebody else: POST /api/approvals/${approvalId}/decision`);
}
