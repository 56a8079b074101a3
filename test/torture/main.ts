import { appendFileSync, existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkInstallation } from '../support/installation-check.ts';
import type { Problem } from '../support/installation-check.ts';
import { prepareHome } from '../support/folder-home.ts';
import { freePorts } from '../support/free-ports.ts';
import { Installation } from '../support/installation.ts';
import { Random } from '../fuzz/random.ts';
import { testDatabase } from '../support/mongo.ts';
import { chooseFault, missingFaults } from './faults.ts';
import { LimitedDisk } from './limited-disk.ts';
import { GatewayNode } from './node.ts';
import { StoreProxy, through } from './store-proxy.ts';
import { Traffic } from './traffic.ts';

/**
 * `npm run torture -- --minutes N [--store sqlite|mongo] [--nodes N] [--players N] [--seed S] [--json] [--keep]`
 *
 * Real gateway processes under traffic, with one fault after the other until the time is over and each has struck once; at the
 * end an independent check of what went in against what came out. Last line: `{"store","kills","documents","effects","lost","doubled","outOfOrder"}`. Exit status 1 when
 * anything was lost, doubled, out of order or wrong; then the installation is kept.
 */
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = path.join(REPOSITORY, 'src', 'main.ts');
const BETWEEN_FAULTS_MS = 4_000;
const REPLAYS = 25;
const CHECK_WITHIN_MS = 10 * 60_000;
/** What a gateway logs when it finds that another one has taken its work over. */
const LEASE_LOST = 'passed to another node';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    store: { type: 'string', default: 'sqlite' },
    nodes: { type: 'string' },
    players: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const onMongo = values.store === 'mongo';
const nodeCount = Number(values.nodes ?? (onMongo ? 4 : 1));
if (!onMongo && nodeCount !== 1) fail('SQLite is for one gateway: --nodes needs --store mongo.');
const server = process.env['MONGODB_URI'];
if (onMongo && server === undefined) fail('--store mongo needs a server: set MONGODB_URI to a replica set.');

const say = (line: string) => {
  if (!values.json) process.stderr.write(`${line}\n`);
};
const source = new Random(Number(values.seed));
const random = () => source.next() / 2 ** 32;
const home = await mkdtemp(path.join(tmpdir(), 'tradelane-torture-'));
/** What the gateways print. */
const logFile = path.join(home, 'gateways.log');
const disk = LimitedDisk.make(home);
if (disk === undefined)
  process.stderr.write('torture: no disk of its own here (Linux, root): no diskFull, no slowDisk\n');
const database = onMongo ? testDatabase(server!) : undefined;
const proxy = database === undefined ? undefined : new StoreProxy(database.address);
const variables = {
  TRADELANE_POLL_INTERVAL_MS: '300',
  ...(database !== undefined && { TRADELANE_MONGODB_URI: through(database.uri, await proxy!.listen()) }),
};
const basePort = await freePorts(nodeCount);
const nodes = Array.from(
  { length: nodeCount },
  (_, index) =>
    new GatewayNode({
      home,
      port: basePort + index,
      variables,
      log: (text) => appendFileSync(logFile, text),
    }),
);
say(`seed ${values.seed}, ${values.store}, ${nodeCount} node(s), in ${home}`);

let failed = true;
const counts = new Map<string, number>();
try {
  await prepareHome(home);
  const dropped = watchInboxes();
  for (const node of nodes) await node.start();
  const traffic = new Traffic({ home, urls: nodes.map(({ url }) => url), players: Number(values.players) });
  const running = traffic.run();
  const victims = { nodes, proxy, disk, random };
  const endAt = Date.now() + Number(values.minutes) * 60_000;
  const goesOn = () => Date.now() < endAt || missingFaults(victims, counts).length > 0;
  while (goesOn() && traffic.failures.length === 0) {
    // On a machine that does much else a gateway that has just started is left time to work, too.
    const pauseMs = Math.max(BETWEEN_FAULTS_MS, ...nodes.map(({ startMs }) => 2 * startMs));
    await new Promise((resolve) => setTimeout(resolve, random() * pauseMs));
    const fault = chooseFault(victims, counts);
    counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
    await fault.strike(victims);
  }
  traffic.stop();
  await running;
  say(`faults: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}; checking …`);
  const installation = new Installation(home, basePort, { main: MAIN, variables });
  await within(CHECK_WITHIN_MS, 'The gateways coming to rest', installation.rest());
  const { problems, counts: seen } = await within(
    CHECK_WITHIN_MS,
    'The check',
    checkInstallation(installation, { dropped, checked: new Map(), replays: REPLAYS }),
  );
  for (const failure of traffic.failures) problems.push({ kind: 'lost', text: failure });
  for (const { kind, text } of problems.slice(0, 100)) say(`  ${kind}: ${text}`);
  failed = problems.length > 0;
  const of = (kind: Problem['kind']) => problems.filter((problem) => problem.kind === kind).length;
  process.stdout.write(
    `${JSON.stringify({
      store: values.store,
      nodes: nodeCount,
      seed: Number(values.seed),
      faults: Object.fromEntries(counts),
      leasesLost: timesLogged(LEASE_LOST),
      orders: seen.orders,
      other: of('other'),
    })}\n${JSON.stringify({
      store: values.store,
      kills: (counts.get('kill') ?? 0) + nodeCount * (counts.get('killAll') ?? 0),
      documents: seen.filesIn + seen.filesOut,
      effects: seen.filesOut + seen.erpCommands,
      lost: of('lost'),
      doubled: of('doubled'),
      outOfOrder: of('outOfOrder'),
    })}\n`,
  );
} finally {
  await Promise.all(nodes.map((node) => node.stop()));
  await proxy?.close();
  if (!failed && !values.keep) disk?.remove();
  if (failed || values.keep) say(`kept: ${home}, with what the gateways logged in gateways.log`);
  else {
    await rm(home, { recursive: true });
    await database?.drop();
  }
}
process.exit(failed ? 1 : 0);

/** A check that waits for ever would prove nothing, and nobody would know. */
async function within<T>(ms: number, what: string, action: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 60_000} minutes.`)), ms);
  });
  try {
    return await Promise.race([action, late]);
  } finally {
    clearTimeout(timer);
  }
}

function timesLogged(text: string): number {
  return existsSync(logFile) ? readFileSync(logFile, 'utf8').split(text).length - 1 : 0;
}

/** What was dropped is noted when it appears: the gateway is not asked. */
function watchInboxes(): Set<string> {
  const dropped = new Set<string>();
  for (const partner of readdirSync(path.join(home, 'inbox'))) {
    const watcher = watch(path.join(home, 'inbox', partner), (_, name) => {
      if (name !== null && name !== 'error' && !name.startsWith('.')) dropped.add(`${partner}/${name}`);
    });
    watcher.unref();
  }
  return dropped;
}

function fail(message: string): never {
  process.stderr.write(`torture: ${message}\n`);
  process.exit(2);
}
