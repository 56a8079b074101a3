import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { LargeContent } from '../pipeline/ports/file-content.ts';
import { knownFile } from './large-file.ts';

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

  /** Keeps what comes piece by piece; each is done with when the next is asked for. Nothing stays where it breaks off. */
  async keep(pieces: AsyncIterable<Uint8Array>): Promise<SpooledContent> {
    const path = await this.#newPath();
    const dispose = () => remove(path);
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        const { sizeBytes, sha256 } = await writePieces(file, pieces);
        return { ...knownFile({ path, end: sizeBytes }, sha256), dispose };
      } finally {
        await file.close();
      }
    } catch (error) {
      await dispose();
      throw error;
    }
  }

  async #newPath(): Promise<string> {
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

async function writePieces(
  file: FileHandle,
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of pieces) {
    const writing = file.writeFile(piece);
    hash.update(piece);
    sizeBytes += piece.length;
    await writing;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

async function remove(file: string): Promise<void> {
  await unlink(file).catch(() => undefined);
}
