import path from 'node:path';
import type { Command } from 'commander';
import { anchorAudit, verifyAudit } from '../../pipeline/audit.ts';
import type { CliEnvironment } from '../environment.ts';
import { limitOption } from '../limit-option.ts';
import { ExitCode } from '../exit-code.ts';
import { counted, print, printJson, printList, style } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const audit = program.command('audit').description('who did what: the log that cannot be changed unseen');
  audit
    .command('list')
    .description('entries, newest first')
    .addOption(limitOption())
    .option('--json', 'as JSON')
    .action((options: { limit: number; json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const { records, next } = await store.find('audit', {
          orderBy: 'at',
          descending: true,
          limit: options.limit,
        });
        printList(records, { ...options, next }, [
          { title: 'ENTRY', value: (record) => String(Number(record.id)), align: 'right' },
          { title: 'AT', value: (record) => record.at },
          { title: 'WHO', value: (record) => record.actor },
          { title: 'WHAT', value: (record) => record.action },
          { title: 'ON', value: (record) => record.subject },
          { title: 'DETAILS', value: (record) => JSON.stringify(record.details) },
        ]);
      }),
    );
  audit
    .command('verify')
    .description('follows the chain of hashes: any edit, removal or re-ordering is found')
    .option('--anchors <folder>', 'also holds it against anchors that were exported there')
    .option('--json', 'as JSON')
    .action((options: { anchors?: string; json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const tools = await environment.storeTools();
        const anchors =
          options.anchors === undefined ? [] : await tools.readAnchors(path.resolve(options.anchors));
        const { entries, firstBroken } = await verifyAudit(store, anchors);
        if (options.json === true) printJson({ entries, firstBroken: firstBroken ?? null });
        else if (firstBroken === undefined)
          print(`${style('green', 'unbroken')}  ${counted(entries, 'record')}`);
        else
          print(
            `${style('red', 'BROKEN')}  at entry ${Number(firstBroken)}: it was edited, removed or moved`,
          );
        if (firstBroken !== undefined) throw new ExitCode(1);
      }),
    );
  audit
    .command('anchor <folder>')
    .description('writes where the log stands into a folder; TRADELANE_AUDIT_ANCHORS has it done every hour')
    .action((folder: string) =>
      withGateway(environment, async ({ store }) => {
        const anchor = await anchorAudit({ store, clock: { now: () => new Date().toISOString() } });
        if (anchor === undefined) {
          print('The log is empty.');
          return;
        }
        await (await environment.storeTools()).writeAnchor(path.resolve(folder), anchor);
        print(`Entry ${anchor.sequence}, hash ${anchor.hash}`);
      }),
    );
}
