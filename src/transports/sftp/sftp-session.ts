import { connect } from './connect.ts';
import { toSftpError } from './sftp-error.ts';
import type { SftpConnection } from './sftp-options.ts';
import type { SftpRemote } from './sftp-remote.ts';

/**
 * One connection to one server, opened on first use and again after it was lost, shared by everything that runs at the same
 * time. It is closed when nobody has used it for a while.
 */
export class SftpSession {
  readonly #connection: SftpConnection;
  #opening: Promise<SftpRemote> | undefined;
  #remote: SftpRemote | undefined;
  #running = new Set<Promise<unknown>>();
  #idle: NodeJS.Timeout | undefined;

  constructor(connection: SftpConnection) {
    this.#connection = connection;
  }

  /** Does something over the connection. `action` names it in errors: `list /out`. Throws GatewayError TRANSPORT_*. */
  async run<T>(action: string, operation: (remote: SftpRemote) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    const work = this.#do(action, operation);
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
      if (this.#running.size === 0) this.#closeWhenIdle();
    }
  }

  /** Waits for what runs, then takes leave of the server. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    clearTimeout(this.#idle);
    this.#leave();
  }

  async #do<T>(action: string, operation: (remote: SftpRemote) => Promise<T>): Promise<T> {
    try {
      return await operation(await this.#connected());
    } catch (error) {
      throw toSftpError(error, `${action} on ${this.#connection.host}:${this.#connection.port}`);
    }
  }

  #connected(): Promise<SftpRemote> {
    if (this.#remote?.ended === false) return Promise.resolve(this.#remote);
    this.#opening ??= connect(this.#connection)
      .then((remote) => (this.#remote = remote))
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }

  #closeWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#leave(), this.#connection.idleMs);
    this.#idle.unref();
  }

  #leave(): void {
    this.#remote?.end();
    this.#remote = undefined;
  }
}
