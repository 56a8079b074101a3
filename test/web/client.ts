import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWeb } from '../../src/web/web.ts';
import type { WebOptions } from '../../src/web/web.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { createTestAccess } from './harness.ts';
import type { Harness } from './harness.ts';

export type Role = 'monitor' | 'viewer' | 'operator' | 'admin';

/** The real web server on a free port of this machine. */
export interface TestServer {
  url: string;
  tokens: Record<Role, string>;
  /** Calls the API; the body is sent as JSON, or as it is when it is bytes. */
  call(
    role: Role | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
  close(): Promise<void>;
}

export async function startServer(harness: Harness, options: Partial<WebOptions> = {}): Promise<TestServer> {
  const { access, tokens } = await createTestAccess(harness.gateway);
  const web = await createWeb({
    gateway: harness.gateway,
    access,
    secrets: { read: (name) => Promise.reject(new Error(`no secret ${name}`)) },
    logger: silentLogger,
    clock: harness.time,
    build: { version: '1.2.3', store: 'sqlite', roles: ['transport', 'worker', 'web'] },
    disk: () => Promise.resolve({ free: 60, size: 100 }),
    consoleDir: new URL('../../dist/console', import.meta.url).pathname,
    callsPerMinute: 100_000,
    signInsPerMinute: 100_000,
    ...options,
  });
  const server = createServer(web);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    tokens,
    call(role, method, path, body, headers = {}) {
      const authorization = role === undefined ? {} : { Authorization: `Bearer ${tokens[role]}` };
      const bytes = body instanceof Uint8Array;
      const type =
        body === undefined ? {} : { 'Content-Type': bytes ? 'application/octet-stream' : 'application/json' };
      return fetch(url + path, {
        method,
        headers: { ...authorization, ...type, ...headers },
        redirect: 'manual',
        ...(body === undefined ? {} : { body: bytes ? new Uint8Array(body) : JSON.stringify(body) }),
      });
    },
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
}
