import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemTimer } from '../../src/jobs/system-timer.ts';
import type { OdooClient, OdooProtocol } from '../../src/odoo/client/odoo-client.ts';
import { OdooConnection } from '../../src/odoo/client/odoo-connection.ts';
import type { OdooReader } from '../../src/odoo/read/odoo-reader.ts';
import { despatchOf, invoiceOf, responseTo } from '../support/documents.ts';
import type { TestGateway } from '../support/gateway.ts';
import { BUYER, createWorld } from '../support/gateway.ts';
import { startOdooGateway } from '../support/odoo-gateway.ts';
import { orderOf, orderState, readerOf } from '../support/odoo-reading.ts';
import { OLDER_ODOO, OlderOdoo } from '../support/older-odoo.ts';

const PARTNER = 'northwind-hardware';
const NO_ODOO = { url: '', database: '', user: '', apiKey: '', adminKey: '' };
const suite = OLDER_ODOO === undefined ? describe.skip : describe;
const odoo = new OlderOdoo(OLDER_ODOO ?? NO_ODOO);

function connect(protocol: OdooProtocol | 'auto', apiKey = OLDER_ODOO!.apiKey): OdooConnection {
  const { url, database, user } = OLDER_ODOO!;
  return new OdooConnection(
    { url, database, user, protocol, timeoutSeconds: 60, concurrency: 4 },
    {
      clock: { now: () => new Date().toISOString() },
      timer: systemTimer,
      random: Math.random,
      readKey: () => Promise.resolve(apiKey),
    },
  );
}

let vendorId = 0;
let productId = 0;

beforeAll(async () => {
  if (OLDER_ODOO === undefined) return;
  vendorId = await odoo.vendor('NORTHWIND');
  productId = await odoo.product(`OLD-${odoo.run}`, vendorId, 'NW-HAM-16');
});

const place = (quantity = 100, price = 2.45) =>
  odoo.order(vendorId, [{ productId, quantity, price, date: `${NEEDED} 12:00:00` }]);

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const NEEDED = day(28);
const SOONER = day(25);

suite.each(['jsonrpc', 'xmlrpc'] as const)('an Odoo before 19 over %s', (protocol) => {
  let client: OdooClient;
  beforeAll(async () => {
    client = await connect(protocol).client();
  });

  test('is known by its version, and has the names of it', async () => {
    expect(client.version.major).toBeLessThan(19);
    expect(client.names).toMatchObject({ lineUnit: 'product_uom', lineTaxes: 'taxes_id' });
    expect((await connect('auto').client()).protocol).toBe('jsonrpc');
    await expect(connect('json2').client()).rejects.toMatchObject({ code: 'ODOO_UNSUPPORTED' });
  });

  test('gives an order with its lines and products, nested', async () => {
    const placed = await place(3, 2.456789);
    const [order] = await client.webRead('purchase.order', [placed.id], {
      name: {},
      partner_id: { fields: { ref: {} } },
      order_line: {
        fields: { price_unit: {}, product_qty: {}, product_id: { fields: { default_code: {} } } },
      },
    });
    expect(order).toMatchObject({
      id: placed.id,
      name: placed.name,
      partner_id: { ref: 'NORTHWIND' },
      order_line: [
        { id: placed.lineIds[0], product_qty: 3, product_id: { default_code: `OLD-${odoo.run}` } },
      ],
    });
  });

  test('takes a write, and a method that returns nothing', async () => {
    const { id } = await place();
    expect(await client.call('purchase.order', 'write', { ids: [id], vals: { partner_ref: protocol } })).toBe(
      true,
    );
    const [row] = await client.searchRead('purchase.order', {
      domain: [['id', '=', id]],
      fields: ['partner_ref'],
    });
    expect(row).toMatchObject({ partner_ref: protocol });
    await expect(client.call('purchase.order', 'button_cancel', { ids: [id] })).resolves.not.toThrow();
  });

  test.each([
    [
      'a field that is none',
      'purchase.order',
      'search_read',
      { domain: [['nonsense', '=', 1]], fields: ['id'] },
      'ODOO_REJECTED',
    ],
    ['a model without rights', 'ir.cron', 'search_read', { domain: [], fields: ['id'] }, 'ODOO_FORBIDDEN'],
    ['a value that is missing', 'purchase.order', 'create', { vals_list: [{}] }, 'ODOO_REJECTED'],
    [
      'a record that is gone',
      'purchase.order',
      'write',
      { ids: [999_999_999], vals: { notes: 'x' } },
      'ODOO_NOT_FOUND',
    ],
  ])('%s: an error in words, that no retry helps', async (_, model, method, args, code) => {
    await expect(client.call(model, method, args)).rejects.toMatchObject({ code, retryable: 'never' });
  });

  test('a key that is wrong is told as that', async () => {
    const other = await connect(protocol, 'not-the-key').client();
    await expect(other.call('res.users', 'context_get', {})).rejects.toMatchObject({
      code: 'ODOO_UNAUTHORIZED',
    });
  });

  describe('orders', () => {
    let gateway: TestGateway;
    let reader: OdooReader;
    beforeEach(async () => {
      const world = createWorld();
      // The dates of Odoo's orders are those of today.
      world.time.advance(Date.now() - Date.parse(world.time.now()));
      gateway = await startOdooGateway({
        world,
        connection: connect(protocol),
      });
      const references = [{ type: 'department', id: '12' }];
      reader = readerOf(gateway, connect(protocol), {
        partners: { [PARTNER]: { references } },
        read: { overlapSeconds: 30 },
      });
      await reader.poll();
    });
    afterEach(() => gateway.close());

    const lines = async (id: number) =>
      (
        await odoo.search(
          'purchase.order.line',
          [['order_id', '=', id]],
          ['product_qty', 'price_unit', 'date_planned', 'qty_invoiced'],
        )
      ).map(
        (row) =>
          `${String(row['product_qty'])} at ${String(row['price_unit'])} on ${String(row['date_planned']).slice(0, 10)}`,
      );
    const notes = (model: string, id: number) =>
      odoo.search(
        'mail.message',
        [
          ['model', '=', model],
          ['res_id', '=', id],
          ['message_type', '=', 'comment'],
        ],
        ['body', 'attachment_ids'],
      );

    test('are read, changed, confirmed, received in parts, billed and posted', async () => {
      const placed = await place();
      await reader.poll();
      await gateway.settle();
      const order = await orderOf(gateway, placed.name);
      expect(order).toMatchObject({
        currency: 'USD',
        seller: { id: 'NORTHWIND' },
        lines: [
          {
            item: { sellerId: 'NW-HAM-16' },
            quantity: { value: '100', unit: 'EA' },
            price: { amount: '2.45' },
            requestedDeliveryDate: NEEDED,
          },
        ],
      });
      gateway.supplier(PARTNER).send(responseTo(order, { '1': { claim: 'dateChanged', date: SOONER } }));
      await gateway.settle();
      expect((await gateway.openExceptions()).map(({ detail }) => detail)).toEqual([]);
      expect(await lines(placed.id)).toEqual([`100 at 2.45 on ${SOONER}`]);
      const [header] = await odoo.search(
        'purchase.order',
        [['id', '=', placed.id]],
        ['partner_ref', 'mail_reception_confirmed'],
      );
      expect(header).toMatchObject({ partner_ref: `S-${placed.name}`, mail_reception_confirmed: true });
      const told = await notes('purchase.order', placed.id);
      expect(told).toHaveLength(1);
      expect(told[0]!['attachment_ids']).toHaveLength(1);

      // What we have written is no change by the buyer.
      await reader.poll();
      expect((await orderState(gateway, placed.name))!.documents.map(({ key }) => key)).toEqual(['order/v1']);

      gateway.supplier(PARTNER).send({
        ...despatchOf(order),
        issuedAt: new Date().toISOString(),
        shipDate: day(0),
        estimatedDeliveryDate: SOONER,
      });
      await gateway.settle();
      await odoo.receive(placed.id, 60);
      await reader.poll();
      await odoo.receive(placed.id, 40);
      await reader.poll();
      expect((await orderState(gateway, placed.name))!.lines[0]!.received).toBe('100');

      gateway.supplier(PARTNER).send({ ...invoiceOf(order), issueDate: day(0) });
      await gateway.settle();
      expect((await gateway.openExceptions()).map(({ detail }) => detail)).toEqual([]);
      const bills = await odoo.search(
        'account.move',
        [['invoice_line_ids.purchase_line_id.order_id', '=', placed.id]],
        ['state', 'move_type', 'amount_total', 'ref'],
      );
      expect(bills).toMatchObject([{ state: 'posted', move_type: 'in_invoice', amount_total: 245 }]);
    });

    test('a line that a buyer changes becomes a change; a cancelled order is cancelled', async () => {
      const placed = await place(10, 5);
      await reader.poll();
      await gateway.settle();
      await odoo.call('purchase.order.line', 'write', [placed.lineIds, { product_qty: 8 }]);
      await reader.poll();
      expect((await orderOf(gateway, placed.name)).lines[0]!.quantity.value).toBe('8');
      await odoo.call('purchase.order', 'button_cancel', [[placed.id]]);
      await reader.poll();
      const keys = (await orderState(gateway, placed.name))!.documents.map(({ key }) => key);
      expect(keys).toEqual(['order/v1', 'orderChange/v2', 'orderChange/v3']);
    });

    test('what the supplier refuses is cancelled here when a person says so', async () => {
      const placed = await place(10, 5);
      await reader.poll();
      await gateway.settle();
      const order = await orderOf(gateway, placed.name);
      gateway.supplier(PARTNER).send(responseTo(order, { '1': { claim: 'rejected' } }));
      await gateway.settle();
      const [refused] = await gateway.openExceptions();
      await gateway.gateway.decideException(
        refused!.id,
        { action: 'cancelLine', reason: 'Not needed.' },
        BUYER,
      );
      await gateway.settle();
      const [header] = await odoo.search('purchase.order', [['id', '=', placed.id]], ['state']);
      expect(header).toMatchObject({ state: 'cancel' });
    });
  });
});
