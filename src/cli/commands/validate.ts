import type { Command } from 'commander';
import { GatewayError } from '../../common/errors.ts';
import type { Finding } from '../../common/finding.ts';
import { checkEdi } from '../edi-check.ts';
import { ExitCode } from '../exit-code.ts';
import { printFindings } from '../findings.ts';
import { readInput } from '../input.ts';
import { counted, print, printJson, style } from '../output.ts';

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
  findings: Finding[];
}

export function register(program: Command): void {
  program
    .command('validate <files...>')
    .description(
      'checks X12 and EDIFACT files against the standard; exit 0 accepted, 1 rejected, 2 unreadable',
    )
    .option('--json', 'as JSON: [{ file, verdict, interchanges, findings }]')
    .action(async (files: string[], options: { json?: boolean }) => {
      const verdicts: Verdict[] = [];
      for (const file of files) verdicts.push(await validate(file));
      if (options.json === true) printJson(verdicts);
      else verdicts.forEach(report);
      if (verdicts.some(({ verdict }) => verdict === 'unreadable')) throw new ExitCode(2);
      if (verdicts.some(({ verdict }) => verdict === 'rejected')) throw new ExitCode(1);
    });
}

async function validate(file: string): Promise<Verdict> {
  try {
    const { answers, findings } = checkEdi(file, await readInput(file));
    const interchanges = answers.map(({ interchange, answer }) => ({
      standard: interchange.standard,
      controlNumber: interchange.controlNumber,
      verdict: answer.decision.verdict,
      transactions: answer.decision.groups.flatMap((group) =>
        group.transactions.map(({ transaction, verdict }) => ({
          type: transaction.type,
          release: transaction.release,
          controlNumber: transaction.controlNumber,
          verdict,
        })),
      ),
    }));
    const rejected = findings.some((finding) => finding.severity === 'error');
    return { file, verdict: rejected ? 'rejected' : 'accepted', interchanges, findings };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const finding: Finding = { code: error.code, severity: 'error', message: error.message, place: { file } };
    return { file, verdict: 'unreadable', interchanges: [], findings: [finding] };
  }
}

function report({ file, verdict, interchanges, findings }: Verdict): void {
  const transactions = interchanges.flatMap((interchange) => interchange.transactions);
  const what = transactions.map(({ type, release }) => `${type} ${release}`).join(', ');
  const colour = verdict === 'accepted' ? 'green' : 'red';
  print(
    `${file}: ${style(colour, verdict)} (${what === '' ? 'no transaction' : what}; ${counted(findings.length, 'finding')})`,
  );
  printFindings(findings);
}
