import type { Command } from 'commander';
import { GatewayError } from '../../common/errors.ts';
import { readChannelStates } from '../../pipeline/channels/channel-states.ts';
import type { ChannelStatus } from '../../pipeline/channels/channel-status.ts';
import type { Gateway } from '../../pipeline/gateway.ts';
import type { ChannelTestStep } from '../../pipeline/ports/transport.ts';
import type { CliEnvironment } from '../environment.ts';
import { ExitCode } from '../exit-code.ts';
import { print, printJson, printTable, style } from '../output.ts';
import { withGateway } from '../with-gateway.ts';

export function register(program: Command, environment: CliEnvironment): void {
  const channel = program.command('channel').description('the ways by which partners are reached');
  channel
    .command('list')
    .description('every channel of every partner, and which do not work')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => withGateway(environment, (gateway) => list(gateway, options)));
  channel
    .command('test <partner>')
    .description('tries step by step what polls and deliveries need; exit 1 when a step fails')
    .option('--channel <name>', 'only this one of its channels')
    .option('--json', 'as JSON')
    .action((partner: string, options: { channel?: string; json?: boolean }) =>
      withGateway(environment, (gateway) => test(gateway, partner, options)),
    );
}

async function list(gateway: Gateway, options: { json?: boolean }): Promise<void> {
  const { records } = await gateway.store.find('exceptions', {
    where: { type: 'CIRCUIT_OPEN', status: { in: ['open', 'snoozed'] } },
    limit: 1_000,
  });
  const own = gateway.listChannels();
  const states = await readChannelStates(gateway.store, own, new Date().toISOString());
  const rows = states.map((row) => ({
    ...settingsOf(row),
    // This process has no counts of its own: they are those that running gateways have told.
    ...(!own.includes(row) && { running: runningOf(row) }),
    troubles: records
      .filter(
        ({ partnerId, fingerprint }) => partnerId === row.partnerId && fingerprint.includes(`|${row.name}/`),
      )
      .map(({ detail }) => detail),
  }));
  if (options.json === true) {
    printJson(rows);
    return;
  }
  printTable(rows, [
    { title: 'PARTNER', value: (row) => row.partnerId },
    { title: 'CHANNEL', value: (row) => row.name },
    { title: 'TYPE', value: (row) => row.type },
    { title: 'FILES', value: (row) => [row.receive && 'in', row.send && 'out'].filter(Boolean).join(', ') },
    { title: 'SENDS', value: (row) => (row.send ? (row.documents?.join(' ') ?? 'all') : '') },
    { title: 'EVERY', value: (row) => (row.receive ? `${row.pollSeconds} s` : ''), align: 'right' },
    {
      title: 'STATE',
      value: (row) => (isBroken(row) ? 'does not work' : row.state === 'off' ? 'off' : 'on'),
      style: (row) => (isBroken(row) ? 'red' : undefined),
    },
    { title: 'IN', value: (row) => String(row.running?.filesIn ?? ''), align: 'right' },
    { title: 'OUT', value: (row) => String(row.running?.filesOut ?? ''), align: 'right' },
  ]);
  for (const trouble of rows.flatMap(({ troubles }) => troubles)) print(`\n${trouble}`);
}

function isBroken({ troubles, running }: { troubles: string[]; running?: { state: string } }): boolean {
  return troubles.length > 0 || running?.state === 'failing';
}

/** What the gateways that run have told; counts since they were started. */
function runningOf({ state, failuresInARow, report }: ChannelStatus) {
  return {
    state,
    filesIn: report?.inbound.files ?? 0,
    filesOut: report?.outbound.files ?? 0,
    failuresInARow,
    circuit: report?.circuit ?? 'closed',
  };
}

function settingsOf({ partnerId, name, type, receive, send, documents, pollSeconds, state }: ChannelStatus) {
  return {
    partnerId,
    name,
    type,
    receive,
    send,
    ...(documents !== undefined && { documents }),
    pollSeconds,
    state: state === 'off' ? ('off' as const) : ('on' as const),
  };
}

async function test(
  gateway: Gateway,
  partner: string,
  { channel, json = false }: { channel?: string; json?: boolean },
): Promise<void> {
  const tests: { channel: string; ok: boolean; steps: ChannelTestStep[] }[] = [];
  for (const name of namesOf(gateway, partner, channel)) {
    const steps: ChannelTestStep[] = [];
    if (!json) print(style('bold', `${partner}, channel ${name}`));
    for await (const step of gateway.testChannel(partner, name)) {
      steps.push(step);
      if (!json) printStep(step);
    }
    tests.push({ channel: name, ok: steps.every(({ ok }) => ok), steps });
  }
  if (json) printJson(tests);
  if (tests.some(({ ok }) => !ok)) throw new ExitCode(1);
}

function namesOf(gateway: Gateway, partner: string, channel: string | undefined): string[] {
  if (channel !== undefined) return [channel];
  const channels = gateway.listChannels().filter(({ partnerId }) => partnerId === partner);
  if (channels.length === 0) throw new GatewayError('NOT_FOUND', `There is no partner "${partner}".`);
  const names = channels.filter(({ state }) => state !== 'off').map(({ name }) => name);
  if (names.length > 0) return names;
  throw new GatewayError('INVALID_REQUEST', `Every channel of ${partner} is off in its partner.yaml.`);
}

function printStep({ name, ok, text, durationMs }: ChannelTestStep): void {
  const mark = ok ? style('green', 'ok  ') : style('red', 'FAIL');
  print(`${mark}  ${name.padEnd(10)} ${`${durationMs} ms`.padStart(8)}  ${text}`);
}
