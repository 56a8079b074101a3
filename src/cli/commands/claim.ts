import type { Command } from 'commander';
import { localDate } from '../../common/calendar.ts';
import type { PartnerSet } from '../../partners/partner-set.ts';
import { companyZone } from '../../partners/resolve-policy.ts';
import type { SupplierClaimRecord } from '../../pipeline/orders/order-records.ts';
import { listClaims, showClaim } from '../../pipeline/queries/claims.ts';
import { actionsOn } from '../../tracking/claims/claim-life.ts';
import { cliActor } from '../actor.ts';
import type { CliEnvironment } from '../environment.ts';
import { limitOption } from '../limit-option.ts';
import { print, printJson, printList, style } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const claim = program.command('claim').description('what is claimed from suppliers');
  claim
    .command('list')
    .description('claims that are not settled, the newest first')
    .option('--all', 'settled ones too')
    .option('--partner <id>', 'of one partner')
    .option('--order <id>', 'about one order')
    .addOption(limitOption())
    .option('--json', 'as JSON')
    .action((options: { all?: boolean; partner?: string; order?: string; limit: number; json?: boolean }) =>
      withGateway(environment, async ({ store, partners }) => {
        const { records, next } = await listClaims(store, {
          ...(options.all === true ? {} : { state: 'live' }),
          partnerId: options.partner,
          orderId: options.order,
          limit: options.limit,
        });
        printList(records, { ...options, next, none: 'Nothing is claimed.' }, [
          { title: 'CLAIM', value: (record) => record.number },
          { title: 'KIND', value: (record) => record.kind },
          { title: 'STATE', value: (record) => record.state },
          { title: 'PARTNER', value: (record) => record.partnerId },
          { title: 'ORDER', value: (record) => record.orderId },
          { title: 'CLAIMED', value: (record) => `${record.value} ${record.currency}`, align: 'right' },
          { title: 'CREDITED', value: (record) => record.credited, align: 'right' },
          { title: 'DUE', value: (record) => dueDate(record, partners) },
        ]);
      }),
    );
  claim
    .command('show <number>')
    .description('one claim: goods, credits, and what happened')
    .option('--json', 'as JSON')
    .action((number: string, options: { json?: boolean }) =>
      withGateway(environment, async ({ store, partners }) => {
        const record = await showClaim(store, number);
        if (options.json === true) {
          printJson(record);
          return;
        }
        const { currency } = record;
        print(style('bold', `${record.number}: ${record.kind}, ${record.state}`));
        print(
          `${record.partnerId} · order ${record.orderId}${record.invoiceId === '' ? '' : ` · invoice ${record.invoiceId}`}`,
        );
        print(
          `${record.value} ${currency} claimed, ${record.credited} ${currency} credited` +
            (record.dueAt === '' ? '' : `, due ${dueDate(record, partners)}`),
        );
        print('');
        for (const line of record.lines) {
          const what = line.lineId === '' ? 'whole invoice' : `line ${line.lineId}`;
          const goods = line.quantity === '0' ? '' : `, ${line.quantity} ${line.unit ?? ''}`.trimEnd();
          print(`  ${what}${goods}: ${line.amount} ${currency}, credited ${line.credited}`);
        }
        print('');
        for (const entry of record.history)
          print(`  ${entry.at}  ${entry.action} by ${entry.by}: ${entry.text}`);
        const possible = actionsOn(record);
        if (possible.length > 0) print(`\nPossible: ${possible.join(', ')}.`);
      }),
    );
  claim
    .command('close <number>')
    .description('ends a claim with a reason')
    .requiredOption('--reason <text>', 'why; kept with your name')
    .option('--write-off', 'the loss is ours')
    .action((number: string, options: { reason: string; writeOff?: boolean }) =>
      withGateway(environment, async (gateway) => {
        const action = options.writeOff === true ? 'writeOff' : 'close';
        const actor = cliActor();
        await gateway.decideClaim(number, { action, reason: options.reason }, actor);
        const { state } = await showClaim(gateway.store, number);
        print(`${number} is ${state}.`);
      }),
    );
}

/** In the company's zone; '' where nothing is due. */
function dueDate({ dueAt }: SupplierClaimRecord, { company }: PartnerSet): string {
  return dueAt === '' ? '' : localDate(dueAt, companyZone(company));
}
