import { createHash } from 'node:crypto';
import type { ImapFlow } from 'imapflow';
import { GatewayError } from '../../common/errors.ts';
import type { InboundFile, PollReport, RefusedFile } from '../../pipeline/ports/transport.ts';
import type { ErrorFolder } from '../error-folder.ts';
import { toMailError } from './mail-session.ts';
import { readMessage } from './read-message.ts';
import type { MessageRules } from './read-message.ts';

export interface MailInboxOptions extends MessageRules {
  folder: string;
  doneFolder: string;
  refusedFolder: string;
  maxMessageBytes: number;
  maxMessagesPerPoll: number;
  errors: ErrorFolder;
  /** What is refused is added to it at once. */
  refused: RefusedFile[] | undefined;
}

const STRANGERS = 'Mail of unknown senders';

interface Refused {
  name: string;
  bytes: Uint8Array;
  reason: string;
  /** The name under which a person is told; default: its own. */
  told?: string;
}

type Receive = (file: InboundFile) => Promise<void>;

/**
 * Takes every message of the folder in the order of its arrival: its files are received, then it is moved. A crash in between
 * hands the same files over again; what tells them apart is the whole message, not its number in a folder, which a server may
 * give anew (UIDVALIDITY).
 */
export async function pollMailbox(
  client: ImapFlow,
  options: MailInboxOptions,
  receive: Receive,
): Promise<PollReport> {
  const report: PollReport = { received: 0, waiting: 0, refused: options.refused ?? [] };
  const lock = await attempt(`open the folder ${options.folder}`, () =>
    client.getMailboxLock(options.folder),
  );
  try {
    const found = await attempt(`search ${options.folder}`, () =>
      client.search({ all: true, deleted: false }, { uid: true }),
    );
    const uids = (found === undefined || found === false ? [] : found).sort((a, b) => a - b);
    const taken = uids.slice(0, options.maxMessagesPerPoll);
    report.waiting = uids.length - taken.length;
    for (const uid of taken) await new Taking(client, options, receive, report).take(uid);
  } finally {
    lock.release();
  }
  return report;
}

/** One message on its way from the folder into ours. */
class Taking {
  readonly #client: ImapFlow;
  readonly #options: MailInboxOptions;
  readonly #receive: Receive;
  readonly #report: PollReport;

  constructor(client: ImapFlow, options: MailInboxOptions, receive: Receive, report: PollReport) {
    this.#client = client;
    this.#options = options;
    this.#receive = receive;
    this.#report = report;
  }

  async take(uid: number): Promise<void> {
    const { maxMessageBytes } = this.#options;
    const head = await this.#fetch(uid, { size: true, envelope: true });
    // Another program has taken it away meanwhile.
    if (head === undefined) return;
    const subject = (head.envelope?.subject ?? '').slice(0, 100);
    const name = `message-${uid}.eml`;
    if ((head.size ?? 0) > maxMessageBytes) {
      const reason = `The message "${subject}" has ${head.size ?? 0} bytes; maxMessageBytes is ${maxMessageBytes}.`;
      return this.#refuse(uid, { name, bytes: Buffer.from(''), reason });
    }
    const source = (await this.#fetch(uid, { source: true }))?.source;
    if (source === undefined) return;
    const message = await readMessage(source, this.#options);
    if (!message.ok) {
      const reason = `The message "${subject}" was refused: ${message.reason}`;
      // One name for all of them: spam is told once, not by the message.
      const told = message.stranger ? STRANGERS : name;
      return this.#refuse(uid, { name, bytes: source, reason, told });
    }
    const digest = createHash('sha256').update(source).digest('hex');
    for (const [index, { name: fileName, bytes }] of message.files.entries()) {
      if (bytes.length === 0) {
        await this.#putAside({ name: fileName, bytes, reason: `An attachment of "${subject}" is empty.` });
        continue;
      }
      await this.#receive({ name: fileName, bytes, sourceKey: `${digest}/${index}` });
      this.#report.received += 1;
    }
    await this.#move(uid, this.#options.doneFolder);
  }

  async #refuse(uid: number, refused: Refused): Promise<void> {
    await this.#putAside(refused);
    await this.#move(uid, this.#options.refusedFolder);
  }

  async #putAside({ name, bytes, reason, told = name }: Refused): Promise<void> {
    await this.#options.errors.put(name, bytes, reason);
    this.#report.refused.push({ name: told, reason });
  }

  async #fetch(uid: number, query: Parameters<ImapFlow['fetchOne']>[1]) {
    const found = await attempt(`fetch message ${uid}`, () =>
      this.#client.fetchOne(String(uid), query, { uid: true }),
    );
    return found === false || found === undefined ? undefined : found;
  }

  async #move(uid: number, folder: string): Promise<void> {
    const { folder: from } = this.#options;
    const move = () => this.#client.messageMove(String(uid), folder, { uid: true });
    const moved = await attempt(`move message ${uid} to ${folder}`, async () => {
      const done = await move().catch(() => false as const);
      if (done !== false) return done;
      await this.#client.mailboxCreate(folder).catch(() => undefined);
      return move();
    });
    if (moved !== false) return;
    throw new GatewayError(
      'TRANSPORT_REJECTED',
      `Message ${uid} was taken in, but cannot be moved from ${from} to ${folder}. Make that folder, or allow this user to; until then it is looked at again and absorbed.`,
    );
  }
}

async function attempt<T>(action: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toMailError(error, action);
  }
}
