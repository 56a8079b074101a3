import type { Client } from 'basic-ftp';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import { createClient, logIn, openConnection } from './ftp-connect.ts';
import { toFtpError } from './ftp-error.ts';
import type { FtpConnection } from './ftp-options.ts';

const PAUSE_MS = 500;

/** RFC 959, reply 421: service not available, closing control connection. */
const SERVICE_CLOSING = 421;

/**
 * One connection, opened on first use and again whenever it was lost. FTP can do one thing at a time: what is asked for
 * meanwhile waits in line.
 */
export class FtpSession {
  readonly #connection: FtpConnection;
  readonly #clock: Clock;
  #client: Client | undefined;
  #line: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #silence: NodeJS.Timeout | undefined;
  #unusedMs = 0;
  #lastUse = 0;

  constructor(connection: FtpConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Does something with the connection, alone. `action` names it in errors: `list /out`. Throws GatewayError TRANSPORT_*. */
  run<T>(action: string, operation: (client: Client) => Promise<T>): Promise<T> {
    this.#waiting += 1;
    this.#unusedMs = 0;
    const result = this.#line.then(() => this.#do(action, operation));
    this.#line = result
      .catch(() => undefined)
      .finally(() => {
        this.#waiting -= 1;
        this.#watchSilence();
      });
    return result;
  }

  /** Waits for what runs, then takes leave of the server. */
  async close(): Promise<void> {
    await this.#line;
    clearTimeout(this.#silence);
    await this.#leave();
  }

  async #do<T>(action: string, operation: (client: Client) => Promise<T>): Promise<T> {
    clearTimeout(this.#silence);
    const { host, port, operationMs } = this.#connection;
    try {
      const client = await this.#connected();
      return await within(operationMs, client, `${action} on ${host}`, operation(client));
    } catch (error) {
      throw toFtpError(error, `${action} on ${host}:${port}`);
    } finally {
      this.#lastUse = performance.now();
    }
  }

  async #connected(): Promise<Client> {
    if (this.#client !== undefined && (await this.#isAlive(this.#client))) return this.#client;
    this.#client?.close();
    this.#client = undefined;
    const client = createClient(this.#connection);
    const { host, port, commandMs } = this.#connection;
    const opening = openConnection(client, this.#connection, this.#clock).then(() =>
      logIn(client, this.#connection),
    );
    try {
      // Greeting, TLS and login are several commands.
      await within(2 * commandMs, client, `connect to ${host}:${port}`, opening);
    } catch (error) {
      client.close();
      throw error;
    }
    this.#client = client;
    return client;
  }

  /** A server may have closed an idle connection without our having heard of it yet: after a pause it is asked. */
  async #isAlive(client: Client): Promise<boolean> {
    if (!client.closed && performance.now() - this.#lastUse > PAUSE_MS) {
      const answer = await client.sendIgnoringError('NOOP').catch(() => undefined);
      // 421 is the word that goes before an idle connection is closed; it may be read as the answer to ours.
      if (answer === undefined || answer.code === SERVICE_CLOSING) client.close();
    }
    return !client.closed;
  }

  #watchSilence(): void {
    clearTimeout(this.#silence);
    if (this.#waiting > 0 || this.#client?.closed !== false) return;
    const { keepAliveMs, idleMs } = this.#connection;
    this.#silence = setTimeout(() => {
      this.#unusedMs += keepAliveMs;
      if (this.#waiting > 0) return;
      const idle = this.#unusedMs >= idleMs;
      this.#line = this.#line
        .then(async () => {
          if (idle) await this.#leave();
          else await this.#client?.send('NOOP');
        })
        // A server without NOOP answers all the same; a lost connection is opened again by the next use.
        .catch(() => undefined)
        .finally(() => {
          this.#watchSilence();
        });
    }, keepAliveMs);
    this.#silence.unref();
  }

  async #leave(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    if (!client.closed) {
      await within(1_000, client, 'say goodbye', client.sendIgnoringError('QUIT')).catch(() => undefined);
    }
    client.close();
  }
}

/** The outcome of the work, or TRANSPORT_UNAVAILABLE after the time: then the connection is closed, which ends the work. */
export async function within<T>(
  limitMs: number,
  client: Client,
  action: string,
  work: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new GatewayError('TRANSPORT_UNAVAILABLE', `Cannot ${action}: not done within ${limitMs / 1000} s.`),
      );
      client.close();
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
