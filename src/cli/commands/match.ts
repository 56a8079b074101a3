import type { Command } from 'commander';
import { GatewayError } from '../../common/errors.ts';
import { matchWhatIf, recomputeAll } from '../../pipeline/queries/match-history.ts';
import { showInvoice } from '../../pipeline/queries/invoices.ts';
import type { InvoiceView } from '../../pipeline/queries/invoices.ts';
import { explain } from '../../tracking/match/explain.ts';
import type { MatchPolicy } from '../../tracking/match/policy.ts';
import { parseToleranceChange } from '../../tracking/match/what-if.ts';
import type { WhatIf } from '../../tracking/match/what-if.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { counted, print, printJson, printTable, remark } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const match = program.command('match').description('the three-way match of order, receipt and invoice');
  match
    .command('explain <invoice>')
    .description('why an invoice was approved or held: every check with its numbers')
    .option('--json', 'as JSON')
    .action((invoice: string, options: { json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const view = await showInvoice(store, invoice);
        const { decisions } = view;
        if (options.json === true) {
          printJson(decisions);
          return;
        }
        const newest = decisions[0];
        print(newest === undefined ? 'Not decided yet.' : explain(newest.decision));
        printSince(view);
        if (decisions.length > 1) print(`\n${decisions.length - 1} earlier: --json shows every decision.`);
      }),
    );
  match
    .command('recompute')
    .description('decides every match decision on record again from its own input; exit 1 when one differs')
    .requiredOption('--all', 'all decisions')
    .option('--json', 'as one line of JSON: how many decisions, how many differences')
    .action((options: { json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const { decisions, differences } = await recomputeAll(store);
        const count = differences.length;
        print(
          options.json === true
            ? JSON.stringify({ decisions, differences: count })
            : `${counted(decisions, 'decision')} recomputed, ${count} differ.`,
        );
        for (const { invoiceId, paths } of differences) remark(`  ${invoiceId}: ${paths.join(', ')}`);
        if (count > 0) throw new ExitCode(1);
      }),
    );
  match
    .command('what-if')
    .description('which invoices would be decided otherwise under another tolerance; nothing is written')
    .requiredOption('--tolerance <limit>', 'such as price.upperPct=3; may be given several times', collect)
    .option('--since <days>', 'decisions of the last so many days', '90d')
    .option('--partner <id>', 'of one partner')
    .option('--json', 'as JSON')
    .action((options: { tolerance: string[]; since: string; partner?: string; json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const changes = options.tolerance.map(parseToleranceChange);
        const days = /^(\d+)d?$/.exec(options.since)?.[1];
        if (changes.includes(undefined) || days === undefined) {
          throw new GatewayError(
            'INVALID_REQUEST',
            `--tolerance takes CHECK.LIMIT=NUMBER such as price.upperPct=3 or invoiceTotal.upperAbs=50, --since a number of days such as 90d; found "${options.tolerance.join(' ')}", "${options.since}".`,
          );
        }
        const since = new Date(Date.now() - Number(days) * 86_400_000).toISOString();
        const change = (policy: MatchPolicy) =>
          changes.reduce((changed, one) => one?.(changed) ?? changed, policy);
        const result = await matchWhatIf(store, { since, partnerId: options.partner }, change);
        if (options.json === true) printJson(result);
        else printWhatIf(result);
      }),
    );
}

/** What people and the gateway made of the decision. */
function printSince({ invoice: { status, holds, payments, currency }, claims }: InvoiceView): void {
  const done = [
    ...holds.flatMap(({ type, status: now, approvals }) => [
      ...approvals.map(({ action, by, at, reason }) => `${at}  ${type}: ${action} by ${by} (${reason})`),
      ...(now === 'open' ? [] : [`${type} is ${now}`]),
    ]),
    ...payments.map(({ at, kind, amount }) => `${at}  released to the ERP: ${kind}, ${amount} ${currency}`),
    ...claims.map(({ number, state, value }) => `claim ${number} over ${value} ${currency}: ${state}`),
  ];
  print(`\nStands at ${status}`);
  for (const line of done) print(`  ${line}`);
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function printWhatIf({ considered, changed, stillHeld, money }: WhatIf): void {
  print(`${counted(considered, 'invoice')} considered, ${changed.length} would be decided otherwise.`);
  if (changed.length > 0) {
    printTable(changed, [
      { title: 'INVOICE', value: (row) => row.number },
      { title: 'SUPPLIER', value: (row) => row.supplierId },
      { title: 'WAS', value: (row) => `${row.before.outcome} ${row.before.payable} ${row.currency}` },
      { title: 'WOULD BE', value: (row) => `${row.after.outcome} ${row.after.payable} ${row.currency}` },
    ]);
  }
  for (const [currency, value] of Object.entries(money))
    print(`Payable by the match would change by ${value} ${currency}.`);
  if (stillHeld.length === 0) return;
  print(`\n${counted(stillHeld.length, 'invoice')} would pass this check and still be held by another:`);
  printTable(stillHeld, [
    { title: 'INVOICE', value: (row) => row.number },
    { title: 'SUPPLIER', value: (row) => row.supplierId },
    { title: 'HELD BY', value: (row) => row.codes.join(', ') },
  ]);
}
