import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { invariant } from '../src/common/invariant.ts';
import { MongoStore } from '../src/store/mongo/mongo-store.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { PipelineScene } from './pipeline-scene.ts';
import type { Waiting } from './pipeline-scene.ts';
import { measureDisk, measureMongo } from './store-limits.ts';
import type { Figure } from './report.ts';

/** A gateway runs for weeks: on SQLite the machine code of what a file needs is made before its CPU is measured. */
const WARM_UP = { sqlite: [1_000, 1_000, 1_000, 1_000], mongodb: [300] };
const ONE_BY_ONE = 200;
const BURST = 1_000;
const STEADY = { perSecond: 200, seconds: 5 };
const CROWD = { partner: 2_000, others: 200 };
const SERVER = process.env['MONGODB_URI'];

type Measured = Omit<Figure, 'suite' | 'case'>;

/**
 * Order responses of 2 KB through everything: kept, recorded, leased, parsed, validated, mapped, decided, acknowledged, with what
 * follows sent. The limits of the same disk, or server, come first.
 */
export async function* runPipeline(wanted: string): AsyncGenerator<Figure> {
  if ('sqlite'.includes(wanted) || wanted === '') yield* onSqlite();
  if (('mongodb'.includes(wanted) || wanted === '') && SERVER !== undefined) yield* onMongo(SERVER);
}

async function* onSqlite(): AsyncGenerator<Figure> {
  const tell = (figure: Measured): Figure => ({ suite: 'pipeline', case: 'SQLite, FULL', ...figure });
  const folder = mkdtempSync(path.join(tmpdir(), 'tradelane-bench-'));
  try {
    const limits = measureDisk(folder);
    yield tell({ work: 'fsync', value: limits.flushes, unit: '/s', ratios: {} });
    for (const [size, value] of limits.commits)
      yield tell({ work: `commits of ${size}`, value: value * size, unit: 'documents/s', ratios: {} });
    const raw = limits.commits.get(1)!;
    const store = SqliteStore.open({ file: path.join(folder, 'gateway.sqlite'), role: 'gateway' });
    const scene = await PipelineScene.open(store);
    for await (const figure of measureScene(scene, { 'raw commits of 1': raw }, WARM_UP.sqlite))
      yield tell(figure);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* onMongo(server: string): AsyncGenerator<Figure> {
  const tell = (figure: Measured): Figure => ({ suite: 'pipeline', case: 'MongoDB', ...figure });
  const url = new URL(server);
  url.pathname = `/tradelane_bench_${process.pid}`;
  const limit = await measureMongo(url.toString());
  try {
    yield tell({ work: 'transactions of 12 writes', value: limit.transactions, unit: '/s', ratios: {} });
    const store = await MongoStore.open({ uri: url.toString() });
    const scene = await PipelineScene.open(store);
    const raw = { 'raw transactions': limit.transactions };
    yield* mapFigures(measureScene(scene, raw, WARM_UP.mongodb), tell);
  } finally {
    await limit.drop();
  }
}

async function* mapFigures(
  figures: AsyncIterable<Measured>,
  tell: (figure: Measured) => Figure,
): AsyncGenerator<Figure> {
  for await (const figure of figures) yield tell(figure);
}

async function* measureScene(
  scene: PipelineScene,
  raw: Record<string, number>,
  warmUp: readonly number[],
): AsyncGenerator<Measured> {
  const [[limitName, limit] = ['', 1]] = Object.entries(raw);
  const ratio = (value: number) => ({ [limitName]: value / limit });
  try {
    for (const files of warmUp) {
      const warm = await scene.makeFilesOfMany(files);
      await Promise.all(warm.map((file) => scene.process(file)));
      await scene.idle();
    }

    const single = await scene.makeFiles(ONE_BY_ONE);
    const alone = await timed(async () => {
      for (const file of single) await scene.process(file);
    });
    const oneByOne = ONE_BY_ONE / alone.seconds;
    yield { work: 'one at a time', value: oneByOne, unit: 'files/s', ratios: ratio(oneByOne) };
    await scene.idle();

    const line = await scene.makeFiles(BURST);
    const inLine = await timed(() => Promise.all(line.map((file) => scene.process(file))));
    const ofOne = BURST / inLine.seconds;
    yield { work: 'burst of one partner', value: ofOne, unit: 'files/s', ratios: ratio(ofOne) };
    await scene.idle();

    const many = await scene.makeFilesOfMany(BURST);
    const burst = await timed(() => Promise.all(many.map((file) => scene.process(file))));
    const inBurst = BURST / burst.seconds;
    yield { work: 'burst of 40 partners', value: inBurst, unit: 'files/s', ratios: ratio(inBurst) };
    const rest = await timed(() => scene.idle());
    yield { work: 'burst, CPU until decided', value: burst.cpu / BURST, unit: 'µs/file', ratios: {} };
    const all = (burst.cpu + rest.cpu) / BURST;
    yield { work: 'burst, CPU with all effects', value: all, unit: 'µs/file', ratios: {} };

    const steady = await scene.makeFilesOfMany(STEADY.perSecond * STEADY.seconds);
    const latencies = (await runSteadily(scene, steady)).sort((a, b) => a - b);
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const value = latencies[Math.floor(latencies.length * share)]!;
      yield { work: `${STEADY.perSecond}/s, ${name}`, value, unit: 'ms', ratios: {} };
    }
    await scene.idle();

    const crowd = await scene.makeFiles(CROWD.partner);
    const [order] = await scene.makeFilesOfMany(1);
    const waiting = crowd.map((file) => scene.process(file));
    await pause(50);
    const other = await timed(() => scene.process(order!));
    yield { work: `behind ${CROWD.partner} of another`, value: other.seconds * 1000, unit: 'ms', ratios: {} };
    await Promise.all(waiting);
    await scene.idle();
    invariant((await scene.countRejected()) === 0, 'every file was taken for what it is');
  } finally {
    await scene.close();
  }
}

/** Milliseconds from the arrival of each file to its decision. */
async function runSteadily(scene: PipelineScene, files: readonly Waiting[]): Promise<number[]> {
  const started = performance.now();
  const latencies = files.map(async (file, index) => {
    const due = started + (index * 1000) / STEADY.perSecond;
    await pause(Math.max(0, due - performance.now()));
    const arrived = performance.now();
    await scene.process(file);
    return performance.now() - arrived;
  });
  return Promise.all(latencies);
}

/** Seconds by the clock, and microseconds of CPU. */
async function timed(work: () => Promise<unknown>): Promise<{ seconds: number; cpu: number }> {
  const before = process.cpuUsage();
  const started = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, cpu: user + system };
}
