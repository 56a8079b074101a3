import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Content } from '../content.ts';
import { FileSource, MemorySource } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { Spool } from './spool.ts';

/** A message of up to this size is worked on at once; a worker thread works on larger ones. */
export const INLINE_BYTES = 1024 * 1024;

/** Up to here what comes out of a layer is kept in memory; what is larger lies in a file. */
export const MEMORY_BYTES = 2 * INLINE_BYTES;

/** What one message is worked on with: open files, and spools for what comes out of a layer. */
export class Workspace {
  readonly #open: FileSource[] = [];
  readonly #memoryBytes: number;
  readonly #folder: string | undefined;

  /** Without a folder nothing is written to disk: what does not fit into memory throws SpoolFull. */
  constructor(memoryBytes: number, folder: string | undefined) {
    this.#memoryBytes = memoryBytes;
    this.#folder = folder;
  }

  open(content: Content): ByteSource {
    if (content instanceof Uint8Array) return new MemorySource(content);
    const source = new FileSource(content.path, content.start, content.end);
    this.#open.push(source);
    return source;
  }

  spool(): Spool {
    const folder = this.#folder;
    return new Spool({
      memoryBytes: this.#memoryBytes,
      file: folder === undefined ? undefined : () => path.join(folder, `${randomUUID()}.part`),
    });
  }

  /** Closes what was opened. Files stay: they are the result. */
  close(): void {
    for (const source of this.#open) source.close();
  }
}
