import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { invariant } from '../src/common/invariant.ts';
import { loadPartners } from '../src/partners/load-partners.ts';
import type { PipelineContext } from '../src/pipeline/context.ts';
import { createMapLibrary } from '../src/pipeline/create-map-library.ts';
import { createIdSource } from '../src/pipeline/ids.ts';
import type { FileRecord } from '../src/pipeline/records.ts';
import { UnitOfWork } from '../src/pipeline/unit-of-work.ts';
import { enqueue } from '../src/pipeline/work/work-queue.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { DEFAULT_POLICY } from '../src/tracking/policy.ts';
import { packMessage } from '../src/transports/as2/message-security.ts';
import { As2Listener } from '../src/transports/as2/listener.ts';
import { openStation } from '../src/transports/as2/open-as2.ts';
import { postRequest } from '../src/transports/as2/post-request.ts';
import { createSelfSignedCertificate } from '../src/transports/as2/self-signed-certificate.ts';
import { readLargeFile } from '../src/transports/large-file.ts';
import { freePorts } from '../test/support/free-ports.ts';
import { silentLogger } from '../test/support/silent-logger.ts';
import type { Figure } from './report.ts';

const BYTES = Number(process.env['BENCH_LARGE_BYTES'] ?? 1_000_000_000);
const FROM = '2026-01-01T00:00:00.000Z';
const MAIN = path.resolve(import.meta.dirname, '../src/main.ts');
/** As `npm start` runs it. */
const NODE = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../scripts/gateway-node.json'), 'utf8'),
) as { flags: string[]; environment: Record<string, string> };
const MAPS = path.resolve(import.meta.dirname, '../maps');
const ENOUGH_MS = 20 * 60_000;

/**
 * A gigabyte through a whole gateway process, in and out: what its memory grows to above what it needs without any work, and
 * how fast it goes. The partner is another process's work: this one's.
 */
export async function* runLargeFiles(wanted: string): AsyncGenerator<Figure> {
  if (!'large files'.includes(wanted)) return;
  const folder = mkdtempSync(path.join(tmpdir(), 'tradelane-bench-'));
  const scene = await Scene.open(folder);
  try {
    const idle = scene.memory().now;
    yield scene.figure('idle', 'memory of the gateway', idle, 'MB');
    const file = path.join(folder, 'large.bin');
    await pipeline(noise(BYTES), createWriteStream(file));
    for (const [name, work] of [
      ['AS2 in', () => scene.receiveAs2(file)],
      ['AS2 out', () => scene.send('as2', file)],
      ['folder in', () => scene.receiveFolder(file)],
      ['folder out', () => scene.send('folder', file)],
    ] as const) {
      scene.resetPeak();
      const started = performance.now();
      await work();
      const seconds = (performance.now() - started) / 1000;
      const { peak } = scene.memory();
      yield scene.figure(name, 'peak memory', peak, 'MB', { idle: peak / idle });
      yield scene.figure(name, 'by the clock', BYTES / 1e6 / seconds, 'MB/s');
    }
  } finally {
    await scene.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes that do not compress, and are no file that anybody reads. */
function* noise(size: number): Generator<Buffer> {
  const block = Buffer.alloc(1 << 20);
  for (let at = 0; at < size; at += block.length) {
    for (let i = 0; i < block.length; i += 32) {
      createHash('sha256').update(`${at}/${i}`).digest().copy(block, i);
      if (i > 4096) i += 32 * 31;
    }
    yield Buffer.from(block.subarray(0, Math.min(block.length, size - at)));
  }
}

class Scene {
  readonly #folder: string;
  readonly #gateway: ChildProcess;
  readonly #store: SqliteStore;
  readonly #partner: Awaited<ReturnType<typeof openPartner>>;
  readonly #ports: { as2: number };
  #received = 0;

  private constructor(
    folder: string,
    gateway: ChildProcess,
    partner: Awaited<ReturnType<typeof openPartner>>,
    ports: { as2: number },
  ) {
    this.#folder = folder;
    this.#gateway = gateway;
    this.#partner = partner;
    this.#ports = ports;
    this.#store = SqliteStore.open({ file: path.join(folder, 'home/data/tradelane.sqlite'), role: 'tool' });
  }

  static async open(folder: string): Promise<Scene> {
    const partner = await openPartner(folder);
    const as2 = await freePorts(2);
    const ports = { as2, web: as2 + 1 };
    const home = path.join(folder, 'home');
    mkdirSync(path.join(home, 'partners/them'), { recursive: true });
    cpSync(MAPS, path.join(home, 'maps'), { recursive: true });
    writeFileSync(path.join(home, 'partners/company.yaml'), companyYaml('US', 'us'));
    writeFileSync(path.join(home, 'partners/them/partner.yaml'), partnerYaml('them', partner.port));
    const gateway = spawn(process.execPath, [...NODE.flags, MAIN, 'start'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...NODE.environment,
        NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, '../node_modules/.cache/node'),
        TRADELANE_HOME: home,
        TRADELANE_PORT: String(ports.web),
        TRADELANE_AS2_PORT: String(ports.as2),
        TRADELANE_SECRETS_FOLDER: path.join(folder, 'secrets'),
        TRADELANE_LOG_LEVEL: 'error',
      },
    });
    await said(gateway, 'running');
    // Garbage of the start is not what the work is measured against.
    await pause(10_000);
    return new Scene(folder, gateway, partner, ports);
  }

  /** Megabytes: now, and the most since resetPeak. */
  memory(): { now: number; peak: number } {
    const status = readFileSync(`/proc/${this.#gateway.pid!}/status`, 'utf8');
    const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
    return { now: of('VmRSS'), peak: of('VmHWM') };
  }

  resetPeak(): void {
    writeFileSync(`/proc/${this.#gateway.pid!}/clear_refs`, '5');
  }

  figure(work: string, what: string, value: number, unit: string, ratios: Figure['ratios'] = {}): Figure {
    const size = `${(BYTES / 1e9).toFixed(1)} GB`;
    return {
      suite: 'transports',
      case: `large files, ${size}`,
      work: `${work}, ${what}`,
      value,
      unit,
      ratios,
    };
  }

  /** Signed and encrypted by the partner, answered by a signed receipt. */
  async receiveAs2(file: string): Promise<void> {
    const { us, them } = this.#partner;
    const packed = await packMessage(
      [
        {
          content: { path: file, start: 0, end: BYTES },
          contentType: 'application/octet-stream',
          fileName: 'large.bin',
        },
      ],
      {
        compress: 'none',
        sign: { key: them.key, certificate: them.certificate, digest: 'sha256', scheme: 'rsa', at: FROM },
        encrypt: { recipients: [us.certificate], cipher: 'aes256', keyTransport: 'pkcs1' },
        folder: path.join(this.#folder, 'packed'),
      },
    );
    invariant(!(packed.body instanceof Uint8Array), 'it is too large for memory');
    const answer = await postRequest(
      new URL(`http://127.0.0.1:${this.#ports.as2}/`),
      [
        ['AS2-Version', '1.2'],
        ['AS2-From', 'THEM'],
        ['AS2-To', 'US'],
        ['Message-ID', `<${Date.now()}@them>`],
        ['Disposition-Notification-To', 'them'],
        [
          'Disposition-Notification-Options',
          'signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, sha-256',
        ],
        ...Object.entries(packed.headers),
      ],
      await readLargeFile(packed.body),
      {
        connectSeconds: 10,
        answerSeconds: 600,
        totalSeconds: 1_200,
        chunked: false,
        expectContinue: false,
        tls: { checkHostName: true },
      },
    );
    invariant(Buffer.from(answer.body).includes('processed'), `HTTP ${answer.status}`);
    rmSync(path.join(this.#folder, 'packed'), { recursive: true });
    await this.#processed();
  }

  async receiveFolder(file: string): Promise<void> {
    const inbox = path.join(this.#folder, 'home/inbox/them');
    await rename(file, path.join(inbox, 'large.bin'));
    await this.#processed();
  }

  /** As the pipeline sends: a file in the archive, and the work on it. */
  async send(channelName: string, file: string): Promise<void> {
    const { context } = this.#partner;
    const bytes = existsSync(file) ? await readLargeFile({ path: file, end: BYTES }) : await this.#archived();
    const unit = new UnitOfWork(this.#store);
    const id = context.ids.next();
    const record: FileRecord = {
      id,
      revision: 0,
      direction: 'outbound',
      partnerId: 'them',
      channel: channelName,
      channelName,
      name: `${channelName}.bin`,
      sha256: await unit.archiveContent(bytes),
      sizeBytes: BYTES,
      createdAt: context.clock.now(),
      status: 'queued',
      findings: [],
    };
    unit.insert('files', record);
    unit.add(
      enqueue(context, {
        kind: 'sendFile',
        key: `send/${id}`,
        orderingKey: '',
        partnerId: 'them',
        payload: { fileId: id },
      }),
    );
    await unit.commit();
    await this.#until(async () => (await this.#store.get('files', id))?.status === 'sent');
  }

  async #archived(): Promise<Awaited<ReturnType<typeof readLargeFile>>> {
    const { records } = await this.#store.find('files', { where: { direction: 'inbound' }, limit: 1 });
    const { sha256 } = records[0]!;
    const store = this.#store;
    return {
      sizeBytes: BYTES,
      sha256,
      read: async function* () {
        yield* (await store.streamArchive(sha256))!;
      },
    };
  }

  /** Another inbound file is decided, and everything that came of it is done. */
  async #processed(): Promise<void> {
    this.#received += 1;
    await this.#until(async () => {
      const status = { in: ['rejected', 'processed', 'partlyProcessed', 'failed'] };
      const decided = await this.#store.count('files', { direction: 'inbound', status });
      return decided === this.#received && (await this.#nothingLeft());
    });
  }

  async #nothingLeft(): Promise<boolean> {
    return (await this.#store.count('work', { status: { in: ['ready', 'leased', 'delayed'] } })) === 0;
  }

  async #until(done: () => Promise<boolean>): Promise<void> {
    const giveUpAt = performance.now() + ENOUGH_MS;
    while (!(await done())) {
      invariant(performance.now() < giveUpAt, 'it ends');
      await pause(100);
    }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#gateway.once('exit', resolve));
    this.#gateway.kill('SIGTERM');
    await ended;
    await this.#store.close();
    await this.#partner.close();
  }
}

function said(program: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    program.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(words)) resolve();
    });
    program.once('exit', (code) => reject(new Error(`The gateway ended with ${code}: ${text}`)));
  });
}

/** The partner's own station, with our certificates and its own in the folder of secrets that both read. */
async function openPartner(folder: string) {
  const us = createSelfSignedCertificate({ commonName: 'US', from: FROM, days: 3_650 });
  const them = createSelfSignedCertificate({ commonName: 'THEM', from: FROM, days: 3_650 });
  const secrets: Record<string, string> = {
    'us-certificate': us.certificate.pem,
    'us-key': us.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'them-certificate': them.certificate.pem,
    'them-key': them.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  mkdirSync(path.join(folder, 'secrets'));
  for (const [name, text] of Object.entries(secrets)) writeFileSync(path.join(folder, 'secrets', name), text);
  const clock = { now: () => new Date().toISOString() };
  const { set, findings } = loadPartners([
    { path: 'company.yaml', text: companyYaml('THEM', 'them', '') },
    { path: 'us/partner.yaml', text: partnerYaml('us', 1, '') },
  ]);
  invariant(set !== undefined, findings.map(({ message }) => message).join('; '));
  const store = SqliteStore.open({ file: path.join(folder, 'partner.sqlite'), role: 'tool' });
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
  const station = openStation(context, {
    home: folder,
    dataFolder: path.join(folder, 'partner'),
    secrets: {
      read: (name) => Promise.resolve(secrets[name]!),
      has: (name) => Promise.resolve(name in secrets),
      list: () => Promise.resolve([]),
      set: () => Promise.resolve(),
      remove: () => Promise.resolve(false),
    },
  })!;
  const listener = await As2Listener.start(station, { host: '127.0.0.1', port: 0 });
  return {
    us,
    them,
    context,
    port: listener.port,
    close: async () => {
      await listener.close();
      await store.close();
    },
  };
}

function companyYaml(id: string, name: string, prefix = 'file:'): string {
  return `company: Bench
currency: USD
identities: { x12: [{ qualifier: ZZ, id: ${id} }] }
as2:
  id: ${id}
  certificates: [{ certificate: { secret: '${prefix}${name}-certificate' }, key: { secret: '${prefix}${name}-key' } }]
`;
}

function partnerYaml(name: string, port: number, prefix = 'file:'): string {
  const id = name.toUpperCase();
  return `partner: ${name}
name: ${id}
accounts: { supplierId: ${id} }
currency: USD
x12: { identities: [{ qualifier: ZZ, id: ${id} }] }
channels:
  - type: as2
    name: as2
    url: http://127.0.0.1:${port}/
    ids: { theirs: ${id} }
    certificates: [{ certificate: { secret: '${prefix}${name}-certificate' } }]
    accept: { maxMegabytes: 1024 }
    timeouts: { connectSeconds: 10, answerSeconds: 600, totalSeconds: 1200 }
  - type: folder
    name: folder
    inbox: inbox/${name}
    outbox: outbox/${name}
    maxFileBytes: 2000000000
documents: {}
`;
}
