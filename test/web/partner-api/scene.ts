import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Channel } from '../../../src/pipeline/ports/transport.ts';
import { HttpChannel } from '../../../src/transports/http/http-channel.ts';
import { tellPartner } from '../../../src/transports/http/tell-partner.ts';
import { createWeb } from '../../../src/web/web.ts';
import { BUYER, createWorld, edited, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration } from '../../support/gateway.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { createTestAccess } from '../harness.ts';

const FILE = 'northwind-hardware/partner.yaml';
const FOLDER = '{ type: folder, inbox: inbox/northwind-hardware, outbox: outbox/northwind-hardware }';
export const PARTNER = 'northwind-hardware';
export const WEBHOOK_SECRET = 'a-secret-that-signs';

/** A call of the webhook, as it arrived. */
export interface WebhookCall {
  headers: IncomingMessage['headers'];
  body: string;
}

/** A gateway with a partner on the HTTP API, the web server, and the partner's webhook. */
export interface Scene {
  gateway: TestGateway;
  url: string;
  token: string;
  /** Of the console's API. */
  adminToken: string;
  calls: WebhookCall[];
  /** What the webhook answers from now on. */
  answerWith(status: number): void;
  call(path: string, init?: RequestInit & { token?: string }): Promise<Response>;
  post(body: string | Uint8Array, key: string, type?: string): Promise<Response>;
  close(): Promise<void>;
}

/** The partner's webhook: one for all scenes, so that a configuration is compiled once. */
let receiver: Receiver | undefined;

interface Receiver {
  server: Server;
  port: number;
  calls: WebhookCall[];
  answer: number;
}

async function openReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { calls, answer } = receiver!;
      calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response
        .writeHead(answer, answer >= 300 && answer < 400 ? { location: 'http://127.0.0.1:1/' } : {})
        .end();
    });
  });
  return { server, port: await listen(server), calls: [], answer: 204 };
}

export async function closeReceiver(): Promise<void> {
  receiver?.server.closeAllConnections();
  await new Promise((resolve) => receiver?.server.close(resolve));
}

const configurations = new Map<string, Configuration>();

function withHttp(channel: string): Configuration {
  const known = configurations.get(channel) ?? edited(REPOSITORY, FILE, FOLDER, channel);
  configurations.set(channel, known);
  return known;
}

/** `settings` are further members of the channel, as partner.yaml has them. */
export async function openScene(
  settings = '',
  webhook = 'allowHttp: true, allowPrivateAddresses: true',
): Promise<Scene> {
  receiver ??= await openReceiver();
  const { calls, port } = receiver;
  calls.length = 0;
  receiver.answer = 204;
  const hook = `{ url: 'http://127.0.0.1:${port}/hook', secret: { secret: hook }, ${webhook} }`;
  const configuration = withHttp(`{ type: http, webhook: ${hook}${settings === '' ? '' : `, ${settings}`} }`);
  const world = createWorld(configuration);
  const secrets = { read: () => Promise.resolve(WEBHOOK_SECRET) };
  const gateway = await TestGateway.start(
    {
      configuration,
      transport: ({ partners, clock, store }) => {
        const own = partners.partners.find(({ partner }) => partner === PARTNER)!.channels[0]!;
        if (own.type !== 'http') throw new Error('not HTTP');
        const channel = new HttpChannel(own, { partnerId: PARTNER, clock, store, secrets });
        return {
          channels: new Map<string, Channel>([...world.channels, [PARTNER, channel]]),
          tellPartner: (to, event) => tellPartner({ partners, secrets, clock }, to, event),
        };
      },
    },
    world,
  );
  const token = await gateway.gateway.createPartnerToken({ partnerId: PARTNER, name: 'northwind' }, BUYER);
  const { access, tokens } = await createTestAccess(gateway.gateway);
  const web = createServer(
    await createWeb({
      gateway: gateway.gateway,
      access,
      secrets,
      logger: silentLogger,
      clock: world.time,
      build: { version: '1.2.3', store: 'sqlite', roles: ['web'] },
      disk: () => Promise.resolve({ free: 60, size: 100 }),
      consoleDir: '/no/console',
    }),
  );
  const url = `http://127.0.0.1:${await listen(web)}`;
  const call: Scene['call'] = (path, { token: own = token, ...init } = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${own}`);
    return fetch(url + path, { ...init, headers });
  };
  return {
    gateway,
    url,
    token,
    adminToken: tokens.admin,
    calls,
    answerWith: (status) => {
      receiver!.answer = status;
    },
    call,
    post: (body, key, type = 'application/json') =>
      call('/partner-api/v1/documents', {
        method: 'POST',
        headers: { 'content-type': type, 'idempotency-key': key },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      }),
    async close() {
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
      await gateway.close();
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
