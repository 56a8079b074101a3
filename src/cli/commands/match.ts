import type { Command } from 'commander';
import { showInvoice } from '../../pipeline/queries/invoices.ts';
import { explain } from '../../tracking/match/explain.ts';
import type { CliEnvironment } from '../environment.ts';
import { print, printJson } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const match = program.command('match').description('the three-way match of order, receipt and invoice');
  match
    .command('explain <invoice>')
    .description('why an invoice was approved or held: every check with its numbers')
    .option('--json', 'as JSON')
    .action((invoice: string, options: { json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const { decisions } = await showInvoice(store, invoice);
        if (options.json === true) return printJson(decisions);
        const newest = decisions[0];
        print(newest === undefined ? 'Not decided yet.' : explain(newest.decision));
        if (decisions.length > 1) print(`\n${decisions.length - 1} earlier: --json shows every decision.`);
      }),
    );
}
