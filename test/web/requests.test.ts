import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problem } from '../../src/web/problem.ts';
import { routes } from '../../src/web/routes.ts';
import { startServer } from './client.ts';
import type { TestServer } from './client.ts';
import { openHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { START } from './story.ts';

let harness: Harness;
let server: TestServer;

beforeAll(async () => {
  harness = await openHarness(START);
  server = await startServer(harness);
});

afterAll(async () => {
  await server.close();
  await harness.close();
});

describe('requests that are not right', () => {
  const expectProblem = async (response: Response, status: number, code: string) => {
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const body = problem.parse(await response.json());
    expect(body).toMatchObject({ status, code, requestId: response.headers.get('x-request-id') });
    return body;
  };

  test('an invalid order is told field by field', async () => {
    const response = await server.call('operator', 'POST', '/api/orders', {
      documentType: 'order',
      id: 'PO-1',
      lines: [],
    });
    const { findings, detail } = await expectProblem(response, 400, 'INVALID_REQUEST');
    expect(findings!.map((finding) => finding.place.path)).toEqual(
      expect.arrayContaining(['issueDate', 'buyer', 'seller', 'lines']),
    );
    expect(detail).toContain('more');
  });

  test('not JSON, the wrong type, too large, no such address, no such record', async () => {
    const post = (body: string, type: string) =>
      fetch(`${server.url}/api/orders`, {
        method: 'POST',
        body,
        headers: { Authorization: `Bearer ${server.tokens.operator}`, 'Content-Type': type },
      });
    await expectProblem(await post('{"id":', 'application/json'), 400, 'INVALID_REQUEST');
    await expectProblem(await post('id=1', 'application/x-www-form-urlencoded'), 400, 'INVALID_REQUEST');
    await expectProblem(await post(`"${'x'.repeat(10_000_001)}"`, 'application/json'), 413, 'FILE_TOO_LARGE');
    await expectProblem(await server.call('viewer', 'GET', '/api/nothing'), 404, 'NOT_FOUND');
    await expectProblem(await server.call('viewer', 'GET', '/api/orders/PO-0'), 404, 'NOT_FOUND');
    await expectProblem(await server.call('viewer', 'GET', '/api/files?limit=0'), 400, 'INVALID_REQUEST');
    await expectProblem(
      await server.call('viewer', 'GET', '/api/files?after=nonsense'),
      400,
      'INVALID_REQUEST',
    );
  });

  test('without a token, with a wrong one, with one that may not', async () => {
    const response = await server.call(undefined, 'GET', '/api/orders');
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    await expectProblem(response, 401, 'UNAUTHORIZED');
    const wrong = { Authorization: 'Bearer tradelane_wrong' };
    await expectProblem(
      await server.call(undefined, 'GET', '/api/orders', undefined, wrong),
      401,
      'UNAUTHORIZED',
    );
    for (const { method, path, role } of routes) {
      const below = role === 'admin' ? 'operator' : role === 'operator' ? 'viewer' : undefined;
      if (below === undefined) continue;
      const address = path.replaceAll(/:\w+/g, 'x');
      await expectProblem(await server.call(below, method.toUpperCase(), address), 403, 'FORBIDDEN');
    }
  });

  test('a bug of ours tells its request id and nothing else', async () => {
    const { store } = harness.gateway;
    const get = store.get.bind(store);
    store.get = () => Promise.reject(new TypeError('secret of the inside'));
    const response = await server.call('viewer', 'GET', '/api/orders/PO-41001');
    store.get = get;
    const { detail, requestId } = await expectProblem(response, 500, 'INTERNAL');
    expect(detail).toContain(requestId);
    expect(detail).not.toContain('secret');
  });
});
