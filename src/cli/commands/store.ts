import path from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import type { CliEnvironment, StoreSummary } from '../environment.ts';
import { counted, print, printJson } from '../output.ts';

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
}

function tell(
  { records, archiveEntries, sha256 }: StoreSummary,
  json: boolean | undefined,
  done: string,
): void {
  if (json === true) printJson({ records, archiveEntries, sha256 });
  else print(`${done}: ${counted(records, 'record')}, ${counted(archiveEntries, 'file')}, hash ${sha256}`);
}
