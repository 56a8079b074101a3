import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OpenGateway } from '../../src/cli/environment.ts';
import type { PartnerEnd } from '../../src/cli/environment.ts';
import { openDemoPartner } from '../../src/composition/as2-tools.ts';
import { openGateway } from '../../src/composition/open-gateway.ts';
import { readConfig } from '../../src/config.ts';
import type { Config } from '../../src/config.ts';
import type { Document } from '../../src/documents/document.ts';
import type { Order } from '../../src/documents/order.ts';
import { loadPartners } from '../../src/partners/load-partners.ts';
import { readPartnerFiles } from '../../src/partners/read-partner-files.ts';
import { createMapLibrary } from '../../src/pipeline/create-map-library.ts';
import type { ExceptionRecord } from '../../src/pipeline/orders/order-records.ts';
import type { OrderState } from '../../src/tracking/model.ts';
import { BUYER } from './gateway.ts';
import { MemoryChannel } from './memory-channel.ts';
import type { OdooAddress } from './odoo-server.ts';
import { freePort } from './openssh.ts';
import { SftpClient } from './sftp-client.ts';
import { Supplier } from './supplier.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PASSWORD = 'correct horse battery staple';

/** X12 over AS2, signed and encrypted; EDIFACT over the gateway's own SFTP server. */
export const NORTHWIND = 'northwind-hardware';
export const HANSA = 'hansa-werkzeuge';

export interface InstallationOptions {
  folder: string;
  address: OdooAddress;
  /** Where the gateway finds Odoo: a proxy, or Odoo itself. */
  odooUrl?: string;
  /** Their references in Odoo, which no other suite has. */
  vendors: Readonly<Record<string, string>>;
}

/**
 * The whole gateway, as `tradelane start` composes it, in this process: real channels, real store, real jobs, the real Odoo. Its
 * suppliers write in their own dialects and stand on the other end of their channels.
 */
export class OdooInstallation {
  readonly config: Config;
  readonly #opened: OpenGateway;
  readonly #suppliers: ReadonlyMap<string, Supplier>;
  readonly #station: PartnerEnd;
  readonly #mailbox: SftpClient;
  #files = 0;

  private constructor(parts: {
    config: Config;
    opened: OpenGateway;
    suppliers: ReadonlyMap<string, Supplier>;
    station: PartnerEnd;
    mailbox: SftpClient;
  }) {
    this.config = parts.config;
    this.#opened = parts.opened;
    this.#suppliers = parts.suppliers;
    this.#station = parts.station;
    this.#mailbox = parts.mailbox;
  }

  static async start(options: InstallationOptions): Promise<OdooInstallation> {
    const { folder: home, address } = options;
    const [port, as2Port, stationPort, sftpPort] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    writePartners(home, stationPort, options.vendors);
    writeFileSync(path.join(home, 'odoo.yaml'), ODOO_YAML);
    process.env['HANSA_SFTP'] = PASSWORD;
    const config = readConfig({
      TRADELANE_HOME: home,
      TRADELANE_PORT: String(port),
      TRADELANE_AS2_PORT: String(as2Port),
      TRADELANE_SFTP_PORT: String(sftpPort),
      TRADELANE_POLL_INTERVAL_MS: '200',
      TRADELANE_LOG_LEVEL: 'silent',
      // Without a name every decision of today would need a second person: the limits are new.
      TRADELANE_CONFIG_AUTHOR: 'Carl Configurer',
      TRADELANE_ODOO_URL: options.odooUrl ?? address.url,
      TRADELANE_ODOO_DATABASE: address.database,
      TRADELANE_ODOO_USER: address.user,
      TRADELANE_ODOO_API_KEY: address.apiKey,
    });
    const opened = await openGateway({ mode: 'serve', config });
    const station = await openDemoPartner(config, NORTHWIND, `http://127.0.0.1:${as2Port}/`);
    const mailbox = await SftpClient.connect({ port: sftpPort, username: HANSA, password: PASSWORD });
    const suppliers = await writersOf(config);
    return new OdooInstallation({ config, opened, suppliers, station, mailbox });
  }

  get gateway(): OpenGateway['gateway'] {
    return this.#opened.gateway;
  }

  get erp(): NonNullable<OpenGateway['erp']> {
    return this.#opened.erp!;
  }

  async state(orderId: string): Promise<OrderState | undefined> {
    return (await this.gateway.store.get('orders', orderId))?.state;
  }

  /** The order as its supplier has it; waits until it is there. */
  async order(orderId: string): Promise<Order> {
    await until(`${orderId} is known`, async () => (await this.state(orderId))?.order !== undefined);
    return (await this.state(orderId))!.order!;
  }

  /** The newest file of the order that its supplier has received, as text; waits for it. */
  async received(partner: string, orderId: string): Promise<string> {
    let found = '';
    await until(`${partner} has received ${orderId}`, async () => {
      found = partner === NORTHWIND ? await this.#fromStation(orderId) : await this.#fromMailbox(orderId);
      return found !== '';
    });
    return found;
  }

  async #fromStation(orderId: string): Promise<string> {
    const file = await this.#station.find(orderId);
    return file === undefined ? '' : Buffer.from(file.bytes).toString('latin1');
  }

  async #fromMailbox(orderId: string): Promise<string> {
    for (const name of await this.#mailbox.list('/out')) {
      const content = (await this.#mailbox.get(`/out/${name}`)).toString('latin1');
      if (content.includes(orderId)) return content;
    }
    return '';
  }

  /** The supplier sends a document over its channel. */
  async send(partner: string, document: Document): Promise<void> {
    const bytes = this.#suppliers.get(partner)!.write(document);
    this.#files += 1;
    const name = `${document.documentType}-${this.#files}.edi`;
    if (partner === NORTHWIND) await this.#station.send(name, bytes);
    else await this.#mailbox.put(`/in/${name}`, Buffer.from(bytes));
  }

  /** How much of what the order has to say to Odoo is written. */
  async written(orderId: string): Promise<number> {
    const where = { orderingKey: `writeErp:${orderId}`, status: 'done' };
    return (await this.gateway.store.find('work', { where, limit: 100 })).records.length;
  }

  /** Where the invoice stands: `HOLD_RECEIPT`, `AUTO_APPROVED`; '' = it is not here. */
  async standing(invoiceNumber: string): Promise<string> {
    const { records } = await this.gateway.store.find('invoices', { where: { number: invoiceNumber } });
    return records[0]?.status ?? '';
  }

  /** Open exceptions about the order or one of its invoices. */
  async troubles(orderId: string): Promise<ExceptionRecord[]> {
    const { records } = await this.gateway.store.find('exceptions', {
      where: { status: 'open' },
      limit: 1_000,
    });
    return records.filter(
      (record) => record.orderId === orderId || record.invoiceId.toUpperCase().includes(plain(orderId)),
    );
  }

  /** Waits for that exception and decides it. */
  async decide(orderId: string, type: string, action: string, reason: string): Promise<void> {
    let id = '';
    await until(`${orderId} has ${type}`, async () => {
      const found = (await this.troubles(orderId)).find((each) => each.type === type);
      id = found?.id ?? '';
      return found !== undefined;
    });
    await this.gateway.decideException(id, { action, reason }, BUYER);
  }

  async close(): Promise<void> {
    await this.#mailbox.leave();
    await this.#station.close();
    await this.#opened.close();
  }
}

const plain = (text: string) => text.replace(/[^A-Za-z0-9]/g, '').toUpperCase();

const ODOO_YAML = `read: { intervalSeconds: 1 }
timeZone: UTC
partners:
  ${NORTHWIND}: { references: [{ type: department, id: '12' }] }
write: { bills: postApproved }
reconcile: { everyMinutes: 0 }
`;

/** The demo's partners; Hansa has a mailbox here, and both have other references. */
function writePartners(home: string, stationPort: number, vendors: Readonly<Record<string, string>>): void {
  mkdirSync(home, { recursive: true });
  cpSync(path.join(ROOT, 'maps'), path.join(home, 'maps'), { recursive: true });
  for (const name of ['company.yaml', NORTHWIND, HANSA]) {
    cpSync(path.join(ROOT, 'partners', name), path.join(home, 'partners', name), { recursive: true });
  }
  change(home, NORTHWIND, [
    ['http://127.0.0.1:4180/', `http://127.0.0.1:${stationPort}/`],
    ['supplierId: NORTHWIND', `supplierId: ${vendors[NORTHWIND]!}`],
  ]);
  change(home, HANSA, [
    [
      '{ type: folder, inbox: inbox/hansa-werkzeuge, outbox: outbox/hansa-werkzeuge }',
      `{ type: sftpMailbox, password: { secret: 'env:HANSA_SFTP' } }`,
    ],
    ['supplierId: HANSA', `supplierId: ${vendors[HANSA]!}`],
  ]);
}

function change(home: string, partner: string, changes: readonly (readonly [string, string])[]): void {
  const file = path.join(home, 'partners', partner, 'partner.yaml');
  let yaml = readFileSync(file, 'utf8');
  for (const [from, to] of changes) {
    if (!yaml.includes(from)) throw new Error(`${partner}/partner.yaml does not hold ${from}`);
    yaml = yaml.replace(from, to);
  }
  writeFileSync(file, yaml);
}

async function writersOf(config: Config): Promise<Map<string, Supplier>> {
  const { set } = loadPartners(await readPartnerFiles(config.partnersFolder));
  const { library } = createMapLibrary(await readPartnerFiles(config.mapsFolder), set!);
  const channel = new MemoryChannel('nowhere', { now: () => new Date().toISOString() });
  return new Map(
    set!.partners.map((partner) => [
      partner.partner,
      new Supplier({ partner, set: set!, maps: library, channel }),
    ]),
  );
}

const PATIENCE_MS = 120_000;
const LOOK_AGAIN_MS = 50;

/** What other programs do can only be looked at again. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
