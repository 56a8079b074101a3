import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { httpExchange } from '../../../src/odoo/client/http-exchange.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (url: string, timeoutMs = 5_000) =>
  httpExchange({
    url: `${url}/json/2/res.partner/read`,
    method: 'POST',
    headers: { authorization: 'bearer key' },
    body: '{}',
    timeoutMs,
    place: { model: 'res.partner', method: 'read' },
  });

test('an answer of Odoo is handed on whatever its status: its body decides', async () => {
  const url = await serve((_, response) => {
    response.writeHead(500, { 'content-type': 'application/json' }).end('{"name":"builtins.ValueError"}');
  });
  expect(await ask(url)).toMatchObject({ status: 500, text: '{"name":"builtins.ValueError"}' });
});

test('nobody listens: surely nothing was done', async () => {
  const url = await serve(() => undefined);
  servers.splice(0).forEach((server) => server.close());
  await expect(ask(url)).rejects.toMatchObject({
    code: 'ODOO_UNAVAILABLE',
    retryable: 'later',
    details: { outcome: 'none' },
  });
});

test('the connection is cut after the request: nobody knows', async () => {
  const url = await serve((request) => request.socket.destroy());
  await expect(ask(url)).rejects.toMatchObject({ code: 'ODOO_UNAVAILABLE', details: { outcome: 'unknown' } });
});

test('no answer in time: nobody knows', async () => {
  const url = await serve(() => undefined);
  await expect(ask(url, 50)).rejects.toMatchObject({
    code: 'ODOO_UNAVAILABLE',
    message: expect.stringContaining('nothing came back in 0.05 s'),
    details: { outcome: 'unknown' },
  });
});

test('a redirect is not followed: the key stays here', async () => {
  let seen = 0;
  const other = await serve((_, response) => {
    seen += 1;
    response.end();
  });
  const url = await serve((_, response) => {
    response.writeHead(301, { location: other }).end();
  });
  await expect(ask(url)).rejects.toMatchObject({ message: expect.stringContaining(other) });
  expect(seen).toBe(0);
});

test('a proxy that is asked to wait says how long', async () => {
  const url = await serve((_, response) => {
    response.writeHead(429, { 'retry-after': '7' }).end();
  });
  await expect(ask(url)).rejects.toMatchObject({ details: { outcome: 'none', retryAfterMs: 7_000 } });
});

test.each([502, 504])('a proxy that lost Odoo (%i) does not know what was done', async (status) => {
  const url = await serve((_, response) => {
    response.writeHead(status).end('<html>');
  });
  await expect(ask(url)).rejects.toMatchObject({ code: 'ODOO_UNAVAILABLE', details: { outcome: 'unknown' } });
});
