import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Phase } from '../../src/web/health.ts';
import { startServer } from './client.ts';
import type { TestServer } from './client.ts';
import { openHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { START } from './story.ts';

let harness: Harness;
let server: TestServer;
let consoleDir: string;
let phase: Phase = 'ready';

beforeAll(async () => {
  consoleDir = await mkdtemp(join(tmpdir(), 'tradelane-console-'));
  await mkdir(join(consoleDir, 'assets'));
  await writeFile(join(consoleDir, 'index.html'), '<!doctype html><title>console</title>');
  await writeFile(join(consoleDir, 'assets', 'main-1.js'), 'export {};');
  harness = await openHarness(START);
  server = await startServer(harness, { consoleDir, signInsPerMinute: 12, phase: () => phase });
});

afterAll(async () => {
  await server.close();
  await harness.close();
  await rm(consoleDir, { recursive: true });
});

function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('the link that the start prints', () => {
  test('signs in and takes the token out of the address', async () => {
    const response = await server.call(
      undefined,
      'GET',
      `/orders/PO-1?tab=lines&token=${server.tokens.operator}`,
    );
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/orders/PO-1?tab=lines');
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toMatch(/httponly/i);
    expect(cookie).toMatch(/samesite=strict/i);
    const session = await server.call(undefined, 'GET', '/api/session', undefined, {
      Cookie: cookieOf(response),
    });
    expect(await session.json()).toMatchObject({ name: 'maria', role: 'operator' });
  });

  test('with a wrong token leads to the sign-in page, never to another host', async () => {
    const response = await server.call(undefined, 'GET', '//elsewhere.example/?token=wrong');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/elsewhere.example/?signIn=failed');
    expect(response.headers.get('set-cookie')).toBeNull();
  });
});

describe('changes by cookie', () => {
  const post = (path: string, headers: Record<string, string>, body: unknown = { assignee: 'maria' }) =>
    server.call(undefined, 'POST', path, body, headers);

  test('are taken from our own pages only', async () => {
    const link = await server.call(undefined, 'GET', `/?token=${server.tokens.operator}`);
    const Cookie = cookieOf(link);
    const path = '/api/exceptions/none/assignee';
    expect((await post(path, { Cookie })).status).toBe(403);
    expect((await post(path, { Cookie, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await post(path, { Cookie, 'Sec-Fetch-Site': 'same-site' })).status).toBe(403);
    expect((await post(path, { Cookie, Origin: 'http://evil.example' })).status).toBe(403);
    // From here on it is the exception that is missing, not the right.
    expect((await post(path, { Cookie, 'Sec-Fetch-Site': 'same-origin' })).status).toBe(404);
    expect((await post(path, { Cookie, Origin: server.url })).status).toBe(404);
    expect((await post(path, { Authorization: `Bearer ${server.tokens.operator}` })).status).toBe(404);
  });

  test('signing in on the page, and out', async () => {
    const own = { 'Sec-Fetch-Site': 'same-origin' };
    expect((await post('/api/session', {}, { token: server.tokens.viewer })).status).toBe(403);
    expect((await post('/api/session', own, { token: 'wrong' })).status).toBe(401);
    const response = await post('/api/session', own, { token: ` ${server.tokens.viewer}\n` });
    expect(response.status).toBe(204);
    const Cookie = cookieOf(response);
    const session = () => server.call(undefined, 'GET', '/api/session', undefined, { Cookie });
    const signOut = (headers: Record<string, string>) =>
      server.call(undefined, 'DELETE', '/api/session', undefined, { Cookie, ...headers });
    expect((await signOut({ 'Sec-Fetch-Site': 'same-site' })).status).toBe(403);
    expect((await session()).status).toBe(200);
    const out = await signOut(own);
    expect(out.status).toBe(204);
    expect((await session()).status).toBe(401);
    expect(out.headers.get('set-cookie')).toMatch(/tradelane_session=;.*expires=Thu, 01 Jan 1970/);
  });

  test('guessing is slowed down', async () => {
    const own = { 'Sec-Fetch-Site': 'same-origin' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post('/api/session', own, { token: `guess ${index}` })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('the console and the machine room', () => {
  test('every page is the console, an asset of an older one is not', async () => {
    for (const path of ['/', '/orders/PO-1', '/exceptions/a%2Fb']) {
      const page = await server.call(undefined, 'GET', path);
      expect(await page.text()).toContain('<title>console</title>');
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    }
    const asset = await server.call(undefined, 'GET', '/assets/main-1.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect((await server.call(undefined, 'GET', '/assets/main-0.js')).status).toBe(404);
    expect(
      (await server.call(undefined, 'GET', '/..%2F..%2Fetc/passwd')).headers.get('content-type'),
    ).toContain('html');
  });

  test('files of the console come packed, and unpacked to who does not read packed ones', async () => {
    const answers = await Promise.all(
      ['gzip', 'identity'].map((encoding) =>
        server.call(undefined, 'GET', '/assets/main-1.js', undefined, { 'Accept-Encoding': encoding }),
      ),
    );
    expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual(['gzip', null]);
    for (const answer of answers) expect(await answer.text()).toBe('export {};');
  });

  test('health follows the start', async () => {
    expect((await server.call(undefined, 'GET', '/healthz')).status).toBe(200);
    expect((await server.call(undefined, 'GET', '/readyz')).status).toBe(200);
    phase = 'starting';
    expect((await server.call(undefined, 'GET', '/healthz')).status).toBe(503);
    phase = 'stopping';
    expect((await server.call(undefined, 'GET', '/healthz')).status).toBe(200);
    const leaving = await server.call(undefined, 'GET', '/readyz');
    expect([leaving.status, await leaving.json()]).toEqual([503, { status: 'stopping' }]);
    phase = 'ready';
  });

  test('a gateway that cannot write takes no requests, and looks once for many that ask', async () => {
    let writes = 0;
    const other = await openHarness(START);
    const full = await startServer(other, {
      tryToWrite: () => {
        writes += 1;
        return Promise.reject(new Error('ENOSPC: no space left on device, write'));
      },
    });
    const answers = await Promise.all([1, 2, 3].map(() => full.call(undefined, 'GET', '/readyz')));
    expect(await Promise.all(answers.map(async (one) => [one.status, await one.json()]))).toEqual(
      Array.from({ length: 3 }, () => [503, { status: 'cannotWrite' }]),
    );
    expect(writes).toBe(1);
    expect((await full.call(undefined, 'GET', '/healthz')).status).toBe(200);
    await full.close();
    await other.close();
  });
});

describe('behind a reverse proxy', () => {
  let own: Harness;
  beforeEach(async () => {
    own = await openHarness(START);
  });
  afterEach(() => own.close());

  const signIn = (to: TestServer, forwarded: Record<string, string>) =>
    to.call(undefined, 'GET', `/?token=${to.tokens.viewer}`, undefined, forwarded);

  test('that is trusted the cookie is for TLS alone, and each caller has a pace of his own', async () => {
    const behind = await startServer(own, { consoleDir, signInsPerMinute: 2, trustedProxies: 1 });
    try {
      // What the caller has put there himself stands before the proxy's own word.
      const from = (address: string, made = '198.51.100.1') => ({
        'X-Forwarded-For': `${made}, ${address}`,
        'X-Forwarded-Proto': 'https',
      });
      const first = await signIn(behind, from('203.0.113.1'));
      expect(first.headers.get('set-cookie')).toMatch(/; secure/i);
      expect(first.headers.get('strict-transport-security')).not.toBeNull();
      await signIn(behind, from('203.0.113.1', '198.51.100.2'));
      expect((await signIn(behind, from('203.0.113.1', '198.51.100.3'))).status).toBe(429);
      expect((await signIn(behind, from('203.0.113.2'))).status).toBe(303);
    } finally {
      await behind.close();
    }
  });

  test('that is not, nobody’s word is taken for where he comes from', async () => {
    const alone = await startServer(own, { consoleDir, signInsPerMinute: 1 });
    try {
      const first = await signIn(alone, { 'X-Forwarded-For': '203.0.113.1', 'X-Forwarded-Proto': 'https' });
      expect(first.headers.get('set-cookie')).not.toMatch(/; secure/i);
      expect((await signIn(alone, { 'X-Forwarded-For': '203.0.113.2' })).status).toBe(429);
    } finally {
      await alone.close();
    }
  });
});
