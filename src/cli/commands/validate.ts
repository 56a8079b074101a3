import type { Command } from 'commander';
import { GatewayError } from '../../common/errors.ts';
import type { Finding } from '../../common/finding.ts';
import { checkEdi } from '../edi-check.ts';
import type { FileRules } from '../edi-check.ts';
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
    /** The first 10,000 of the file. */
    transactions: { type: string; release: string; controlNumber: string; verdict: string }[];
    transactionCount: number;
  }[];
  /** The first 10,000 of them. */
  findings: Finding[];
  findingCount: number;
}

interface Checked {
  verdict: Verdict;
  /** How many transactions there are of each type and release. */
  kinds: ReadonlyMap<string, number>;
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
      const checked: Checked[] = [];
      for (const file of files) checked.push(await validate(file, rules));
      if (options.json === true) printJson(checked.map(({ verdict }) => verdict));
      else checked.forEach(report);
      const verdicts = checked.map(({ verdict }) => verdict.verdict);
      if (verdicts.includes('unreadable')) throw new ExitCode(2);
      if (verdicts.includes('rejected')) throw new ExitCode(1);
    });
}

/** As many of a file are named. */
const MAX_LISTED = 10_000;

async function validate(file: string, rules: FileRules): Promise<Checked> {
  const kinds = new Map<string, number>();
  const interchanges: Verdict['interchanges'] = [];
  let listed = 0;
  try {
    const check = checkEdi(file, openInput(file), rules);
    let step = await check.next();
    for (; step.done !== true; step = await check.next()) {
      const { interchange, answer } = step.value;
      const transactions: Verdict['interchanges'][number]['transactions'] = [];
      let transactionCount = 0;
      for (const group of answer.decision.groups)
        for (const { transaction, verdict } of group.transactions) {
          const { type, release, controlNumber } = transaction;
          const name = `${type} ${release}`;
          kinds.set(name, (kinds.get(name) ?? 0) + 1);
          transactionCount++;
          if (listed++ < MAX_LISTED) transactions.push({ type, release, controlNumber, verdict });
        }
      const { standard, controlNumber } = interchange;
      const { verdict } = answer.decision;
      interchanges.push({ standard, controlNumber, verdict, transactions, transactionCount });
    }
    const { rejected, findings, findingCount } = step.value;
    const verdict = rejected ? 'rejected' : 'accepted';
    return { verdict: { file, verdict, interchanges, findings, findingCount }, kinds };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const finding: Finding = { code: error.code, severity: 'error', message: error.message, place: { file } };
    return {
      verdict: { file, verdict: 'unreadable', interchanges: [], findings: [finding], findingCount: 1 },
      kinds,
    };
  }
}

function report({ verdict: { file, verdict, findings, findingCount }, kinds }: Checked): void {
  const what = describe(kinds);
  const colour = verdict === 'accepted' ? 'green' : 'red';
  print(
    `${file}: ${style(colour, verdict)} (${what === '' ? 'no transaction' : what}; ${counted(findingCount, 'finding')})`,
  );
  printFindings(findings);
  if (findingCount > findings.length) print(`… and ${findingCount - findings.length} more.`);
}

const MAX_NAMED = 20;

/** `850 004010, 855 004010`; where there are many how many of each: `3 × 850 004010`. */
function describe(kinds: Checked['kinds']): string {
  const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
  if (total <= MAX_NAMED)
    return [...kinds].flatMap(([name, count]) => Array.from({ length: count }, () => name)).join(', ');
  return [...kinds]
    .slice(0, MAX_NAMED)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');
}
