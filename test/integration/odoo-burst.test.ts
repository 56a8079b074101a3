import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createWorld } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { despatchOf, responseTo } from '../support/documents.ts';
import { connectTo, placeOrders, startOdooGateway } from '../support/odoo-gateway.ts';
import { isWrite, OdooProxy } from '../support/odoo-proxy.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';
import type { Row } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });

/** Documents that come in while Odoo is away; more by hand: BURST_DOCUMENTS=5000. */
const DOCUMENTS = Number(process.env['BURST_DOCUMENTS'] ?? '60');
const PARTNER = 'northwind-hardware';
const CONCURRENCY = 4;

let proxy: OdooProxy;
let gateway: TestGateway;

beforeEach(async () => {
  if (ODOO === undefined) return;
  proxy = await OdooProxy.start(ODOO.url);
  const world = createWorld();
  gateway = await startOdooGateway({
    world,
    connection: connectTo(ODOO, proxy.url, world.time),
    concurrency: 2 * CONCURRENCY,
  });
});
afterEach(async () => {
  await gateway.close();
  await proxy.close();
});

suite('Odoo is away for two hours while documents come in', () => {
  test('everything else goes on; then each is written once, of every order in its order', async () => {
    const orders = await placeOrders(odoo, gateway, DOCUMENTS / 2);
    const ids = orders.map(({ placed }) => placed.id);
    await proxy.close();
    const { outbox } = gateway.channel(PARTNER);
    const sentBefore = outbox.size;
    for (const { order } of orders) {
      const date = '2026-03-20';
      gateway.supplier(PARTNER).send(responseTo(order, { '1': { claim: 'dateChanged', date } }));
      gateway.supplier(PARTNER).send(despatchOf(order));
    }
    await gateway.settle();
    for (let minutes = 0; minutes < 120; minutes += 10) await gateway.pass({ minutes: 10 });
    // Every document was applied and acknowledged, although none of them could be written.
    expect(outbox.size - sentBefore).toBe(DOCUMENTS);
    expect(await gateway.context.store.count('work', { status: 'dead' })).toBe(0);
    expect(await gateway.troubles()).toEqual([]);

    await proxy.open();
    proxy.calls.length = 0;
    proxy.elapsedMs = 0;
    const started = performance.now();
    for (let minutes = 0; minutes < 12; minutes += 3) await gateway.pass({ minutes: 3 });
    const seconds = (performance.now() - started) / 1000;
    process.stderr.write(
      `${DOCUMENTS} documents in ${seconds.toFixed(0)} s, ${(proxy.calls.length / DOCUMENTS).toFixed(1)} calls each, ` +
        `${proxy.calls.filter(isWrite).length} writes, at most ${proxy.mostAtOnce} at a time\n`,
    );

    expect(proxy.mostAtOnce).toBeLessThanOrEqual(CONCURRENCY);
    for (const status of ['ready', 'delayed', 'blocked', 'leased', 'dead'] as const)
      expect(await gateway.context.store.count('work', { status })).toBe(0);
    expect(await gateway.troubles()).toEqual([]);

    const lines = await ofEach(ids, 'purchase.order.line', 'order_id', ['product_qty', 'date_planned']);
    expect(lines.map((row) => [row['product_qty'], String(row['date_planned']).slice(0, 10)])).toEqual(
      ids.map(() => [24, '2026-03-20']),
    );
    const confirmed = await ofEach(ids, 'mail.message', 'res_id', [], COMMENTS_ON('purchase.order'));
    expect(confirmed.map((row) => row['res_id'])).toEqual(ids);
    const receipts = await ofEach(ids, 'stock.picking', 'purchase_id', ['note', 'state']);
    expect(receipts.map((row) => idOf(row['purchase_id']))).toEqual(ids);
    expect(receipts.map(({ note }) => String(note).match(/D-P\d+/)?.[0])).toEqual(
      orders.map(({ order }) => `D-${order.id}`),
    );
    expect(receipts.every(({ state }) => state === 'assigned')).toBe(true);
    const pickingIds = receipts.map(({ id }) => id);
    const announced = await ofEach(pickingIds, 'mail.message', 'res_id', [], COMMENTS_ON('stock.picking'));
    expect(announced.map((row) => row['res_id'])).toEqual(pickingIds);
    // What came first was written first.
    expect(announced.every(({ id }, index) => id > confirmed[index]!.id)).toBe(true);
    const files = await ofEach(ids, 'ir.attachment', 'res_id', [], [['res_model', '=', 'purchase.order']]);
    expect(files.map((row) => row['res_id'])).toEqual(ids);
    const lineIds = orders.flatMap(({ placed }) => placed.lineIds);
    const moves = await ofEach(lineIds, 'stock.move', 'purchase_line_id', ['product_uom_qty', 'quantity']);
    expect(moves.map((row) => [row['product_uom_qty'], row['quantity']])).toEqual(
      lineIds.map(() => [24, 24]),
    );
  }, 7_200_000);
});

const COMMENTS_ON = (model: string) => [
  ['model', '=', model],
  ['message_type', '=', 'comment'],
];

const idOf = (value: unknown) => (Array.isArray(value) ? (value[0] as number) : Number(value));

/** Rows whose field names one of these records, in the order of the records. */
async function ofEach(
  ids: readonly number[],
  model: string,
  field: string,
  fields: readonly string[],
  domain: readonly unknown[] = [],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < ids.length; start += 500) {
    const part = ids.slice(start, start + 500);
    rows.push(...(await odoo.search(model, [[field, 'in', part], ...domain], [field, ...fields], 'id')));
  }
  return rows.sort((a, b) => idOf(a[field]) - idOf(b[field]) || a.id - b.id);
}
