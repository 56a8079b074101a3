import type { Command } from 'commander';
import { acknowledgeStream } from '../acknowledge-file.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { openInput } from '../input.ts';
import { remark } from '../output.ts';
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
      const answers = await acknowledgeStream(
        file,
        openInput(file),
        1,
        await readRules(environment, options),
      );
      for (const { controlNumber, bytes } of answers) {
        if (bytes === undefined)
          remark(`Interchange ${controlNumber} holds acknowledgments only: it is not answered.`);
        else process.stdout.write(bytes);
      }
      if (answers.some(({ verdict }) => verdict === 'rejected' || verdict === 'partial'))
        throw new ExitCode(1);
    });
}
