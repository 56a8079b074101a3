import type { Command } from 'commander';
import { listPartnerTokens } from '../pipeline/access/partner-tokens.ts';
import { cliActor } from './actor.ts';
import type { CliEnvironment } from './environment.ts';
import { print, printList, remark } from './output.ts';
import { withGateway } from './with-gateway.ts';

/** `partner token create|list|remove`: what partners' programs call the HTTP API with. */
export function registerTokens(partner: Command, environment: CliEnvironment): void {
  const token = partner.command('token').description('tokens of partners for the HTTP API');
  token
    .command('create <partner> <name>')
    .description('makes a token for the documents of that partner; it is shown this once')
    .action((partnerId: string, name: string) =>
      withGateway(environment, async (gateway) => {
        const settings = gateway.partners.partners.find((one) => one.partner === partnerId);
        const made = await gateway.createPartnerToken({ partnerId, name }, cliActor());
        print(made);
        remark('Give it to the partner by a safe way; it cannot be shown again.');
        if (settings?.channels.some(({ type, enabled }) => type === 'http' && enabled) !== true) {
          remark(`${partnerId} has no channel of type http yet: the token is refused until it has one.`);
        }
      }),
    );
  token
    .command('list')
    .description('every token with its partner; never the token itself')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) =>
      withGateway(environment, async (gateway) => {
        const rows = (await listPartnerTokens(gateway.store)).map(({ name, partnerId, createdAt }) => ({
          name,
          partnerId,
          createdAt,
        }));
        printList(rows, { ...options, none: 'No partner has a token.' }, [
          { title: 'NAME', value: (row) => row.name },
          { title: 'PARTNER', value: (row) => row.partnerId },
          { title: 'CREATED', value: (row) => row.createdAt },
        ]);
      }),
    );
  token
    .command('remove <name>')
    .description('ends a token at once')
    .action((name: string) =>
      withGateway(environment, async (gateway) => {
        await gateway.removePartnerToken(name, cliActor());
        print(`The token "${name}" is removed.`);
      }),
    );
}
