import type { Command } from 'commander';
import { GatewayError } from '../../common/errors.ts';
import type { Finding } from '../../common/finding.ts';
import type { FileCheckOptions } from '../../edi/file-check.ts';
import { checkEdi } from '../edi-check.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { printFindings } from '../findings.ts';
import { openInput } from '../input.ts';
import { counted, print, printJson, style } from '../output.ts';
import { readRules } from '../partner-rules.ts';
import type { RuleOptions } from '../partner-rules.ts';

/** Of one file; `--json` prints an array of these. */
interface Verdict {
  file: string;
  verdict: 'accepted' | 'rejected' | 'unreadable';
  interchanges: {
    standard: string;
    controlNumber: string;
    verdict: string;
    transactions: { type: string; release: string; controlNumber: string; verdict: string }[];
  }[];
  /** The first 10,000 of them. */
  findings: Finding[];
  findingCount: number;
}

export function register(program: Command, environment: CliEnvironment): void {
  program
    .command('validate <files...>')
    .description(
      'checks X12 and EDIFACT files of any size against the standard, or what is agreed with a partner; ' +
        'exit 0 accepted, 1 rejected, 2 unreadable',
    )
    .option('--partner <id>', 'with the leniency and the restrictions of this partner')
    .option('--dictionaries <folder>', 'with the dictionaries of this folder in place of dictionaries/')
    .option('--json', 'as JSON: [{ file, verdict, interchanges, findings, findingCount }]')
    .action(async (files: string[], options: RuleOptions & { json?: boolean }) => {
      const rules = await readRules(environment, options);
      const verdicts: Verdict[] = [];
      for (const file of files) verdicts.push(await validate(file, rules));
      if (options.json === true) printJson(verdicts);
      else verdicts.forEach(report);
      if (verdicts.some(({ verdict }) => verdict === 'unreadable')) throw new ExitCode(2);
      if (verdicts.some(({ verdict }) => verdict === 'rejected')) throw new ExitCode(1);
    });
}

async function validate(file: string, rules: FileCheckOptions): Promise<Verdict> {
  try {
    const { answers, findings, findingCount, rejected } = await checkEdi(file, openInput(file), rules);
    const interchanges = answers.map(({ interchange, answer }) => ({
      standard: interchange.standard,
      controlNumber: interchange.controlNumber,
      verdict: answer.decision.verdict,
      transactions: answer.decision.groups.flatMap((group) =>
        group.transactions.map(({ transaction: { type, release, controlNumber }, verdict }) => ({
          type,
          release,
          controlNumber,
          verdict,
        })),
      ),
    }));
    return { file, verdict: rejected ? 'rejected' : 'accepted', interchanges, findings, findingCount };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const finding: Finding = { code: error.code, severity: 'error', message: error.message, place: { file } };
    return { file, verdict: 'unreadable', interchanges: [], findings: [finding], findingCount: 1 };
  }
}

function report({ file, verdict, interchanges, findings, findingCount }: Verdict): void {
  const transactions = interchanges.flatMap((interchange) => interchange.transactions);
  const what = describe(transactions.map(({ type, release }) => `${type} ${release}`));
  const colour = verdict === 'accepted' ? 'green' : 'red';
  print(
    `${file}: ${style(colour, verdict)} (${what === '' ? 'no transaction' : what}; ${counted(findingCount, 'finding')})`,
  );
  printFindings(findings);
  if (findingCount > findings.length) print(`… and ${findingCount - findings.length} more.`);
}

const MAX_NAMED = 20;

/** `850 004010, 850 004010`; of a large file how many of each: `3 × 850 004010`. */
function describe(names: readonly string[]): string {
  if (names.length <= MAX_NAMED) return names.join(', ');
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .slice(0, MAX_NAMED)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');
}
