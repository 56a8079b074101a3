import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../src/common/errors.ts';
import { enqueue } from '../../src/pipeline/work/work-record.ts';
import { createIdSource } from '../../src/pipeline/ids.ts';
import type { Operation } from '../../src/pipeline/ports/store.ts';
import type { WorkRecord } from '../../src/pipeline/records.ts';
import { createAccess } from '../../src/web/auth/access.ts';
import { startServer } from './client.ts';
import type { TestServer } from './client.ts';
import { openHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { orderTo } from '../support/documents.ts';

const ACTOR = { name: 'erp', roles: ['erp'] };

let harness: Harness;
let server: TestServer;
beforeAll(async () => {
  harness = await openHarness('2026-03-02T09:00:00.000Z');
  server = await startServer(harness);
});
afterAll(async () => {
  await server.close();
  await harness.close();
});

/** Samples by `name{labels}` as they are written. */
async function scrape(gateway = harness.gateway): Promise<Map<string, number>> {
  // A server of its own has nothing at hand that was read before.
  const { store } = harness.gateway;
  const access = createAccess({ store, sessionKey: 'k'.repeat(43) });
  const withoutTokens = { ...gateway, createAccessToken: () => Promise.resolve('') };
  const fresh = await startServer({ ...harness, gateway: withoutTokens }, { access });
  const authorization = { Authorization: `Bearer ${server.tokens.monitor}` };
  const response = await fresh.call(undefined, 'GET', '/metrics', undefined, authorization);
  const text = await response.text();
  await fresh.close();
  expect(response.status).toBe(200);
  return samplesOf(text);
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)$/;

/** Holds the text against the rules of the format on the way. */
function samplesOf(text: string): Map<string, number> {
  expect(text.endsWith('\n')).toBe(true);
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, family, type] = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
    if (family !== undefined) {
      expect(types.has(family)).toBe(false);
      types.set(family, type!);
    }
    if (line.startsWith('#')) continue;
    const [, name = '', labels = '', value] = SAMPLE.exec(line) ?? [];
    const familyOf = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
    expect([line, types.has(familyOf)]).toEqual([line, true]);
    if (types.get(name) === 'counter' && name.startsWith('tradelane_')) expect(name).toMatch(/_total$/);
    expect([line, samples.has(name + labels)]).toEqual([line, false]);
    // What has not been measured yet is NaN, as the format says.
    if (name.startsWith('tradelane_')) expect([line, Number.isFinite(Number(value))]).toEqual([line, true]);
    samples.set(name + labels, Number(value));
  }
  return samples;
}

async function addWork(count: number, change: (item: WorkRecord) => WorkRecord): Promise<void> {
  const context = { clock: harness.time, ids: createIdSource(harness.time) };
  const spec = { kind: 'notify', orderingKey: '', partnerId: '', payload: {} } as const;
  const operations = Array.from({ length: count }, (_, index) =>
    enqueue(context, { ...spec, key: `n/${index}` }).map((operation) => {
      const { record } = operation as Extract<Operation, { collection: 'work'; op: 'insert' }>;
      return { ...operation, record: change(record) } as Operation;
    }),
  );
  await harness.gateway.store.commit(operations.flat());
}

describe('who may read them', () => {
  test('nobody without a token, and any role with one', async () => {
    const stranger = await server.call(undefined, 'GET', '/metrics');
    expect(stranger.status).toBe(401);
    expect(stranger.headers.get('www-authenticate')).toContain('Bearer');
    expect(await stranger.text()).not.toContain('tradelane_');
    const wrong = await server.call(undefined, 'GET', '/metrics', undefined, {
      Authorization: 'Bearer wrong',
    });
    expect(wrong.status).toBe(401);
    for (const role of ['monitor', 'viewer', 'operator', 'admin'] as const)
      expect((await server.call(role, 'GET', '/metrics')).status).toBe(200);
  });

  test('the role monitor reads nothing else, and does not sign in', async () => {
    expect((await server.call('monitor', 'GET', '/api/orders')).status).toBe(403);
    expect((await server.call('monitor', 'GET', '/api/openapi.json')).status).not.toBe(500);
    const own = { 'Sec-Fetch-Site': 'same-origin' };
    const body = { token: server.tokens.monitor };
    const signIn = await server.call(undefined, 'POST', '/api/session', body, own);
    expect(signIn.status).toBe(403);
    expect(signIn.headers.get('set-cookie')).toBeNull();
    const link = await server.call(undefined, 'GET', `/?token=${server.tokens.monitor}`);
    expect(link.headers.get('set-cookie')).toBeNull();
  });
});

test('the text is that of Prometheus, and says what runs', async () => {
  const response = await server.call('monitor', 'GET', '/metrics');
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const samples = samplesOf(await response.text());
  expect(
    samples.get('tradelane_build_info{version="1.2.3",store="sqlite",roles="transport,worker,web"}'),
  ).toBe(1);
  expect(samples.get('tradelane_disk_free_bytes')).toBe(60);
  expect(samples.get('tradelane_store_up')).toBe(1);
  expect(samples.get('tradelane_store_replaced_total')).toBe(0);
  expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  expect(samples.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  expect(samples.get('tradelane_work_items{status="dead",kind="sendFile"}')).toBe(0);
  expect(samples.get('tradelane_work_oldest_seconds{status="ready"}')).toBe(0);
});

test('what waits, what was given up and what has failed is counted, whatever there is of it', async () => {
  const no = new GatewayError('TRANSPORT_REJECTED', 'No.', { retryable: 'never' });
  harness.failDeliveries('northwind-hardware', no);
  await harness.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ACTOR);
  await harness.settle();
  await addWork(1_300, (item) => ({ ...item, status: 'dead', finishedAt: item.createdAt }));
  harness.time.advance(2 * 3_600_000);
  const samples = await scrape();

  const dead = (kind: string) => samples.get(`tradelane_work_items{status="dead",kind="${kind}"}`);
  expect(dead('sendFile')).toBe(1);
  // Beyond the first thousand of a status the index counts, and the sum is still of all.
  expect([dead('notify'), dead('beyond')]).toEqual([999, 301]);
  expect(samples.get('tradelane_work_oldest_seconds{status="dead"}')).toBe(7_200);

  expect(samples.get('tradelane_orders_open{badge="TRANSPORT_FAILED"}')).toBe(1);
  const open = [...samples].filter(([name]) =>
    name.startsWith('tradelane_exceptions_open{type="TRANSPORT_FAILED"'),
  );
  expect(open.map(([, value]) => value)).toEqual([1]);
  expect(samples.get('tradelane_files_last_hour{status="failed"}')).toBe(0);
});

test('a store that does not answer is told, and the process goes on telling of itself', async () => {
  const find = () => Promise.reject(new GatewayError('STORE_UNAVAILABLE', 'The store is away.'));
  const { gateway } = harness;
  const samples = await scrape({ ...gateway, listChannels: () => [], store: { ...gateway.store, find } });
  expect(samples.get('tradelane_store_up')).toBe(0);
  expect(samples.has('process_resident_memory_bytes')).toBe(true);
  expect([...samples.keys()].filter((name) => name.startsWith('tradelane_work'))).toEqual([]);
});

test('whoever asks without end is told to wait', async () => {
  const ask = () => server.call(undefined, 'GET', '/metrics');
  let response = await ask();
  for (let call = 0; call < 200 && response.status !== 429; call += 1) response = await ask();
  expect(response.status).toBe(429);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
});
