import path from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { GatewayError } from '../../common/errors.ts';
import { HOLD_SCOPES } from '../../pipeline/retention/legal-hold-record.ts';
import { listLegalHolds } from '../../pipeline/retention/legal-holds.ts';
import { cliActor } from '../actor.ts';
import type { CliEnvironment, StoreSummary } from '../environment.ts';
import { counted, print, printJson } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const config = () => readConfig(environment.variables);
  const store = program
    .command('store')
    .description('the database as a whole: move it, back it up, restore it');
  store
    .command('copy')
    .description(
      'copies the store of this installation into another, empty one, and compares both; no gateway may run',
    )
    .requiredOption('--to <target>', 'connection string of MongoDB, or a data folder for SQLite')
    .option('--json', 'as JSON')
    .action(async ({ to, json }: { to: string; json?: boolean }) => {
      const target = /^mongodb(\+srv)?:/.test(to) ? { mongodbUri: to } : { dataFolder: path.resolve(to) };
      tell(await (await environment.storeTools()).copy(config(), target), json, 'Copied and compared');
    });
  store
    .command('backup <folder>')
    .description('copies database, tokens, secrets and keys into a new folder, while the gateway runs')
    .option('--json', 'as JSON')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      tell(await (await environment.storeTools()).backup(config(), path.resolve(folder)), json, 'Backed up');
    });
  store
    .command('verify <folder>')
    .description('checks that a backup is whole')
    .option('--json', 'as JSON')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      tell(await (await environment.storeTools()).verifyBackup(path.resolve(folder)), json, 'Whole');
    });
  store
    .command('restore <folder>')
    .description('puts a backup into the data folder, which must hold no store')
    .option('--json', 'as JSON')
    .action(async (folder: string, { json }: { json?: boolean }) => {
      tell(await (await environment.storeTools()).restore(path.resolve(folder), config()), json, 'Restored');
    });
  store
    .command('retain')
    .description(
      'erases what is older than company.yaml says under retention; the gateway does so every hour',
    )
    .option('--dry-run', 'only tells what would go, and what has to stay')
    .option('--json', 'as JSON')
    .action(({ dryRun, json }: { dryRun?: boolean; json?: boolean }) =>
      withGateway(environment, async (gateway) => {
        const report = await gateway.retain({ dryRun: dryRun === true, limit: Infinity });
        if (json === true) {
          printJson(report);
          return;
        }
        const { raw, canonical } = report.keptDays;
        print(`Files are kept ${told(raw)}, what documents say ${told(canonical)}.`);
        for (const [name, { erased, kept }] of Object.entries(report.classes))
          print(
            `${counted(erased, 'file')}: ${CONTENT[name]} ${dryRun === true ? 'would go' : 'went'}; ${kept} ${kept === 1 ? 'has' : 'have'} to stay.`,
          );
        for (const { name, fileId, because } of report.kept) print(`${name} (${fileId}) stays: ${because}.`);
      }),
    );
  registerHolds(store, environment);
}

const CONTENT: Record<string, string> = { raw: 'the bytes', canonical: 'what their documents say' };

function told(days: number | undefined): string {
  return days === undefined ? 'for good' : `${days} days`;
}

function registerHolds(store: Command, environment: CliEnvironment): void {
  const hold = store.command('hold').description('what has to be kept whatever its age');
  hold
    .command('place <scope> [subject]')
    .description('keeps all, or one partner, order or file: all | partner NAME | order ID | file ID')
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .action((scope: string, subject: string | undefined, { reason }: { reason: string }) =>
      withGateway(environment, async (gateway) => {
        const known = HOLD_SCOPES.find((one) => one === scope);
        if (known === undefined)
          throw new GatewayError(
            'INVALID_REQUEST',
            `A hold is on ${HOLD_SCOPES.join(', ')}; found "${scope}".`,
          );
        print(await gateway.placeLegalHold({ scope: known, subject: subject ?? '', reason }, cliActor()));
      }),
    );
  hold
    .command('list')
    .description('every legal hold')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) =>
      withGateway(environment, async (gateway) => {
        const holds = await listLegalHolds(gateway.store);
        if (json === true) printJson(holds);
        else if (holds.length === 0) print('Nothing is under a legal hold.');
        else
          for (const { id, scope, subject, reason } of holds) print(`${id}  ${scope} ${subject}  ${reason}`);
      }),
    );
  hold
    .command('release <id>')
    .description('ends it: what it kept goes when its time is over')
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .action((id: string, { reason }: { reason: string }) =>
      withGateway(environment, async (gateway) => {
        await gateway.releaseLegalHold(id, reason, cliActor());
        print(`The hold ${id} is released.`);
      }),
    );
}

function tell(
  { records, archiveEntries, sha256 }: StoreSummary,
  json: boolean | undefined,
  done: string,
): void {
  if (json === true) printJson({ records, archiveEntries, sha256 });
  else print(`${done}: ${counted(records, 'record')}, ${counted(archiveEntries, 'file')}, hash ${sha256}`);
}
