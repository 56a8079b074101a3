import { Command, CommanderError } from 'commander';
import { GatewayError } from '../common/errors.ts';
import { productVersion } from '../product-version.ts';
import type { CliEnvironment } from './environment.ts';
import { remark, style } from './output.ts';
import { ExitCode } from './exit-code.ts';

type Register = (program: Command, environment: CliEnvironment) => void;

/** Commands are loaded only for the run that needs them: `parse` starts no store and no web server. */
const COMMANDS: Record<string, () => Promise<{ register: Register }>> = {
  start: () => import('./commands/start.ts'),
  demo: () => import('./commands/demo.ts'),
  doctor: () => import('./commands/doctor.ts'),
  parse: () => import('./commands/parse.ts'),
  write: () => import('./commands/write.ts'),
  validate: () => import('./commands/validate.ts'),
  ack: () => import('./commands/ack.ts'),
  map: () => import('./commands/map.ts'),
  partner: () => import('./commands/partner.ts'),
  channel: () => import('./commands/channel.ts'),
  secret: () => import('./commands/secret.ts'),
  token: () => import('./commands/token.ts'),
  order: () => import('./commands/order.ts'),
  file: () => import('./commands/file.ts'),
  repeat: () => import('./commands/repeat.ts'),
  exception: () => import('./commands/exception.ts'),
  work: () => import('./commands/work.ts'),
  audit: () => import('./commands/audit.ts'),
  store: () => import('./commands/store.ts'),
  claim: () => import('./commands/claim.ts'),
  as2: () => import('./commands/as2.ts'),
  match: () => import('./commands/match.ts'),
  odoo: () => import('./commands/odoo.ts'),
};

/**
 * Runs one command line and returns the exit status: 0 done, 1 done and the answer is "no" (a file is rejected, a check
 * found something), 2 it could not be done.
 */
export async function runProgram(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const program = new Command('tradelane')
    .description('EDI and supplier-collaboration gateway: from a confirmed order to a matched invoice')
    .version(productVersion(), '-V, --version', 'the version of Tradelane')
    .showHelpAfterError('(tradelane --help, tradelane COMMAND --help)')
    .exitOverride();
  const wanted = args[0] ?? '';
  const load = Object.hasOwn(COMMANDS, wanted) ? [COMMANDS[wanted]!] : Object.values(COMMANDS);
  for (const command of load) (await command()).register(program, environment);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof ExitCode) return error.status;
  // Commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof GatewayError) {
    remark(`${style('red', error.code)}: ${error.message}`);
    return 2;
  }
  // A file or folder that is not as it should be is no mistake of the program: where it happened in it helps nobody.
  if (error instanceof Error && 'path' in error) {
    remark(`FILE_UNREADABLE: ${error.message}`);
    return 2;
  }
  remark(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 2;
}
