import path from 'node:path';
import { invariant } from '../../common/invariant.ts';
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
import { toFolderError } from '../folder-error.ts';
import { folderTestSteps } from '../folder-test.ts';
import { Inbox } from '../inbox.ts';
import { Outbox } from '../outbox.ts';

export interface FolderChannelOptions {
  partnerId: string;
  name: string;
  /** Folder that holds all inboxes and outboxes. */
  root: string;
  /** Relative to the root. */
  inbox: string;
  outbox: string;
  clock: Clock;
  pattern?: string;
  maxFileBytes?: number;
  maxFilesPerPoll?: number;
}

const TEMPORARY = ['*.tmp', '*.part', '*.filepart'];
/** How long a file must not have changed between two polls. */
const SETTLE_MS = 1_000;

/** Files in folders of this machine (or mounted on it): taken from `inbox`, put into `outbox`, rejected to `inbox/error`. */
export class FolderChannel implements Channel {
  readonly kind = 'folder';
  readonly partnerId: string;
  readonly name: string;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #root: string;
  readonly #inboxName: string;
  readonly #outboxName: string;
  #polling: Promise<PollReport> | undefined;

  constructor(options: FolderChannelOptions) {
    this.partnerId = options.partnerId;
    this.name = options.name;
    this.#clock = options.clock;
    this.#root = options.root;
    this.#inboxName = options.inbox;
    this.#outboxName = options.outbox;
    this.#inbox = new Inbox({
      folder: inside(options.root, options.inbox),
      errorFolder: path.join(inside(options.root, options.inbox), 'error'),
      clock: options.clock,
      patterns: [options.pattern ?? '*'],
      temporaryPatterns: TEMPORARY,
      settleMs: SETTLE_MS,
      maxFileBytes: options.maxFileBytes ?? 100 * 1024 * 1024,
      maxFilesPerPoll: options.maxFilesPerPoll ?? 1000,
    });
    this.#outbox = new Outbox(inside(options.root, options.outbox), options.clock);
  }

  /** A poll that is asked for while one runs is that one. */
  poll(receive: (file: InboundFile) => Promise<void>, refused?: RefusedFile[]): Promise<PollReport> {
    this.#polling ??= this.#inbox
      .poll(receive, refused)
      .catch((error: unknown) => {
        throw toFolderError(error, `take files from ${this.#inboxName}`);
      })
      .finally(() => {
        this.#polling = undefined;
      });
    return this.#polling;
  }

  async send(file: OutboundFile): Promise<DeliveryReceipt> {
    const reference = `${this.#outboxName}/${file.name}`;
    try {
      await this.#outbox.put(file);
    } catch (error) {
      throw toFolderError(error, `write ${reference}`);
    }
    return { at: this.#clock.now(), reference };
  }

  async reject({ name, bytes, reason }: Parameters<Channel['reject']>[0]): Promise<void> {
    try {
      await this.#inbox.errors.put(name, bytes, reason);
    } catch (error) {
      throw toFolderError(error, `write to ${this.#inboxName}/error`);
    }
  }

  test(): AsyncIterable<ChannelTestStep> {
    return runSteps(folderTestSteps(this.#root, [this.#inboxName, this.#outboxName]));
  }

  /** Waits for the poll that runs. */
  async close(): Promise<void> {
    await this.#polling?.catch(() => undefined);
  }
}

function inside(root: string, folder: string): string {
  const absolute = path.resolve(root, folder);
  invariant(absolute.startsWith(path.resolve(root) + path.sep), `${folder} leads out of the data folder.`);
  return absolute;
}
