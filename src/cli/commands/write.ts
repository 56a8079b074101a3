import type { Command } from 'commander';
import * as z from 'zod';
import { GatewayError } from '../../common/errors.ts';
import { hasErrors } from '../../common/finding.ts';
import { writeTree } from '../../edi/index.ts';
import type { EdiTree } from '../../edi/index.ts';
import { ExitCode } from '../exit-code.ts';
import { describePlace } from '../findings.ts';
import { readJson } from '../input.ts';
import { remark } from '../output.ts';

/** Enough to tell a tree from other JSON; the writer reports what else is wrong in it. */
const tree = z.looseObject({
  format: z.literal('edi-tree/1'),
  interchanges: z.array(z.looseObject({})),
  after: z.string(),
});

export function register(program: Command): void {
  program
    .command('write <tree>')
    .description(
      'writes the EDI file of a tree as "parse --json" prints it ("-" is standard input), byte for byte',
    )
    .action(async (file: string) => {
      const result = tree.safeParse(await readJson(file));
      if (!result.success) {
        throw new GatewayError(
          'INVALID_REQUEST',
          `${file} is no tree of "tradelane parse --json": ${z.prettifyError(result.error)}`,
        );
      }
      const { bytes, findings } = writeTree(result.data as unknown as EdiTree);
      for (const finding of findings)
        remark(`${describePlace(finding.place)}: ${finding.severity}: ${finding.message}`);
      if (hasErrors(findings)) throw new ExitCode(1);
      process.stdout.write(bytes);
    });
}
