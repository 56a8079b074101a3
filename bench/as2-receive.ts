import { createSign, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { invariant } from '../src/common/invariant.ts';
import { loadPartners } from '../src/partners/load-partners.ts';
import type { PipelineContext } from '../src/pipeline/context.ts';
import { createMapLibrary } from '../src/pipeline/create-map-library.ts';
import { createIdSource } from '../src/pipeline/ids.ts';
import type { SecretKeeper } from '../src/pipeline/ports/secrets.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { DEFAULT_POLICY } from '../src/tracking/policy.ts';
import { As2Listener } from '../src/transports/as2/listener.ts';
import { packMessage } from '../src/transports/as2/message-security.ts';
import { openStation } from '../src/transports/as2/open-as2.ts';
import { createSelfSignedCertificate } from '../src/transports/as2/self-signed-certificate.ts';
import { silentLogger } from '../test/support/silent-logger.ts';
import type { Figure } from './report.ts';

const FROM = '2026-01-01T00:00:00.000Z';
/** A gateway that has run for a minute: the machine code of what a message needs is made during the first few thousand. */
const WARM_UP = 4_000;
/** The RSA operations are measured between the rounds, and the middle round counts: others use the machine too. */
const ROUNDS = 15;
const MESSAGES_PER_ROUND = 100;
const MESSAGES = ROUNDS * MESSAGES_PER_ROUND;
const CONNECTIONS = 8;

/** Posts messages, each with its own Message-ID, over several connections. Runs in a thread of its own. */
const CLIENT = `
const { parentPort, workerData } = require('node:worker_threads');
const http = require('node:http');
const agent = new http.Agent({ keepAlive: true, maxSockets: workerData.connections });
const post = (index) => new Promise((resolve, reject) => {
  const { headers, body } = workerData.messages[index];
  const request = http.request({ port: workerData.port, method: 'POST', agent,
    headers: { ...workerData.headers, ...headers, 'Message-ID': '<bench-' + index + '@them>', 'Content-Length': body.length } }, (response) => {
    let size = 0;
    response.on('data', (chunk) => { size += chunk.length; });
    response.on('end', () => response.statusCode === 200 && size > 1000 ? resolve() : reject(new Error('HTTP ' + response.statusCode)));
  });
  request.on('error', reject);
  request.end(body);
});
parentPort.on('message', async ({ from, count }) => {
  let next = from;
  const run = async () => { while (next < from + count) await post(next++); };
  await Promise.all(Array.from({ length: workerData.connections }, run));
  parentPort.postMessage('done');
});
`;

/**
 * Receiving of 10 KB, signed (SHA-256, RSA-2048) and encrypted (AES-256-CBC), over HTTP, kept durably on SQLite with its file
 * and work, answered by a signed receipt: as a share of what its two RSA private operations alone would allow on one core.
 * No two messages have the same content.
 */
export async function* runAs2Receive(wanted: string): AsyncGenerator<Figure> {
  if (!'as2 receive 10 KB'.includes(wanted)) return;
  const folder = mkdtempSync(path.join(tmpdir(), 'tradelane-bench-'));
  const store = SqliteStore.open({ file: path.join(folder, 'bench.sqlite'), role: 'tool' });
  const us = createSelfSignedCertificate({ commonName: 'US', from: FROM, days: 3_650 });
  const them = createSelfSignedCertificate({ commonName: 'THEM', from: FROM, days: 3_650 });
  const listener = await startListener(store, folder, {
    'own-certificate': us.certificate.pem,
    'own-key': us.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'their-certificate': them.certificate.pem,
  });
  const messages = [];
  for (let index = 0; index < WARM_UP + MESSAGES; index += 1) {
    const content = Buffer.alloc(10_000, `UNA:+.? 'UNB+UNOC:3+THEM:14+US:14+260101:0000+${index}'\r\n`);
    const part = { content, contentType: 'application/edifact', fileName: 'order.edi' };
    messages.push(
      await packMessage([part], {
        compress: 'none',
        sign: { key: them.key, certificate: them.certificate, digest: 'sha256', scheme: 'rsa', at: FROM },
        encrypt: { recipients: [us.certificate], cipher: 'aes256', keyTransport: 'pkcs1' },
        folder,
      }),
    );
  }
  const client = new Worker(CLIENT, {
    eval: true,
    workerData: {
      port: listener.port,
      messages,
      connections: CONNECTIONS,
      headers: {
        'AS2-Version': '1.2',
        'AS2-From': 'THEM',
        'AS2-To': 'US',
        'Disposition-Notification-To': 'them',
        'Disposition-Notification-Options':
          'signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, sha-256',
      },
    },
  });
  const post = (from: number, count: number) =>
    new Promise<void>((resolve, reject) => {
      const settle = (end: () => void): void => {
        client.off('error', fail).off('message', finish);
        end();
      };
      const fail = (error: Error): void => settle(() => reject(error));
      const finish = (): void => settle(resolve);
      client.on('error', fail).on('message', finish);
      client.postMessage({ from, count });
    });
  try {
    await post(0, WARM_UP);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rounds: { each: number; share: number }[] = [];
    let seconds = 0;
    let rsa = rsaMicroseconds(privateKey);
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = performance.now();
      const before = process.threadCpuUsage();
      await post(WARM_UP + round * MESSAGES_PER_ROUND, MESSAGES_PER_ROUND);
      const { user, system } = process.threadCpuUsage(before);
      seconds += (performance.now() - started) / 1000;
      const each = (user + system) / MESSAGES_PER_ROUND;
      const rsaBefore = rsa;
      rsa = rsaMicroseconds(privateKey);
      rounds.push({ each, share: (rsaBefore + rsa) / each });
    }
    const { each, share } = rounds.sort((a, b) => a.share - b.share)[Math.floor(ROUNDS / 2)]!;
    invariant((await store.count('files', {})) === WARM_UP + MESSAGES, 'every message is stored once');
    const shared = { suite: 'transports', case: 'as2 receive 10 KB' };
    yield {
      ...shared,
      work: 'messages on one core',
      value: 1_000_000 / each,
      unit: 'messages/s',
      ratios: { 'what two RSA-2048 private operations allow': share },
    };
    yield { ...shared, work: 'by the clock', value: MESSAGES / seconds, unit: 'messages/s', ratios: {} };
  } finally {
    await client.terminate();
    await listener.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU time of one RSA-2048 private operation on this thread. */
function rsaMicroseconds(privateKey: KeyObject): number {
  const data = Buffer.alloc(100, 1);
  const run = () => createSign('sha256').update(data).sign(privateKey);
  for (let warm = 0; warm < 20; warm += 1) run();
  const before = process.threadCpuUsage();
  for (let round = 0; round < 200; round += 1) run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 200;
}

function startListener(
  store: SqliteStore,
  folder: string,
  secrets: Record<string, string>,
): Promise<As2Listener> {
  const clock = { now: () => new Date().toISOString() };
  const { set, findings } = loadPartners([
    { path: 'company.yaml', text: COMPANY },
    { path: 'them/partner.yaml', text: PARTNER },
  ]);
  invariant(set?.partners.length === 1, findings.map(({ message }) => message).join('; '));
  const context: PipelineContext = {
    store,
    clock,
    ids: createIdSource(clock),
    logger: silentLogger,
    partners: set,
    maps: createMapLibrary([], set).library,
    policyOf: () => DEFAULT_POLICY,
    wake: () => undefined,
  };
  const keeper: SecretKeeper = {
    read: (name) => Promise.resolve(secrets[name]!),
    has: (name) => Promise.resolve(name in secrets),
    list: () => Promise.resolve([]),
    set: () => Promise.resolve(),
    remove: () => Promise.resolve(false),
  };
  const station = openStation(context, { home: folder, dataFolder: folder, secrets: keeper })!;
  return As2Listener.start(station, { host: '127.0.0.1', port: 0 });
}

const COMPANY = `company: Bench
currency: USD
identities: { x12: [{ qualifier: ZZ, id: US }] }
as2: { id: US, certificates: [{ certificate: { secret: own-certificate }, key: { secret: own-key } }] }
`;
const PARTNER = `partner: them
name: Them
accounts: { supplierId: THEM }
currency: USD
x12: { identities: [{ qualifier: ZZ, id: THEM }] }
channels:
  - type: as2
    url: http://127.0.0.1:1/
    ids: { theirs: THEM }
    certificates: [{ certificate: { secret: their-certificate } }]
documents: {}
`;
