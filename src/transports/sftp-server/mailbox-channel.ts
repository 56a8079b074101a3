import path from 'node:path';
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
import type { ConnectionStep } from '../connection-test.ts';
import { toFolderError } from '../folder-error.ts';
import { folderTestSteps } from '../folder-test.ts';
import { Inbox } from '../inbox.ts';
import { Outbox } from '../outbox.ts';

export interface MailboxChannelOptions {
  partnerId: string;
  name: string;
  clock: Clock;
  /** Folder of the mailbox, absolute. */
  folder: string;
  patterns: readonly string[];
  temporaryPatterns: readonly string[];
  maxFileBytes: number;
  maxFilesPerPoll: number;
  /** The partner's side, tried after ours. */
  loginTest?: () => readonly ConnectionStep[];
}

/** Our side of a partner's mailbox on our SFTP server: what it has put into in/, and what it is to take from out/ and ack/. */
export class MailboxChannel implements Channel {
  readonly kind = 'sftpMailbox';
  readonly partnerId: string;
  readonly name: string;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #acknowledgments: Outbox;
  readonly #loginTest: () => readonly ConnectionStep[];
  #polling: Promise<PollReport> | undefined;

  constructor({ partnerId, name, clock, folder, loginTest = () => [], ...limits }: MailboxChannelOptions) {
    this.#loginTest = loginTest;
    this.partnerId = partnerId;
    this.name = name;
    this.#folder = folder;
    this.#clock = clock;
    this.#inbox = new Inbox({
      ...limits,
      folder: path.join(folder, 'in'),
      errorFolder: path.join(folder, 'error'),
      clock,
      // The server publishes complete files only.
      settleMs: 0,
    });
    this.#outbox = new Outbox(path.join(folder, 'out'), clock);
    this.#acknowledgments = new Outbox(path.join(folder, 'ack'), clock);
  }

  /** A poll that is asked for while one runs is that one. */
  poll(receive: (file: InboundFile) => Promise<void>, refused?: RefusedFile[]): Promise<PollReport> {
    this.#polling ??= this.#inbox
      .poll(receive, refused)
      .catch((error: unknown) => {
        throw toFolderError(error, `take files from the mailbox of ${this.partnerId}`);
      })
      .finally(() => {
        this.#polling = undefined;
      });
    return this.#polling;
  }

  async send(file: OutboundFile): Promise<DeliveryReceipt> {
    const isAcknowledgment = file.acknowledgment === true;
    const reference = `${isAcknowledgment ? 'ack' : 'out'}/${file.name}`;
    try {
      await (isAcknowledgment ? this.#acknowledgments : this.#outbox).put(file);
    } catch (error) {
      throw toFolderError(error, `put ${reference} into the mailbox of ${this.partnerId}`);
    }
    return { at: this.#clock.now(), reference: `mailbox ${this.partnerId}: ${reference}` };
  }

  async reject({ name, bytes, reason }: Parameters<Channel['reject']>[0]): Promise<void> {
    try {
      await this.#inbox.errors.put(name, bytes, reason);
    } catch (error) {
      throw toFolderError(error, `write to error/ of the mailbox of ${this.partnerId}`);
    }
  }

  test(): AsyncIterable<ChannelTestStep> {
    return runSteps([...folderTestSteps(this.#folder, ['in', 'out', 'ack', 'error']), ...this.#loginTest()]);
  }

  /** Waits for the poll that runs. */
  async close(): Promise<void> {
    await this.#polling?.catch(() => undefined);
  }
}
