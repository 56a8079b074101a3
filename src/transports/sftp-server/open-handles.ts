import type { Download } from './download.ts';
import { failure } from './sftp-status.ts';
import type { Upload } from './upload.ts';
import type { MailboxFolder } from './virtual-path.ts';

export type OpenHandle =
  | { kind: 'upload'; upload: Upload }
  | { kind: 'download'; download: Download }
  | { kind: 'folder'; folder: MailboxFolder | 'root'; names: readonly string[]; next: number };

/** What one client has open. Handles are numbers that are never used twice. */
export class OpenHandles {
  readonly #max: number;
  readonly #open = new Map<number, OpenHandle>();
  #last = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Throws where too many are open; asked before anything is opened. */
  ensureRoom(): void {
    if (this.#open.size >= this.#max)
      throw failure(`At most ${this.#max} files may be open at the same time`);
  }

  add(handle: OpenHandle): Buffer {
    this.#last += 1;
    this.#open.set(this.#last, handle);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#last);
    return bytes;
  }

  get(bytes: Buffer): OpenHandle {
    const handle = bytes.length === 4 ? this.#open.get(bytes.readUInt32BE()) : undefined;
    if (handle === undefined) throw failure('Invalid handle');
    return handle;
  }

  remove(bytes: Buffer): OpenHandle {
    const handle = this.get(bytes);
    this.#open.delete(bytes.readUInt32BE());
    return handle;
  }

  /** Takes all away at once. */
  removeAll(): OpenHandle[] {
    const all = [...this.#open.values()];
    this.#open.clear();
    return all;
  }
}
