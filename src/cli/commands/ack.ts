import type { Command } from 'commander';
import { acknowledgeFile } from '../acknowledge-file.ts';
import { ExitCode } from '../exit-code.ts';
import { readInput } from '../input.ts';
import { remark } from '../output.ts';

export function register(program: Command): void {
  program
    .command('ack <file>')
    .description(
      'prints the acknowledgment (997, TA1, CONTRL) that we would return; exit 0 accepted, 1 rejected',
    )
    .action(async (file: string) => {
      const answers = acknowledgeFile(file, await readInput(file), 1);
      for (const { controlNumber, bytes } of answers) {
        if (bytes === undefined)
          remark(`Interchange ${controlNumber} holds acknowledgments only: it is not answered.`);
        else process.stdout.write(bytes);
      }
      if (answers.some(({ verdict }) => verdict === 'rejected' || verdict === 'partial'))
        throw new ExitCode(1);
    });
}
