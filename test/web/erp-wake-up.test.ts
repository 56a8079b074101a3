import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startServer } from './client.ts';
import type { TestServer } from './client.ts';
import { ErpScene } from './erp.ts';
import { openHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { START } from './story.ts';

let harness: Harness;
let server: TestServer;
const erp = new ErpScene();
const { secret: SECRET } = erp;

beforeAll(async () => {
  harness = await openHarness(START);
  server = await startServer(harness, { erp });
});
afterAll(async () => {
  await server.close();
  await harness.close();
});
beforeEach(() => {
  erp.woken = 0;
  erp.changes = {};
});

test('whoever knows the secret wakes the reading, with nothing but the call', async () => {
  const body = { _model: 'purchase.order', _id: 7 };
  expect((await server.call(undefined, 'POST', `/hooks/odoo/${SECRET}`, body)).status).toBe(200);
  const headers = { 'X-Tradelane-Secret': SECRET };
  expect((await server.call(undefined, 'POST', '/hooks/odoo', body, headers)).status).toBe(200);
  expect(erp.woken).toBe(2);
});

test('a wrong secret, and none, are refused in the same words', async () => {
  const wrong = await server.call(undefined, 'POST', '/hooks/odoo/guessed', {});
  const none = await server.call(undefined, 'POST', '/hooks/odoo', {});
  expect([wrong.status, none.status]).toEqual([401, 401]);
  const [first, second] = [await wrong.json(), await none.json()] as { detail: string }[];
  expect(first!.detail).toBe(second!.detail);
  expect(erp.woken).toBe(0);
});

test('guessing is slowed down', async () => {
  const answers = await Promise.all(
    Array.from({ length: 700 }, (_, index) => server.call(undefined, 'POST', `/hooks/odoo/guess-${index}`)),
  );
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(50);
});

test('without an ERP of its own the gateway has no such address', async () => {
  const other = await openHarness(START);
  const alone = await startServer(other);
  expect((await alone.call(undefined, 'POST', `/hooks/odoo/${SECRET}`, {})).status).toBe(404);
  expect(await (await alone.call(undefined, 'GET', '/readyz')).json()).toEqual({ status: 'ok' });
  await alone.close();
  await other.close();
});

test('readiness tells of an ERP that is away, and stays ready; not where it is', async () => {
  erp.changes = { version: '19.0', readAt: '2026-03-02T08:00:00.000Z' };
  const good = await server.call(undefined, 'GET', '/readyz');
  expect(await good.json()).toEqual({
    status: 'ok',
    odoo: { answers: true, version: '19.0', readAt: '2026-03-02T08:00:00.000Z' },
  });
  erp.changes = { circuit: 'open', trouble: 'https://erp.example.com: connect ECONNREFUSED' };
  const away = await server.call(undefined, 'GET', '/readyz');
  expect(away.status).toBe(200);
  const text = await away.text();
  expect(JSON.parse(text)).toMatchObject({ odoo: { answers: false } });
  expect(text).not.toContain('erp.example.com');
});
