/**
 * Records the histories of orders as this version decides them, for later versions to decide again: every case of
 * docs/scenarios.md, and, where a database is named, the orders in it. `node scripts/record-histories.ts [tradelane.sqlite]`.
 * Written once for each version: what an earlier one has recorded stays.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Store } from '../src/pipeline/ports/store.ts';
import { scanAll } from '../src/pipeline/queries/scan.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { playAlone } from '../test/simulation/play.ts';
import { SCENARIOS } from '../test/simulation/scenarios/index.ts';
import type { RecordedHistory } from '../test/tracking/recorded-history.ts';

const MOST = 100_000;

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };
const folder = new URL(`test/fixtures/histories/${version}/`, root);
const policies = new Map<string, unknown>();

await mkdir(folder, { recursive: true });
for (const [index, scenario] of SCENARIOS.entries()) {
  const { simulation } = await playAlone(scenario);
  const name = `case-${String(scenario.number).padStart(2, '0')}-${String(index + 1).padStart(2, '0')}`;
  await record(simulation.world.store, name, scenario.what);
  await simulation.close();
}
const [file] = process.argv.slice(2);
if (file !== undefined)
  await record(SqliteStore.open({ file, role: 'tool' }), 'demo', 'An order of the demo.');
await write('policies', Object.fromEntries([...policies].sort(([a], [b]) => (a < b ? -1 : 1))));

/** One file for each order of the store; further ones have its number behind their name. */
async function record(store: Store, name: string, title: string): Promise<void> {
  const orders = await scanAll(store, 'orders', {}, MOST);
  for (const [index, { id, partnerId, state }] of orders.entries()) {
    const records = await scanAll(
      store,
      'orderEvents',
      { where: { orderId: id }, orderBy: 'sequence' },
      MOST,
    );
    const events = records.map(({ at, policyVersion, event, facts, explanations }) => ({
      at,
      policyVersion,
      event,
      facts,
      explanations,
    }));
    for (const { policyVersion } of records) {
      const key = `${partnerId}/${policyVersion}`;
      policies.set(key, (await store.get('settings', `policy/${key}`))?.value);
    }
    const history: RecordedHistory = { title, partnerId, events, state };
    await write(index === 0 ? name : `${name}-${index + 1}`, history);
  }
}

async function write(name: string, content: unknown): Promise<void> {
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(content)}\n`);
}
