import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LargeContent } from '../pipeline/ports/file-content.ts';
import { knownFile, readLargeFile } from './large-file.ts';

/** Longer than any transfer takes: what is older was left by a process that ended. */
const ABANDONED_MS = 24 * 60 * 60_000;

/** Content that lies in a file of its own until it is disposed of. */
export interface SpooledContent extends LargeContent {
  dispose(): Promise<void>;
}

/** A folder of this machine for large files on their way in. */
export class Spool {
  readonly #folder: string;
  #swept = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps what comes piece by piece. Nothing stays where it breaks off. */
  async keep(pieces: AsyncIterable<Uint8Array>): Promise<SpooledContent> {
    const file = await this.#newFile();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces) {
        hash.update(piece);
        sizeBytes += piece.length;
        yield piece;
      }
    }
    try {
      await pipeline(hashed, createWriteStream(file, { mode: 0o600 }));
    } catch (error) {
      await remove(file);
      throw error;
    }
    return { ...knownFile({ path: file, end: sizeBytes }, hash.digest('hex')), dispose: () => remove(file) };
  }

  /** Keeps what `fill` writes, in any order; undefined, and nothing is kept, where it says false. */
  async fill(write: (file: FileHandle) => Promise<boolean>): Promise<SpooledContent | undefined> {
    const file = await this.#newFile();
    let complete = false;
    let sizeBytes = 0;
    try {
      const handle = await open(file, 'wx', 0o600);
      try {
        complete = await write(handle);
        sizeBytes = (await handle.stat()).size;
      } finally {
        await handle.close();
      }
      if (!complete) return undefined;
      return { ...(await readLargeFile({ path: file, end: sizeBytes })), dispose: () => remove(file) };
    } catch (error) {
      complete = false;
      throw error;
    } finally {
      if (!complete) await remove(file);
    }
  }

  async #newFile(): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    if (!this.#swept) await this.#sweep();
    return path.join(this.#folder, randomUUID());
  }

  async #sweep(): Promise<void> {
    this.#swept = true;
    for (const name of await readdir(this.#folder)) {
      const file = path.join(this.#folder, name);
      const modifiedMs = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => Infinity,
      );
      if (Date.now() - modifiedMs > ABANDONED_MS) await remove(file);
    }
  }
}

async function remove(file: string): Promise<void> {
  await unlink(file).catch(() => undefined);
}
