import path from 'node:path';
import { GatewayError } from '../../common/errors.ts';
import type { ChannelSettings } from '../../partners/channel-schema.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import type {
  Channel,
  ChannelTestStep,
  DeliveryReceipt,
  InboundFile,
  PollReport,
  RefusedFile,
} from '../../pipeline/ports/transport.ts';
import { runSteps } from '../connection-test.ts';
import { ErrorFolder } from '../error-folder.ts';
import { pollMailbox } from './mail-inbox.ts';
import { withMailbox } from './mail-session.ts';
import type { MailConnection } from './mail-session.ts';
import { mailTestSteps } from './mail-test.ts';

export type MailSettings = Extract<ChannelSettings, { type: 'mail' }>;

/** Attachments of a mailbox that partners write to; nothing is sent over it. */
export class MailChannel implements Channel {
  readonly kind = 'mail';
  readonly partnerId: string;
  readonly name: string;
  readonly #settings: MailSettings;
  readonly #connection: MailConnection;
  readonly #errors: ErrorFolder;
  #polling: Promise<PollReport> | undefined;

  constructor(
    settings: MailSettings,
    { partnerId, dataFolder, secrets }: { partnerId: string; dataFolder: string; secrets: Secrets },
  ) {
    this.partnerId = partnerId;
    this.name = settings.name;
    this.#settings = settings;
    this.#connection = toConnection(settings, secrets);
    this.#errors = new ErrorFolder(path.join(dataFolder, 'mail', partnerId, settings.name, 'error'));
  }

  /** A poll that is asked for while one runs is that one. */
  poll(receive: (file: InboundFile) => Promise<void>, refused?: RefusedFile[]): Promise<PollReport> {
    this.#polling ??= withMailbox(this.#connection, (client) =>
      pollMailbox(client, { ...this.#settings, errors: this.#errors, refused }, receive),
    ).finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  send(): Promise<DeliveryReceipt> {
    return Promise.reject(
      new GatewayError('TRANSPORT_REJECTED', 'A mail channel only takes files in; nothing is sent over it.'),
    );
  }

  reject({ name, bytes, reason }: Parameters<Channel['reject']>[0]): Promise<void> {
    return this.#errors.put(name, bytes, reason);
  }

  test(): AsyncIterable<ChannelTestStep> {
    return runSteps(mailTestSteps(this.#connection, this.#settings));
  }

  /** Waits for the poll that runs. */
  async close(): Promise<void> {
    await this.#polling?.catch(() => undefined);
  }
}

function toConnection(
  { host, port, user, password, authority, timeouts }: MailSettings,
  secrets: Secrets,
): MailConnection {
  return {
    host,
    port,
    user,
    readPassword: () => secrets.read(password.secret),
    readAuthority: async () => (authority === undefined ? undefined : secrets.read(authority.secret)),
    connectMs: timeouts.connectSeconds * 1_000,
    answerMs: timeouts.answerSeconds * 1_000,
  };
}
