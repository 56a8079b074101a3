import { randomUUID } from 'node:crypto';
import { closeSync, constants, fsync, lstatSync, openSync, readdirSync, renameSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { mkdir, open, readdir, rm, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { KeyedLock } from '../../pipeline/work/keyed-lock.ts';
import { ensureFolder, syncFolder } from '../durable-file.ts';
import { createMatcher } from '../file-name.ts';
import { TAKEN } from '../inbox.ts';
import { denied, failure, noSuchFile } from './sftp-status.ts';
import { Upload } from './upload.ts';
import { MAILBOX_FOLDERS } from './virtual-path.ts';
import type { MailboxFolder } from './virtual-path.ts';

export interface MailboxOptions {
  /** Absolute path; holds in/, out/, ack/, error/ and hidden folders of our own. */
  folder: string;
  /** Names in in/ that are still being written, besides those with a leading dot. */
  temporaryPatterns: readonly string[];
  maxFileBytes: number;
  /** Of all that lies in in/, with what is being written. */
  maxBytes: number;
  /** Called when a complete file lies in in/. */
  onPublished: () => void;
}

export interface FilePlace {
  folder: MailboxFolder;
  name: string;
}

export interface VisibleFile {
  sizeBytes: number;
  modifiedMs: number;
}

/** How long a file waits for one of its name to be taken before it. */
const TAKEN_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 25;
const COUNT_EVERY_MS = 1_000;
/** A client that has not gone on with its partial file for so long never will. */
const ABANDONED_MS = 7 * 86_400_000;
const flush = promisify(fsync);
const NOT_FOLLOWED = constants.O_RDONLY | constants.O_NOFOLLOW;

/**
 * The files of one partner as it sees and changes them; nothing outside can be named. What the system does in its memory
 * (names, small files) is done at once, because handing it to another thread takes several times as long; what waits for the
 * disk (flushing, large files) is not.
 */
export class Mailbox {
  readonly #options: MailboxOptions;
  readonly #matchesTemporary: (name: string) => boolean;
  readonly #uploads = new Set<Upload>();
  readonly #names = new KeyedLock();
  /** What lay in in/ when it was last counted, and what was published since; files that were taken since count until then. */
  #lyingBytes = 0;
  #countedMs = Number.NEGATIVE_INFINITY;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#matchesTemporary = createMatcher(options.temporaryPatterns);
  }

  /** Makes the folders, and clears away what uploads have left that a crash has cut off. */
  async open(nowMs: number): Promise<void> {
    for (const folder of MAILBOX_FOLDERS) await ensureFolder(this.#pathOf(folder));
    await rm(this.#uploadFolder, { recursive: true, force: true });
    await mkdir(this.#uploadFolder, { mode: 0o700 });
    await this.sweep(nowMs);
  }

  /** Removes partial files under temporary names that nobody has gone on with for a week. */
  async sweep(nowMs: number): Promise<void> {
    for (const name of await this.list('in')) {
      if (!this.isTemporary(name)) continue;
      const file = path.join(this.#pathOf('in'), name);
      const stats = lookAt(file);
      if (stats?.isFile() === true && nowMs - stats.mtimeMs > ABANDONED_MS) await unlink(file);
    }
  }

  isTemporary(name: string): boolean {
    return name.startsWith('.') || this.#matchesTemporary(name);
  }

  async list(folder: MailboxFolder): Promise<string[]> {
    const names = await readdir(this.#pathOf(folder));
    return names.filter((name) => this.#isVisible({ folder, name })).sort();
  }

  /** Undefined where there is no such file. */
  find(place: FilePlace): VisibleFile | undefined {
    if (!this.#isVisible(place)) return undefined;
    const stats = lookAt(this.#fileOf(place));
    return stats?.isFile() === true ? toVisible(stats) : undefined;
  }

  async openFile(place: FilePlace): Promise<{ file: FileHandle; visible: VisibleFile }> {
    if (!this.#isVisible(place)) throw noSuchFile();
    const file = await open(this.#fileOf(place), NOT_FOLLOWED);
    return { file, visible: toVisible(await file.stat()) };
  }

  /**
   * Begins a file in in/. `mode`: `new` replaces what partial file there is under the name, `goOn` takes it up again,
   * `exclusive` fails where there is one.
   */
  startUpload(name: string, mode: 'new' | 'goOn' | 'exclusive'): Upload {
    const place: FilePlace = { folder: 'in', name };
    if (!this.#isVisible(place)) throw denied('This name is not allowed');
    const there = mode === 'new' ? undefined : this.find(place);
    if (mode === 'exclusive' && there !== undefined) throw failure('The file exists');
    if (mode === 'goOn' && there !== undefined && !this.isTemporary(name)) {
      throw denied('The file is complete and cannot be changed');
    }
    this.#countLying();
    const file = path.join(this.#uploadFolder, randomUUID());
    const goesOn = mode === 'goOn' && there !== undefined;
    if (goesOn) renameSync(this.#fileOf(place), file);
    const descriptor = openSync(file, goesOn ? 'r+' : 'wx+', 0o600);
    const upload: Upload = new Upload({
      name,
      path: file,
      descriptor,
      sizeBytes: goesOn ? there.sizeBytes : 0,
      reserve: (bytes) => this.#reserve(upload, bytes),
    });
    this.#uploads.add(upload);
    return upload;
  }

  /** The file is complete: from now on it can be seen, and is taken. Rejects, and leaves nothing, where it is not. */
  async publish(upload: Upload): Promise<void> {
    try {
      upload.ensureComplete();
      this.#lyingBytes += upload.sizeBytes;
      if (this.isTemporary(upload.name)) {
        const target = this.#fileOf({ folder: 'in', name: upload.name });
        renameSync(upload.path, target);
      } else {
        await this.#publishAs(upload.path, upload.descriptor, upload.name);
      }
      await upload.close();
    } catch (error) {
      await upload.discard();
      throw error;
    } finally {
      this.#uploads.delete(upload);
    }
  }

  /** The connection is gone. A partial file is kept only under a name that says so. */
  async abandon(upload: Upload): Promise<void> {
    this.#uploads.delete(upload);
    if (!this.isTemporary(upload.name) || upload.sizeBytes === 0) {
      await upload.discard();
      return;
    }
    await upload.close();
    renameSync(upload.path, this.#fileOf({ folder: 'in', name: upload.name }));
  }

  async remove(place: FilePlace): Promise<void> {
    if (this.find(place) === undefined) throw noSuchFile();
    await unlink(this.#fileOf(place));
    if (place.folder !== 'in') await syncFolder(this.#pathOf(place.folder));
  }

  /** Within in/ only: how most programs say that a file is complete. */
  async rename(from: FilePlace, to: FilePlace): Promise<VisibleFile> {
    if (from.folder !== 'in' || to.folder !== 'in') throw denied('Files can be renamed in /in only');
    const file = this.find(from);
    if (file === undefined) throw noSuchFile();
    if (!this.#isVisible(to)) throw denied('This name is not allowed');
    if (!this.isTemporary(from.name) && this.isTemporary(to.name)) throw denied('A complete file stays so');
    if (this.isTemporary(to.name)) {
      if (this.find(to) !== undefined) throw failure('The file exists');
      renameSync(this.#fileOf(from), this.#fileOf(to));
      return file;
    }
    const descriptor = openSync(this.#fileOf(from), 'r+');
    try {
      await this.#publishAs(this.#fileOf(from), descriptor, to.name);
    } finally {
      closeSync(descriptor);
    }
    return file;
  }

  /** A file of that name that was not taken yet is never replaced: it is waited for. Durable when it resolves. */
  async #publishAs(from: string, descriptor: number, name: string): Promise<void> {
    const target = this.#fileOf({ folder: 'in', name });
    await this.#names.run(name, async () => {
      for (let waitedMs = 0; lookAt(target) !== undefined; waitedMs += LOOK_AGAIN_MS) {
        if (waitedMs >= TAKEN_WITHIN_MS)
          throw failure('A file of this name waits to be taken; try again later');
        this.#options.onPublished();
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
      renameSync(from, target);
    });
    // One flush for content and name: Linux's file systems write the rename of a file with the file.
    await flush(descriptor);
    if (process.platform !== 'linux') await syncFolder(path.dirname(target));
    this.#options.onPublished();
  }

  #reserve(growing: Upload, bytes: number): void {
    const { maxFileBytes, maxBytes } = this.#options;
    if (bytes > maxFileBytes) throw failure(`The file is too large: at most ${maxFileBytes} bytes are taken`);
    let total = this.#lyingBytes + bytes;
    for (const upload of this.#uploads) if (upload !== growing) total += upload.sizeBytes;
    if (total > maxBytes) throw failure('The mailbox is full until files have been taken; try again later');
  }

  /** Once a second is enough, unless the mailbox seems to be full: thousands of files may lie there. */
  #countLying(): void {
    const nowMs = performance.now();
    if (nowMs - this.#countedMs < COUNT_EVERY_MS && this.#lyingBytes < this.#options.maxBytes / 2) return;
    const folder = this.#pathOf('in');
    const sizes = readdirSync(folder).map((name) => lookAt(path.join(folder, name))?.size ?? 0);
    this.#lyingBytes = sizes.reduce((sum, size) => sum + size, 0);
    this.#countedMs = nowMs;
  }

  /** Hidden names in out/, ack/ and error/ are our own; in in/ one kind is. */
  #isVisible({ folder, name }: FilePlace): boolean {
    return folder === 'in' ? !name.startsWith(TAKEN) : !name.startsWith('.');
  }

  #fileOf({ folder, name }: FilePlace): string {
    return path.join(this.#pathOf(folder), name);
  }

  #pathOf(folder: MailboxFolder): string {
    return path.join(this.#options.folder, folder);
  }

  get #uploadFolder(): string {
    return path.join(this.#options.folder, '.uploads');
  }
}

function toVisible(stats: Stats): VisibleFile {
  return { sizeBytes: stats.size, modifiedMs: stats.mtimeMs };
}

function lookAt(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}
