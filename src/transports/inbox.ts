import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { instantMs } from '../common/calendar.ts';
import { GatewayError } from '../common/errors.ts';
import type { Clock } from '../common/time.ts';
import { contentSize, IN_MEMORY_BYTES } from '../pipeline/ports/file-content.ts';
import { releaseEach } from '../common/release.ts';
import type { FileContent, LargeContent } from '../pipeline/ports/file-content.ts';
import type { InboundFile, PollReport, RefusedFile } from '../pipeline/ports/transport.ts';
import { createMatcher, toSafeName } from './file-name.ts';
import { ensureFolder } from './durable-file.ts';
import { ErrorFolder } from './error-folder.ts';
import { systemCode } from './folder-error.ts';
import { readRange } from './large-file.ts';
import { SettledFiles, stateKey, type FileState } from './settled-files.ts';

export interface InboxOptions {
  /** Absolute path. */
  folder: string;
  /** Absolute path of the folder for what is refused. */
  errorFolder: string;
  clock: Clock;
  /** Only names that match one of them are taken. */
  patterns: readonly string[];
  /** These are not ready yet; names with a leading dot never are. */
  temporaryPatterns: readonly string[];
  /** How long a file must not have changed between two polls; 0 where files appear complete, in one step. */
  settleMs: number;
  maxFileBytes: number;
  maxFilesPerPoll: number;
}

/** A file that was received, on its way out: hidden from the partner's view, and found again after a crash. */
export const TAKEN = '.taken-';

type Receive = (file: InboundFile) => Promise<void>;

interface FolderPoll extends PollReport {
  /** What went wrong with one file and does not concern the others. */
  failures: unknown[];
}

interface FoundFile {
  name: string;
  file: string;
  stats: BigIntStats;
}

/** Takes complete files out of a folder. A file leaves it only after it was received durably. */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #settled: SettledFiles;
  readonly #errors: ErrorFolder;
  readonly #matches: (name: string) => boolean;
  readonly #isTemporary: (name: string) => boolean;

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#settled = new SettledFiles(options.settleMs);
    this.#errors = new ErrorFolder(options.errorFolder);
    this.#matches = createMatcher(options.patterns);
    this.#isTemporary = createMatcher(options.temporaryPatterns);
  }

  get errors(): ErrorFolder {
    return this.#errors;
  }

  async poll(receive: Receive, refused: RefusedFile[] = []): Promise<PollReport> {
    const report: FolderPoll = { received: 0, waiting: 0, refused, failures: [] };
    await ensureFolder(this.#options.folder);
    const files = (await this.#list(report)).filter((file) => !file.stats.isDirectory());
    this.#settled.startPoll();
    // In the order in which they were written: a partner's later file may build on an earlier one.
    files.sort((a, b) => Number(a.stats.mtimeNs - b.stats.mtimeNs) || (a.name < b.name ? -1 : 1));
    for (const file of files) {
      if (report.received >= this.#options.maxFilesPerPoll) {
        report.waiting += 1;
        continue;
      }
      await this.#take(file, receive, report);
    }
    const { failures, ...told } = report;
    if (failures.length > 0) throw failures[0];
    return told;
  }

  async #list(report: FolderPoll): Promise<FoundFile[]> {
    const raw = await readdir(this.#options.folder, { encoding: 'buffer' });
    const found: Promise<FoundFile | undefined>[] = [];
    for (const bytes of raw) {
      const name = bytes.toString('utf8');
      if (!Buffer.from(name).equals(bytes)) {
        const file = Buffer.concat([Buffer.from(`${this.#options.folder}${path.sep}`), bytes]);
        const reason = 'The file name is not UTF-8. Send the file again under another name.';
        await this.#refuse(file, name, reason, report);
      } else if (this.#isWanted(name)) {
        const file = path.join(this.#options.folder, name);
        found.push(unlessGone(async () => ({ name, file, stats: await lstat(file, { bigint: true }) })));
      } else if (this.#isTemporary(name)) {
        report.waiting += 1;
      }
    }
    return (await Promise.all(found)).filter((file) => file !== undefined);
  }

  #isWanted(name: string): boolean {
    if (name.startsWith(TAKEN)) return true;
    if (name.startsWith('.') || this.#isTemporary(name)) return false;
    return this.#matches(name);
  }

  async #take({ name, file, stats }: FoundFile, receive: Receive, report: FolderPoll): Promise<void> {
    if (!stats.isFile()) {
      const reason = 'This is a link or a device, not a file. Put the file itself here.';
      await this.#refuse(file, name, reason, report);
      return;
    }
    const state = toState(stats);
    if (!this.#settled.isSettled(name, state, instantMs(this.#options.clock.now()))) {
      report.waiting += 1;
      return;
    }
    const { maxFileBytes } = this.#options;
    if (state.sizeBytes === 0) {
      await this.#refuse(file, name, 'The file is empty. Send it again.', report);
    } else if (state.sizeBytes > maxFileBytes) {
      const reason = `The file has ${state.sizeBytes} bytes; at most ${maxFileBytes} are taken. Send it in parts.`;
      await this.#refuse(file, name, reason, report);
    } else {
      await this.#receive(file, name, state, receive, report);
    }
  }

  async #receive(
    file: string,
    name: string,
    state: FileState,
    receive: Receive,
    report: FolderPoll,
  ): Promise<void> {
    let bytes: FileContent | undefined;
    try {
      bytes = await unlessGone(() => readUnchanged(file, state));
    } catch (error) {
      if (systemCode(error) !== 'EACCES') throw error;
      await this.#refuse(file, name, 'The gateway may not read the file: check its permissions.', report);
      return;
    }
    if (bytes === undefined) {
      report.waiting += 1;
      return;
    }
    const shownName = name.startsWith(TAKEN) ? name.slice(TAKEN.length) : name;
    await receive({ name: shownName, bytes, sourceKey: `${shownName}/${stateKey(state)}` });
    report.received += 1;
    // Received it is: those behind it are not to wait until it can be removed.
    await unlessGone(() => this.#remove(file, name, state)).catch((error: unknown) =>
      report.failures.push(error),
    );
  }

  /** Removes the file that was received, and not another that its owner has put in its place meanwhile. */
  async #remove(file: string, name: string, state: FileState): Promise<void> {
    const taken = name.startsWith(TAKEN) ? file : path.join(this.#options.folder, `${TAKEN}${name}`);
    if (taken !== file) await rename(file, taken);
    const now = toState(await lstat(taken, { bigint: true }));
    // Another file stays under the hidden name; the next poll takes it from there.
    if (stateKey(now) === stateKey(state)) await unlink(taken);
  }

  async #refuse(file: string | Buffer, name: string, reason: string, report: FolderPoll): Promise<void> {
    try {
      await unlessGone(() => this.#errors.move(file, name, reason));
      report.refused.push({ name: toSafeName(name), reason });
    } catch (error) {
      // Those behind it are not to wait until it can be put aside.
      report.failures.push(error);
    }
  }
}

/** Undefined when the file was taken away by its owner between two of our looks. */
async function unlessGone<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function toState(stats: BigIntStats): FileState {
  return { inode: String(stats.ino), modifiedMs: Number(stats.mtimeMs), sizeBytes: Number(stats.size) };
}

/** The bytes of exactly that state of the file; undefined when it changed while it was read. Never follows a link. */
async function readUnchanged(file: string, state: FileState): Promise<FileContent | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const before = toState(await handle.stat({ bigint: true }));
    if (stateKey(before) !== stateKey(state)) return undefined;
    const large = state.sizeBytes > IN_MEMORY_BYTES;
    const bytes = large ? await hashLarge(handle, file, state) : await handle.readFile();
    const after = toState(await handle.stat({ bigint: true }));
    return stateKey(after) === stateKey(state) && contentSize(bytes) === state.sizeBytes ? bytes : undefined;
  } finally {
    await handle.close();
  }
}

/** Reads the file through for its hash; whoever reads its pieces later is told where it has changed since. */
async function hashLarge(handle: FileHandle, file: string, state: FileState): Promise<LargeContent> {
  const hash = createHash('sha256');
  for await (const piece of releaseEach(readRange(handle, file, 0, state.sizeBytes))) hash.update(piece);
  return { sizeBytes: state.sizeBytes, sha256: hash.digest('hex'), read: () => readAgain(file, state) };
}

async function* readAgain(file: string, state: FileState): AsyncGenerator<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    yield* readRange(handle, file, 0, state.sizeBytes);
    if (stateKey(toState(await handle.stat({ bigint: true }))) === stateKey(state)) return;
    throw new GatewayError(
      'TRANSPORT_UNAVAILABLE',
      `${file} was changed while it was read; it is read again.`,
    );
  } finally {
    await handle.close();
  }
}
