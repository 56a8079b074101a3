import type { Command } from 'commander';
import type { CliEnvironment } from '../environment.ts';
import { print, printJson, printTable, style } from '../output.ts';
import { withGateway } from '../with-gateway.ts';
import { listOrders, showOrder } from '../../pipeline/queries/orders.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const order = program.command('order').description('orders and what became of them');
  order
    .command('list')
    .description('orders, newest first')
    .option('--open', 'only those that are not finished')
    .option('--partner <partner>', 'only of this partner')
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'as JSON')
    .action((options: { open?: boolean; partner?: string; limit: string; json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const { records } = await listOrders(store, {
          limit: Number(options.limit),
          ...(options.open === true && { open: true }),
          ...(options.partner !== undefined && { partnerId: options.partner }),
        });
        if (options.json === true) return printJson(records);
        if (records.length === 0) return print('No orders. Release one: POST /api/orders, or drop its JSON into inbox/erp/.');
        printTable(records, [
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
    .option('--json', 'as JSON')
    .action((id: string, options: { json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const view = await showOrder(store, id);
        if (options.json === true) return printJson(view);
        const { order: record } = view;
        print(`${style('bold', record.number)}  ${record.partnerId}  version ${record.version}  ${style('bold', record.badge)}`);
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
}
