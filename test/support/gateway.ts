import path from 'node:path';
import type { Logger } from '../../src/common/log.ts';
import { StandAloneErp } from '../../src/erp/stand-alone-erp.ts';
import type { ConfigFile } from '../../src/partners/config-text.ts';
import { loadPartners } from '../../src/partners/load-partners.ts';
import { readPartnerFiles } from '../../src/partners/read-partner-files.ts';
import { Channels } from '../../src/pipeline/channels/channels.ts';
import type { Collections } from '../../src/pipeline/collections.ts';
import type { PipelineContext } from '../../src/pipeline/context.ts';
import { createGateway } from '../../src/pipeline/create-gateway.ts';
import { createMapLibrary } from '../../src/pipeline/create-map-library.ts';
import { escalateClaims } from '../../src/pipeline/claims/escalate-claims.ts';
import { wakeSnoozed } from '../../src/pipeline/exceptions/exception-actions.ts';
import type { Actor } from '../../src/pipeline/actor.ts';
import type { Gateway } from '../../src/pipeline/gateway.ts';
import type { PartnerEvent } from '../../src/pipeline/partner-api/partner-events.ts';
import type { FetchedChannel } from '../../src/pipeline/partner-api/partner-outbox.ts';
import type { Notice } from '../../src/pipeline/ports/alerts.ts';
import type { Erp } from '../../src/pipeline/ports/erp.ts';
import type { EventSink } from '../../src/pipeline/ports/events.ts';
import type { IdSource } from '../../src/pipeline/ports/clock.ts';
import type { CollectionName, Query, Store } from '../../src/pipeline/ports/store.ts';
import type { Channel } from '../../src/pipeline/ports/transport.ts';
import { openPolicies, recordPolicies } from '../../src/pipeline/orders/policy-history.ts';
import { recordDeadWork } from '../../src/pipeline/work/dead-letters.ts';
import { HandOverStore } from '../../src/pipeline/work/hand-over-store.ts';
import { createWorkHandlers } from '../../src/pipeline/work/work-handlers.ts';
import { WorkLine } from '../../src/pipeline/work/work-line.ts';
import { WorkQueue } from '../../src/pipeline/work/work-queue.ts';
import { Worker } from '../../src/pipeline/work/worker.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { FakeTime } from '../pipeline/fake-time.ts';
import type { Crash } from './crash.ts';
import { MemoryChannel } from './memory-channel.ts';
import { openedChannels } from './opened-channels.ts';
import { overFolders } from './over-folders.ts';
import { silentLogger } from './silent-logger.ts';
import { Supplier } from './supplier.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** partners/ and maps/ as text; a test may change a copy of them. */
export interface Configuration {
  partners: readonly ConfigFile[];
  maps: readonly ConfigFile[];
}

/** The configuration of the repository, with folders for channels: its partners are tried over AS2 and SFTP by the demo. */
export const REPOSITORY: Configuration = {
  partners: overFolders(await readPartnerFiles(path.join(ROOT, 'partners'))),
  maps: await readPartnerFiles(path.join(ROOT, 'maps')),
};

/** A copy of a configuration with one text in one file replaced. Throws when it is not there. */
export function edited(configuration: Configuration, file: string, from: string, to: string): Configuration {
  const edit = (files: readonly ConfigFile[]) =>
    files.map((each) => (each.path === file ? { ...each, text: each.text.replace(from, to) } : each));
  const found = [...configuration.partners, ...configuration.maps].find(({ path: name }) => name === file);
  if (found?.text.includes(from) !== true) throw new Error(`${file} does not hold ${from}`);
  return { partners: edit(configuration.partners), maps: edit(configuration.maps) };
}

function load({ partners, maps }: Configuration) {
  const { set, findings } = loadPartners(partners);
  if (set === undefined) throw new Error(findings.map(({ message }) => message).join('; '));
  return { set, library: createMapLibrary(maps, set).library };
}

/** Loaded and compiled once per test file: maps keep what they have compiled. */
const loaded = new Map<Configuration, ReturnType<typeof load>>();

function loadOnce(configuration: Configuration): ReturnType<typeof load> {
  const known = loaded.get(configuration) ?? load(configuration);
  loaded.set(configuration, known);
  return known;
}

/** What outlives a gateway: its store, time, identities, and the partners' side of every channel. */
export interface World {
  time: FakeTime;
  store: Store;
  ids: IdSource;
  channels: ReadonlyMap<string, MemoryChannel>;
  suppliers: ReadonlyMap<string, Supplier>;
  /** Files to the ERP. */
  erp: MemoryChannel;
  /** What people were told, by key. */
  notices: Map<string, Notice>;
}

export interface TestGatewayOptions {
  configuration?: Configuration;
  /** Where the process ends in the middle: see crash.ts. */
  crash?: Pick<Crash, 'store' | 'channel' | 'died'>;
  logger?: Logger;
  /** Who subscribed to business events. */
  events?: EventSink;
  /** Larger files are processed piece by piece. */
  wholeFileBytes?: number;
  /** Other gateways work on the same store: what one that died held is taken over when its lease has ended. */
  shared?: boolean;
  /** Items done at the same time; 1 makes every run the same. */
  concurrency?: number;
  /** Instead of the stand-alone ERP. */
  erp?: (context: PipelineContext) => Erp;
  /** Channels instead of those in memory; the folder suite uses real ones. */
  channels?: ReadonlyMap<string, Channel>;
  /** A transport that works with the gateway's own store: its channels, instead of those in memory, and its receipts. */
  transport?: (context: PipelineContext) => {
    channels: ReadonlyMap<string, Channel>;
    sendReceipt?: (messageId: string) => Promise<void>;
    tellPartner?: (channel: FetchedChannel, event: PartnerEvent) => Promise<void>;
  };
}

export const BUYER: Actor = { name: 'Bea Buyer', roles: ['admin'] };
export const ERP: Actor = { name: 'erp', roles: ['integration'] };

/** A new world: an empty store in memory, Monday morning. */
export function createWorld(configuration: Configuration = REPOSITORY): World {
  const time = new FakeTime();
  const { set, library } = loadOnce(configuration);
  const channels = new Map(set.partners.map(({ partner }) => [partner, new MemoryChannel(partner, time)]));
  const suppliers = set.partners.map((partner): [string, Supplier] => [
    partner.partner,
    new Supplier({ partner, set, maps: library, channel: channels.get(partner.partner)! }),
  ]);
  return {
    time,
    store: SqliteStore.open({ file: ':memory:', role: 'tool' }),
    ids: countedIds(),
    channels,
    suppliers: new Map(suppliers),
    erp: new MemoryChannel('erp', time),
    notices: new Map(),
  };
}

/** Ids that sort as they were made, and are the same in every run. */
function countedIds(): IdSource {
  let count = 0;
  return {
    next: () => {
      count += 1;
      return `01950000-0000-7000-8000-${String(count).padStart(12, '0')}`;
    },
  };
}

/** A whole gateway in this process, composed as the real one is, on a world that stays when it ends. */
export class TestGateway {
  readonly world: World;
  readonly gateway: Gateway;
  readonly context: PipelineContext;
  readonly queue: WorkQueue;
  readonly #worker: Worker;
  readonly #crash: TestGatewayOptions['crash'];

  private constructor(world: World, options: TestGatewayOptions, policyOf: PipelineContext['policyOf']) {
    const { crash, logger = silentLogger, configuration = REPOSITORY, concurrency = 1 } = options;
    const { time: clock } = world;
    const line = new WorkLine({ limit: 1_000, isAlone: options.shared !== true });
    const owner = world.ids.next();
    const store = new HandOverStore({ store: crash?.store(world.store) ?? world.store, line, clock, owner });
    const { set, library } = loadOnce(configuration);
    const reach = (channel: Channel): Channel => crash?.channel(channel) ?? channel;
    this.world = world;
    this.#crash = crash;
    this.context = {
      store,
      clock,
      ids: world.ids,
      logger,
      partners: set,
      maps: library,
      policyOf,
      wake: () => this.#worker.wake(),
      ...(options.wholeFileBytes !== undefined && { wholeFileBytes: options.wholeFileBytes }),
    };
    const transport = options.transport?.(this.context);
    const inReach = [...(transport?.channels ?? options.channels ?? world.channels).values()].map(reach);
    const channels = new Channels(this.context, openedChannels(set, inReach), { pollIntervalMs: 1_000 });
    this.queue = new WorkQueue({ store, clock, random: () => 0.5, owner, line });
    this.#worker = new Worker({
      queue: this.queue,
      clock,
      timer: clock,
      logger,
      concurrency,
      handlers: createWorkHandlers(this.context, {
        channelOf: (partnerId, name) => channels.find(partnerId, name),
        erp: options.erp?.(this.context) ?? new StandAloneErp({ store, clock, channel: reach(world.erp) }),
        ...(transport?.sendReceipt !== undefined && { sendReceipt: transport.sendReceipt }),
        ...(transport?.tellPartner !== undefined && { tellPartner: transport.tellPartner }),
        alerts: {
          notify: (notice) => Promise.resolve(void world.notices.set(notice.key, notice)),
        },
        ...(options.events !== undefined && { events: options.events }),
        consoleUrl: 'http://localhost',
      }),
      onDead: (item, error) => recordDeadWork(this.context, item, error),
    });
    this.gateway = createGateway(this.context, channels);
  }

  /** Starts on a world: a new one, or the one that an earlier gateway has left. */
  static async start(options: TestGatewayOptions = {}, world = createWorld()): Promise<TestGateway> {
    const { set } = loadOnce(options.configuration ?? REPOSITORY);
    const gateway = new TestGateway(world, options, await openPolicies(world.store, set));
    const { queue, context } = gateway;
    await recordPolicies(world.store, set, context.policyOf);
    const onDead: ConstructorParameters<typeof Worker>[0]['onDead'] = (item, error) =>
      recordDeadWork(context, item, error);
    const of = options.shared === true ? 'expired' : 'allOthers';
    await queue.repair.reclaim({ of, running: new Map(), onDead });
    await queue.repair.sweepBlocked();
    gateway.#worker.start();
    return gateway;
  }

  /** Ends this gateway in good order and starts another on the same world. */
  async restart(options: TestGatewayOptions = {}): Promise<TestGateway> {
    await this.#worker.stop();
    return TestGateway.start(options, this.world);
  }

  /** Lets go of a gateway whose process has ended: it tries nothing more. */
  abandon(): void {
    this.#worker.stop(0).catch(() => undefined);
  }

  channel(partnerId: string): MemoryChannel {
    return this.world.channels.get(partnerId)!;
  }

  supplier(partnerId: string): Supplier {
    return this.world.suppliers.get(partnerId)!;
  }

  /** Takes in what lies in the inboxes and does all work that can be done now. */
  async settle(): Promise<void> {
    const idle = async () => {
      await this.gateway.pollChannels();
      await this.#worker.whenIdle();
    };
    await (this.#crash === undefined ? idle() : Promise.race([idle(), this.#crash.died]));
  }

  /** Lets time pass, with the tick at its end. */
  async pass(span: { hours?: number; days?: number; minutes?: number }): Promise<void> {
    const { days = 0, hours = 0, minutes = 0 } = span;
    this.world.time.advance(((days * 24 + hours) * 60 + minutes) * 60_000);
    while ((await this.gateway.fireDeadlines()).orders > 0);
    await escalateClaims(this.context);
    await wakeSnoozed(this.context);
    await this.settle();
  }

  /** Every record of a collection (at most 1,000) that has these values, oldest id first. */
  async all<N extends CollectionName>(
    collection: N,
    where: Query<Collections[N]>['where'] = {},
  ): Promise<Collections[N][]> {
    const { records } = await this.world.store.find(collection, { limit: 1_000 });
    return records.filter((record) =>
      Object.entries(where).every(
        ([name, value]) => (record as unknown as Record<string, unknown>)[name] === value,
      ),
    );
  }

  async openExceptions(): Promise<Collections['exceptions'][]> {
    return this.all('exceptions', { status: 'open' });
  }

  /** The open exceptions in short, sorted: `CHANGE_PROPOSED PO-1`. */
  async troubles(): Promise<string[]> {
    return (await this.openExceptions()).map(({ type, orderId }) => `${type} ${orderId}`.trim()).sort();
  }

  async close(): Promise<void> {
    await this.#worker.stop();
    await this.world.store.close();
  }
}
