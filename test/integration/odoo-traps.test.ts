import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../src/common/errors.ts';
import type { OdooClient } from '../../src/odoo/client/odoo-client.ts';
import type { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import { createOnce, externalIdOf } from '../../src/odoo/write/external-id.ts';
import type { TestGateway } from '../support/gateway.ts';
import { connectTo, startOdooGateway } from '../support/odoo-gateway.ts';
import { orderOf, orderState, readerOf } from '../support/odoo-reading.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });
const PARTNER = 'northwind-hardware';

let gateway: TestGateway;
let reader: OdooReader;
let client: OdooClient;
let vendorId = 0;
let productId = 0;

beforeAll(async () => {
  if (ODOO === undefined) return;
  vendorId = await odoo.vendor('NORTHWIND');
  productId = await odoo.product({ code: `X-${odoo.run}`, vendorCode: 'NW-1', vendorId, price: 3 });
});
beforeEach(async () => {
  if (ODOO === undefined) return;
  client = await connectTo(ODOO).client();
  gateway = await startOdooGateway({ connection: connectTo(ODOO) });
  reader = readerOf(gateway, connectTo(ODOO), {
    partners: { [PARTNER]: { references: [{ type: 'department', id: '12' }] } },
    read: { overlapSeconds: 30 },
  });
  await reader.poll();
});
afterEach(() => gateway.close());

/** As the queue does: what Odoo could not serialize is tried again. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'ODOO_BUSY') throw error;
    }
  }
}

suite('what is odd in Odoo', () => {
  test('eight who create the same bill at the same time create one, with its lines once', async () => {
    const ref = `T-${odoo.run}`;
    const creation = {
      model: 'account.move',
      key: ref,
      fields: [
        'move_type',
        'partner_id/.id',
        'ref',
        ...['id', 'name', 'quantity'].map((field) => `invoice_line_ids/${field}`),
      ],
      // Without ids of their own the lines are doubled by who comes second.
      rows: [
        ['in_invoice', String(vendorId), ref, externalIdOf('billrow', `${ref}|1`), 'One', '1'],
        ['', '', '', externalIdOf('billrow', `${ref}|2`), 'Two', '2'],
      ],
    };
    const ids = await Promise.all(
      Array.from({ length: 8 }, () => patiently(() => createOnce(client, 'bill', creation))),
    );
    expect(new Set(ids).size).toBe(1);
    const bills = await odoo.search('account.move', [['ref', '=', ref]], ['invoice_line_ids']);
    expect(bills.map((row) => (row['invoice_line_ids'] as number[]).length)).toEqual([2]);
  });

  test('sections and notes between the lines are no lines; lines are numbered by their ids, not their places', async () => {
    const placed = await odoo.order({ vendorId, lines: [{ productId, quantity: 4, price: 3 }] });
    const more = [
      { display_type: 'line_section', name: 'For the shop', product_qty: 0, sequence: 1 },
      { product_id: productId, product_qty: 5, price_unit: 3, sequence: 0 },
      { display_type: 'line_note', name: 'In blue', product_qty: 0, sequence: 2 },
    ];
    const vals = { order_line: more.map((line) => [0, 0, line]) };
    await odoo.call('purchase.order', 'write', { ids: [placed.id], vals });
    await reader.poll();
    const { lines, notes } = await orderOf(gateway, placed.name);
    expect(lines.map(({ id, quantity }) => [id, quantity.value])).toEqual([
      ['1', '4'],
      ['2', '5'],
    ]);
    expect(notes).toEqual(['For the shop: In blue']);
  });

  test('what is typed at a line, and below it, goes to the supplier; typed later it is a change that asks for no answer', async () => {
    const placed = await odoo.order({ vendorId, lines: [{ productId, quantity: 4, price: 3 }] });
    const [line] = await odoo.search('purchase.order.line', [['order_id', '=', placed.id]], ['name']);
    const below = { display_type: 'line_note', name: 'In blue', product_qty: 0, order_id: placed.id };
    await odoo.create('purchase.order.line', { ...below, sequence: 99 });
    await reader.poll();
    const sent = await orderOf(gateway, placed.name);
    expect(sent.lines[0]).toMatchObject({ item: { sellerId: 'NW-1' }, notes: ['In blue'] });
    expect(sent.lines[0]!.item.description).not.toMatch(/^\[/);
    const vals = { name: `${String(line!['name'])}\nEngraved "ABC"` };
    await odoo.call('purchase.order.line', 'write', { ids: [line!.id], vals });
    await reader.poll();
    expect((await orderOf(gateway, placed.name)).lines[0]!.notes).toEqual(['Engraved "ABC"', 'In blue']);
    expect((await orderState(gateway, placed.name))!.lines[0]!.slices.map(({ state }) => state)).toEqual([
      'AWAITING',
    ]);
  });

  test('a text that Odoo proposes in the language of the vendor is none of the buyer’s', async () => {
    const lang = await odoo.activeLanguage('de_DE');
    const vendor = await odoo.vendor('NORTHWIND', { lang });
    const own = await odoo.product({ code: `L-${odoo.run}`, vendorId: vendor, price: 3 });
    await odoo.call('product.product', 'write', {
      ids: [own],
      vals: { name: 'Schraubendreher' },
      context: { lang },
    });
    const placed = await odoo.order({ vendorId: vendor, lines: [{ productId: own, quantity: 4, price: 3 }] });
    const [line] = await odoo.search('purchase.order.line', [['order_id', '=', placed.id]], ['name']);
    expect(line!['name']).toContain('Schraubendreher');
    await reader.poll();
    expect((await orderOf(gateway, placed.name)).lines[0]!.item.description).toBe(`Article L-${odoo.run}`);
  });

  test('a vendor’s number that stands at the template counts for its products', async () => {
    const plain = await odoo.create('product.product', { name: `Plain ${odoo.run}`, is_storable: true });
    const [row] = await odoo.read('product.product', [plain], ['product_tmpl_id']);
    const [templateId] = row!['product_tmpl_id'] as [number];
    await odoo.create('product.supplierinfo', {
      partner_id: vendorId,
      product_tmpl_id: templateId,
      product_code: 'TMPL-7',
      price: 2,
    });
    const { name } = await odoo.order({ vendorId, lines: [{ productId: plain, quantity: 1, price: 2 }] });
    await reader.poll();
    expect((await orderOf(gateway, name)).lines[0]!.item.sellerId).toBe('TMPL-7');
  });

  test('a receipt that Odoo only asks back about is none; more than ordered is counted as it is', async () => {
    const placed = await odoo.order({ vendorId, lines: [{ productId, quantity: 10, price: 3 }] });
    await reader.poll();
    const [receipt] = await odoo.receipts(placed.id);
    const [move] = await odoo.moves(placed.id);
    await odoo.call('stock.move', 'write', { ids: [move!.id], vals: { quantity: 4 } });
    // Without a word about the rest Odoo answers with a question, and nothing has happened.
    const asked = await odoo.call<{ res_model: string }>('stock.picking', 'button_validate', {
      ids: [receipt!.id],
    });
    expect(asked.res_model).toBe('stock.backorder.confirmation');
    expect((await reader.refresh([placed.id])).receipts).toBe(0);
    await odoo.call('stock.move', 'write', { ids: [move!.id], vals: { quantity: 12 } });
    await odoo.receive(receipt!.id);
    await reader.poll();
    expect((await orderState(gateway, placed.name))!.lines[0]!.received).toBe('12');
  });

  test('many who write one order at the same time all come through, or are told to come again', async () => {
    const placed = await odoo.draft({ vendorId, lines: [{ productId, quantity: 1, price: 3 }] });
    const write = (index: number) =>
      client.call(
        'purchase.order',
        'write',
        { ids: [placed.id], vals: { partner_ref: `W-${index}` } },
        { retry: 'always' },
      );
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => patiently(() => write(index))),
    );
    expect(answers).toEqual(Array.from({ length: 12 }, () => true));
  });
});
