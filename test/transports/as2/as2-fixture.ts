import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { instantMs } from '../../../src/common/calendar.ts';
import type { Instant } from '../../../src/common/time.ts';
import type { HeaderLine } from '../../../src/pipeline/channels/as2-message-record.ts';
import type { SecretKeeper } from '../../../src/pipeline/ports/secrets.ts';
import type { OutboundFile } from '../../../src/pipeline/ports/transport.ts';
import { As2Channel } from '../../../src/transports/as2/as2-channel.ts';
import { createSelfSignedCertificate } from '../../../src/transports/as2/self-signed-certificate.ts';
import type { As2Answer } from '../../../src/transports/as2/http-exchange.ts';
import { As2Listener } from '../../../src/transports/as2/listener.ts';
import { openStation } from '../../../src/transports/as2/open-as2.ts';
import { receiveRequest } from '../../../src/transports/as2/receive-request.ts';
import { sendReceipt } from '../../../src/transports/as2/send-receipt.ts';
import type { As2Station } from '../../../src/transports/as2/station.ts';
import { TemporaryFolder } from '../../../src/transports/as2/temporary-folder.ts';
import type { Crash } from '../../support/crash.ts';
import { createWorld, edited, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { Configuration, World } from '../../support/gateway.ts';

/** Secrets in memory. */
export class MemorySecrets implements SecretKeeper {
  readonly #values = new Map<string, string>();

  constructor(values: Record<string, string> = {}) {
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value);
  }
  read(name: string): Promise<string> {
    const value = this.#values.get(name);
    return value === undefined ? Promise.reject(new Error(`no secret ${name}`)) : Promise.resolve(value);
  }
  has(name: string): Promise<boolean> {
    return Promise.resolve(this.#values.has(name));
  }
  list(): Promise<{ name: string; updatedAt: Instant }[]> {
    return Promise.resolve([...this.#values.keys()].map((name) => ({ name, updatedAt: '' })));
  }
  set(name: string, value: string): Promise<void> {
    this.#values.set(name, value);
    return Promise.resolve();
  }
  remove(name: string): Promise<boolean> {
    return Promise.resolve(this.#values.delete(name));
  }
}

export interface Identity {
  certificate: string;
  key: string;
}

export function makeIdentity(
  commonName: string,
  { from = '2026-01-01T00:00:00.000Z', days = 730 }: { from?: Instant; days?: number } = {},
): Identity {
  const made = createSelfSignedCertificate({ commonName, from, days });
  return {
    certificate: made.certificate.pem,
    key: made.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Made once: keys take their time. */
export const IDENTITIES = {
  us: makeIdentity('TRADELANE'),
  them: makeIdentity('NORTHWIND'),
  stranger: makeIdentity('STRANGER'),
};

/** YAML of a channel between us and them, with further settings. */
export interface SideOptions {
  ours: string;
  theirs: string;
  /** Lines of the channel, such as `receipt: { mode: async }`. */
  settings?: string;
  /** Lines of `as2` in company.yaml instead of the usual certificate. */
  station?: string;
  /** PEM texts by name of the secret. */
  secrets?: Record<string, string>;
  own: Identity;
  partner: Identity;
}

/** Addresses are known only once both sides listen: each side sets its own. */
const SOMEWHERE = 'http://127.0.0.1:1/as2';
const configurations = new Map<string, Configuration>();

/** Kept, because a configuration is compiled once. */
function configure(options: SideOptions): Configuration {
  const key = JSON.stringify([options.ours, options.theirs, options.settings, options.station]);
  const known = configurations.get(key) ?? writeConfiguration(options);
  configurations.set(key, known);
  return known;
}

function writeConfiguration({ ours, theirs, settings = '', station }: SideOptions): Configuration {
  const certificates =
    station ?? 'certificates: [{ certificate: { secret: own-certificate }, key: { secret: own-key } }]';
  const company = edited(
    REPOSITORY,
    'company.yaml',
    'currency: USD',
    `currency: USD\nas2: { id: ${ours}, url: '${SOMEWHERE}', ${certificates} }`,
  );
  const channel = [
    'type: as2',
    `url: '${SOMEWHERE}'`,
    `ids: { theirs: ${theirs} }`,
    ...(settings.includes('certificates:')
      ? []
      : ['certificates: [{ certificate: { secret: partner-certificate } }]']),
    'theirReceipts: { privateAddresses: true }',
    ...settings.split('\n').filter((line) => line.trim() !== ''),
  ];
  return edited(
    company,
    'northwind-hardware/partner.yaml',
    '  - { type: folder, inbox: inbox/northwind-hardware, outbox: outbox/northwind-hardware }',
    `  - ${channel.join('\n    ')}`,
  );
}

/** One side: a gateway with its AS2 station and listener, on a world that outlives it. */
export class Side {
  readonly gateway: TestGateway;
  readonly station: As2Station;
  readonly listener: As2Listener;
  readonly channel: As2Channel;
  readonly secrets: MemorySecrets;
  readonly folder: string;

  private constructor(parts: Omit<Side, 'abandon' | 'close' | 'send' | 'messages'>) {
    this.gateway = parts.gateway;
    this.station = parts.station;
    this.listener = parts.listener;
    this.channel = parts.channel;
    this.secrets = parts.secrets;
    this.folder = parts.folder;
  }

  static async start(
    options: SideOptions,
    {
      url,
      world,
      crash,
      port = 0,
      at,
    }: { url: string; world?: World; crash?: Crash; port?: number; at?: Instant },
  ): Promise<Side> {
    const folder = await mkdtemp(path.join(tmpdir(), 'as2-'));
    const secrets = new MemorySecrets({
      'own-certificate': options.own.certificate,
      'own-key': options.own.key,
      'partner-certificate': options.partner.certificate,
      ...options.secrets,
    });
    const configuration = configure(options);
    const used = world ?? createWorld(configuration);
    if (at !== undefined) used.time.advance(instantMs(at) - instantMs(used.time.now()));
    let station: As2Station | undefined;
    let channel: As2Channel | undefined;
    const gateway = await TestGateway.start(
      {
        configuration,
        ...(crash !== undefined && { crash }),
        transport: (context) => {
          const shared = openStation(context, { home: folder, dataFolder: folder, secrets })!;
          // A test may change the settings of its side.
          const settings = structuredClone(shared.settings);
          const agreements = structuredClone(shared.agreements);
          const opened = { ...shared, settings, agreements };
          agreements[0]!.settings.url = url;
          station = opened;
          channel = new As2Channel(opened, opened.agreements[0]!, folder);
          return {
            channels: new Map([['northwind-hardware', channel]]),
            sendReceipt: (id) => sendReceipt(opened, id),
          };
        },
      },
      used,
    );
    const listener = await As2Listener.start(station!, { host: '127.0.0.1', port });
    station!.settings.url = `http://127.0.0.1:${listener.port}/as2`;
    return new Side({ gateway, station: station!, listener, channel: channel!, secrets, folder });
  }

  send(file: Partial<OutboundFile> = {}) {
    const name = file.name ?? 'order.edi';
    return this.channel.send({
      name,
      bytes: file.bytes ?? Buffer.from("UNB+UNOC:3+A+B+260302:0800+1'UNZ+0+1'"),
      key: file.key ?? `send/${name}`,
    });
  }

  messages() {
    return this.gateway.all('as2Messages');
  }

  /** Its process has ended: another side may take its world over. */
  async abandon(): Promise<void> {
    await this.listener.close();
    this.gateway.abandon();
    await rm(this.folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.listener.close();
    await this.gateway.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface Pair {
  us: Side;
  them: Side;
  close(): Promise<void>;
}

/** Two gateways that trade with each other. Every setting is that of the first; `them` mirrors it. */
export async function startPair(
  settings = '',
  more: { us?: Partial<SideOptions>; them?: Partial<SideOptions>; path?: string } = {},
): Promise<Pair> {
  const ours: SideOptions = {
    ours: 'TRADELANE',
    theirs: 'NORTHWIND',
    settings,
    own: IDENTITIES.us,
    partner: IDENTITIES.them,
    ...more.us,
  };
  const theirs: SideOptions = {
    ours: 'NORTHWIND',
    theirs: 'TRADELANE',
    settings,
    own: IDENTITIES.them,
    partner: IDENTITIES.us,
    ...more.them,
  };
  const them = await Side.start(theirs, { url: 'http://127.0.0.1:1/as2' });
  const us = await Side.start(ours, { url: them.station.settings.url! });
  // Ports are known only now.
  them.station.agreements[0]!.settings.url = us.station.settings.url!;
  return {
    us,
    them,
    close: async () => {
      await us.close();
      await them.close();
    },
  };
}

/** A request as if it came over the network. */
export function deliver(side: Side, headers: readonly HeaderLine[], body: Uint8Array): Promise<As2Answer> {
  return receiveRequest(side.station, {
    headers,
    body,
    remoteAddress: '127.0.0.1',
    startedMs: performance.now(),
    folder: new TemporaryFolder(`${side.folder}/request`),
  });
}

/** Turns the record of the first message into what earlier versions wrote: our receipt lies in the archive. */
export async function keepReceiptAsBefore(side: Side): Promise<void> {
  const [message] = await side.messages();
  const { body, ...receipt } = message!.receipt!;
  await side.gateway.world.store.commit(
    [{ op: 'update', collection: 'as2Messages', record: { ...message!, receipt } }],
    [{ sha256: receipt.sha256, bytes: Buffer.from(body!, 'latin1') }],
  );
}
