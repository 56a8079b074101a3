import { expect, test } from '@jest/globals';
import { GatewayError } from '../../../src/common/errors.ts';
import type { HttpExchange, HttpReply, HttpRequest } from '../../../src/odoo/client/http-exchange.ts';
import { keyReader, OdooConnection } from '../../../src/odoo/client/odoo-connection.ts';
import type { ConnectionSettings } from '../../../src/odoo/client/odoo-connection.ts';
import { toSilence } from '../../../src/odoo/client/odoo-error.ts';
import { FakeTime } from '../../pipeline/fake-time.ts';

type Answer = unknown;

const json = (content: unknown, status = 200): HttpReply => ({
  status,
  contentType: 'application/json',
  text: JSON.stringify(content),
});

const VERSION_19 = { version: '19.0', version_info: [19, 0, 0, 'final', 0, ''] };

/** An Odoo whose answers are given in turn; every request is noted. */
function scripted(
  answers: Answer[],
  version: unknown = VERSION_19,
  settings: Partial<ConnectionSettings> = {},
) {
  const time = new FakeTime();
  const requests: HttpRequest[] = [];
  const exchange: HttpExchange = (request) => {
    if (request.url.endsWith('/web/version')) {
      return Promise.resolve(version === null ? json({}, 404) : json(version));
    }
    requests.push(request);
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next instanceof Error) return Promise.reject(next);
    return Promise.resolve(next as HttpReply);
  };
  let keys = 0;
  const connection = new OdooConnection(
    {
      url: 'http://odoo.test/',
      database: 'edi',
      user: 'edi',
      protocol: 'auto',
      timeoutSeconds: 60,
      concurrency: 4,
      ...settings,
    },
    {
      clock: time,
      // Pauses end at once.
      timer: { after: (_, callback) => (queueMicrotask(callback), () => undefined) },
      random: () => 0.5,
      readKey: () => Promise.resolve(`key-${(keys += 1)}`),
      exchange,
    },
  );
  return { connection, requests, time };
}

const place = { model: 'purchase.order', method: 'write' };
const lost = () => toSilence(place, 'cut', 'unknown');
const refused = () => toSilence(place, 'refused', 'none');
const busy = () =>
  json({ name: 'psycopg2.errors.SerializationFailure', message: 'could not serialize' }, 500);
const wrong = () => json({ name: 'builtins.ValueError', message: 'Invalid field' }, 500);
const write = { ids: [1], vals: { note: 'x' } };

test('a call goes to its own address, with the key, the database and its arguments by name', async () => {
  const { connection, requests } = scripted([json([{ id: 7 }])]);
  const client = await connection.client();
  expect(await client.searchRead('res.partner', { domain: [], fields: ['name'] })).toEqual([{ id: 7 }]);
  expect(requests).toMatchObject([
    {
      url: 'http://odoo.test/json/2/res.partner/search_read',
      headers: { authorization: 'bearer key-1', 'x-odoo-database': 'edi' },
      timeoutMs: 60_000,
    },
  ]);
  expect(JSON.parse(requests[0]!.body!)).toEqual({
    domain: [],
    fields: ['name'],
    context: { lang: 'en_US' },
  });
});

test('Odoo answers in English, whatever language its user has, unless a caller wants another', async () => {
  const { connection, requests } = scripted([json([])]);
  const client = await connection.client();
  await client.webRead('product.product', [1], { name: {} }, { lang: 'de_DE' });
  expect(JSON.parse(requests[0]!.body!)).toMatchObject({ context: { lang: 'de_DE' } });
});

test('a write whose answer is lost is not repeated: it may have been done', async () => {
  const { connection, requests } = scripted([lost(), json(true)]);
  const client = await connection.client();
  await expect(client.call('purchase.order', 'write', write)).rejects.toMatchObject({
    code: 'ODOO_UNAVAILABLE',
    details: { outcome: 'unknown' },
  });
  expect(requests).toHaveLength(1);
});

test('a write that never reached Odoo, or was rolled back there, is repeated; so is a reading that was lost', async () => {
  for (const [first, method] of [
    [refused(), 'write'],
    [busy(), 'write'],
    [lost(), 'search_read'],
  ] as const) {
    const { connection, requests } = scripted([first, json(true)]);
    const client = await connection.client();
    expect(await client.call('purchase.order', method, write)).toBe(true);
    expect(requests).toHaveLength(2);
  }
});

test('what is done twice like once is repeated when the caller says so', async () => {
  const { connection, requests } = scripted([lost(), json(true)]);
  const client = await connection.client();
  await client.call('purchase.order', 'action_acknowledge', { ids: [1] }, { retry: 'always' });
  expect(requests).toHaveLength(2);
});

test('a permanent mistake is not repeated, although it is a 500', async () => {
  const { connection, requests } = scripted([wrong()]);
  const client = await connection.client();
  await expect(client.call('purchase.order', 'search_read', {})).rejects.toMatchObject({
    code: 'ODOO_REJECTED',
  });
  expect(requests).toHaveLength(1);
});

test('a transaction that meets another each time is given up after three attempts', async () => {
  const { connection, requests } = scripted([busy()]);
  const client = await connection.client();
  await expect(client.call('purchase.order', 'write', write)).rejects.toMatchObject({
    code: 'ODOO_BUSY',
    retryable: 'later',
  });
  expect(requests).toHaveLength(3);
  expect(connection.state.limit).toBe(1);
});

test('an Odoo that does not answer is left alone for a while, then asked once', async () => {
  const answers: Answer[] = [lost()];
  const { connection, requests, time } = scripted(answers);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const client = await connection.client();
    await expect(client.call('purchase.order', 'write', write)).rejects.toThrow('cut');
  }
  expect(connection.state).toMatchObject({ circuit: 'open', trouble: expect.stringContaining('cut') });
  await expect(connection.client()).rejects.toMatchObject({
    code: 'ODOO_UNAVAILABLE',
    details: { circuit: 'open' },
  });
  expect(requests).toHaveLength(5);
  answers[0] = json(true);
  time.advance(11_000);
  const client = await connection.client();
  expect(await client.call('purchase.order', 'write', write)).toBe(true);
  expect(connection.state.circuit).toBe('closed');
  expect(connection.state.trouble).toBeUndefined();
});

test('many permanent mistakes do not make Odoo look away', async () => {
  const { connection } = scripted([wrong()]);
  const client = await connection.client();
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await client.call('purchase.order', 'write', write).catch(() => undefined);
  }
  expect(connection.state.circuit).toBe('closed');
});

test('a key that is refused is read anew: a new one needs no restart', async () => {
  const { connection, requests } = scripted([
    json({ name: 'werkzeug.exceptions.Unauthorized', message: 'no' }, 401),
    json(1),
  ]);
  const before = await connection.client();
  await expect(before.call('res.users', 'context_get', {})).rejects.toMatchObject({
    code: 'ODOO_UNAUTHORIZED',
  });
  await (await connection.client()).call('res.users', 'context_get', {});
  expect(requests.map(({ headers }) => headers['authorization'])).toEqual(['bearer key-1', 'bearer key-2']);
});

test('Odoo 18 is spoken to by JSON-RPC, with the key in the place of the password', async () => {
  const { connection, requests } = scripted(
    [
      json({ result: { server_version_info: [18, 0, 0, 'final', 0, ''] } }),
      json({ result: 5 }),
      json({ result: [9] }),
    ],
    null,
  );
  const client = await connection.client();
  expect([client.protocol, client.version.text, client.names.lineUnit]).toEqual([
    'jsonrpc',
    '18.0',
    'product_uom',
  ]);
  expect(await client.call('purchase.order', 'create', { vals_list: [{ partner_id: 1 }] })).toEqual([9]);
  const { params } = JSON.parse(requests.at(-1)!.body!) as { params: { args: unknown[] } };
  expect(params.args).toEqual([
    'edi',
    5,
    'key-1',
    'purchase.order',
    'create',
    [[{ partner_id: 1 }]],
    { context: { lang: 'en_US' } },
  ]);
});

test('errors of JSON-RPC have status 200 and a name', async () => {
  const { connection } = scripted(
    [
      json({ result: { server_version_info: ['saas~17', 2, 0, 'final', 0, ''] } }),
      json({ result: 5 }),
      json({
        error: { message: 'Odoo Server Error', data: { name: 'odoo.exceptions.AccessError', message: 'No' } },
      }),
    ],
    null,
  );
  const client = await connection.client();
  expect(client.version).toEqual({ major: 17, minor: 2, text: 'saas~17.2' });
  await expect(client.call('ir.cron', 'write', write)).rejects.toMatchObject({ code: 'ODOO_FORBIDDEN' });
});

test.each([
  ['nothing', 'cannot marshal None unless allow_none is enabled'],
  ['records', "cannot marshal &lt;class 'odoo.api.account.move'&gt; objects"],
])(
  'over XML-RPC a method that returns %s was carried out, although Odoo calls it a fault',
  async (_, words) => {
    const xml = (content: string): HttpReply => ({
      status: 200,
      contentType: 'text/xml',
      text: `<methodResponse>${content}</methodResponse>`,
    });
    const value = (content: string) => xml(`<params><param><value>${content}</value></param></params>`);
    const version =
      '<struct><member><name>server_version_info</name><value><array><data><value><int>14</int></value><value><int>0</int></value></data></array></value></member></struct>';
    const nothing = xml(
      '<fault><value><struct><member><name>faultCode</name><value><int>1</int></value></member><member><name>faultString</name>' +
        `<value>Traceback (most recent call last):\nTypeError: ${words}</value></member></struct></value></fault>`,
    );
    const { connection } = scripted([value(version), value('<int>5</int>'), nothing], null, {
      protocol: 'xmlrpc',
    });
    const client = await connection.client();
    expect(await client.call('purchase.order', 'button_cancel', { ids: [1] })).toBeNull();
  },
);

test('a user that Odoo does not know, a version that is too old, a login that is missing: each says so', async () => {
  const old = scripted([json({ result: { server_version_info: [12, 0] } })], null);
  await expect(old.connection.client()).rejects.toMatchObject({ code: 'ODOO_UNSUPPORTED' });
  const version = json({ result: { server_version_info: [16, 0] } });
  const unknown = scripted([version, json({ result: false })], null);
  await expect((await unknown.connection.client()).call('a', 'read', {})).rejects.toMatchObject({
    code: 'ODOO_UNAUTHORIZED',
  });
  const { connection } = scripted([version], null);
  Object.assign(connection.settings, { user: undefined });
  await expect(connection.client()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('the key comes from the variable before the secret, and its absence says what to do', async () => {
  const secrets = { read: (name: string) => Promise.resolve(`secret ${name}`) };
  const settings = { apiKey: { secret: 'odoo' } };
  expect(await keyReader(settings, secrets, 'from the environment')()).toBe('from the environment');
  expect(await keyReader(settings, secrets, undefined)()).toBe('secret odoo');
  await expect(keyReader({}, secrets, undefined)()).rejects.toBeInstanceOf(GatewayError);
});
