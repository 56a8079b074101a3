import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { PipelineScene } from './pipeline-scene.ts';
import type { Figure } from './report.ts';

const DOCUMENTS = 5_000_000;
const OPEN_ORDERS = 200_000;
const SEED_FILES = 200;
const MEASURED_FILES = 300;
/** Records in one transaction of the filler. */
const STEP = 100_000;
/** What grows with the documents, and what with the orders that are open. */
const WITH_DOCUMENTS = ['files', 'interchanges', 'documents', 'orderDocuments'];
const WITH_ORDERS = ['orders', 'orderEvents', 'deadlines'];

const ERASED_BODY = `json_remove(body, '$.document', '$.trace')`;

/**
 * A store as it is after years: rates, start and lists beside those of a new one, in one run. `--case 1000000` fills it with as
 * many documents instead of five million. Needs about 4 KB of disk a document.
 */
export async function* runLargeStore(wanted: string): AsyncGenerator<Figure> {
  const documents = /^\d+$/.test(wanted) ? Number(wanted) : DOCUMENTS;
  const orders = Math.max(1, Math.round((documents / DOCUMENTS) * OPEN_ORDERS));
  const folder = mkdtempSync(path.join(tmpdir(), 'tradelane-large-'));
  const file = path.join(folder, 'tradelane.sqlite');
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
    const filled = SqliteStore.open({ file, role: 'gateway' });
    const scene = await PipelineScene.open(filled);
    const before = await measure(scene);
    yield figure('new store, files', before, '/s');
    fill(file, documents, orders);
    const after = await measure(scene);
    yield figure('large store, files', after, '/s', { 'new store': after / before });
    await scene.close();
    await filled.close();
    const started = performance.now();
    const store = SqliteStore.open({ file, role: 'gateway' });
    yield figure('open', performance.now() - started, 'ms');
    for (const [name, ms] of await measureLists(store)) yield figure(name, ms, 'ms');
    await store.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Files a second through everything, one after the other; the first ones warm up. */
async function measure(scene: PipelineScene): Promise<number> {
  for (const each of await scene.makeFiles(SEED_FILES)) await scene.process(each);
  const files = await scene.makeFiles(MEASURED_FILES);
  const started = performance.now();
  for (const each of files) await scene.process(each);
  return MEASURED_FILES / ((performance.now() - started) / 1_000);
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
      store.find('documents', { where: { number: 'PO-77' }, limit: 1 }),
    ),
    await timed('deadlines that are due', () =>
      store.find('deadlines', { where: { status: 'pending', dueAt: { lte: '2000' } }, orderBy: 'dueAt' }),
    ),
  ];
}

/** Copies what is there under other ids until there is enough of it. */
function fill(file: string, documents: number, orders: number): void {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000');
    multiply(db, WITH_DOCUMENTS, 'documents', documents);
    multiply(db, WITH_ORDERS, 'orders', orders);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

function multiply(db: DatabaseSync, tables: readonly string[], leading: string, wanted: number): void {
  const present = countOf(db, leading);
  const copies = Math.ceil(wanted / present);
  for (const table of tables) {
    const rows = countOf(db, table);
    const columns = db
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map((row) => String(row['name']))
      .filter((name) => name !== 'id');
    const list = columns.map((name) => `"${name}"`).join(', ');
    // What documents say has been erased by then (retention.canonicalDays): numbers, states and findings are left.
    const selected = table === 'documents' ? list.replace('"body"', ERASED_BODY) : list;
    const perStep = Math.max(1, Math.floor(STEP / Math.max(1, rows)));
    for (let from = 1; from < copies; from += perStep) {
      const to = Math.min(copies - 1, from + perStep - 1);
      db.exec(
        `WITH RECURSIVE copy(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM copy WHERE n < ${to})
         INSERT INTO "${table}" (id, ${list})
         SELECT printf('%08d', n) || '-' || id, ${selected} FROM copy, (SELECT * FROM "${table}" LIMIT ${rows})
         WHERE id NOT LIKE '0000%'`,
      );
    }
  }
}

function countOf(db: DatabaseSync, table: string): number {
  return Number(db.prepare(`SELECT count(*) AS n FROM "${table}"`).get()?.['n']);
}
