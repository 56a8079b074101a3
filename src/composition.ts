import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { pino } from 'pino';
import { createAlerts } from './alerts/create-alerts.ts';
import { WebhookEvents } from './alerts/webhook-events.ts';
import type { OpenGateway, OpenOptions } from './cli/environment.ts';
import { Closers } from './closers.ts';
import { GatewayError } from './common/errors.ts';
import { hasErrors } from './common/finding.ts';
import type { Finding } from './common/finding.ts';
import type { Logger } from './common/log.ts';
import type { Clock } from './common/time.ts';
import { serveWeb } from './composition-web.ts';
import type { Config, Role } from './config.ts';
import { pollErpInbox } from './erp/poll-erp-inbox.ts';
import { StandAloneErp } from './erp/stand-alone-erp.ts';
import { Scheduler } from './jobs/scheduler.ts';
import { systemGauges } from './jobs/system-gauges.ts';
import { systemTimer } from './jobs/system-timer.ts';
import { loadPartners } from './partners/load-partners.ts';
import { readDictionaryFiles, readPartnerFiles } from './partners/read-partner-files.ts';
import { resolveCalendar, resolvePolicy } from './partners/resolve-policy.ts';
import { ChannelStates } from './pipeline/channels/channel-states.ts';
import { anchorAudit } from './pipeline/audit.ts';
import { Channels } from './pipeline/channels/channels.ts';
import type { PipelineContext } from './pipeline/context.ts';
import { createGateway } from './pipeline/create-gateway.ts';
import { createMapLibrary } from './pipeline/create-map-library.ts';
import { recordDeadWork } from './pipeline/work/dead-letters.ts';
import { escalateClaims } from './pipeline/claims/escalate-claims.ts';
import { wakeSnoozed } from './pipeline/exceptions/exception-actions.ts';
import { createIdSource } from './pipeline/ids.ts';
import { reportUnfetched } from './pipeline/partner-api/partner-outbox.ts';
import { recordPolicies } from './pipeline/orders/policy-history.ts';
import { publishEvents } from './pipeline/orders/publish-events.ts';
import { recordToleranceChanges } from './pipeline/invoices/tolerance-history.ts';
import { OperationsWatch } from './pipeline/work/watch-operations.ts';
import { HandOverStore } from './pipeline/work/hand-over-store.ts';
import { createWorkHandlers } from './pipeline/work/work-handlers.ts';
import { WorkLine } from './pipeline/work/work-line.ts';
import { WorkQueue } from './pipeline/work/work-queue.ts';
import { Worker } from './pipeline/work/worker.ts';
import { loadOdooSettings } from './odoo/load-odoo-settings.ts';
import { openSecrets } from './secrets/open-secrets.ts';
import type { Store } from './pipeline/ports/store.ts';
import { writeAnchor } from './store/anchor-folder.ts';
import { openStore } from './store/open-store.ts';
import { FolderChannel } from './transports/folder/folder-channel.ts';
import { tellPartner } from './transports/http/tell-partner.ts';
import { openChannels } from './transports/open-channels.ts';
import { DEFAULT_POLICY } from './tracking/policy.ts';

const clock: Clock = { now: () => new Date().toISOString() };
const TELL_CHANNELS_MS = 5_000;

/** Files that a gateway which is alone has at hand; further ones wait in the store. */
const MOST_AT_HAND = 1_000;

/** The composition root: the only place where adapters are constructed. See OpenOptions for the modes. */
export async function openGateway({ mode, config }: OpenOptions): Promise<OpenGateway> {
  const closers = new Closers();
  try {
    return await open(mode, config, closers);
  } catch (error) {
    await closers.run();
    throw error;
  }
}

async function open(mode: OpenOptions['mode'], config: Config, closers: Closers): Promise<OpenGateway> {
  const logger: Logger = pino(
    {
      level: config.logLevel,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Message and stack of an error are not enumerable: without this they would be left out.
      serializers: { error: pino.stdSerializers.err },
    },
    pino.destination(2),
  );
  await prepareDataFolder(config.dataFolder);
  const stored = await openStore(config, mode === 'serve' ? 'gateway' : 'tool', logger);
  closers.add(() => stored.close());
  const owner = `${process.pid}-${randomUUID()}`;
  const line = createLine(config);
  const store = new HandOverStore({ store: stored, line, clock, owner });

  const { context, policies, wakeOn, countBy } = await createContext(config, store, logger);
  const queue = new WorkQueue({ store, clock, random: Math.random, owner, line });
  const secrets = openSecrets(config, process.env);
  const { home, dataFolder } = config;
  // What an installation does not use is not loaded: AS2, mailboxes, Odoo and their libraries.
  const as2 =
    context.partners.company.as2 &&
    (await import('./transports/as2/serve-as2.ts')).openAs2Service(context, { home, dataFolder, secrets });
  let sftpPort = config.sftpPort;
  const opened = await openChannels(context, {
    root: home,
    dataFolder,
    secrets,
    ...(as2 !== undefined && { as2: as2.station }),
    mailboxServer: () => ({ host: config.sftpHost, port: sftpPort }),
    timer: systemTimer,
    pollNow: (partnerId, name) => channels.pollNow(partnerId, name),
  });
  const channels: Channels = new Channels(context, opened, config);
  countBy((file) => channels.countReceived(file));
  closers.add(() => channels.close());
  const erpChannel = new FolderChannel({
    partnerId: 'erp',
    name: 'main',
    root: config.home,
    clock,
    inbox: 'inbox/erp',
    outbox: 'outbox/erp',
    pattern: '*.json',
  });
  closers.add(() => erpChannel.close());
  const gateway = createGateway(context, { queue, channels });
  const odooSettings = await loadOdooSettings(config.odooFile, config.odoo);
  const odoo =
    odooSettings &&
    (await import('./composition-odoo.ts')).openOdoo(odooSettings, { config, context, gateway, secrets });
  const connected = odoo !== undefined && { erp: odoo.connected };
  if (mode === 'read') {
    return { gateway, config, ...connected, idle: () => Promise.resolve(), close: () => closers.run() };
  }

  const worker = new Worker({
    queue,
    clock,
    timer: systemTimer,
    logger,
    concurrency: config.workers,
    handlers: createWorkHandlers(context, {
      channelOf: (partnerId, name) => channels.find(partnerId, name),
      erp: odoo?.erp ?? new StandAloneErp({ store, clock, channel: erpChannel }),
      ...(as2 !== undefined && { sendReceipt: as2.sendReceipt }),
      tellPartner: (channel, event) =>
        tellPartner({ partners: context.partners, secrets, clock }, channel, event),
      alerts: createAlerts({
        logger,
        clock,
        ...(config.alertWebhook !== undefined && { webhook: config.alertWebhook }),
      }),
      ...(config.eventWebhook !== undefined && {
        events: new WebhookEvents({ ...config.eventWebhook, clock }),
      }),
      consoleUrl: config.publicUrl,
    }),
    onDead: (item, error) => recordDeadWork(context, item, error),
  });
  wakeOn(() => worker.wake());
  await recordPolicies(store, policies);
  await recordToleranceChanges(context, config.configAuthor);
  const served = await serveWeb(config, context, { gateway, secrets, odoo }, closers);
  const does = (role: Role) => config.roles.includes(role);
  const listener = does('transport')
    ? await as2?.listen({ host: config.as2Host, port: config.as2Port })
    : undefined;
  if (listener !== undefined) closers.add(() => listener.close());
  const mailboxes =
    does('transport') && opened.some(({ settings }) => settings.type === 'sftpMailbox')
      ? await (
          await import('./transports/sftp-server/start-mailbox-server.ts')
        ).startMailboxServer({
          partners: context.partners.partners,
          dataFolder,
          host: config.sftpHost,
          port: config.sftpPort,
          secrets,
          logger,
          onPublished: (partnerId, name) => channels.pollNow(partnerId, name),
        })
      : undefined;
  if (mailboxes !== undefined) {
    closers.add(() => mailboxes.close());
    sftpPort = mailboxes.port;
  }
  if (isAlone(config)) {
    // Whatever is leased was held by a process that has ended.
    await queue.reclaim({
      of: 'allOthers',
      running: new Map(),
      onDead: (item, error) => recordDeadWork(context, item, error),
    });
  }
  if (does('worker')) {
    await queue.sweepBlocked();
    worker.start();
    closers.add(() => worker.stop());
  }
  const transportJobs: Jobs = {
    'poll-channels': [config.pollIntervalMs, () => channels.tick()],
    'poll-erp': [config.pollIntervalMs, () => pollErpInbox(erpChannel, gateway, logger)],
    ...odoo?.jobs,
    ...as2?.jobs,
  };
  const operations = new OperationsWatch(context, systemGauges(config.dataFolder));
  const workerJobs: Jobs = {
    'fire-deadlines': [
      60_000,
      async () => {
        while ((await gateway.fireDeadlines()) > 0);
      },
    ],
    'publish-events': [1_000, () => publishAll(context, config)],
    'escalate-claims': [60_000, () => escalateClaims(context)],
    'watch-operations': [60_000, () => operations.look()],
    'wake-snoozed': [60_000, () => wakeSnoozed(context)],
    retain: [3_600_000, () => gateway.retain()],
    ...(config.auditAnchorsFolder !== undefined && {
      'anchor-audit': [3_600_000, () => anchor(context, config.auditAnchorsFolder!)],
    }),
    'report-unfetched': [60_000, () => reportUnfetched(context)],
  };
  const scheduler = await startScheduler(config, context, {
    ...(does('transport') && transportJobs),
    ...(does('worker') && workerJobs),
  });
  closers.add(() => scheduler.stop());
  if (does('transport') || does('worker')) closers.add(tellChannels(context, queue.owner, channels));
  served.enter('ready');
  // Runs first: whoever sends requests here is told before anything ends.
  closers.add(() => Promise.resolve(served.enter('stopping')));
  return {
    gateway,
    config,
    ...connected,
    ...served.addresses,
    ...(mailboxes !== undefined && { mailboxes }),
    ...(listener !== undefined && { as2: { port: listener.port } }),
    idle: () => (does('worker') ? worker.whenIdle() : Promise.resolve()),
    close: () => closers.run(),
  };
}

/** Lets the other processes know how the channels of this one do; returns what ends it. No job: every process tells its own. */
function tellChannels(context: PipelineContext, owner: string, channels: Channels): () => Promise<void> {
  const states = new ChannelStates(context, owner, () => channels.list());
  let telling = Promise.resolve();
  const timer = setInterval(() => {
    telling = states.tell().catch((error: unknown) => {
      context.logger.warn({ error }, 'The states of the channels could not be told');
    });
  }, TELL_CHANNELS_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await telling;
    await states.leave();
  };
}

async function prepareDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new GatewayError(
      'CONFIG_INVALID',
      `The data folder ${folder} cannot be made or written: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}. Set TRADELANE_DATA to a folder that this user may write, on a disk that is not read-only.`,
      { cause },
    );
  }
}

/** Everything that is read from files, and the small sources of time and identity. */
async function createContext(config: Config, store: Store, logger: Logger) {
  const dictionaryFiles = await readDictionaryFiles(config.dictionariesFolder);
  const loaded = loadPartners(await readPartnerFiles(config.partnersFolder), { dictionaryFiles });
  for (const finding of loaded.findings) logFinding(logger, finding);
  if (loaded.set === undefined) {
    throw new GatewayError(
      'PARTNER_INVALID',
      `partners/ cannot be used: ${loaded.findings[0]?.message ?? 'company.yaml is missing'} (tradelane partner check)`,
    );
  }
  const partners = loaded.set;
  const { library, findings } = createMapLibrary(await readPartnerFiles(config.mapsFolder), partners);
  for (const finding of findings) logFinding(logger, finding);
  const policies = new Map(
    partners.partners.map((partner) => [partner.partner, resolvePolicy(partners.company, partner)]),
  );
  const calendar = resolveCalendar(partners.company.calendar);
  const companyPolicy = { ...DEFAULT_POLICY, calendar, companyCalendar: calendar };
  let wake: () => void = () => undefined;
  let count: NonNullable<PipelineContext['onReceived']> = () => undefined;
  const context: PipelineContext = {
    store,
    clock,
    ids: createIdSource(clock),
    logger,
    partners,
    maps: library,
    policyOf: (partnerId) => policies.get(partnerId) ?? companyPolicy,
    wake: () => wake(),
    onReceived: (file) => count(file),
  };
  return {
    context,
    policies,
    wakeOn: (action: typeof wake) => (wake = action),
    countBy: (action: typeof count) => (count = action),
  };
}

async function anchor(context: PipelineContext, folder: string): Promise<void> {
  const head = await anchorAudit(context);
  if (head !== undefined) await writeAnchor(folder, head);
}

/** Puts everything that has happened into the feed of events. */
async function publishAll(context: PipelineContext, { eventWebhook }: Config): Promise<void> {
  while ((await publishEvents(context, { deliver: eventWebhook !== undefined })) > 0);
}

/** Jobs by name: milliseconds from one run to the next, and what to do. */
type Jobs = Record<string, readonly [intervalMs: number, run: () => unknown]>;

/** On SQLite one gateway holds the lock of the data folder; a MongoDB may be shared by any number. */
function isAlone({ mongodbUri }: Config): boolean {
  return mongodbUri === undefined;
}

/** Nodes that share a store leave work to each other: each has only a little more at hand than it can do. */
function createLine(config: Config): WorkLine {
  const alone = isAlone(config);
  return new WorkLine({ limit: alone ? MOST_AT_HAND : 4 * config.workers, isAlone: alone });
}

async function startScheduler(
  config: Config,
  { store, logger }: PipelineContext,
  jobs: Jobs,
): Promise<Scheduler> {
  const scheduler = new Scheduler({ store, logger, alone: isAlone(config) });
  for (const [name, [intervalMs, run]] of Object.entries(jobs)) {
    scheduler.every(name, intervalMs, async () => {
      await run();
    });
  }
  await scheduler.start();
  return scheduler;
}

function logFinding(logger: Logger, finding: Finding): void {
  const level = hasErrors([finding]) ? 'error' : 'warn';
  logger[level]({ code: finding.code, place: finding.place }, finding.message);
}
