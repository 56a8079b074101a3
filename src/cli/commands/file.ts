import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { readPieces } from '../../pipeline/ports/file-content.ts';
import { listFiles, readFileContent } from '../../pipeline/queries/files.ts';
import { cliActor } from '../actor.ts';
import type { CliEnvironment } from '../environment.ts';
import { limitOption } from '../limit-option.ts';
import { print, printJson, printList } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const file = program.command('file').description('files that came in and went out');
  file
    .command('list')
    .description('files, newest first')
    .option('--partner <partner>', 'only of this partner')
    .addOption(limitOption())
    .option('--json', 'as JSON')
    .action((options: { partner?: string; limit: number; json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const { records, next } = await listFiles(store, {
          limit: options.limit,
          ...(options.partner !== undefined && { partnerId: options.partner }),
        });
        printList(
          records,
          { ...options, next, none: options.partner === undefined ? 'No files yet.' : 'No such files.' },
          [
            { title: 'FILE', value: (record) => record.id },
            { title: 'WAY', value: (record) => record.direction },
            { title: 'PARTNER', value: (record) => record.partnerId },
            { title: 'NAME', value: (record) => record.name },
            { title: 'STATE', value: (record) => record.status },
            { title: 'AT', value: (record) => record.createdAt },
          ],
        );
      }),
    );
  file
    .command('show <id>')
    .description('writes the bytes of a file, as it came in or went out, to standard output')
    .action((id: string) =>
      withGateway(environment, async ({ store }) => {
        const { content } = await readFileContent(store, id);
        await pipeline(Readable.from(readPieces(content)), process.stdout, { end: false });
      }),
    );
  file
    .command('reprocess <id>')
    .description(
      'runs what came in again with the maps and partners of today; only what is missing is applied',
    )
    .requiredOption('--reason <text>', 'what was mended; kept in the audit log')
    .action((id: string, { reason }: { reason: string }) =>
      withGateway(environment, async (gateway) => {
        await gateway.reprocessFile(id, reason, cliActor());
        print(`${id} is processed again.`);
      }),
    );
  file
    .command('retransmit <id>')
    .description('sends the same bytes with the same control numbers once more')
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .action((id: string, { reason }: { reason: string }) =>
      withGateway(environment, async (gateway) => {
        await gateway.retransmitFile(id, reason, cliActor());
        print(`${id} is sent once more.`);
      }),
    );
  file
    .command('replay <id>')
    .description('what if it came in today: nothing is kept and nothing leaves')
    .action((id: string) =>
      withGateway(environment, async (gateway) => printJson(await gateway.replayFile(id))),
    );
  file
    .command('erase <id>')
    .description('erases its bytes and what its documents say, for good; hashes, receipts and decisions stay')
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .action((id: string, { reason }: { reason: string }) =>
      withGateway(environment, async (gateway) => {
        await gateway.eraseFile(id, reason, cliActor());
        print(`What ${id} held is erased.`);
      }),
    );
}
