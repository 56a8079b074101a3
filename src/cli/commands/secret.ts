import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { GatewayError } from '../../common/errors.ts';
import type { CliEnvironment } from '../environment.ts';
import { readHidden } from '../hidden-input.ts';
import { readInput } from '../input.ts';
import { print, printList } from '../output.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const secret = program
    .command('secret')
    .description('passwords and private keys, which settings name by { secret: NAME }');
  const open = () => environment.openSecrets(readConfig(environment.variables));
  secret
    .command('set <name>')
    .description(
      'stores a secret, encrypted: typed at the terminal, or from standard input (key.pem has several lines)',
    )
    .option(
      '--hash',
      'stores the scrypt hash only: for a password that a partner logs in to its mailbox with',
    )
    .action(async (name: string, options: { hash?: boolean }) => {
      const given = process.stdin.isTTY ? await askTwice(name) : await readAll();
      const value = options.hash === true ? await environment.hashPassword(given) : given;
      await (await open()).set(name, value);
      print(`${name} is set. A gateway that runs uses it from now on.`);
    });
  secret
    .command('list')
    .description('the names of the secrets that are stored; never their values')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const secrets = await (await open()).list();
      printList(secrets, { ...options, none: 'No secrets are stored.' }, [
        { title: 'SECRET', value: (row) => row.name },
        { title: 'SET', value: (row) => row.updatedAt },
      ]);
    });
  secret
    .command('remove <name>')
    .description('forgets a secret')
    .action(async (name: string) => {
      if (!(await (await open()).remove(name)))
        throw new GatewayError('NOT_FOUND', `There is no secret "${name}".`);
      print(`${name} is removed.`);
    });
}

async function askTwice(name: string): Promise<string> {
  const value = await readHidden(`Value of ${name} (not shown): `);
  if ((await readHidden('Once more: ')) !== value) {
    throw new GatewayError('INVALID_REQUEST', 'The two are not the same; nothing was set.');
  }
  return value;
}

/** The line break that ends a file or an echo belongs to no password. */
async function readAll(): Promise<string> {
  const bytes = await readInput('-');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new GatewayError('INVALID_REQUEST', 'A secret is text (a key in PEM, not DER).', { cause });
  }
}
