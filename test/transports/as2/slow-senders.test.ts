import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { As2Listener } from '../../../src/transports/as2/listener.ts';
import type { ListenerOptions } from '../../../src/transports/as2/listener.ts';
import { startPair } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

const HEADERS = [
  'POST /as2 HTTP/1.1',
  'Host: gateway',
  'AS2-From: TRADELANE',
  'AS2-To: NORTHWIND',
  'Message-ID: <slow@tradelane>',
  'Content-Type: application/edifact',
  'Content-Length: 100000',
].join('\r\n');

let pair: Pair;
let listener: As2Listener;
const sockets: Socket[] = [];
const timers: NodeJS.Timeout[] = [];
beforeEach(async () => (pair = await startPair()));
afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close();
  await pair.close();
});

async function listen(options: Partial<ListenerOptions>): Promise<void> {
  listener = await As2Listener.start(pair.them.station, { host: '127.0.0.1', port: 0, ...options });
}

async function open(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: listener.port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Sends a text again and again, so that the connection is never idle. */
function trickle(socket: Socket, text: string): void {
  timers.push(setInterval(() => socket.write(text), 20));
}

/** Everything that came until the connection was closed. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  await once(socket, 'close');
  return text;
}

describe('a sender who takes his time', () => {
  test('with his headers is told so, and let go', async () => {
    await listen({ headersMs: 300 });
    const socket = await open();
    socket.write('POST /as2 HTTP/1.1\r\nHost: gateway\r\n');
    trickle(socket, 'X-Slow: 1\r\n');
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('with his message is let go when its time is up, and nothing of it is delivered', async () => {
    await listen({ headersMs: 300, requestMs: 600 });
    const socket = await open();
    socket.write(`${HEADERS}\r\n\r\n`);
    trickle(socket, 'a few bytes');
    await untilClosed(socket);
    expect(await pair.them.messages()).toEqual([]);
  });

  test('and says nothing at all is let go', async () => {
    await listen({ idleMs: 200 });
    expect(await untilClosed(await open())).toBe('');
  });

  test('and stops in the middle of his message is let go, and nothing of it is delivered', async () => {
    await listen({ idleMs: 200 });
    const socket = await open();
    socket.write(`${HEADERS}\r\n\r\nand then`);
    await untilClosed(socket);
    expect(await pair.them.messages()).toEqual([]);
  });

  test('without an agreement is let go soon, and keeps nobody else from sending meanwhile', async () => {
    await listen({ strangerMs: 1_000 });
    const strangers: Socket[] = [];
    for (let i = 0; i < 60; i += 1) strangers.push(await open());
    const answers = strangers.map(untilClosed);
    for (const socket of strangers) {
      socket.write(`${HEADERS.replace('TRADELANE', 'NOBODY')}\r\n\r\nand then`);
      trickle(socket, 'a few bytes');
    }
    pair.us.station.agreements[0]!.settings.url = `http://127.0.0.1:${listener.port}/as2`;
    expect(await pair.us.send()).toMatchObject({ reference: expect.stringContaining('MDN') });
    expect((await Promise.all(answers)).filter((answer) => answer === '').length).toBe(5);
  });

  test('who names the identifiers of a partner, from an address that is not his, keeps that partner from nothing', async () => {
    await pair.close();
    pair = await startPair('', { them: { settings: "accept: { addresses: ['127.0.0.1'] }" } });
    await listen({ host: '127.0.0.1' });
    for (let i = 0; i < 60; i += 1) {
      const socket = await open('127.0.0.2');
      socket.write(`${HEADERS}\r\n\r\nand then`);
    }
    pair.us.station.agreements[0]!.settings.url = `http://127.0.0.1:${listener.port}/as2`;
    expect(await pair.us.send()).toMatchObject({ reference: expect.stringContaining('MDN') });
  });

  test('keeps nobody else from sending', async () => {
    await listen({ maxRequests: 50 });
    for (let i = 0; i < 20; i += 1) (await open()).write(`${HEADERS}\r\n\r\nand then`);
    pair.us.station.agreements[0]!.settings.url = `http://127.0.0.1:${listener.port}/as2`;
    expect(await pair.us.send()).toMatchObject({ reference: expect.stringContaining('MDN') });
  });
});

describe('too many at once', () => {
  test('connections: the one too many is closed', async () => {
    await listen({ maxConnections: 1 });
    const first = await open();
    expect(await untilClosed(await open())).toBe('');
    first.write('GET / HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n');
    expect(await untilClosed(first)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('messages: the one too many is told to come again, and comes', async () => {
    await listen({ maxRequests: 1 });
    const slow = await open();
    slow.write(`${HEADERS}\r\n\r\nand then`);
    pair.us.station.agreements[0]!.settings.url = `http://127.0.0.1:${listener.port}/as2`;
    await expect(pair.us.send()).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      retryable: 'later',
      message: expect.stringContaining('HTTP 503'),
    });
    slow.destroy();
    await once(slow, 'close');
    await expect(retried(() => pair.us.send())).resolves.toMatchObject({
      reference: expect.stringContaining('MDN'),
    });
    expect(await pair.them.messages()).toHaveLength(1);
  });
});

/** As the work queue does: the end of the other connection takes its time to be noticed. */
async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      return await work();
    } catch {
      // Again.
    }
  }
  return work();
}
