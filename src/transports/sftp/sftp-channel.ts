import type { Clock } from '../../common/time.ts';
import type {
  Channel,
  ChannelTestStep,
  DeliveryReceipt,
  InboundFile,
  OutboundFile,
  PollReport,
  RefusedFile,
} from '../../pipeline/ports/transport.ts';
import { runSteps } from '../connection-test.ts';
import type { DeliveryMarks } from '../delivery-marks.ts';
import { Spool } from '../spool.ts';
import { ErrorFolder } from '../error-folder.ts';
import { RejectedFiles } from './rejected-files.ts';
import { SftpInbox } from './sftp-inbox.ts';
import type { SftpConnection, TransferSettings } from './sftp-options.ts';
import { SftpOutbox } from './sftp-outbox.ts';
import { SftpSession } from './sftp-session.ts';
import { sftpTestSteps } from './sftp-test.ts';

export interface SftpChannelOptions {
  partnerId: string;
  name: string;
  clock: Clock;
  connection: SftpConnection;
  /** Where the partner's files are taken from; '' is the folder after login. */
  inbox: string;
  /** Where ours are put. */
  outbox: string;
  /** Where refused files go, with the reason; without it they stay on this machine, in `localErrorFolder`. */
  errorFolder?: string;
  localErrorFolder: string;
  /** On this machine, for large files under way. */
  spoolFolder: string;
  marks: DeliveryMarks;
  patterns: readonly string[];
  temporaryPatterns: readonly string[];
  settleMs: number;
  marker?: string;
  doneFolder?: string;
  temporaryName: string;
  overwrite: boolean;
  transfer: TransferSettings & { mode?: number };
  parallelFiles: number;
  maxFileBytes: number;
  maxFilesPerPoll: number;
}

/** Files on a partner's SFTP server: taken from `inbox`, ours put into `outbox`. */
export class SftpChannel implements Channel {
  readonly kind = 'sftp';
  readonly partnerId: string;
  readonly name: string;
  readonly #options: SftpChannelOptions;
  readonly #session: SftpSession;
  readonly #inbox: SftpInbox;
  readonly #outbox: SftpOutbox;
  readonly #rejected: RejectedFiles;
  #polling: Promise<PollReport> | undefined;

  constructor(options: SftpChannelOptions) {
    const { connection, inbox, outbox, errorFolder, localErrorFolder, transfer } = options;
    this.partnerId = options.partnerId;
    this.name = options.name;
    this.#options = options;
    this.#session = new SftpSession(connection);
    const spool = new Spool(options.spoolFolder);
    this.#rejected = new RejectedFiles({
      session: this.#session,
      folder: errorFolder,
      local: new ErrorFolder(localErrorFolder),
      transfer,
      spool,
    });
    const shared = { ...options, session: this.#session, rejected: this.#rejected, spool };
    this.#inbox = new SftpInbox({ ...shared, folder: inbox });
    this.#outbox = new SftpOutbox({ ...shared, folder: outbox });
  }

  /** A poll that is asked for while one runs is that one. */
  poll(receive: (file: InboundFile) => Promise<void>, refused?: RefusedFile[]): Promise<PollReport> {
    this.#polling ??= this.#inbox.poll(receive, refused).finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async send(file: OutboundFile): Promise<DeliveryReceipt> {
    const path = await this.#outbox.put(file);
    const { host } = this.#options.connection;
    return { at: this.#options.clock.now(), reference: `sftp://${host}/${path.replace(/^\//, '')}` };
  }

  reject({ name, bytes, reason }: Parameters<Channel['reject']>[0]): Promise<void> {
    return this.#rejected.put(name, bytes, reason);
  }

  test(): AsyncIterable<ChannelTestStep> {
    return runSteps(sftpTestSteps(this.#options));
  }

  async close(): Promise<void> {
    await this.#polling?.catch(() => undefined);
    await this.#session.close();
  }
}
