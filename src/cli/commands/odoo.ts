import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { GatewayError } from '../../common/errors.ts';
import type { ConnectedErp, ErpCheckStep } from '../../pipeline/ports/connected-erp.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { counted, print, printJson, printTable, style } from '../output.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const odoo = program.command('odoo').description('Odoo as the ERP: what it lacks, reading, comparing');
  odoo
    .command('check')
    .description('tries step by step what the exchange with Odoo needs; exit 1 when a step fails')
    .option('--partner <partner>', 'also what orders to this partner need')
    .option('--json', 'as JSON')
    .action((options: { partner?: string; json?: boolean }) =>
      withOdoo(environment, (erp) => check(erp, options)),
    );
  odoo
    .command('sync')
    .description('reads once what has changed in Odoo, beside the readings of a gateway that runs')
    .requiredOption('--once', 'one reading; a gateway that runs reads by itself')
    .option('--full', 'everything that is open on either side, not only what was written since')
    .option('--json', 'as JSON')
    .action((options: { full?: boolean; json?: boolean }) =>
      withOdoo(environment, (erp) => sync(erp, options)),
    );
  odoo
    .command('reconcile')
    .description('compares orders, receipts and bills on both sides; exit 1 when something differs')
    .option('--repair', 'mends what the gateway owns; the rest becomes a change of the order or an exception')
    .option('--order <number...>', 'only these orders')
    .option('--json', 'as JSON')
    .action((options: { repair?: boolean; order?: string[]; json?: boolean }) =>
      withOdoo(environment, (erp) => reconcile(erp, options)),
    );
}

/** Opens the installation beside a running gateway, with its connection to Odoo. */
async function withOdoo(
  environment: CliEnvironment,
  command: (erp: ConnectedErp) => Promise<void>,
): Promise<void> {
  const opened = await environment.openGateway({ mode: 'read', config: readConfig(environment.variables) });
  try {
    if (opened.erp === undefined) {
      throw new GatewayError(
        'CONFIG_INVALID',
        'No Odoo is set up: write odoo.yaml, or set TRADELANE_ODOO_URL, TRADELANE_ODOO_DATABASE and TRADELANE_ODOO_API_KEY (docs/odoo.md).',
      );
    }
    await command(opened.erp);
  } finally {
    await opened.close();
  }
}

const MARKS: Readonly<Record<ErpCheckStep['result'], string>> = {
  ok: style('green', 'ok  '),
  missing: style('yellow', 'miss'),
  failed: style('red', 'FAIL'),
};

async function check(erp: ConnectedErp, options: { partner?: string; json?: boolean }): Promise<void> {
  const steps: ErpCheckStep[] = [];
  for await (const step of erp.check(options.partner)) {
    steps.push(step);
    if (options.json !== true) print(`${MARKS[step.result]}  ${step.name.padEnd(12)} ${step.text}`);
  }
  if (options.json === true) printJson(steps);
  if (steps.some(({ result }) => result === 'failed')) throw new ExitCode(1);
}

async function sync(erp: ConnectedErp, options: { full?: boolean; json?: boolean }): Promise<void> {
  const report = await erp.read({ full: options.full ?? false });
  if (options.json === true) {
    printJson(report);
    return;
  }
  const found = Object.entries(report.orders).filter(([, number]) => number !== undefined && number > 0);
  for (const [result, number = 0] of found) print(`${counted(number, 'order')} ${RESULTS[result] ?? result}`);
  print(`${counted(report.receipts, 'receipt')} new`);
  if (report.masterData !== undefined) print(`${report.masterData} rates and prices new`);
}

const RESULTS: Readonly<Record<string, string>> = {
  noPartner: 'of vendors that are no partner',
  incomplete: 'that cannot be sent yet: see the exceptions',
  refused: 'refused: see the exceptions',
};

async function reconcile(
  erp: ConnectedErp,
  options: { repair?: boolean; order?: string[]; json?: boolean },
): Promise<void> {
  const { orders, busy, differences } = await erp.reconcile({
    repair: options.repair ?? false,
    ...(options.order !== undefined && { orderIds: options.order }),
  });
  if (options.json === true) printJson({ orders, busy, differences });
  else {
    printTable(differences, [
      { title: 'ORDER', value: (row) => row.orderId },
      { title: 'LINE', value: (row) => row.lineId ?? '' },
      { title: 'WHAT', value: (row) => row.kind },
      { title: 'HERE', value: (row) => row.ours },
      { title: 'ODOO', value: (row) => row.theirs },
      { title: 'STATE', value: (row) => (row.repaired ? 'mended' : 'differs') },
    ]);
    const left = busy === 0 ? '' : `; ${counted(busy, 'order')} left out, something is still to be written`;
    print(`${counted(orders, 'order')} compared, ${counted(differences.length, 'difference')}${left}`);
  }
  if (differences.some(({ repaired }) => !repaired)) throw new ExitCode(1);
}
