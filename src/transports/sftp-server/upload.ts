import type { FileHandle } from 'node:fs/promises';
import { unlink } from 'node:fs/promises';
import { failure, toStatusError } from './sftp-status.ts';
import type { StatusError } from './sftp-status.ts';

/** A file on its way in, hidden from everyone until it is complete. */
export class Upload {
  readonly name: string;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #reserve: (bytes: number) => void;
  #sizeBytes: number;
  /** Bytes that were there at the beginning, when an upload goes on, and that have come since. */
  #writtenBytes: number;
  /** The first thing that went wrong: from then on the file is of no use. */
  #trouble: StatusError | undefined;

  constructor(options: {
    name: string;
    path: string;
    file: FileHandle;
    sizeBytes: number;
    /** Throws StatusError where the file must not become so large. */
    reserve: (bytes: number) => void;
  }) {
    this.name = options.name;
    this.#path = options.path;
    this.#file = options.file;
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
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
      this.#sizeBytes = Math.max(this.#sizeBytes, position + bytes.length);
      this.#writtenBytes += bytes.length;
    });
  }

  async truncate(sizeBytes: number): Promise<void> {
    await this.#unlessTroubled(async () => {
      this.#reserve(sizeBytes);
      await this.#file.truncate(sizeBytes);
      this.#sizeBytes = sizeBytes;
      this.#writtenBytes = Math.min(this.#writtenBytes, sizeBytes);
    });
  }

  /** Throws where a part of the file is missing, or could not be written. */
  ensureComplete(): void {
    if (this.#trouble !== undefined) throw this.#trouble;
    if (this.#writtenBytes < this.#sizeBytes) throw failure('Parts of the file are missing; send it again');
  }

  get file(): FileHandle {
    return this.#file;
  }

  /** What has come stays. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
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
