import type { Command } from 'commander';
import { listWork } from '../../pipeline/queries/work.ts';
import { cliActor } from '../actor.ts';
import type { CliEnvironment } from '../environment.ts';
import { limitOption } from '../limit-option.ts';
import { print, printList } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const work = program
    .command('work')
    .description('what is to be done outside and inside, and what was given up');
  work
    .command('list')
    .description('what was given up, newest first')
    .option('--all', 'everything')
    .addOption(limitOption())
    .option('--json', 'as JSON')
    .action((options: { all?: boolean; limit: number; json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const status = options.all === true ? undefined : 'dead';
        const { records, next } = await listWork(store, { status, limit: options.limit });
        printList(records, { ...options, next, none: 'Nothing was given up.' }, [
          { title: 'WORK', value: (item) => item.id },
          { title: 'KIND', value: (item) => item.kind },
          { title: 'PARTNER', value: (item) => item.partnerId },
          { title: 'STATE', value: (item) => item.status },
          { title: 'ATTEMPTS', value: (item) => String(item.attempts), align: 'right' },
          { title: 'LAST', value: (item) => item.history.at(-1)?.message ?? '' },
        ]);
      }),
    );
  work
    .command('redrive <id>')
    .description('takes up again what was given up, with the same content and key')
    .requiredOption('--reason <text>', 'what has changed since; kept in the audit log')
    .action((id: string, { reason }: { reason: string }) =>
      withGateway(environment, async (gateway) => {
        await gateway.redriveWork(id, reason, cliActor());
        print(`${id} is taken up again.`);
      }),
    );
  work
    .command('discard <id>')
    .description('gives up for good what was given up, so that what stands behind it goes on')
    .requiredOption('--reason <text>', 'why it is not wanted any more; kept in the audit log')
    .action((id: string, { reason }: { reason: string }) =>
      withGateway(environment, async (gateway) => {
        await gateway.discardWork(id, reason, cliActor());
        print(`${id} is discarded.`);
      }),
    );
}
