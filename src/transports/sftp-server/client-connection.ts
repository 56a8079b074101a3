import type { Socket } from 'node:net';
import type { AuthContext, Connection, Session, SFTPWrapper } from 'ssh2';
import type { Logger } from '../../common/log.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import type { Account } from './account.ts';
import { Conversation } from './conversation.ts';
import { LoginAttempts } from './login.ts';
import type { LoginThrottle } from './login-throttle.ts';

export interface ClientConnectionOptions {
  connection: Connection;
  socket: Socket;
  accounts: ReadonlyMap<string, Account>;
  secrets: Secrets;
  throttle: LoginThrottle;
  logger: Logger;
  idleMs: number;
  loginMs: number;
  /** False where the account has too many connections already. */
  mayEnter: (account: Account) => boolean;
}

/** What a client was sent and has not read. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
const MAX_UNREAD_ANSWERS = 64;
const LOOK_AGAIN_MS = 5;
/** Most clients open one; some open a second for lists. */
const MAX_CONVERSATIONS = 4;

/** One connection of a client: login, then SFTP, until it leaves or has been silent for too long. */
export class ClientConnection {
  readonly ended: Promise<void>;
  readonly #options: ClientConnectionOptions;
  readonly #conversations = new Set<Conversation>();
  readonly #attempts: LoginAttempts<Account>;
  #patience: NodeJS.Timeout;
  #leaving = false;

  constructor(options: ClientConnectionOptions) {
    this.#options = options;
    const { connection, socket, accounts, secrets, throttle, logger, loginMs } = options;
    const address = socket.remoteAddress ?? '';
    this.#attempts = new LoginAttempts({
      logins: accounts,
      secrets,
      throttle,
      address,
      onRefused: (user, method) => logger.warn({ user, address, method }, 'SFTP: a login was refused'),
    });
    this.#patience = setTimeout(() => socket.destroy(), loginMs);
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        clearTimeout(this.#patience);
        for (const conversation of this.#conversations) conversation.close();
        resolve();
      });
    });
    // Whatever a client does wrong ends its own connection and nothing else.
    connection.on('error', () => socket.destroy());
    connection.on('authentication', (context) => void this.#judge(context));
    connection.once('ready', () => this.#enter());
    connection.on('session', (accept) => this.#openSession(accept));
  }

  /** Present once the login is done. */
  get account(): Account | undefined {
    return this.#attempts.login;
  }

  /** Ends when no transfer is under way any more. */
  endWhenIdle(): void {
    this.#leaving = true;
    if (![...this.#conversations].some(({ isBusy }) => isBusy)) this.#options.connection.end();
    else setTimeout(() => this.endWhenIdle(), LOOK_AGAIN_MS).unref();
  }

  async #judge(context: AuthContext): Promise<void> {
    try {
      if (await this.#attempts.judge(context)) return;
    } catch (error) {
      this.#options.logger.error({ error }, 'SFTP: a login could not be judged');
    }
    this.#options.connection.end();
  }

  #enter(): void {
    const { logger, mayEnter, connection } = this.#options;
    const { account } = this;
    this.#restartPatience();
    if (account === undefined || !mayEnter(account)) {
      logger.warn({ partner: account?.partnerId }, 'SFTP: too many connections of one account');
      connection.end();
    }
  }

  #openSession(accept: () => Session): void {
    const session = accept();
    session.on('sftp', (acceptSftp: () => SFTPWrapper, reject: () => void) => {
      const { account } = this;
      if (account === undefined || this.#leaving || this.#conversations.size >= MAX_CONVERSATIONS) {
        reject();
        return;
      }
      const sftp = acceptSftp();
      const conversation = new Conversation(sftp, account.mailbox, {
        ready: () => this.#ready(sftp),
        onRequest: () => this.#restartPatience(),
        onTrouble: (error) =>
          this.#options.logger.error(
            { partner: account.partnerId, error },
            'SFTP: a request could not be done',
          ),
      });
      this.#conversations.add(conversation);
      sftp.once('close', () => this.#conversations.delete(conversation));
    });
  }

  #restartPatience(): void {
    const { idleMs, connection, socket } = this.#options;
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      connection.end();
      socket.destroySoon();
    }, idleMs);
    this.#patience.unref();
  }

  /** A client that asks for much and reads nothing must not fill our memory with answers. */
  async #ready(sftp: SFTPWrapper): Promise<void> {
    const { socket } = this.#options;
    while (
      !socket.destroyed &&
      (socket.writableLength > MAX_UNREAD_BYTES || unreadAnswers(sftp) > MAX_UNREAD_ANSWERS)
    )
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Answers that ssh2 holds back because the client has not said that it takes more; no part of its interface. */
function unreadAnswers(sftp: SFTPWrapper): number {
  return (sftp as unknown as { _buffer?: unknown[] })._buffer?.length ?? 0;
}
