import { beforeAll, describe, expect, test } from '@jest/globals';
import { systemTimer } from '../../src/jobs/system-timer.ts';
import { NestedRead } from '../../src/odoo/client/nested-read.ts';
import type { OdooClient, OdooProtocol } from '../../src/odoo/client/odoo-client.ts';
import { OdooConnection } from '../../src/odoo/client/odoo-connection.ts';
import { ODOO, OdooServer } from '../support/odoo-server.ts';

const suite = ODOO === undefined ? describe.skip : describe;
const odoo = new OdooServer(ODOO ?? { url: '', database: '', user: '', apiKey: '', adminKey: '' });

function connect(protocol: OdooProtocol, apiKey = ODOO!.apiKey): OdooConnection {
  const { url, database, user } = ODOO!;
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

let orderId = 0;
let draftId = 0;
let lineId = 0;

beforeAll(async () => {
  if (ODOO === undefined) return;
  const vendorId = await odoo.vendor(`V-${odoo.run}`, { comment: '<p>ä < & "ö"</p>' });
  const productId = await odoo.product({ code: `C-${odoo.run}`, vendorId, price: 3 });
  const lines = [{ productId, quantity: 3, price: 2.456789 }];
  ({
    id: orderId,
    lineIds: [lineId = 0],
  } = await odoo.order({ vendorId, lines }));
  ({ id: draftId } = await odoo.draft({ vendorId, lines }));
});

suite.each(['json2', 'jsonrpc', 'xmlrpc'] as const)('the same over %s', (protocol) => {
  let client: OdooClient;
  beforeAll(async () => {
    client = await connect(protocol).client();
  });

  test('who Odoo is', () => {
    expect(client).toMatchObject({ protocol, version: { major: 19, minor: 0 } });
    expect(client.names.lineUnit).toBe('product_uom_id');
  });

  test('a search with numbers as they are, text with every character, nothing as false', async () => {
    const [line] = await client.searchRead('purchase.order.line', {
      domain: [['id', '=', lineId]],
      fields: ['price_unit', 'product_qty', 'display_type', 'order_id'],
    });
    expect(line).toMatchObject({ price_unit: 2.456789, product_qty: 3, display_type: false });
    expect(line!['order_id']).toEqual([orderId, expect.any(String)]);
    const [vendor] = await client.searchRead('res.partner', {
      domain: [['ref', '=', `V-${odoo.run}`]],
      fields: ['comment'],
    });
    expect(String(vendor!['comment'])).toContain('ä &lt; &amp; "ö"');
  });

  test('an order with its lines and their products in one call', async () => {
    const [order] = await client.webRead('purchase.order', [orderId], {
      name: {},
      partner_id: { fields: { ref: {} } },
      order_line: { fields: { price_unit: {}, product_id: { fields: { default_code: {} } } } },
    });
    expect(order).toMatchObject({
      id: orderId,
      partner_id: { ref: `V-${odoo.run}` },
      order_line: [{ id: lineId, price_unit: 2.456789, product_id: { default_code: `C-${odoo.run}` } }],
    });
  });

  test('a write, and a method that returns nothing', async () => {
    expect(
      await client.call('purchase.order', 'write', { ids: [draftId], vals: { partner_ref: protocol } }),
    ).toBe(true);
    expect(await client.call('purchase.order', 'action_acknowledge', { ids: [orderId] })).toBeNull();
    const [draft] = await odoo.read('purchase.order', [draftId], ['partner_ref']);
    expect(draft!['partner_ref']).toBe(protocol);
  });

  test('records are made by a list of values', async () => {
    const ids = await client.call<number[]>('ir.attachment', 'create', {
      vals_list: [
        { name: `${protocol}-${odoo.run}.txt`, datas: 'YQ==', res_model: 'purchase.order', res_id: orderId },
      ],
    });
    expect(ids).toEqual([expect.any(Number)]);
  });

  test.each([
    [
      'a record that is gone',
      'purchase.order',
      'write',
      { ids: [999_999_999], vals: { note: 'x' } },
      'ODOO_NOT_FOUND',
      'MissingError|UserError',
    ],
    [
      'a field that is none',
      'purchase.order',
      'search_read',
      { domain: [['nonsense', '=', 1]], fields: ['id'] },
      'ODOO_REJECTED',
      'ValueError',
    ],
    [
      'a date in another form',
      'purchase.order',
      'write',
      { ids: [0], vals: { date_order: '2026-12-10T12:00:00Z' } },
      'ODOO_REJECTED',
      'ValueError',
    ],
    [
      'a model without rights',
      'ir.cron',
      'search_read',
      { domain: [], fields: ['id'] },
      'ODOO_FORBIDDEN',
      'AccessError',
    ],
    [
      'a value that is missing',
      'purchase.order',
      'create',
      { vals_list: [{}] },
      'ODOO_REJECTED',
      'ValidationError|UserError',
    ],
  ])(
    '%s: an error that no retry helps, in words, without a traceback',
    async (_, model, method, args, code, name) => {
      const given = 'ids' in args && args.ids[0] === 0 ? { ...args, ids: [draftId] } : args;
      const error = await client.call(model, method, given).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code, retryable: 'never', details: { outcome: 'none' } });
      expect(error).toHaveProperty('details.odooName', expect.stringMatching(name));
      expect(error).toHaveProperty('message', expect.not.stringMatching(/Traceback|\.py"/));
    },
  );

  test('a key that is wrong is told as that, and tried again later', async () => {
    const other = await connect(protocol, 'not-the-key').client();
    await expect(other.call('res.users', 'context_get', {})).rejects.toMatchObject({
      code: 'ODOO_UNAUTHORIZED',
      retryable: 'later',
    });
  });

  test('the reading for versions without nested reads gives the same as Odoo\u2019s own', async () => {
    const specification = {
      name: {},
      note: {},
      dest_address_id: { fields: { name: {} } },
      partner_id: { fields: { name: {}, country_id: { fields: { code: {} } } } },
      order_line: {
        fields: {
          product_qty: {},
          tax_ids: {},
          product_id: { fields: { name: {}, uom_id: { fields: { name: {} } } } },
        },
      },
    };
    const gone = 999_999_999;
    const ids = [draftId, orderId];
    const own = await client.webRead('purchase.order', ids, specification);
    expect(
      await new NestedRead(client).read('purchase.order', [...ids, gone], specification, undefined),
    ).toEqual(own);
  });
});
