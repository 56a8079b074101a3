import type { Command } from 'commander';
import { Option } from 'commander';
import { ACCESS_ROLES } from '../../pipeline/access/access-token-record.ts';
import { listAccessTokens } from '../../pipeline/access/access-tokens.ts';
import type { AccessRole } from '../../pipeline/access/access-token-record.ts';
import { cliActor } from '../actor.ts';
import type { CliEnvironment } from '../environment.ts';
import { print, printList, remark } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const token = program
    .command('token')
    .description('who may call the API and the console of this installation');
  token
    .command('create <name>')
    .description('makes a token; it is shown this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ACCESS_ROLES).default('operator'))
    .action((name: string, { role }: { role: AccessRole }) =>
      withGateway(environment, async (gateway) => {
        print(await gateway.createAccessToken({ name, role }, cliActor()));
        remark(
          'It cannot be shown again. Sign in to the console with it, or send it as "Authorization: Bearer …".',
        );
      }),
    );
  token
    .command('list')
    .description('every token by name; never the token itself')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) =>
      withGateway(environment, async ({ store }) => {
        const rows = (await listAccessTokens(store)).map(({ name, role, createdAt }) => ({
          name,
          role,
          createdAt,
        }));
        printList(rows, options, [
          { title: 'NAME', value: (row) => row.name },
          { title: 'ROLE', value: (row) => row.role },
          { title: 'CREATED', value: (row) => row.createdAt },
        ]);
      }),
    );
  token
    .command('remove <name>')
    .description('ends a token and the sessions that were opened with it, on every gateway at once')
    .action((name: string) =>
      withGateway(environment, async (gateway) => {
        await gateway.removeAccessToken(name, cliActor());
        print(`The token "${name}" is removed.`);
      }),
    );
}
