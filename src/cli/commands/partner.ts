import type { Command } from 'commander';
import type { Finding } from '../../common/finding.ts';
import { readConfig } from '../../config.ts';
import { loadPartners } from '../../partners/load-partners.ts';
import { listStandardMaps } from '../../partners/map-source.ts';
import { readDictionaryFiles, readPartnerFiles } from '../../partners/read-partner-files.ts';
import type { NamedSecret } from '../../partners/secret-names.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { printFindings } from '../findings.ts';
import { counted, print, printJson, printList } from '../output.ts';
import { registerTokens } from '../partner-tokens.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const partner = program.command('partner').description('trading partners, as partners/ has them');
  partner
    .command('list')
    .description('every partner with its standards, channels and documents')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { set } = await load(environment);
      const partners = set?.partners ?? [];
      printList(partners, options, [
        { title: 'PARTNER', value: (row) => row.partner },
        { title: 'NAME', value: (row) => row.name },
        { title: 'STATUS', value: (row) => row.status },
        {
          title: 'STANDARD',
          value: (row) =>
            (['x12', 'edifact', 'xml'] as const).filter((key) => row[key] !== undefined).join(' '),
        },
        { title: 'CHANNELS', value: (row) => row.channels.map((channel) => channel.type).join(' ') },
        { title: 'DOCUMENTS', value: (row) => Object.keys(row.documents).join(' ') },
      ]);
    });
  partner
    .command('check')
    .description(
      'checks company.yaml, every partner.yaml, the dictionaries and that secrets are set; exit 1 when something is wrong',
    )
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { set, findings, secrets } = await load(environment);
      findings.push(...(await missingSecrets(environment, secrets)));
      if (options.json === true) printJson(findings);
      else if (findings.length === 0)
        print(`${counted(set?.partners.length ?? 0, 'partner')}, nothing wrong.`);
      else printFindings(findings);
      if (findings.some((finding) => finding.severity === 'error')) throw new ExitCode(1);
    });
  registerTokens(partner, environment);
}

async function load(environment: CliEnvironment) {
  const { partnersFolder, mapsFolder, dictionariesFolder } = readConfig(environment.variables);
  const standardMaps = listStandardMaps(await readPartnerFiles(mapsFolder));
  const dictionaryFiles = await readDictionaryFiles(dictionariesFolder);
  return loadPartners(await readPartnerFiles(partnersFolder), { standardMaps, dictionaryFiles });
}

/** A warning only: secrets are often set on another machine than the one where settings are checked. */
async function missingSecrets(
  environment: CliEnvironment,
  secrets: readonly NamedSecret[],
): Promise<Finding[]> {
  const keeper = await environment.openSecrets(readConfig(environment.variables));
  const findings: Finding[] = [];
  for (const { name, place } of secrets) {
    if (await keeper.has(name)) continue;
    const message = `the secret "${name}" is not set here${name.includes(':') ? '' : `: tradelane secret set ${name}`}`;
    findings.push({ code: 'SECRET_MISSING', severity: 'warning', message, place, actual: name });
  }
  return findings;
}
