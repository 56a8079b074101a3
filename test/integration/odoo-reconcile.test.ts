import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import { reconcileOdoo } from '../../src/odoo/reconcile/reconcile-odoo.ts';
import { odooSettingsSchema } from '../../src/odoo/odoo-settings.ts';
import type { ErpReconciliation } from '../../src/pipeline/ports/connected-erp.ts';
import { BUYER, createWorld, edited, REPOSITORY } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { invoiceOf, responseTo } from '../support/documents.ts';
import { connectTo, startOdooGateway, writeSettings, ZONE } from '../support/odoo-gateway.ts';
import { orderOf, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';
import type { PlacedOrder } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
const PARTNER = 'northwind-hardware';
const VENDOR = `NW${odoo.run}`;
/** Its own vendor, and no other: the orders that other suites place in the same Odoo are none of ours. */
const configuration = edited(
  {
    ...REPOSITORY,
    partners: REPOSITORY.partners.filter(({ path }) => !path.includes('/') || path.startsWith(`${PARTNER}/`)),
  },
  `${PARTNER}/partner.yaml`,
  'supplierId: NORTHWIND',
  `supplierId: ${VENDOR}`,
);

let gateway: TestGateway;
let reader: OdooReader;
let vendorId = 0;
let products: number[] = [];

beforeEach(async () => {
  if (ODOO === undefined) return;
  const connection = connectTo(ODOO);
  const settings = { partners: { [PARTNER]: { references: [{ type: 'department', id: '12' }] } } };
  const world = createWorld(configuration);
  // Orders have the date of Odoo's own clock.
  world.time.advance(Date.now() - Date.parse(world.time.now()));
  gateway = await startOdooGateway({ configuration, connection, world });
  reader = readerOf(gateway, connection, settings);
  await reader.poll();
  if (vendorId === 0) {
    vendorId = await odoo.vendor(VENDOR);
    products = [
      await odoo.product({ code: `A-${odoo.run}`, vendorId, price: 9 }),
      await odoo.product({ code: `B-${odoo.run}`, vendorId, price: 9 }),
    ];
  }
});
afterEach(() => gateway.close());

async function place(): Promise<PlacedOrder> {
  const placed = await odoo.order({
    vendorId,
    lines: products.map((productId, index) => ({
      productId,
      quantity: 10 + index,
      price: 5,
      // Documents state what is to be paid: 4.75.
      discount: index === 0 ? 5 : 0,
      date: '2026-12-15 12:00:00',
    })),
  });
  await reader.poll();
  await gateway.settle();
  const order = await orderOf(gateway, placed.name);
  gateway.supplier(PARTNER).send(allOn(responseTo(order), '2026-12-14'));
  await gateway.settle();
  await reader.poll();
  return placed;
}

function allOn(response: ReturnType<typeof responseTo>, date: string): ReturnType<typeof responseTo> {
  return {
    ...response,
    claim: 'acceptedWithChanges',
    lines: response.lines.map((line) => ({
      ...line,
      schedules: line.schedules.map((schedule) => ({ ...schedule, claim: 'dateChanged', date })),
    })),
  };
}

const reconcile = (repair: boolean) =>
  reconcileOdoo(
    {
      connection: connectTo(ODOO!),
      context: gateway.context,
      settings: {
        ...odooSettingsSchema.parse({ url: 'http://odoo.test', database: 'edi' }),
        write: writeSettings(),
      },
      zone: ZONE,
      refresh: (ids) => reader.refresh(ids),
    },
    { repair },
  );

const repairedIn = ({ differences }: ErpReconciliation) => differences.filter(({ repaired }) => repaired);

const dates = async ({ id }: PlacedOrder) =>
  (await odoo.lines(id)).map(({ date_planned: date }) => String(date).slice(0, 10));

suite('reconciliation', () => {
  test('what agrees is told to agree, and nothing is written', async () => {
    const placed = await place();
    expect(await dates(placed)).toEqual(['2026-12-14', '2026-12-14']);
    const rows = await odoo.lines(placed.id);
    expect(rows.map(({ price_unit: price, discount }) => [price, discount])).toEqual([
      [5, 5],
      [5, 0],
    ]);
    expect(await reconcile(true)).toEqual({ orders: 1, busy: 0, differences: [] });
    expect(await gateway.troubles()).toEqual([]);
  });

  test('a line edited behind our back is told; read again it is a change order to the supplier', async () => {
    const placed = await place();
    const [first] = placed.lineIds;
    const vals = { product_qty: 8, price_unit: 5, date_planned: '2026-12-14 12:00:00', discount: 5 };
    await odoo.call('purchase.order.line', 'write', { ids: [first], vals });
    const found = await reconcile(false);
    expect(found.differences.map(({ kind, text }) => [kind, text])).toEqual([
      ['edited', 'Line 1: quantity is 8 in Odoo, 10 was known.'],
    ]);
    expect(await gateway.troubles()).toEqual([`DRIFT_DETECTED ${placed.name}`]);
    expect(repairedIn(await reconcile(true))).toHaveLength(1);
    await gateway.settle();
    expect((await orderOf(gateway, placed.name)).lines[0]!.quantity.value).toBe('8');
    expect(gateway.channel(PARTNER).sent(placed.name)).toContain('BCH*04*');
    expect(await gateway.troubles()).toEqual([]);
  });

  test('what is agreed and lost in Odoo (a restored backup) is written again', async () => {
    const placed = await place();
    const ids = placed.lineIds;
    const vals = { date_planned: '2026-12-15 12:00:00' };
    await odoo.call('purchase.order.line', 'write', { ids, vals });
    // As a backup has it, what was seen there before our own write is there again.
    await forgetWrites(placed);
    expect((await reconcile(false)).differences.map(({ kind, lineId }) => [kind, lineId])).toEqual([
      ['written', '1'],
      ['written', '2'],
    ]);
    const [one] = await gateway.openExceptions();
    await gateway.gateway.decideException(one!.id, { action: 'redrive', reason: 'Restored.' }, BUYER);
    await gateway.settle();
    expect((await dates(placed)).sort()).toEqual(['2026-12-14', '2026-12-15']);
    expect(repairedIn(await reconcile(true))).toHaveLength(1);
    await gateway.settle();
    expect(await dates(placed)).toEqual(['2026-12-14', '2026-12-14']);
    expect((await reconcile(false)).differences).toEqual([]);
    expect(await gateway.troubles()).toEqual([]);
  });

  test('receipts that were missed are read; bills that were deleted are told, and made again when asked', async () => {
    const placed = await place();
    const [receipt] = await odoo.receipts(placed.id);
    await odoo.receive(receipt!.id);
    const missed = await reconcile(false);
    expect(missed.differences.map(({ text }) => text)).toEqual([
      'Line 1: 10 received in Odoo, 0 here.',
      'Line 2: 11 received in Odoo, 0 here.',
    ]);
    expect(repairedIn(await reconcile(true))).toHaveLength(2);
    await gateway.settle();
    const order = await orderOf(gateway, placed.name);
    gateway.supplier(PARTNER).send({ ...invoiceOf(order), issueDate: order.issueDate });
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
    const [bill] = await odoo.bills(placed.id);
    await odoo.call('account.move', 'button_draft', { ids: [bill!.id] });
    const drafted = await reconcile(true);
    expect(repairedIn(drafted).map(({ text }) => text)).toEqual([
      `The bill of invoice I-${placed.name} is a draft in Odoo and was approved.`,
    ]);
    await gateway.settle();
    expect(await odoo.bills(placed.id)).toMatchObject([{ id: bill!.id, state: 'posted' }]);
    await odoo.call('account.move', 'button_draft', { ids: [bill!.id] });
    await odoo.call('account.move', 'unlink', { ids: [bill!.id], context: { force_delete: true } });
    expect((await reconcile(false)).differences.map(({ kind }) => kind)).toEqual(['bill']);
    const [gone] = await gateway.openExceptions();
    expect(gone).toMatchObject({
      type: 'DRIFT_DETECTED',
      detail: `The bill of invoice I-${placed.name} is not in Odoo.`,
    });
    await gateway.gateway.decideException(gone!.id, { action: 'redrive', reason: 'By mistake.' }, BUYER);
    await gateway.settle();
    expect(await odoo.bills(placed.id)).toMatchObject([{ state: 'posted', amount_total: 102.5 }]);
    expect((await reconcile(false)).differences).toEqual([]);
  });

  test('an order that was put back to draft is told: its supplier has it still', async () => {
    const placed = await place();
    await odoo.call('purchase.order', 'button_cancel', { ids: [placed.id] });
    await odoo.call('purchase.order', 'button_draft', { ids: [placed.id] });
    const { differences } = await reconcile(true);
    expect(differences).toMatchObject([
      { kind: 'order', mend: 'person', text: expect.stringContaining('is draft in Odoo and open here.') },
    ]);
    await odoo.call('purchase.order', 'button_confirm', { ids: [placed.id] });
    await reader.refresh([placed.id]);
    await gateway.settle();
    expect((await reconcile(false)).differences).toEqual([]);
  });

  test('an order that a rule hides is told, and the others are compared', async () => {
    const [, hidden] = [await place(), await place()];
    const [row] = await odoo.search('ir.model', [['model', '=', 'purchase.order']], ['model']);
    const rule = await odoo.create('ir.rule', {
      name: `Hidden ${odoo.run}`,
      model_id: row!.id,
      domain_force: `[('id', '!=', ${hidden.id})]`,
    });
    try {
      const report = await reconcile(false);
      expect(report.orders).toBeGreaterThanOrEqual(2);
      expect(report.differences).toMatchObject([
        { orderId: hidden.name, text: expect.stringContaining('cannot be compared') },
      ]);
    } finally {
      await odoo.call('ir.rule', 'unlink', { ids: [rule] });
    }
  });

  test('a bill that was entered by hand is told', async () => {
    const placed = await place();
    await odoo.create('account.move', {
      move_type: 'in_invoice',
      partner_id: vendorId,
      invoice_date: '2026-11-20',
      ref: `HAND-${placed.name}`,
      invoice_line_ids: [[0, 0, { purchase_line_id: placed.lineIds[0], quantity: 10, price_unit: 5 }]],
    });
    expect((await reconcile(true)).differences.map(({ text, mend }) => [text, mend])).toEqual([
      ['Line 1: 10 billed in Odoo, 0 here. A bill may have been entered by hand.', 'person'],
    ]);
  });
});

/** The link as it was before we wrote. */
async function forgetWrites({ name }: PlacedOrder): Promise<void> {
  const { store } = gateway.context;
  const record = (await store.get('erpLinks', `order:${name}`))!;
  const lines = record.data['lines'] as { seen: object; intended?: object }[];
  const before = lines.map(({ seen }) => ({ ...seen, date: '2026-12-15' }));
  const data = {
    ...record.data,
    lines: lines.map((line, index) => ({ ...line, seen: before[index], intended: before[index] })),
  };
  await store.commit([{ op: 'update', collection: 'erpLinks', record: { ...record, data } }]);
}
