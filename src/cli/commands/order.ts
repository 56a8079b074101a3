import type { Command } from 'commander';
import { GatewayError } from '../../common/errors.ts';
import { replayHistory, showOrderAsOf } from '../../pipeline/queries/order-history.ts';
import { cliActor } from '../actor.ts';
import type { CliEnvironment } from '../environment.ts';
import { limitOption } from '../limit-option.ts';
import { ExitCode } from '../exit-code.ts';
import { counted, print, printJson, printList, printTable, style } from '../output.ts';
import { withGateway } from '../with-gateway.ts';
import { listOrders, showOrder } from '../../pipeline/queries/orders.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const order = program.command('order').description('orders and what became of them');
  order
    .command('list')
    .description('orders, newest first')
    .option('--open', 'only those that are not finished')
    .option('--partner <partner>', 'only of this partner')
    .addOption(limitOption())
    .option('--json', 'as JSON')
    .action((options: { open?: boolean; partner?: string; limit: number; json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const { records, next } = await listOrders(store, {
          limit: options.limit,
          ...(options.open === true && { open: true }),
          ...(options.partner !== undefined && { partnerId: options.partner }),
        });
        const none =
          options.open === true || options.partner !== undefined
            ? 'No such orders.'
            : 'No orders. Release one: POST /api/orders, or drop its JSON into inbox/erp/.';
        printList(records, { ...options, next, none }, [
          { title: 'ORDER', value: (record) => record.number },
          { title: 'PARTNER', value: (record) => record.partnerId },
          { title: 'VERSION', value: (record) => String(record.version), align: 'right' },
          { title: 'STATE', value: (record) => record.badge },
          { title: 'VALUE', value: (record) => `${record.totalAmount} ${record.currency}`, align: 'right' },
          { title: 'WANTED', value: (record) => record.requestedDate },
          { title: 'CHANGED', value: (record) => record.updatedAt },
        ]);
      }),
    );
  order
    .command('show <id>')
    .description('one order: its lines, exceptions and history')
    .option('--as-of <instant>', 'the state as it was known then, as JSON')
    .option('--json', 'as JSON')
    .action((id: string, options: { json?: boolean; asOf?: string }) =>
      withGateway(environment, async (gateway) => {
        if (options.asOf !== undefined) {
          printJson(await showOrderAsOf(gateway.store, id, readInstant(options.asOf)));
          return;
        }
        const view = await showOrder(gateway, id);
        if (options.json === true) {
          printJson(view);
          return;
        }
        const { order: record } = view;
        print(
          `${style('bold', record.number)}  ${record.partnerId}  version ${record.version}  ${style('bold', record.badge)}`,
        );
        print('');
        printTable(view.lines, [
          { title: 'LINE', value: (line) => line.id },
          { title: 'ITEM', value: (line) => line.itemId },
          { title: 'ORDERED', value: (line) => line.balance.ordered, align: 'right' },
          { title: 'CONFIRMED', value: (line) => line.balance.confirmed, align: 'right' },
          { title: 'BACKORDER', value: (line) => line.balance.backordered, align: 'right' },
          { title: 'OPEN', value: (line) => line.balance.open, align: 'right' },
          { title: 'SHIPPED', value: (line) => line.announced, align: 'right' },
          { title: 'RECEIVED', value: (line) => line.received, align: 'right' },
          { title: 'INVOICED', value: (line) => line.invoiced, align: 'right' },
        ]);
        for (const exception of view.exceptions) {
          print('');
          print(`${style('yellow', '!')} ${exception.title}   (${exception.id}, ${exception.status})`);
        }
        print('');
        for (const entry of view.timeline.toReversed()) {
          print(`${entry.at}  ${entry.title} ${style('dim', `(${entry.actor})`)}`);
          for (const explanation of entry.explanations) print(`    ${explanation.text}`);
        }
      }),
    );
  order
    .command('reissue <id>')
    .description('writes the newest order document anew, with new control numbers, and sends it')
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .action((id: string, { reason }: { reason: string }) =>
      withGateway(environment, async (gateway) => {
        const { documents } = await showOrder(gateway, id);
        const sent = documents.filter(
          ({ direction, documentType }) =>
            direction === 'outbound' && (documentType === 'order' || documentType === 'orderChange'),
        );
        const newest = sent.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)).at(-1);
        if (newest === undefined)
          throw new GatewayError('NOT_FOUND', `Nothing of order ${id} has been sent yet.`);
        await gateway.reissueDocument(newest.id, reason, cliActor());
        print(`${newest.transactionType} of ${id} is sent again in a new envelope.`);
      }),
    );
  order
    .command('replay <id>')
    .description('decides an order’s history again and tells every difference; exit 1 when there is one')
    .option('--json', 'as JSON')
    .action((id: string, options: { json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const replay = await replayHistory(store, id);
        const differences = [
          ...replay.differingEvents,
          ...replay.differingState.map((name) => `state: ${name}`),
        ];
        if (options.json === true) printJson(replay);
        else if (differences.length === 0)
          print(`${counted(replay.events, 'event')} decided again, no difference.`);
        else differences.forEach(print);
        if (differences.length > 0) throw new ExitCode(1);
      }),
    );
}

function readInstant(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `--as-of takes an instant such as 2026-01-31T08:15:00Z, found "${text}".`,
    );
  }
  return new Date(time).toISOString();
}
