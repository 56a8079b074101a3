import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import type { Config } from '../../config.ts';
import { loadPartners } from '../../partners/load-partners.ts';
import { readPartnerFiles } from '../../partners/read-partner-files.ts';
import { createMapLibrary } from '../../pipeline/create-map-library.ts';
import { GatewayError } from '../../common/errors.ts';
import { ApiClient } from '../demo/api.ts';
import { play, showProgress } from '../demo/play.ts';
import { writeStory } from '../demo/story.ts';
import type { Scene } from '../demo/story.ts';
import { Cast } from '../demo/cast.ts';
import { FurtherGateways } from '../demo/further-gateways.ts';
import { openPartnerEnd } from '../demo/open-partner-end.ts';
import type { GatewayPorts } from '../demo/open-partner-end.ts';
import { DemoSupplier } from '../demo/supplier.ts';
import type { CliEnvironment, OpenGateway } from '../environment.ts';
import { print, printTable, remark, style } from '../output.ts';

/** Control numbers of the demo's suppliers begin with the seconds since then: they grow from run to run. */
const NUMBERS_SINCE = Date.UTC(2026, 0, 1);
const PREFIX = 'PO-';
const FIRST_ORDER = 4501;
/** The act in which the last of several gateways is killed; `play` names its acts. */
const KILLED_IN = 'Suppliers answer the orders (855, ORDRSP)';

export function register(program: Command, environment: CliEnvironment): void {
  program
    .command('demo')
    .description(
      'plays five orders with four suppliers over AS2, SFTP and folders, with everything that goes wrong on an ordinary day',
    )
    .option('--no-stay', 'ends with the play, also at a terminal')
    .option('--mongo <uri>', 'on this MongoDB replica set instead of the store of the installation')
    .option('--nodes <n>', 'as many gateways on one MongoDB, of which the last is killed in the middle', '1')
    .action(async ({ stay, mongo, nodes }: { stay: boolean; mongo?: string; nodes: string }) => {
      const config = readConfig({
        ...environment.variables,
        ...(mongo !== undefined && { TRADELANE_MONGODB_URI: mongo }),
      });
      const further = new FurtherGateways();
      const own = await startUnlessRunning(environment, config);
      const url = own?.url ?? `http://127.0.0.1:${config.port}`;
      const ports = { as2: own?.as2?.port ?? config.as2Port, sftp: own?.mailboxes?.port ?? config.sftpPort };
      const cast = new Cast();
      try {
        await further.start(Number(nodes) - 1, config);
        await perform(environment, config, { url, ports, cast, further, staysUp: own === undefined });
        if (own === undefined && stay && process.stdin.isTTY && cast.isReachable) await untilInterrupted();
      } finally {
        await cast.close();
        await further.close();
        await own?.close();
      }
    });
}

/** The gateway that runs already, or one of our own for the time of the demo. */
async function startUnlessRunning(
  environment: CliEnvironment,
  config: Config,
): Promise<OpenGateway | undefined> {
  const answer = await fetch(`http://127.0.0.1:${config.port}/healthz`, {
    signal: AbortSignal.timeout(2_000),
  }).catch(() => undefined);
  if (answer?.ok === true) {
    remark(`Playing through the gateway on port ${config.port}.`);
    return undefined;
  }
  remark('No gateway is running: starting one for the demo.');
  return environment.openGateway({ mode: 'serve', config });
}

interface Performance {
  url: string;
  ports: GatewayPorts;
  cast: Cast;
  further: FurtherGateways;
  /** The gateway goes on after the play. */
  staysUp: boolean;
}

async function perform(
  environment: CliEnvironment,
  config: Config,
  { url, ports, cast, further, staysUp }: Performance,
): Promise<void> {
  const api = await ApiClient.connect(config, url);
  const { set } = loadPartners(await readPartnerFiles(config.partnersFolder));
  if (set === undefined)
    throw new GatewayError('PARTNER_INVALID', 'partners/ cannot be used (tradelane partner check)');
  const { library } = createMapLibrary(await readPartnerFiles(config.mapsFolder), set);
  const firstNumber = Math.floor((Date.now() - NUMBERS_SINCE) / 1000);
  const suppliers = new Map<string, DemoSupplier>();
  for (const partner of set.partners) {
    const end = await openPartnerEnd(environment, config, partner, ports);
    await cast.add(partner, end, api);
    suppliers.set(
      partner.accounts.supplierId ?? partner.partner,
      new DemoSupplier({ partner, set, maps: library, end, firstNumber }),
    );
  }
  const scenes = writeStory(new Date().toISOString().slice(0, 10), await freeNumbers(api, 5));
  print('');
  for (const scene of scenes) print(`  ${style('bold', scene.order.id)}  ${scene.title}`);
  print('');
  let killing = Promise.resolve();
  const tell: typeof showProgress = (title, done, of) => {
    if (title === KILLED_IN && done === 0) killing = further.killLast();
    showProgress(title, done, of);
  };
  await play(scenes, { suppliers, api, tell });
  await killing;
  await cast.takeTheRest(api);
  await report(api, scenes, url, staysUp);
}

/** Order numbers that no order has yet. */
async function freeNumbers(api: ApiClient, count: number): Promise<string[]> {
  const taken = (await api.orders(PREFIX))
    .map((order) => Number(order.number.slice(PREFIX.length)))
    .filter(Number.isInteger);
  const first = Math.max(FIRST_ORDER - 1, ...taken) + 1;
  return Array.from({ length: count }, (_, index) => `${PREFIX}${first + index}`);
}

async function report(
  api: ApiClient,
  scenes: readonly Scene[],
  url: string,
  staysUp: boolean,
): Promise<void> {
  const ids = new Set(scenes.map((scene) => scene.order.id));
  const views = await Promise.all(scenes.map((scene) => api.order(scene.order.id)));
  print('');
  printTable(views, [
    { title: 'ORDER', value: ({ order }) => order.number },
    { title: 'SUPPLIER', value: ({ order }) => order.partnerId },
    { title: 'STATE', value: ({ order }) => order.badge },
    { title: 'VALUE', value: ({ order }) => `${order.totalAmount} ${order.currency}`, align: 'right' },
    {
      title: 'INVOICE',
      value: ({ invoices }) => invoices.map(({ number, status }) => `${number}: ${status}`).join(', '),
    },
    { title: 'CONSOLE', value: ({ order }) => `${url}/orders/${order.id}` },
  ]);
  const exceptions = (await api.exceptions()).filter(({ orderId }) => ids.has(orderId));
  print('');
  print(style('bold', `${exceptions.length} things need a person:`));
  for (const { id, title, detail, orderId, owner } of exceptions) {
    print('');
    print(`  ${style('yellow', title)}  (${orderId}, for the ${owner})`);
    print(`  ${detail}`);
    print(`  ${style('cyan', `${url}/exceptions/${id}`)}`);
  }
  print('');
  if (!staysUp)
    print(
      `The gateway of the demo stops now; the data stays. Start it with ${style('bold', 'npm start')} to open these pages.`,
    );
}

async function untilInterrupted(): Promise<void> {
  print(
    `The suppliers stay reachable, so that what you decide in the console reaches them. ${style('bold', 'Ctrl-C')} sends them home.`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
