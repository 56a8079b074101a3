import { createServer } from 'node:net';
import type { Server as TcpServer, Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection, Server } from 'ssh2';
import { GatewayError } from '../../common/errors.ts';
import type { Logger } from '../../common/log.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import { MODERN_ALGORITHMS, toSsh2Algorithms } from '../ssh-algorithms.ts';
import { tuneCiphers, tuneSocket } from '../ssh-tuning.ts';
import type { Account } from './account.ts';
import { ClientConnection } from './client-connection.ts';
import type { HostKey } from './host-keys.ts';
import { LoginThrottle } from './login-throttle.ts';

export interface SftpServerOptions {
  host: string;
  /** 0 = any that is free. */
  port: number;
  hostKeys: readonly HostKey[];
  accounts: readonly Account[];
  secrets: Secrets;
  logger: Logger;
  /** A connection that asks for nothing for so long is ended. */
  idleMs?: number;
  /** Login must have happened within this. */
  loginMs?: number;
}

const IDLE_MS = 10 * 60_000;
const LOGIN_MS = 30_000;
const MAX_CONNECTIONS = 500;
const MAX_CONNECTIONS_PER_ADDRESS = 32;
/** How long transfers under way may take to end when the server stops. */
const LAST_TRANSFERS_MS = 5_000;
const KEEP_ALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 4 };
const SWEEP_MS = 86_400_000;

/** The SFTP server of the gateway: one listener, a mailbox for each account, and nothing else that SSH can do. */
export class SftpServer {
  readonly #options: SftpServerOptions;
  readonly #tcp: TcpServer;
  readonly #ssh: Server;
  readonly #throttle = new LoginThrottle(() => performance.now());
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #connections = new Set<ClientConnection>();
  readonly #sockets = new Set<Socket>();
  /** ssh2 gives a client without its socket: these wait for theirs, in the order in which they came. */
  readonly #arriving = new Map<string, { socket: Socket; late: NodeJS.Timeout }>();
  readonly #sweeping: NodeJS.Timeout;

  /** Listens when it resolves. Throws PORT_IN_USE. */
  static async start(options: SftpServerOptions): Promise<SftpServer> {
    const server = new SftpServer(options);
    await Promise.all(options.accounts.map(({ mailbox }) => mailbox.open(Date.now())));
    await server.#listen();
    return server;
  }

  private constructor(options: SftpServerOptions) {
    this.#options = options;
    this.#accounts = new Map(options.accounts.map((account) => [account.user, account]));
    this.#ssh = new ssh2.Server(
      {
        hostKeys: options.hostKeys.map(({ privateKey }) => privateKey),
        algorithms: toSsh2Algorithms({
          ...MODERN_ALGORITHMS,
          serverHostKey: MODERN_ALGORITHMS.serverHostKey.filter((name) =>
            options.hostKeys.some(
              ({ type }) => type === name || (type === 'ssh-rsa' && name.startsWith('rsa-')),
            ),
          ),
        }),
        ident: 'Tradelane',
        ...KEEP_ALIVE,
      },
      (connection, { ip, port }) => this.#greet(connection, `${ip}|${port}`),
    );
    this.#tcp = createServer((socket) => this.#admit(socket));
    this.#sweeping = setInterval(() => void this.#sweep(), SWEEP_MS);
    this.#sweeping.unref();
  }

  get port(): number {
    const address = this.#tcp.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.port;
  }

  /** Nobody is let in any more; transfers under way may end, for a few seconds. */
  async close(): Promise<void> {
    clearInterval(this.#sweeping);
    const closed = new Promise((resolve) => this.#tcp.close(resolve));
    for (const connection of this.#connections) connection.endWhenIdle();
    const patience = setTimeout(() => this.#destroyAll(), LAST_TRANSFERS_MS);
    for (const { socket } of this.#arriving.values()) socket.destroy();
    await closed;
    clearTimeout(patience);
    await Promise.all([...this.#connections].map((connection) => connection.ended));
  }

  #listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#tcp.once('error', (cause: NodeJS.ErrnoException) => {
        const text =
          cause.code === 'EADDRINUSE'
            ? `Port ${port} on ${host}, for partners' SFTP, is taken by another program. Choose another: TRADELANE_SFTP_PORT=2223 npm start`
            : `The SFTP server cannot listen on ${host}:${port}: ${cause.message}`;
        reject(new GatewayError('PORT_IN_USE', text, { cause }));
      });
      this.#tcp.listen(port, host, resolve);
    });
  }

  #admit(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const ofAddress = [...this.#sockets].filter((other) => other.remoteAddress === address).length;
    if (
      this.#sockets.size >= MAX_CONNECTIONS ||
      ofAddress >= MAX_CONNECTIONS_PER_ADDRESS ||
      this.#throttle.bannedForMs(address) > 0
    ) {
      socket.destroy();
      return;
    }
    const key = `${address}|${socket.remotePort ?? 0}`;
    const late = setTimeout(() => socket.destroy(), this.#options.loginMs ?? LOGIN_MS);
    this.#sockets.add(socket);
    this.#arriving.set(key, { socket, late });
    socket.once('close', () => {
      clearTimeout(late);
      this.#sockets.delete(socket);
      this.#arriving.delete(key);
    });
    socket.on('error', () => socket.destroy());
    tuneSocket(socket);
    this.#ssh.injectSocket(socket);
  }

  /** The client has said that it speaks SSH. */
  #greet(connection: Connection, key: string): void {
    const arrived = this.#arriving.get(key);
    this.#arriving.delete(key);
    if (arrived === undefined) {
      connection.end();
      return;
    }
    clearTimeout(arrived.late);
    tuneCiphers(connection);
    const { secrets, logger, idleMs = IDLE_MS, loginMs = LOGIN_MS } = this.#options;
    const client: ClientConnection = new ClientConnection({
      connection,
      socket: arrived.socket,
      accounts: this.#accounts,
      secrets,
      throttle: this.#throttle,
      logger,
      idleMs,
      loginMs,
      mayEnter: (account) =>
        [...this.#connections].filter((other) => other.account === account).length <= account.maxSessions,
    });
    this.#connections.add(client);
    void client.ended.then(() => this.#connections.delete(client));
  }

  async #sweep(): Promise<void> {
    for (const { mailbox, partnerId } of this.#options.accounts) {
      await mailbox.sweep(Date.now()).catch((error: unknown) => {
        this.#options.logger.error({ partner: partnerId, error }, 'A mailbox could not be tidied');
      });
    }
  }

  #destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
