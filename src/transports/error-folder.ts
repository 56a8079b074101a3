import { lstat, rename } from 'node:fs/promises';
import path from 'node:path';
import type { FileContent } from '../pipeline/ports/file-content.ts';
import { toSafeName } from './file-name.ts';
import { ensureFolder, renameDurably, syncFolder, writeDurably } from './durable-file.ts';
import { systemCode } from './folder-error.ts';
import { isSameFile } from './large-file.ts';

/** A folder of what was rejected, each file with the reason in a `.txt` of the same name. */
export class ErrorFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Puts bytes there; the same bytes again change nothing. */
  async put(name: string, bytes: FileContent, reason: string): Promise<void> {
    await ensureFolder(this.#folder);
    const file = await this.#freePath(name, bytes);
    await writeDurably(`${file}.txt`, Buffer.from(`${reason}\n`));
    const temporary = path.join(this.#folder, `.${path.basename(file)}`);
    await writeDurably(temporary, bytes);
    await renameDurably(temporary, file);
  }

  /** Moves a file there that cannot or must not be read. */
  async move(file: string | Buffer, name: string, reason: string): Promise<void> {
    await ensureFolder(this.#folder);
    const target = await this.#freePath(name, undefined);
    await writeDurably(`${target}.txt`, Buffer.from(`${reason}\n`));
    await rename(file, target);
    await syncFolder(this.#folder);
  }

  /** The name itself, or one with a number when another file has it. */
  async #freePath(name: string, bytes: FileContent | undefined): Promise<string> {
    const { name: stem, ext } = path.parse(toSafeName(name));
    for (let number = 1; ; number += 1) {
      const candidate = path.join(this.#folder, `${stem}${number === 1 ? '' : `-${number}`}${ext}`);
      if (!(await isTaken(candidate, bytes))) return candidate;
    }
  }
}

/** Whether something else than these bytes has that name. */
async function isTaken(file: string, bytes: FileContent | undefined): Promise<boolean> {
  try {
    const stats = await lstat(file);
    if (bytes === undefined || !stats.isFile()) return true;
    return !(await isSameFile(file, stats.size, bytes));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
