import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createSelfSignedCertificate } from '../../src/transports/as2/self-signed-certificate.ts';
import { packMessage } from '../../src/transports/as2/message-security.ts';
import { readReceipt } from '../../src/transports/as2/read-receipt.ts';
import { freePort } from '../support/as2-peer.ts';
import { Installation } from '../support/installation.ts';

/** A gateway in a process of its own is killed (SIGKILL) after it has stored a message and before its receipt has arrived. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const FROM = new Date(Date.now() - 86_400_000).toISOString();
const us = createSelfSignedCertificate({ commonName: 'GW', from: FROM, days: 30 });
const them = createSelfSignedCertificate({ commonName: 'PEER', from: FROM, days: 30 });

const COMPANY = `company: Test
currency: USD
identities: { x12: [{ qualifier: ZZ, id: GW }] }
as2: { id: GW, certificates: [{ certificate: { file: us.crt }, key: { file: us.key } }] }
`;
const PARTNER = `partner: peer
name: Peer
accounts: { supplierId: PEER }
currency: USD
x12: { identities: [{ qualifier: ZZ, id: PEER }] }
channels:
  - type: as2
    url: http://127.0.0.1:1/as2
    ids: { theirs: PEER }
    certificates: [{ certificate: { file: them.crt } }]
    theirReceipts: { privateAddresses: true }
documents: {}
`;

let home: string;
let port: number;
let as2Port: number;
let gateway: ChildProcess | undefined;
const servers: Server[] = [];

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'as2-killed-'));
  mkdirSync(path.join(home, 'partners', 'peer'), { recursive: true });
  symlinkSync(path.join(ROOT, 'maps'), path.join(home, 'maps'));
  writeFileSync(path.join(home, 'partners', 'company.yaml'), COMPANY);
  writeFileSync(path.join(home, 'partners', 'peer', 'partner.yaml'), PARTNER);
  writeFileSync(path.join(home, 'us.crt'), us.certificate.pem);
  writeFileSync(path.join(home, 'us.key'), us.key.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(path.join(home, 'them.crt'), them.certificate.pem);
  [port, as2Port] = [await freePort(), await freePort()];
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await kill('SIGTERM');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function start(): Promise<Installation> {
  const main = path.join(ROOT, 'src', 'main.ts');
  const child = spawn(process.execPath, [main, 'start'], {
    env: {
      ...process.env,
      TRADELANE_HOME: home,
      TRADELANE_PORT: String(port),
      TRADELANE_AS2_PORT: String(as2Port),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  gateway = child;
  const installation = new Installation(home, port, { main });
  await installation.healthy(() => child.exitCode ?? undefined);
  return installation;
}

async function kill(signal: NodeJS.Signals): Promise<void> {
  const child = gateway;
  gateway = undefined;
  if (child === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A line to the gateway on which the first byte of an answer never arrives: `onAnswer` happens instead. */
function cutLine(onAnswer: () => void): Promise<number> {
  return listen(
    createTcpServer((client) => {
      const upstream = connect(as2Port, '127.0.0.1');
      client.pipe(upstream);
      upstream.once('data', () => {
        onAnswer();
        client.destroy();
        upstream.destroy();
      });
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
    }),
  );
}

interface Message {
  id: string;
  post(toPort?: number): Promise<{ status: number; headers: [string, string][]; body: Buffer }>;
}

async function pack(id: string, receiptUrl?: string): Promise<Message> {
  const { headers, body } = await packMessage(
    [{ content: Buffer.from(`ISA*${id}~`), contentType: 'application/edi-x12', fileName: `${id}.edi` }],
    {
      compress: 'none',
      sign: { ...them, digest: 'sha256', scheme: 'rsa', at: FROM },
      encrypt: { recipients: [us.certificate], cipher: 'aes256', keyTransport: 'pkcs1' },
      folder: home,
    },
  );
  return {
    id: `<${id}@peer>`,
    post: async (toPort = as2Port) => {
      const answer = await fetch(`http://127.0.0.1:${toPort}/as2`, {
        method: 'POST',
        headers: {
          ...headers,
          'AS2-Version': '1.2',
          'AS2-From': 'PEER',
          'AS2-To': 'GW',
          'Message-ID': `<${id}@peer>`,
          'Disposition-Notification-To': 'peer',
          'Disposition-Notification-Options':
            'signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, sha-256',
          ...(receiptUrl !== undefined && { 'Receipt-Delivery-Option': receiptUrl }),
        },
        body: body as Buffer<ArrayBuffer>,
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      return { status: answer.status, headers: [...answer.headers], body: bytes };
    },
  };
}

/** What a receipt says, if its signature is ours. */
function wordsOf({ headers, body }: { headers: [string, string][]; body: Buffer }): string {
  const read = readReceipt(headers, body, { verification: [us.certificate] }, new Date().toISOString());
  return read?.signature.state === 'valid' ? `${read.receipt.disposition} ${read.originalMessageId}` : 'none';
}

const filesOf = async (installation: Installation) =>
  (await installation.list<{ name: string }>('/files')).map(({ name }) => name);

test('the receipt of a synchronous message is lost with the process: the sender gets it when he comes again, and the file is there once', async () => {
  await start();
  const message = await pack('sync');
  const line = await cutLine(() => gateway!.kill('SIGKILL'));
  await expect(message.post(line)).rejects.toThrow();
  await kill('SIGKILL');
  const installation = await start();
  // Stored before the process ended; nothing was answered.
  expect(await filesOf(installation)).toEqual(['sync.edi']);
  const [first, second] = [await message.post(), await message.post()];
  expect(first.status).toBe(200);
  expect(wordsOf(first)).toBe('processed sync@peer');
  expect(second.body.equals(first.body)).toBe(true);
  expect(await filesOf(installation)).toEqual(['sync.edi']);
}, 120_000);

test('an asynchronous receipt that was on its way when the process ended is sent again, the same bytes', async () => {
  const receipts: { headers: [string, string][]; body: Buffer }[] = [];
  let deaf = true;
  let heard: () => void = () => undefined;
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      receipts.push({ headers, body: Buffer.concat(chunks) });
      if (deaf) gateway!.kill('SIGKILL');
      else response.end();
      heard();
    });
  });
  const receiptPort = await listen(receiver);
  const next = () => new Promise<void>((resolve) => (heard = resolve));
  await start();
  const message = await pack('async', `http://127.0.0.1:${receiptPort}/mdn`);
  const dying = next();
  // The receipt may be faster than the answer: then the answer dies with the process.
  await message.post().catch(() => undefined);
  await dying;
  await kill('SIGKILL');
  deaf = false;
  const again = next();
  const installation = await start();
  await again;
  expect(receipts.map(wordsOf)).toEqual(['processed async@peer', 'processed async@peer']);
  expect(receipts[1]!.body.equals(receipts[0]!.body)).toBe(true);
  expect((await filesOf(installation)).filter((name) => name === 'async.edi')).toHaveLength(1);
}, 120_000);
