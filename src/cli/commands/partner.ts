import type { Command } from 'commander';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { printFindings } from '../findings.ts';
import { counted, print, printJson, printList } from '../output.ts';
import { checkPartners, readPartners } from '../partner-check.ts';
import { registerTokens } from '../partner-tokens.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const partner = program.command('partner').description('trading partners, as partners/ has them');
  partner
    .command('list')
    .description('every partner with its standards, channels and documents')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { set } = await readPartners(environment);
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
      const { set, findings } = await checkPartners(environment);
      if (options.json === true) printJson(findings);
      else if (findings.length === 0)
        print(`${counted(set?.partners.length ?? 0, 'partner')}, nothing wrong.`);
      else printFindings(findings);
      if (findings.some((finding) => finding.severity === 'error')) throw new ExitCode(1);
    });
  registerTokens(partner, environment);
}
