import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createAlerts } from '../alerts/create-alerts.ts';
import { WebhookEvents } from '../alerts/webhook-events.ts';
import type { OpenGateway, OpenOptions } from '../cli/environment.ts';
import type { Logger } from '../common/log.ts';
import type { Clock } from '../common/time.ts';
import type { Config, Role } from '../config.ts';
import { pollErpInbox } from '../erp/poll-erp-inbox.ts';
import { StandAloneErp } from '../erp/stand-alone-erp.ts';
import { systemTimer } from '../jobs/system-timer.ts';
import { Channels } from '../pipeline/channels/channels.ts';
import { ERP_INBOX, reportRefused } from '../pipeline/channels/report-refused.ts';
import { createGateway } from '../pipeline/create-gateway.ts';
import { tellLeftOutPartners } from '../pipeline/exceptions/left-out-partners.ts';
import { recordDeadWork } from '../pipeline/work/dead-letters.ts';
import { recordPolicies } from '../pipeline/orders/policy-history.ts';
import { recordToleranceChanges } from '../pipeline/invoices/tolerance-history.ts';
import { recordSettingsInForce } from '../pipeline/settings-in-force.ts';
import type { WorkRecord } from '../pipeline/records.ts';
import { HandOverStore } from '../pipeline/work/hand-over-store.ts';
import { createWorkHandlers } from '../pipeline/work/work-handlers.ts';
import { WorkLine } from '../pipeline/work/work-line.ts';
import { WorkQueue } from '../pipeline/work/work-queue.ts';
import { Worker } from '../pipeline/work/worker.ts';
import { loadOdooSettings } from '../odoo/load-odoo-settings.ts';
import { openSecrets } from '../secrets/open-secrets.ts';
import { assertWhole } from '../store/copy-store.ts';
import { openStore } from '../store/open-store.ts';
import { FolderChannel } from '../transports/folder/folder-channel.ts';
import { tellPartner } from '../transports/http/tell-partner.ts';
import { openChannels } from '../transports/open-channels.ts';
import { Closers } from './closers.ts';
import { prepareDataFolder, requireHome } from './data-folder.ts';
import { gatewayJobs, startJobs } from './gateway-jobs.ts';
import { listenForPartners } from './listen-for-partners.ts';
import { LogDestination } from './log-destination.ts';
import { openContext } from './open-context.ts';
import { serveWeb } from './serve-web.ts';
import { tellChannels } from './tell-channels.ts';

const logDestination = new LogDestination(2);
process.on('exit', () => logDestination.flush());

const clock: Clock = { now: () => new Date().toISOString() };

/** Files that a gateway which is alone has at hand; further ones wait in the store. */
const MOST_AT_HAND = 1_000;

/** The composition root: the only place where adapters are constructed. See OpenOptions for the modes. */
export async function openGateway({ mode, config }: OpenOptions): Promise<OpenGateway> {
  const closers = new Closers();
  try {
    return await open(mode, config, closers);
  } catch (error) {
    // Why it did not open is what matters.
    await closers.run(() => undefined);
    throw error;
  }
}

async function open(mode: OpenOptions['mode'], config: Config, closers: Closers): Promise<OpenGateway> {
  const logger = createLogger(config);
  const close = () =>
    closers.run((error) => logger.error({ error }, 'Something could not be closed as it should be'));
  await requireHome(config.home);
  await prepareDataFolder(config.dataFolder, logger);
  const stored = await openStore(config, mode === 'serve' ? 'gateway' : 'tool', logger);
  closers.add(() => stored.close());
  await assertWhole(stored);
  const owner = `${process.pid}-${randomUUID()}`;
  const alone = isAlone(config);
  const line = new WorkLine({ limit: alone ? MOST_AT_HAND : config.workers, isAlone: alone });
  const store = new HandOverStore({ store: stored, line, clock, owner });
  const queue = new WorkQueue({ store, clock, random: Math.random, owner, line });

  const { context, leftOut, settingsSha256, wakeOn, countBy } = await openContext(config, {
    store,
    clock,
    logger,
  });
  const secrets = openSecrets(config, process.env);
  const { home, dataFolder } = config;
  // What an installation does not use is not loaded: AS2, mailboxes, Odoo and their libraries.
  const as2 =
    context.partners.company.as2 &&
    (await import('../transports/as2/serve-as2.ts')).openAs2Service(context, { home, dataFolder, secrets });
  let { sftpPort } = config;
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
    root: home,
    clock,
    inbox: 'inbox/erp',
    outbox: 'outbox/erp',
    pattern: '*.json',
  });
  closers.add(() => erpChannel.close());
  const gateway = createGateway(context, channels);
  const odooSettings = await loadOdooSettings(config.odooFile, config.odoo);
  const odoo =
    odooSettings &&
    (await import('./open-odoo.ts')).openOdoo(odooSettings, { config, context, gateway, secrets });
  const connected = odoo !== undefined && { erp: odoo.connected };
  const certificates = as2 !== undefined && { certificates: as2.certificates };
  if (mode === 'read') {
    const idle = () => Promise.resolve();
    return { gateway, config, ...connected, ...certificates, idle, close };
  }

  const onDead = (item: WorkRecord, error: unknown) => recordDeadWork(context, item, error);
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
    onDead,
  });
  wakeOn(() => worker.wake());
  await recordPolicies(store, context.partners, context.policyOf);
  await tellLeftOutPartners(context, leftOut);
  await recordSettingsInForce(context, settingsSha256);
  await recordToleranceChanges(context, config.configAuthor);
  const served = await serveWeb(
    config,
    context,
    { gateway, secrets, odoo, certificates: as2?.certificates },
    closers,
  );
  const does = (role: Role) => config.roles.includes(role);
  const onPublished = (partnerId: string, name: string) => channels.pollNow(partnerId, name);
  const listening = does('transport')
    ? await listenForPartners(config, context, { secrets, as2, onPublished }, closers)
    : {};
  sftpPort = listening.mailboxes?.port ?? sftpPort;
  // Whatever is leased was held by a process that has ended.
  if (alone) await queue.repair.reclaim({ of: 'allOthers', running: new Map(), onDead });
  if (does('worker')) {
    await queue.repair.sweepBlocked();
    worker.start();
    closers.add(() => worker.stop());
  }
  const scheduler = await startJobs(context, {
    alone,
    jobs: {
      ...(does('transport') && {
        'poll-channels': [config.pollIntervalMs, () => channels.tick()],
        'poll-erp': [
          config.pollIntervalMs,
          () => pollErpInbox(erpChannel, gateway, logger, (file) => reportRefused(context, ERP_INBOX, file)),
        ],
        ...odoo?.jobs,
        ...as2?.jobs,
      }),
      ...(does('worker') && gatewayJobs(config, context, gateway)),
    },
  });
  closers.add(() => scheduler.stop());
  if (does('transport') || does('worker')) closers.add(tellChannels(context, owner, channels));
  served.enter('ready');
  // Runs first: whoever sends requests here is told before anything ends.
  closers.add(() => Promise.resolve(served.enter('stopping')));
  return {
    gateway,
    config,
    ...connected,
    ...certificates,
    ...served.addresses,
    ...listening,
    idle: () => (does('worker') ? worker.whenIdle() : Promise.resolve()),
    close,
  };
}

function createLogger({ logLevel }: Config): Logger {
  return pino(
    {
      level: logLevel,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Message and stack of an error are not enumerable: without this they would be left out.
      serializers: { error: pino.stdSerializers.err },
    },
    logDestination,
  );
}

/** On SQLite one gateway holds the lock of the data folder; a MongoDB may be shared by any number. */
function isAlone({ mongodbUri }: Config): boolean {
  return mongodbUri === undefined;
}
