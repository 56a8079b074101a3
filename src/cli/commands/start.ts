import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { collectGarbage } from '../collect-garbage.ts';
import type { CliEnvironment } from '../environment.ts';
import { outliveReader, print, remark, style } from '../output.ts';
import { listUnknownSettings } from '../unknown-settings.ts';

export function register(program: Command, environment: CliEnvironment): void {
  program
    .command('start')
    .description('run the gateway: channels, workers, API and console, until Ctrl-C')
    .option('--roles <roles>', 'of several gateways on one MongoDB, what this one does: transport,worker,web')
    .action(async ({ roles }: { roles?: string }) => {
      const config = readConfig({
        ...environment.variables,
        ...(roles !== undefined && { TRADELANE_ROLES: roles }),
      });
      for (const text of await listUnknownSettings(environment)) remark(text);
      outliveReader();
      const running = await environment.openGateway({ mode: 'serve', config });
      collectGarbage();
      const { partners } = running.gateway.partners;
      print('');
      print(`${style('bold', 'Tradelane')} is running.`);
      print('');
      print(`  Console   ${style('cyan', running.signInUrl ?? running.url ?? '')}`);
      print(`  API       ${running.url ?? ''}/api   (documented in ${running.url ?? ''}/api/openapi.json)`);
      print(`  Partners  ${partners.map((partner) => partner.partner).join(', ')}`);
      print(`  Folders   inbox/<partner>/ is watched, outbox/<partner>/ is written`);
      if (running.as2 !== undefined) {
        print(`  AS2       http://${config.as2Host}:${running.as2.port}/ for partners' messages`);
      }
      if (running.mailboxes !== undefined) {
        const { port, hostKeys } = running.mailboxes;
        print(
          `  SFTP      ${config.sftpHost}:${port} for partners' mailboxes, host key ${hostKeys[0] ?? ''}`,
        );
      }
      print(`  Data      ${config.dataFolder}`);
      print('');
      print(
        `Try next: ${style('bold', 'npm run demo')} in a second terminal plays orders, answers, shipments and invoices with`,
      );
      print(
        'these partners; then open the console and work the exceptions. Ctrl-C stops the gateway; the data stays.',
      );
      await ended();
      print('Stopping: finishing what is in hand …');
      await running.close();
    });
}

/** Resolves on the first SIGINT or SIGTERM. */
function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
