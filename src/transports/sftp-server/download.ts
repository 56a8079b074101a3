import type { FileHandle } from 'node:fs/promises';
import type { VisibleFile } from './mailbox.ts';

/** Read from the disk at once: most clients ask for 32 KB at a time. */
const AHEAD_BYTES = 256 * 1024;

/** A file on its way out, as large as it was when it was opened. */
export class Download {
  readonly visible: VisibleFile;
  readonly #file: FileHandle;
  #ahead = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(file: FileHandle, visible: VisibleFile) {
    this.#file = file;
    this.visible = visible;
  }

  /** At most so many bytes, from that position on; none at the end. They are good until the next are read. */
  async read(position: number, length: number): Promise<Buffer> {
    const left = Math.max(0, this.visible.sizeBytes - position);
    const end = position + Math.min(length, AHEAD_BYTES, left);
    if (position < this.#start || end > this.#end)
      await this.#readAhead(position, Math.min(AHEAD_BYTES, left));
    return this.#ahead.subarray(position - this.#start, Math.min(end, this.#end) - this.#start);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #readAhead(position: number, length: number): Promise<void> {
    if (this.#ahead.length < length) this.#ahead = Buffer.allocUnsafeSlow(length);
    const { bytesRead } = await this.#file.read(this.#ahead, 0, length, position);
    this.#start = position;
    this.#end = position + bytesRead;
  }
}
