import { close, closeSync, ftruncate, write, writeSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { failure, toStatusError } from './sftp-status.ts';
import type { StatusError } from './sftp-status.ts';

/** What goes into so small a file is in the system's memory sooner than another thread has taken it up. */
const AT_ONCE_BYTES = 64 * 1024;
const writeLater = promisify(write);
const truncateLater = promisify(ftruncate);
const closeLater = promisify(close);

/** A file on its way in, hidden from everyone until it is complete. */
export class Upload {
  readonly name: string;
  readonly #path: string;
  readonly #descriptor: number;
  readonly #reserve: (bytes: number) => void;
  #sizeBytes: number;
  /** Bytes that were there at the beginning, when an upload goes on, and that have come since. */
  #writtenBytes: number;
  /** The first thing that went wrong: from then on the file is of no use. */
  #trouble: StatusError | undefined;
  /** The system gives the number of a closed file to the next one that is opened. */
  #isClosed = false;

  constructor(options: {
    name: string;
    path: string;
    descriptor: number;
    sizeBytes: number;
    /** Throws StatusError where the file must not become so large. */
    reserve: (bytes: number) => void;
  }) {
    this.name = options.name;
    this.#path = options.path;
    this.#descriptor = options.descriptor;
    this.#sizeBytes = options.sizeBytes;
    this.#writtenBytes = options.sizeBytes;
    this.#reserve = options.reserve;
  }

  get path(): string {
    return this.#path;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  async write(bytes: Buffer, position: number): Promise<void> {
    await this.#unlessTroubled(async () => {
      this.#reserve(Math.max(this.#sizeBytes, position + bytes.length));
      const isSmall = position + bytes.length <= AT_ONCE_BYTES;
      for (let done = 0; done < bytes.length;) {
        const where = [bytes, done, bytes.length - done, position + done] as const;
        done += isSmall
          ? writeSync(this.#descriptor, ...where)
          : (await writeLater(this.#descriptor, ...where)).bytesWritten;
      }
      this.#sizeBytes = Math.max(this.#sizeBytes, position + bytes.length);
      this.#writtenBytes += bytes.length;
    });
  }

  async truncate(sizeBytes: number): Promise<void> {
    await this.#unlessTroubled(async () => {
      this.#reserve(sizeBytes);
      await truncateLater(this.#descriptor, sizeBytes);
      this.#sizeBytes = sizeBytes;
      this.#writtenBytes = Math.min(this.#writtenBytes, sizeBytes);
    });
  }

  /** Throws where a part of the file is missing, or could not be written. */
  ensureComplete(): void {
    if (this.#trouble !== undefined) throw this.#trouble;
    if (this.#writtenBytes < this.#sizeBytes) throw failure('Parts of the file are missing; send it again');
  }

  get descriptor(): number {
    return this.#descriptor;
  }

  /** What has come stays. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#sizeBytes <= AT_ONCE_BYTES) closeSync(this.#descriptor);
    else await closeLater(this.#descriptor);
  }

  async discard(): Promise<void> {
    await this.close().catch(() => undefined);
    await unlink(this.#path).catch(() => undefined);
  }

  async #unlessTroubled(work: () => Promise<void>): Promise<void> {
    if (this.#trouble !== undefined) throw this.#trouble;
    try {
      await work();
    } catch (error) {
      this.#trouble = toStatusError(error);
      throw error;
    }
  }
}
