import type { Command } from 'commander';
import { parseFile, toTree } from '../../edi/index.ts';
import { checkEdiBytes } from '../edi-check.ts';
import { printFindings } from '../findings.ts';
import { readInput } from '../input.ts';
import { counted, print, printJson, style } from '../output.ts';

export function register(program: Command): void {
  program
    .command('parse <file>')
    .description(
      'reads an X12 or EDIFACT file ("-" is standard input); --json prints the whole tree, which "write" takes',
    )
    .option('--json', 'as JSON: the tree of src/edi/tree.ts, with the findings of the envelope')
    .action(async (file: string, options: { json?: boolean }) => {
      const bytes = await readInput(file);
      const { findings } = checkEdiBytes(file, bytes);
      const parsed = parseFile(bytes);
      if (options.json === true) {
        printJson({ ...toTree(parsed), findings });
        return;
      }
      for (const interchange of parsed.interchanges) {
        const { standard, version, controlNumber, sender, receiver, groups } = interchange;
        print(
          `${style('bold', standard)} ${version} interchange ${controlNumber} from ${sender.qualifier}/${sender.id} to ${receiver.qualifier}/${receiver.id}`,
        );
        for (const group of groups) {
          if (!group.implicit) print(`  group ${group.controlNumber} ${group.functionalId} ${group.version}`);
          for (const { type, release, controlNumber: number, segments } of group.transactions) {
            print(`    ${type} ${release} ${number}, ${counted(segments.length, 'segment')}`);
          }
        }
      }
      printFindings(findings);
    });
}
