import type { Client, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import { GatewayError } from '../../common/errors.ts';
import { STATUS, statusOf } from './sftp-error.ts';

export type Handle = Buffer;

type Answer<T> = (error: Error | null | undefined, value?: T) => void;

/** What every server must take (draft-ietf-secsh-filexfer-02, 3). */
const SMALL_REQUEST_BYTES = 32 * 1024;
/** What OpenSSH takes; ssh2 takes no longer answers than 256 KB. */
const LARGE_REQUEST_BYTES = 255 * 1024;

/** The fields of ssh2 that hold what the server has told, or what is known of servers that tell nothing. */
interface Limits {
  _maxReadLen?: number;
  _maxWriteLen?: number;
}

/** How often it is looked whether the server still answers, per time-out. */
const LOOKS = 4;

/**
 * The requests of SFTP over one connection, as promises. Any number may be under way; each ends: with the server's answer,
 * with the end of the connection, or with the time-out that ends the connection. Rejections are what ssh2 gives (numeric
 * `code`) or GatewayError TRANSPORT_UNAVAILABLE.
 */
export class SftpRemote {
  readonly #client: Client;
  readonly #sftp: SFTPWrapper;
  readonly #answerMs: number;
  readonly #place: string;
  readonly #waiting = new Set<(error: Error) => void>();
  #lastAnswerMs = 0;
  #watch: NodeJS.Timeout | undefined;
  #ended: Error | undefined;

  static async open(client: Client, answerMs: number, place: string): Promise<SftpRemote> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(silent(place, answerMs)), answerMs);
    });
    const opened = new Promise<SFTPWrapper>((resolve, reject) => {
      client.once('close', () => reject(lost(place)));
      client.sftp((error, sftp) => (error === undefined ? resolve(sftp) : reject(error)));
    });
    try {
      return new SftpRemote(client, await Promise.race([opened, late]), answerMs, place);
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(client: Client, sftp: SFTPWrapper, answerMs: number, place: string) {
    this.#client = client;
    this.#sftp = sftp;
    this.#answerMs = answerMs;
    this.#place = place;
    client.once('close', () => this.#end(lost(place)));
    sftp.once('close', () => this.#end(lost(place)));
    sftp.on('error', (error: Error) => this.#end(error));
  }

  /** True when no request can be made any more. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** The most that one request may read or write: by the server's own word, as far as ssh2 has kept it. */
  get requestBytes(): number {
    const { _maxReadLen: read = SMALL_REQUEST_BYTES, _maxWriteLen: write = SMALL_REQUEST_BYTES } = this
      .#sftp as unknown as Limits;
    return Math.max(1_024, Math.min(read, write, LARGE_REQUEST_BYTES));
  }

  open(path: string, flags: 'r' | 'w', mode?: number): Promise<Handle> {
    return this.#request((done) => {
      if (mode === undefined) this.#sftp.open(path, flags, done);
      else this.#sftp.open(path, flags, { mode }, done);
    });
  }

  /** Bytes read into the buffer; 0 at the end of the file. */
  read(handle: Handle, into: Buffer, offset: number, length: number, position: number): Promise<number> {
    return this.#request<number>((done) =>
      this.#sftp.read(handle, into, offset, length, position, done),
    ).catch((error: unknown) => {
      if (statusOf(error) === STATUS.endOfFile) return 0;
      throw error;
    });
  }

  write(handle: Handle, bytes: Buffer, offset: number, length: number, position: number): Promise<unknown> {
    return this.#request((done) => this.#sftp.write(handle, bytes, offset, length, position, done));
  }

  close(handle: Handle): Promise<unknown> {
    return this.#request((done) => this.#sftp.close(handle, done));
  }

  statOf(handle: Handle): Promise<Stats> {
    return this.#request((done) => this.#sftp.fstat(handle, done));
  }

  /** Undefined where there is nothing of that name. Does not follow a link. */
  async lstat(path: string): Promise<Stats | undefined> {
    try {
      return await this.#request<Stats>((done) => this.#sftp.lstat(path, done));
    } catch (error) {
      const status = statusOf(error);
      if (status === STATUS.noSuchFile || status === STATUS.noSuchPath) return undefined;
      throw error;
    }
  }

  setMode(handle: Handle, mode: number): Promise<unknown> {
    return this.#request((done) => this.#sftp.fchmod(handle, mode, done));
  }

  /** Fails where the target exists. */
  rename(from: string, to: string): Promise<unknown> {
    return this.#request((done) => this.#sftp.rename(from, to, done));
  }

  /** Replaces the target in one step; STATUS.unsupported where the server does not have the extension. */
  replace(from: string, to: string): Promise<unknown> {
    return this.#request((done) => {
      try {
        this.#sftp.ext_openssh_rename(from, to, done);
      } catch (error) {
        // ssh2 throws where the server has not announced it.
        done(Object.assign(new Error('no posix-rename', { cause: error }), { code: STATUS.unsupported }));
      }
    });
  }

  remove(path: string): Promise<unknown> {
    return this.#request((done) => this.#sftp.unlink(path, done));
  }

  makeFolder(path: string): Promise<unknown> {
    return this.#request((done) => this.#sftp.mkdir(path, done));
  }

  openFolder(path: string): Promise<Handle> {
    return this.#request((done) => this.#sftp.opendir(path, done));
  }

  /** The next entries of an open folder; undefined after the last. */
  async readFolder(handle: Handle): Promise<FileEntryWithStats[] | undefined> {
    try {
      return await this.#request<FileEntryWithStats[]>((done) => this.#sftp.readdir(handle, done));
    } catch (error) {
      if (statusOf(error) === STATUS.endOfFile) return undefined;
      throw error;
    }
  }

  /** Takes leave; whoever still waits is told that the connection is gone. */
  end(): void {
    this.#client.end();
    this.#end(lost(this.#place));
  }

  #request<T>(send: (done: Answer<T>) => void): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      if (this.#watch === undefined) this.#startWatch();
      send((error, value) => {
        this.#waiting.delete(reject);
        this.#lastAnswerMs = performance.now();
        if (error === null || error === undefined) resolve(value as T);
        else reject(error);
      });
    });
  }

  /** Runs while anything is waited for: a timer for each request would cost more than the request. */
  #startWatch(): void {
    this.#lastAnswerMs = performance.now();
    this.#watch = setInterval(() => {
      if (this.#waiting.size === 0) {
        clearInterval(this.#watch);
        this.#watch = undefined;
      } else if (performance.now() - this.#lastAnswerMs > this.#answerMs) {
        this.#end(silent(this.#place, this.#answerMs));
        this.#client.destroy();
      }
    }, this.#answerMs / LOOKS);
    this.#watch.unref();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    clearInterval(this.#watch);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const reject of waiting) reject(this.#ended);
  }
}

function lost(place: string): GatewayError {
  return new GatewayError('TRANSPORT_UNAVAILABLE', `The connection to ${place} was lost.`);
}

function silent(place: string, answerMs: number): GatewayError {
  return new GatewayError(
    'TRANSPORT_UNAVAILABLE',
    `${place} has not answered for ${answerMs / 1000} s; the connection was given up.`,
  );
}
