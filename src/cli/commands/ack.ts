import type { Command } from 'commander';
import { acknowledgeStream } from '../acknowledge-file.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { openInput } from '../input.ts';
import { printBytes, remark } from '../output.ts';
import { readRules } from '../partner-rules.ts';
import type { RuleOptions } from '../partner-rules.ts';

export function register(program: Command, environment: CliEnvironment): void {
  program
    .command('ack <file>')
    .description(
      'prints the acknowledgment (997, TA1, CONTRL) that we would return; exit 0 accepted, 1 rejected',
    )
    .option('--partner <id>', 'with the leniency, the restrictions and the answers agreed with this partner')
    .option('--dictionaries <folder>', 'with the dictionaries of this folder in place of dictionaries/')
    .action(async (file: string, options: RuleOptions) => {
      const rules = await readRules(environment, options);
      let rejected = false;
      for await (const { controlNumber, verdict, pieces } of acknowledgeStream(
        file,
        openInput(file),
        1,
        rules,
      )) {
        rejected ||= verdict === 'rejected' || verdict === 'partial';
        let answered = false;
        for (const piece of pieces) {
          answered = true;
          await printBytes(piece);
        }
        if (!answered) remark(`Interchange ${controlNumber} holds acknowledgments only: it is not answered.`);
      }
      if (rejected) throw new ExitCode(1);
    });
}
