import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../common/time.ts';
import type { ChannelSettings } from '../../partners/channel-schema.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import type {
  Channel,
  ChannelTestStep,
  DeliveryReceipt,
  InboundFile,
  OutboundFile,
  PollReport,
  RefusedFile,
} from '../../pipeline/ports/transport.ts';
import type { ChannelContext } from '../channel-context.ts';
import { runSteps } from '../connection-test.ts';
import { createDeliveryMarks } from '../delivery-marks.ts';
import { ErrorFolder } from '../error-folder.ts';
import { FtpInbox } from './ftp-inbox.ts';
import type { FtpConnection } from './ftp-options.ts';
import { Spool } from '../spool.ts';
import { FtpOutbox } from './ftp-outbox.ts';
import { FtpSession } from './ftp-session.ts';
import { ftpTestSteps } from './ftp-test.ts';
import { RejectedFiles } from './rejected-files.ts';

export type FtpSettings = Extract<ChannelSettings, { type: 'ftp' }>;

/** A partner's server by FTP or FTPS: files are taken from `inbox` and put into `outbox` there. */
export class FtpChannel implements Channel {
  readonly kind = 'ftp';
  readonly partnerId: string;
  readonly name: string;
  readonly #settings: FtpSettings;
  readonly #clock: Clock;
  readonly #connection: FtpConnection;
  readonly #session: FtpSession;
  readonly #inbox: FtpInbox;
  readonly #outbox: FtpOutbox;
  readonly #rejected: RejectedFiles;
  #polling: Promise<PollReport> | undefined;

  constructor(
    settings: FtpSettings,
    context: Pick<ChannelContext, 'partnerId' | 'dataFolder' | 'clock' | 'secrets' | 'store'>,
  ) {
    const { partnerId, dataFolder, clock, secrets } = context;
    this.partnerId = partnerId;
    this.name = settings.name;
    this.#settings = settings;
    this.#clock = clock;
    this.#connection = toConnection(settings, secrets);
    const session = new FtpSession(this.#connection, clock);
    this.#session = session;
    const local = new ErrorFolder(path.join(dataFolder, 'ftp', partnerId, settings.name));
    const spool = new Spool(path.join(dataFolder, 'ftp', partnerId, settings.name, 'under-way'));
    this.#rejected = new RejectedFiles(session, settings.errorFolder, local, spool);
    this.#inbox = new FtpInbox({
      session,
      clock,
      folder: settings.inbox,
      patterns: settings.patterns,
      temporaryPatterns: settings.temporaryPatterns,
      settleMs: settings.settleSeconds * 1_000,
      rejected: this.#rejected,
      spool,
      maxFileBytes: settings.maxFileBytes,
      maxFilesPerPoll: settings.maxFilesPerPoll,
      ...(settings.marker !== undefined && { marker: settings.marker }),
      ...(settings.doneFolder !== undefined && { doneFolder: settings.doneFolder }),
    });
    this.#outbox = new FtpOutbox({
      session,
      marks: createDeliveryMarks(context, { partnerId, name: settings.name }),
      folder: settings.outbox,
      temporaryName: settings.temporaryName,
      overwrite: settings.overwrite,
      spool,
    });
  }

  /** A poll that is asked for while one runs is that one. */
  poll(receive: (file: InboundFile) => Promise<void>, refused?: RefusedFile[]): Promise<PollReport> {
    this.#polling ??= this.#inbox.poll(receive, refused).finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async send(file: OutboundFile): Promise<DeliveryReceipt> {
    const reference = await this.#outbox.put(file);
    return {
      at: this.#clock.now(),
      reference: `ftp://${this.#settings.host}/${reference.replace(/^\/+/, '')}`,
    };
  }

  async reject({ name, bytes, reason }: Parameters<Channel['reject']>[0]): Promise<void> {
    await this.#rejected.put(name, bytes, reason);
  }

  test(): AsyncIterable<ChannelTestStep> {
    return runSteps(ftpTestSteps(this.#connection, this.#settings, this.#clock));
  }

  /** Waits for what runs. */
  async close(): Promise<void> {
    await this.#polling?.catch(() => undefined);
    await this.#session.close();
  }
}

function toConnection(settings: FtpSettings, secrets: Secrets): FtpConnection {
  const { host, tls, user, password, timeouts, keepAliveSeconds } = settings;
  return {
    host,
    port: settings.port ?? (tls === 'implicit' ? 990 : 21),
    tls,
    user,
    readPassword: () => secrets.read(password.secret),
    readTlsOptions: () => readTlsOptions(settings, secrets),
    allowSeparateTransferHost: settings.allowSeparateTransferHost,
    encoding: settings.encoding,
    commandMs: timeouts.commandSeconds * 1_000,
    operationMs: timeouts.operationSeconds * 1_000,
    keepAliveMs: keepAliveSeconds * 1_000,
    idleMs: keepAliveSeconds * 10_000,
    ...(settings.fingerprints !== undefined && { fingerprints: settings.fingerprints }),
  };
}

async function readTlsOptions(
  { authority, clientCertificate }: FtpSettings,
  secrets: Secrets,
): Promise<Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>> {
  return {
    ...(authority !== undefined && { ca: await secrets.read(authority.secret) }),
    ...(clientCertificate !== undefined && {
      cert: await secrets.read(clientCertificate.certificate.secret),
      key: await secrets.read(clientCertificate.key.secret),
    }),
  };
}
