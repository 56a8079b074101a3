import type { Command } from 'commander';
import { dec, formatDecimal } from '../../common/decimal.ts';
import { listExceptions, showException } from '../../pipeline/queries/exceptions.ts';
import type { CliEnvironment } from '../environment.ts';
import { limitOption } from '../limit-option.ts';
import { print, printJson, printList, style } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const exception = program.command('exception').description('what needs a person');
  exception
    .command('list')
    .description('open exceptions, the most urgent first')
    .option('--all', 'resolved ones too')
    .addOption(limitOption())
    .option('--json', 'as JSON')
    .action((options: { all?: boolean; limit: number; json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const status = options.all === true ? 'any' : 'open';
        const { records, next } = await listExceptions(store, { status, limit: options.limit });
        printList(records, { ...options, next, none: 'Nothing needs you.' }, [
          { title: 'EXCEPTION', value: (record) => record.id },
          { title: 'WHAT', value: (record) => record.title },
          { title: 'PARTNER', value: (record) => record.partnerId },
          { title: 'ORDER', value: (record) => record.orderId },
          {
            title: 'AT STAKE',
            value: ({ valueAtStake, currency }) =>
              currency === '' ? '' : `${formatDecimal(dec(valueAtStake), 2)} ${currency}`,
            align: 'right',
          },
          { title: 'OWNER', value: (record) => record.owner },
          { title: 'DUE', value: (record) => record.dueAt },
        ]);
      }),
    );
  exception
    .command('show <id>')
    .description('one exception: evidence, and what can be done')
    .option('--json', 'as JSON')
    .action((id: string, options: { json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const record = await showException(store, id);
        if (options.json === true) {
          printJson(record);
          return;
        }
        print(style('bold', record.title));
        print(record.detail);
        print('');
        print(
          `${record.type} · ${record.severity} · ${record.status} · owner ${record.owner}${record.dueAt === '' ? '' : ` · due ${record.dueAt}`}`,
        );
        print(`priority ${record.priority}: ${record.priorityTerms.map((term) => term.text).join('; ')}`);
        for (const evidence of record.evidence) {
          print('');
          print(`  ${evidence.text}`);
          if (evidence.snippet !== undefined) print(style('dim', `  ${evidence.snippet}`));
        }
        print('');
        print(`Suggested: ${record.suggestedAction}. Possible: ${record.allowedActions.join(', ')}.`);
      }),
    );
}
