import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Order } from '../src/documents/order.ts';
import { despatchOf, invoiceOf, responseTo } from '../test/support/documents.ts';
import { NORTHWIND, HANSA, OdooInstallation, until } from '../test/support/odoo-installation.ts';
import { OdooProxy } from '../test/support/odoo-proxy.ts';
import { ODOO, OdooServer } from '../test/support/odoo-server.ts';
import type { PlacedOrder } from '../test/support/odoo-server.ts';

/**
 * Orders per minute through the whole loop on a real Odoo, and what of the time is Odoo's: confirmed, 850 out over AS2, 855 and
 * 856 in, the receipt counted by people, 810 in, matched, billed and posted. `node bench/odoo.ts [orders]`, with ODOO_URL,
 * ODOO_API_KEY and ODOO_ADMIN_KEY.
 */
const count = Number(process.argv[2] ?? '20');
const LINES = 3;

if (ODOO === undefined) {
  process.stderr.write('ODOO_URL, ODOO_API_KEY and ODOO_ADMIN_KEY are not set.\n');
  process.exit(2);
}

const odoo = new OdooServer(ODOO);
const proxy = await OdooProxy.start(ODOO.url);
const folder = mkdtempSync(path.join(tmpdir(), 'odoo-bench-'));
const vendors = { [NORTHWIND]: `NB${odoo.run}`, [HANSA]: `HB${odoo.run}` };
const vendorId = await odoo.vendor(vendors[NORTHWIND]);
const productIds: number[] = [];
for (let line = 1; line <= LINES; line += 1) {
  productIds.push(await odoo.product({ code: `B${line}-${odoo.run}`, vendorCode: `V-${line}`, vendorId }));
}
const installation = await OdooInstallation.start({ folder, address: ODOO, odooUrl: proxy.url, vendors });
await installation.erp.read();

const needed = day(28);
// Each at a price of its own: invoices over one amount and date are held as duplicates.
const drafts: PlacedOrder[] = [];
for (let order = 0; order < count; order += 1) {
  drafts.push(
    await odoo.draft({
      vendorId,
      lines: productIds.map((productId) => ({
        productId,
        quantity: 10,
        price: 5 + order / 100,
        date: `${needed} 12:00:00`,
      })),
    }),
  );
}

proxy.calls.length = 0;
proxy.elapsedMs = 0;
const startedCpu = process.cpuUsage();
const started = performance.now();
await odoo.call('purchase.order', 'button_confirm', { ids: drafts.map(({ id }) => id) });
await Promise.all(drafts.map((placed) => live(placed)));
const seconds = (performance.now() - started) / 1000;
const cpu = process.cpuUsage(startedCpu);
const cpuSeconds = (cpu.user + cpu.system) / 1e6;

process.stdout.write(
  [
    `${count} orders of ${LINES} lines in ${seconds.toFixed(1)} s: ${((count / seconds) * 60).toFixed(0)} orders a minute`,
    `calls to Odoo: ${(proxy.calls.length / count).toFixed(1)} an order, ${(proxy.elapsedMs / proxy.calls.length).toFixed(0)} ms each`,
    `time in Odoo: ${(proxy.elapsedMs / 1000).toFixed(1)} s (${(proxy.elapsedMs / count).toFixed(0)} ms an order)`,
    `CPU of the gateway, the suppliers and the people together: ${cpuSeconds.toFixed(1)} s (${((cpuSeconds / count) * 1000).toFixed(0)} ms an order)`,
    `Odoo's share of both: ${(proxy.elapsedMs / 10 / (proxy.elapsedMs / 1000 + cpuSeconds)).toFixed(0)} %`,
    ...topCalls(),
    '',
  ].join('\n'),
);
await installation.close();
await proxy.close();
rmSync(folder, { recursive: true, force: true });

/** From the file to the supplier to the posted bill. */
async function live(placed: PlacedOrder): Promise<void> {
  const order = await installation.order(placed.name);
  await installation.received(NORTHWIND, placed.name);
  const today = day(0);
  await installation.send(NORTHWIND, { ...promise(order), issueDate: today });
  const advice = despatchOf(order, `SB${placed.id}`);
  await installation.send(NORTHWIND, {
    ...advice,
    issueDate: today,
    issuedAt: new Date().toISOString(),
    shipDate: today,
    estimatedDeliveryDate: day(7),
  });
  // Looked at here: looking there all the time would be most of what Odoo has to do.
  await until('the receipt is prepared', async () => (await installation.written(placed.name)) === 2);
  const [receipt] = await odoo.receipts(placed.id);
  await odoo.receive(receipt!.id);
  await installation.send(NORTHWIND, { ...invoiceOf(order, {}, `IB${placed.name}`), issueDate: today });
  await until('the bill is posted', async () => (await installation.written(placed.name)) === 3);
  const [bill] = await odoo.bills(placed.id);
  if (bill?.['state'] !== 'posted') throw new Error(`The bill of ${placed.name} is not posted.`);
}

function promise(order: Order): ReturnType<typeof responseTo> {
  const response = responseTo(order);
  return {
    ...response,
    lines: response.lines.map((line) => ({
      ...line,
      schedules: line.schedules.map((schedule) => ({ ...schedule, date: needed })),
    })),
  };
}

function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}

function topCalls(): string[] {
  const counts = new Map<string, number>();
  for (const call of proxy.calls) counts.set(call, (counts.get(call) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 12)
    .map(([call, times]) => `  ${(times / count).toFixed(1).padStart(5)}  ${call}`);
}
