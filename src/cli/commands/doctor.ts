import path from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { makeFolder, tryToWrite } from '../../folders.ts';
import { readSettingFiles } from '../../partners/read-setting-files.ts';
import { readDictionaryFiles } from '../../partners/read-partner-files.ts';
import { verifyAudit } from '../../pipeline/audit.ts';
import { loadSettingsInForce } from '../../pipeline/settings-in-force.ts';
import type { SettingsInForce } from '../../pipeline/settings-in-force.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { counted, print, printJson, style } from '../output.ts';
import { checkPartners } from '../partner-check.ts';
import { listUnknownSettings } from '../unknown-settings.ts';

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
  let inForce: SettingsInForce | undefined;
  const major = Number(process.versions.node.split('.')[0]);
  return [
    {
      name: 'node',
      ok: major >= 24,
      text: `${process.version}${major >= 24 ? '' : ', Tradelane needs 24 or newer'}`,
    },
    await attempt('settings', async () => {
      const unknown = await listUnknownSettings(environment);
      if (unknown.length > 0) throw new Error(unknown.join(' '));
      return 'each is known';
    }),
    await attempt('data', async () => {
      await makeFolder(config.dataFolder);
      return describeRoom(config.dataFolder);
    }),
    ...(await Promise.all(
      ['inbox', 'outbox'].map((folder) =>
        attempt(folder, () => describeRoom(path.join(config.home, folder))),
      ),
    )),
    await attempt('partners', async () => {
      const { set, findings } = await checkPartners(environment);
      const wrong = findings.filter((finding) => finding.severity === 'error');
      if (wrong[0] !== undefined)
        throw new Error(
          `${counted(wrong.length, 'error')}, the first: ${wrong[0].message} (tradelane partner check)`,
        );
      const dictionaries = (await readDictionaryFiles(config.dictionariesFolder)).length;
      const added = dictionaries === 0 ? '' : `, ${counted(dictionaries, 'dictionary file')}`;
      const warned =
        findings.length === 0
          ? 'nothing wrong'
          : `${counted(findings.length, 'warning')} (tradelane partner check)`;
      return `${counted(set?.partners.length ?? 0, 'partner')}${added}, ${warned}`;
    }),
    await attempt('store', async () => {
      const opened = await environment.openGateway({ mode: 'read', config });
      try {
        inForce = await loadSettingsInForce(opened.gateway.store);
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
      if (answer?.ok !== true) return `not running on port ${config.port} (npm start)`;
      if (inForce !== undefined && inForce.sha256 !== (await readSettingFiles(config)).sha256) {
        throw new Error(
          `running on port ${config.port} with the settings of ${inForce.at}: files of partners/, maps/ or dictionaries/ were changed since then, and count from its next start on`,
        );
      }
      return `running on port ${config.port}`;
    }),
  ];
}

async function describeRoom(folder: string): Promise<string> {
  const free = await tryToWrite(folder, `.doctor-${process.pid}.tmp`);
  return `${folder} can be written, ${String(free)} MB free`;
}

async function attempt(name: string, check: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, text: await check() };
  } catch (error) {
    return { name, ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}
