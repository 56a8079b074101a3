import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { freePorts } from '../test/support/free-ports.ts';
import { GatewayNode } from '../test/torture/node.ts';
import { median } from './measure.ts';
import { PipelineScene } from './pipeline-scene.ts';
import type { Figure } from './report.ts';
import { prepareSceneHome, sceneClockOffsetMs } from './scene-home.ts';

const DOCUMENTS = 5_000_000;
const OPEN_ORDERS = 200_000;
const SEED_FILES = 200;
/** Files of one turn; the stores take turns, so that what else the machine does hits both alike. */
const TURN_FILES = 100;
const TURNS = 12;
/** Records in one transaction of the filler. */
const STEP = 100_000;
/** What grows with the documents, and what with the orders that are open. */
const WITH_DOCUMENTS = ['files', 'interchanges', 'documents', 'orderDocuments'];
const WITH_ORDERS = ['orders', 'orderEvents', 'orderTimers'];
/** They name one record: every copy has its own. */
const NAMES = ['id', 'fileId', 'interchangeId', 'documentId', 'orderId', 'number', 'controlKey', 'sourceKey'];
/** What a file holds does not matter, only how many there are. */
const ARCHIVED_BYTES = 400;

/** As far from each other as hashes are. */
const OTHER_HASH = `printf('%08x', n * 2654435761 % 4294967296) || substr(sha256, 9)`;

/** Time of one file, in microseconds. */
interface Turn {
  cpu: number;
  elapsed: number;
}

/**
 * A store as it is after years beside a new one, in one run: what a file takes, start and lists. `--case 1000000` fills it with as
 * many documents instead of five million. Needs about 5 KB of disk a document.
 */
export async function* runLargeStore(wanted: string): AsyncGenerator<Figure> {
  const documents = /^\d+$/.test(wanted) ? Number(wanted) : DOCUMENTS;
  const orders = Math.max(1, Math.round((documents / DOCUMENTS) * OPEN_ORDERS));
  const folder = mkdtempSync(path.join(tmpdir(), 'tradelane-large-'));
  // Where a gateway whose home this folder is looks for its store.
  const file = path.join(folder, 'data/tradelane.sqlite');
  mkdirSync(path.dirname(file));
  const figure = (
    work: string,
    value: number,
    unit: string,
    ratios: Record<string, number> = {},
  ): Figure => ({
    suite: 'store',
    case: `${documents} documents, ${orders} open orders`,
    work,
    value,
    unit,
    ratios,
  });
  try {
    const large = SqliteStore.open({ file, role: 'gateway' });
    const scenes = [await PipelineScene.open(large)];
    await processFiles(scenes[0]!, SEED_FILES);
    fill(file, documents, orders);
    const fresh = SqliteStore.open({ file: path.join(folder, 'new.sqlite'), role: 'gateway' });
    scenes.push(await PipelineScene.open(fresh));
    await processFiles(scenes[1]!, SEED_FILES);
    const turns: Turn[][] = scenes.map(() => []);
    for (let turn = 0; turn < TURNS; turn += 1)
      for (const [index, scene] of scenes.entries())
        turns[index]!.push(await processFiles(scene, TURN_FILES));
    // The first turn of each warms up.
    const medians = (of: keyof Turn) => turns.map((list) => median(list.slice(1).map((turn) => turn[of])));
    const [largeCpu = NaN, newCpu = NaN] = medians('cpu');
    yield figure('new, CPU', newCpu, 'µs/file');
    yield figure('large, CPU', largeCpu, 'µs/file', { 'new store': largeCpu / newCpu });
    const [largeTime = NaN, newTime = NaN] = medians('elapsed');
    yield figure('new, in a burst', 1e6 / newTime, 'files/s');
    yield figure('large, in a burst', 1e6 / largeTime, 'files/s', { 'new store': newTime / largeTime });
    for (const scene of scenes) await scene.close();
    const started = performance.now();
    const store = SqliteStore.open({ file, role: 'gateway' });
    yield figure('open', performance.now() - started, 'ms');
    for (const [name, ms] of await measureLists(store)) yield figure(name, ms, 'ms');
    await store.close();
    await prepareSceneHome(folder);
    const onTheDay = await measureStart(folder, sceneClockOffsetMs());
    yield figure('start of a gateway', onTheDay, 'ms');
    yield figure('start, every due time passed', await measureStart(folder, 0), 'ms');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Files in a burst, with all that follows. */
async function processFiles(scene: PipelineScene, count: number): Promise<Turn> {
  const files = await scene.makeFiles(count);
  globalThis.gc?.();
  const started = performance.now();
  const before = process.cpuUsage();
  await Promise.all(files.map((each) => scene.process(each)));
  await scene.idle();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / count, elapsed: ((performance.now() - started) * 1_000) / count };
}

/** Milliseconds until a whole gateway on that store is ready for work. */
async function measureStart(home: string, clockOffsetMs: number): Promise<number> {
  const port = await freePorts(1);
  const node = new GatewayNode({ home, port, variables: {}, clockOffsetMs, log: () => undefined });
  await node.start();
  await node.stop();
  return node.startMs;
}

async function measureLists(store: SqliteStore): Promise<[string, number][]> {
  const timed = async (name: string, work: () => Promise<unknown>): Promise<[string, number]> => {
    const started = performance.now();
    await work();
    return [name, performance.now() - started];
  };
  return [
    await timed('newest files', () => store.find('files', { orderBy: 'createdAt', descending: true })),
    await timed('open orders', () =>
      store.find('orders', { where: { open: true }, orderBy: 'updatedAt', descending: true }),
    ),
    await timed('a document by number', () =>
      store.find('documents', { where: { number: '00000077-PO-77' }, limit: 1 }),
    ),
    await timed('deadlines that are due', () =>
      store.find('orderTimers', { where: { dueAt: { lte: '2000' } }, orderBy: 'dueAt' }),
    ),
  ];
}

/** Copies what is there under other ids and names until there is enough of it. Indexes are made afterwards: it is quicker. */
function fill(file: string, documents: number, orders: number): void {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = FILE');
    const indexes = db
      .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`)
      .all()
      .map(({ name, sql }) => ({ name: String(name), sql: String(sql) }));
    for (const { name } of indexes) db.exec(`DROP INDEX "${name}"`);
    multiply(db, WITH_DOCUMENTS, 'documents', documents);
    multiply(db, WITH_ORDERS, 'orders', orders);
    for (const { sql } of indexes) db.exec(sql);
    db.exec(
      `INSERT INTO archive (sha256, chunk, chunks, bytes)
       SELECT sha256, 0, 1, zeroblob(${ARCHIVED_BYTES}) FROM files WHERE id LIKE '0000%' ORDER BY sha256`,
    );
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

function multiply(db: DatabaseSync, tables: readonly string[], leading: string, wanted: number): void {
  const copies = Math.ceil(wanted / countOf(db, leading));
  for (const table of tables) {
    const rows = countOf(db, table);
    const columns = db
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map((row) => String(row['name']));
    const list = columns.map((name) => `"${name}"`).join(', ');
    const copied = columns.map((name) => copyOf(table, name, columns)).join(', ');
    const perStep = Math.max(1, Math.floor(STEP / Math.max(1, rows)));
    for (let from = 1; from < copies; from += perStep) {
      const to = Math.min(copies - 1, from + perStep - 1);
      db.exec(
        `WITH RECURSIVE copy(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM copy WHERE n < ${to})
         INSERT INTO "${table}" (${list})
         SELECT ${copied} FROM copy, (SELECT * FROM "${table}" ORDER BY rowid LIMIT ${rows})`,
      );
    }
  }
}

/** What stands in a column of a copy; its body names the copy, too, so that a gateway can work on it. */
function copyOf(table: string, column: string, columns: readonly string[]): string {
  if (column === 'sha256') return OTHER_HASH;
  if (NAMES.includes(column)) return `printf('%08d-', n) || "${column}"`;
  if (column !== 'body') return `"${column}"`;
  const named = ['sha256', ...NAMES].filter((name) => columns.includes(name));
  const values = named.map((name) => `'$.${name}', ${copyOf(table, name, columns)}`);
  if (table === 'orders') values.push(`'$.state.orderId', ${copyOf(table, 'id', columns)}`);
  // What documents say has been erased by then (retention.canonicalDays): numbers, states and findings are left.
  const body = table === 'documents' ? `json_remove(body, '$.document', '$.trace')` : 'body';
  return `json_replace(${body}, ${values.join(', ')})`;
}

function countOf(db: DatabaseSync, table: string): number {
  return Number(db.prepare(`SELECT count(*) AS n FROM "${table}"`).get()?.['n']);
}
