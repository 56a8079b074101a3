import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { loadPartners } from '../../partners/load-partners.ts';
import { readDictionaryFiles, readPartnerFiles } from '../../partners/read-partner-files.ts';
import { verifyAudit } from '../../pipeline/audit.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { counted, print, printJson, style } from '../output.ts';

interface Check {
  name: string;
  ok: boolean;
  text: string;
}

export function register(program: Command, environment: CliEnvironment): void {
  program
    .command('doctor')
    .description('looks whether this installation can run: Node, folders, partners, maps, store, gateway')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const checks = await examine(environment);
      if (options.json === true) printJson(checks);
      else
        for (const { name, ok, text } of checks)
          print(`${ok ? style('green', 'ok  ') : style('red', 'FAIL')}  ${name.padEnd(10)} ${text}`);
      if (checks.some((check) => !check.ok)) throw new ExitCode(1);
    });
}

async function examine(environment: CliEnvironment): Promise<Check[]> {
  const config = readConfig(environment.variables);
  const major = Number(process.versions.node.split('.')[0]);
  return [
    {
      name: 'node',
      ok: major >= 24,
      text: `${process.version}${major >= 24 ? '' : ', Tradelane needs 24 or newer'}`,
    },
    await attempt('data', async () => {
      await mkdir(config.dataFolder, { recursive: true });
      await access(config.dataFolder, constants.R_OK | constants.W_OK);
      return `${config.dataFolder} can be written`;
    }),
    ...(await Promise.all(
      ['inbox', 'outbox'].map((folder) =>
        attempt(folder, async () => {
          await access(path.join(config.home, folder), constants.R_OK | constants.W_OK);
          return `${path.join(config.home, folder)} can be written`;
        }),
      ),
    )),
    await attempt('partners', async () => {
      const dictionaryFiles = await readDictionaryFiles(config.dictionariesFolder);
      const { set, findings } = loadPartners(await readPartnerFiles(config.partnersFolder), {
        dictionaryFiles,
      });
      const wrong = findings.filter((finding) => finding.severity === 'error');
      if (wrong[0] !== undefined)
        throw new Error(`${wrong.length} errors, the first: ${wrong[0].message} (tradelane partner check)`);
      const added =
        dictionaryFiles.length === 0 ? '' : `, ${counted(dictionaryFiles.length, 'dictionary file')}`;
      return `${counted(set?.partners.length ?? 0, 'partner')}${added}, nothing wrong`;
    }),
    await attempt('store', async () => {
      const opened = await environment.openGateway({ mode: 'read', config });
      try {
        const orders = await opened.gateway.store.count('orders', {});
        const dead = await opened.gateway.store.count('work', { status: 'dead' });
        if (dead > 0)
          throw new Error(
            `${orders} orders; ${dead} dead work items wait for a decision (console, Deliveries)`,
          );
        const audit = await verifyAudit(opened.gateway.store);
        if (audit.firstBroken !== undefined)
          throw new Error(`the audit log was changed from outside: entry ${audit.firstBroken} does not fit`);
        return `readable, ${orders} orders, no dead work, audit log of ${counted(audit.entries, 'record')} unbroken`;
      } finally {
        await opened.close();
      }
    }),
    await attempt('gateway', async () => {
      const answer = await fetch(`http://127.0.0.1:${config.port}/healthz`, {
        signal: AbortSignal.timeout(2_000),
      }).catch(() => undefined);
      return answer?.ok === true
        ? `running on port ${config.port}`
        : `not running on port ${config.port} (npm start)`;
    }),
  ];
}

async function attempt(name: string, check: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, text: await check() };
  } catch (error) {
    return { name, ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}
