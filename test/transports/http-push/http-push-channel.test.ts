import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { GatewayError } from '../../../src/common/errors.ts';
import { httpPushChannel } from '../../../src/partners/http-push-channel-schema.ts';
import { contentSha256 } from '../../../src/pipeline/ports/file-content.ts';
import type { ChannelTestStep } from '../../../src/pipeline/ports/transport.ts';
import { HttpPushChannel } from '../../../src/transports/http-push/http-push-channel.ts';
import { FakeTime } from '../../pipeline/fake-time.ts';

interface Call {
  method: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

const EDI = Buffer.from('ISA*00*\u00e9', 'latin1');
const FILE = { name: '850-PO-1.edi', bytes: EDI, key: 'send/0195' };
const calls: Call[] = [];
let answer: (response: ServerResponse) => void;
let server: Server;
let url: string;

beforeEach(async () => {
  calls.length = 0;
  answer = (response) => response.writeHead(201, { Location: '/documents/7' }).end('taken');
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({ method: request.method!, headers: request.headers, body: Buffer.concat(chunks) });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/inbound`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function open(settings: object = {}): HttpPushChannel {
  return new HttpPushChannel(httpPushChannel.parse({ type: 'httpPush', url, allowHttp: true, ...settings }), {
    partnerId: 'acme',
    clock: new FakeTime(),
    secrets: {
      read: (name) =>
        name === 'acme-token'
          ? Promise.resolve('sesame')
          : Promise.reject(new GatewayError('SECRET_MISSING', `${name} is not set`)),
    },
  });
}

/** Ports of X11 and IRC, which fetch refuses; the first that is free on this machine. */
async function listenOnBlockedPort(server: Server): Promise<number> {
  for (const port of [6666, 6667, 6668, 6669, 6697, 10_080]) {
    const listening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).once('listening', () => resolve(true));
      server.listen(port, '127.0.0.1');
    });
    if (listening) return port;
  }
  throw new Error('no port that fetch refuses is free on this machine');
}

async function testOf(channel: HttpPushChannel): Promise<ChannelTestStep[]> {
  const steps: ChannelTestStep[] = [];
  for await (const step of channel.test()) steps.push(step);
  return steps;
}

describe('a file', () => {
  test('is POSTed byte for byte, with the key of its delivery, its name, its type and the token', async () => {
    const channel = open({ token: { secret: 'acme-token' }, contentType: 'application/edi-x12' });
    expect(await channel.send(FILE)).toEqual({ at: '2026-03-02T08:00:00.000Z', reference: '/documents/7' });
    expect(calls).toMatchObject([
      {
        method: 'POST',
        body: EDI,
        headers: {
          'idempotency-key': 'send/0195',
          'content-type': 'application/edi-x12',
          'content-disposition': "attachment; filename*=UTF-8''850-PO-1.edi",
          authorization: 'Bearer sesame',
        },
      },
    ]);
  });

  test('has the same key when it is sent again', async () => {
    answer = (response) => response.writeHead(503).end();
    await expect(open().send(FILE)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    answer = (response) => response.writeHead(200).end();
    await open().send(FILE);
    expect(calls.map(({ headers }) => headers['idempotency-key'])).toEqual(['send/0195', 'send/0195']);
  });

  test('is sent to a port that browsers must not call, too', async () => {
    const other = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(204).end());
    });
    const port = await listenOnBlockedPort(other);
    const channel = open({ url: `http://127.0.0.1:${port}/inbound` });
    expect(await channel.send(FILE)).toMatchObject({ reference: '850-PO-1.edi: 204' });
    expect((await testOf(channel)).every(({ ok }) => ok)).toBe(true);
    other.closeAllConnections();
    other.close();
  });

  test('that is large goes chunk by chunk', async () => {
    const bytes = Buffer.alloc(3_000_000, 'EDI*');
    const pieces = Array.from({ length: 47 }, (_, at) => bytes.subarray(at * 64_000, (at + 1) * 64_000));
    const content = {
      sizeBytes: bytes.length,
      sha256: contentSha256(bytes),
      read: () => Readable.from(pieces) as AsyncIterable<Uint8Array>,
    };
    await open().send({ ...FILE, bytes: content });
    expect(calls[0]!.headers['content-length']).toBeUndefined();
    expect(calls[0]!.body.equals(bytes)).toBe(true);
  });

  test.each(['../850.edi', 'a\r\nb', ''])('of the name %j is not sent', async (name) => {
    await expect(open().send({ ...FILE, name })).rejects.toMatchObject({ code: 'TRANSPORT_REJECTED' });
    expect(calls).toEqual([]);
  });
});

describe('what the server answers', () => {
  test.each([
    [500, 'TRANSPORT_UNAVAILABLE'],
    [429, 'TRANSPORT_UNAVAILABLE'],
    [401, 'TRANSPORT_REJECTED'],
    [422, 'TRANSPORT_REJECTED'],
  ])('%i is %s, with its words', async (status, code) => {
    answer = (response) => response.writeHead(status).end('PO number\n is missing');
    await expect(open().send(FILE)).rejects.toMatchObject({
      code,
      message: `The server answered sending 850-PO-1.edi with ${status}: PO number is missing`,
      details: { status },
    });
  });

  test('Retry-After is obeyed', async () => {
    answer = (response) => response.writeHead(429, { 'Retry-After': '120' }).end();
    await expect(open().send(FILE)).rejects.toMatchObject({ details: { retryAfterMs: 120_000 } });
  });

  test('a redirect is not followed: another server would get file and token', async () => {
    answer = (response) => response.writeHead(307, { Location: `${url}/elsewhere` }).end();
    await expect(open().send(FILE)).rejects.toMatchObject({ code: 'TRANSPORT_REJECTED' });
    expect(calls).toHaveLength(1);
  });

  test('an endless refusal is not read to its end', async () => {
    answer = (response) => {
      response.writeHead(400);
      const write = () => {
        while (!response.destroyed && response.write('no '.repeat(10_000)));
      };
      response.on('drain', write);
      write();
    };
    const error = await open()
      .send(FILE)
      .catch((refusal: unknown) => refusal);
    expect((error as Error).message.length).toBeLessThan(700);
  });

  test('no answer in time, and no server at all', async () => {
    answer = () => undefined;
    await expect(open({ timeoutSeconds: 1 }).send(FILE)).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(open().send(FILE)).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      message: expect.stringContaining('nothing listens there'),
    });
  });
});

test('http is refused unless it is allowed, and a token that is not set is told; nothing is sent then', async () => {
  await expect(open({ allowHttp: false }).send(FILE)).rejects.toMatchObject({
    code: 'TRANSPORT_REJECTED',
    message: expect.stringContaining('allowHttp'),
  });
  await expect(open({ token: { secret: 'other' } }).send(FILE)).rejects.toMatchObject({
    code: 'SECRET_MISSING',
  });
  expect(calls).toEqual([]);
});

describe('a connection test', () => {
  test('delivers nothing', async () => {
    answer = (response) => response.writeHead(405).end();
    expect(await testOf(open({ token: { secret: 'acme-token' } }))).toMatchObject([
      { name: 'dns', ok: true },
      { name: 'tcp', ok: true },
      { name: 'http', ok: true, text: 'The server answered 405.' },
    ]);
    expect(calls).toMatchObject([{ method: 'HEAD', headers: { authorization: 'Bearer sesame' } }]);
  });

  test('tells that the token is refused', async () => {
    answer = (response) => response.writeHead(403).end();
    expect((await testOf(open())).at(-1)).toMatchObject({
      name: 'http',
      ok: false,
      text: expect.stringContaining('403'),
    });
  });
});
