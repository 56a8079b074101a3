import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoStore } from '../src/store/mongo/mongo-store.ts';
import { freePorts } from '../test/support/free-ports.ts';
import { GatewayNode } from '../test/torture/node.ts';
import { PipelineScene } from './pipeline-scene.ts';
import type { Waiting } from './pipeline-scene.ts';
import { measureSameWrites } from './same-writes.ts';
import { prepareSceneHome, sceneClockOffsetMs } from './scene-home.ts';
import { measureMongo } from './store-limits.ts';
import type { Figure } from './report.ts';

const PROCESSES = [1, 2, 4];
const FILES = 200;
/** Before the clock runs: the first files find code that is not compiled yet. */
const WARM_UP = 40;
const EACH = WARM_UP + FILES;
const LOOK_MS = 100;
/** What follows the last decision of the warm-up is done by then. */
const SETTLE_MS = 2_000;
const WITHIN_MS = 600_000;

/**
 * Whole gateway processes on one MongoDB, over folders: files of 40 partners lie in the inboxes, and the clock runs until the
 * last one is decided. What the driver alone can do comes first.
 */
export async function* runProcesses(): AsyncGenerator<Figure> {
  const server = process.env['MONGODB_URI'];
  if (server === undefined) return;
  const url = new URL(server);
  url.pathname = `/tradelane_bench_${process.pid}`;
  const uri = url.toString();
  const tell = (figure: Omit<Figure, 'suite' | 'case'>): Figure => ({
    suite: 'processes',
    case: 'MongoDB',
    ...figure,
  });
  const same = await measureSameWrites(uri, FILES);
  const limit = await measureMongo(uri);
  const home = await mkdtemp(path.join(tmpdir(), 'tradelane-processes-'));
  try {
    yield tell({ work: 'transactions of 12 writes', value: limit.transactions, unit: '/s', ratios: {} });
    yield tell({ work: 'the same writes, driver alone', value: same, unit: 'files/s', ratios: {} });
    await prepareSceneHome(home);
    const files = await makeFiles(uri);
    let one: number | undefined;
    for (const [index, count] of PROCESSES.entries()) {
      const own = files.slice(index * EACH, (index + 1) * EACH);
      const value = await measure(home, uri, count, own);
      one ??= value;
      const ratios = {
        'the same writes': value / same,
        'raw transactions': value / limit.transactions,
        'one process': value / one,
      };
      yield tell({ work: `${count} process${count > 1 ? 'es' : ''}`, value, unit: 'files/s', ratios });
    }
  } finally {
    await rm(home, { recursive: true, force: true });
    await limit.drop();
  }
}

/** Answers to orders that are in the store already. */
async function makeFiles(uri: string): Promise<Waiting[]> {
  const scene = await PipelineScene.open(await MongoStore.open({ uri }));
  try {
    return await scene.makeFilesOfMany(EACH * PROCESSES.length);
  } finally {
    await scene.close();
  }
}

/** Files decided a second, from the moment when all of them lie there. */
async function measure(
  home: string,
  uri: string,
  processes: number,
  files: readonly Waiting[],
): Promise<number> {
  const basePort = await freePorts(processes);
  const variables = { TRADELANE_MONGODB_URI: uri, TRADELANE_POLL_INTERVAL_MS: '300' };
  const nodes = Array.from(
    { length: processes },
    (_, index) =>
      new GatewayNode({
        home,
        port: basePort + index,
        variables,
        clockOffsetMs: sceneClockOffsetMs(),
        log: () => undefined,
      }),
  );
  const store = await MongoStore.open({ uri });
  const decided = () => store.count('files', { direction: 'inbound', status: 'processed' });
  try {
    for (const node of nodes) await node.start();
    await decideAll(home, decided, files.slice(0, WARM_UP));
    await pause(SETTLE_MS);
    return (FILES * 1000) / (await decideAll(home, decided, files.slice(WARM_UP)));
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await store.close();
  }
}

/** Lays the files into the inboxes; returns how long it took until the last was decided. */
async function decideAll(
  home: string,
  decided: () => Promise<number>,
  files: readonly Waiting[],
): Promise<number> {
  const before = await decided();
  const started = performance.now();
  for (const { partnerId, name, bytes } of files) {
    const inbox = path.join(home, 'inbox', partnerId);
    await writeFile(path.join(inbox, `.${name}`), bytes);
    await rename(path.join(inbox, `.${name}`), path.join(inbox, name));
  }
  while ((await decided()) - before < files.length) {
    if (performance.now() - started > WITHIN_MS) throw new Error('Not every file was decided.');
    await pause(LOOK_MS);
  }
  return performance.now() - started;
}
