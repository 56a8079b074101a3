import { instantMs } from '../../common/calendar.ts';
import type { Clock } from '../../common/time.ts';
import { IN_MEMORY_BYTES } from '../../pipeline/ports/file-content.ts';
import type { InboundFile, PollReport } from '../../pipeline/ports/transport.ts';
import { createMatcher, toSafeName } from '../file-name.ts';
import { troubleOfName } from '../remote-name.ts';
import type { Spool, SpooledContent } from '../spool.ts';
import { StableFiles } from '../stable-files.ts';
import { readAhead } from './read-ahead.ts';
import type { RejectedFiles } from './rejected-files.ts';
import {
  download,
  downloadLarge,
  ensureFolder,
  freePath,
  isUnchanged,
  listFolder,
  stateOf,
} from './remote-file.ts';
import type { RemoteFile } from './remote-file.ts';
import { isMissing, toSftpError } from './sftp-error.ts';
import { joinPath } from './sftp-options.ts';
import type { TransferSettings } from './sftp-options.ts';
import type { SftpRemote } from './sftp-remote.ts';
import type { SftpSession } from './sftp-session.ts';

export interface SftpInboxOptions {
  session: SftpSession;
  clock: Clock;
  folder: string;
  patterns: readonly string[];
  /** These are not ready yet; names with a leading dot never are. */
  temporaryPatterns: readonly string[];
  settleMs: number;
  /** A file is ready when one of this name lies beside it: `{name}.done`. Without it: when it has not changed for a while. */
  marker?: string;
  /** Where received files are moved; without it they are deleted. */
  doneFolder?: string;
  rejected: RejectedFiles;
  transfer: TransferSettings;
  /** Where large files lie until they are received. */
  spool: Spool;
  /** Files that are fetched at the same time; they are handed over one after the other all the same. */
  parallelFiles: number;
  maxFileBytes: number;
  maxFilesPerPoll: number;
}

/** Undefined where the file changed or went. */
type Fetched = Uint8Array | SpooledContent | undefined;

type Receive = (file: InboundFile) => Promise<void>;

const MAX_REMEMBERED = 10_000;
/** Files that were fetched and wait to be handed over take no more memory than this, except a single larger one. */
const READ_AHEAD_BYTES = 64 * 1024 * 1024;

/** Takes complete files off the server. A file leaves it only after it was received durably. */
export class SftpInbox {
  readonly #options: SftpInboxOptions;
  readonly #stable: StableFiles;
  readonly #matches: (name: string) => boolean;
  readonly #isTemporary: (name: string) => boolean;
  /** Received, but still there: the connection was lost, or the server refuses to give them up. */
  readonly #received = new Map<string, string>();
  /** Reported as refused and left where they are. */
  readonly #refused = new Map<string, string>();

  constructor(options: SftpInboxOptions) {
    this.#options = options;
    this.#stable = new StableFiles(options.settleMs);
    this.#matches = createMatcher(options.patterns);
    this.#isTemporary = createMatcher(options.temporaryPatterns);
  }

  poll(receive: Receive): Promise<PollReport> {
    const { session, folder } = this.#options;
    return session.run(`take files from ${folder === '' ? 'the folder' : folder}`, (remote) =>
      this.#poll(remote, receive),
    );
  }

  async #poll(remote: SftpRemote, receive: Receive): Promise<PollReport> {
    const report: PollReport = { received: 0, waiting: 0, refused: [] };
    const listed = await listFolder(remote, this.#options.folder);
    const chosen = this.#choose(listed, report).sort(byAge);
    const complete = this.#complete(chosen, report);
    const fit = await this.#refuseUnfit(remote, complete, report);
    const removals: Promise<void>[] = [];
    const fetched = readAhead(fit, {
      parallel: this.#options.parallelFiles,
      maxBytes: READ_AHEAD_BYTES,
      sizeOf: ({ sizeBytes }) => (sizeBytes > IN_MEMORY_BYTES ? 0 : sizeBytes),
      read: (file) => this.#fetch(remote, file),
      discard: dispose,
    });
    try {
      for await (const { item: file, value: bytes } of fetched) {
        if (!(await this.#handOver(file, bytes, receive, report).finally(() => dispose(bytes)))) continue;
        const removal = this.#takeAway(remote, file);
        // Those behind a file that cannot be removed do not wait for it; somebody is told at the end.
        removal.catch(() => undefined);
        removals.push(removal);
      }
    } finally {
      await Promise.allSettled(removals);
      this.#forget(listed);
    }
    await Promise.all(removals);
    return report;
  }

  /** The entries that are to be taken once they are complete. */
  #choose(entries: readonly RemoteFile[], report: PollReport): RemoteFile[] {
    const { marker } = this.#options;
    const names = new Set(entries.map(({ name }) => name));
    const markers = new Set(marker === undefined ? [] : [...names].map((name) => markerOf(marker, name)));
    return entries.filter((file) => {
      const { name, kind } = file;
      if (kind === 'folder') return false;
      const wanted = this.#matches(name);
      const trouble = troubleOfName(name);
      if (wanted && trouble !== undefined) {
        this.#refuseInPlace(file, `Left on the server untouched: ${trouble}.`, report);
        return false;
      }
      if (name.startsWith('.') || markers.has(name)) return false;
      if (this.#isTemporary(name)) {
        report.waiting += 1;
        return false;
      }
      if (!wanted) return false;
      if (kind === 'other') {
        this.#refuseInPlace(
          file,
          'Left on the server untouched: it is a link or a device, not a file.',
          report,
        );
        return false;
      }
      if (marker === undefined || names.has(markerOf(marker, name))) return true;
      report.waiting += 1;
      return false;
    });
  }

  /** Those that have a marker or have not changed for a while, as many as one poll takes. */
  #complete(files: readonly RemoteFile[], report: PollReport): RemoteFile[] {
    const { clock, marker, maxFilesPerPoll } = this.#options;
    const nowMs = instantMs(clock.now());
    this.#stable.startPoll();
    const complete = files.filter(
      (file) =>
        this.#stable.isStable(file.name, stateOf(file), file.sizeBytes, nowMs) || marker !== undefined,
    );
    const taken = complete.slice(0, maxFilesPerPoll);
    report.waiting += files.length - taken.length;
    return taken;
  }

  async #refuseUnfit(
    remote: SftpRemote,
    files: readonly RemoteFile[],
    report: PollReport,
  ): Promise<RemoteFile[]> {
    const { maxFileBytes } = this.#options;
    const fit: RemoteFile[] = [];
    for (const file of files) {
      if (file.sizeBytes === 0) {
        await this.#refuse(remote, file, 'The file is empty. Send it again.', report);
      } else if (file.sizeBytes > maxFileBytes) {
        const reason = `The file has ${file.sizeBytes} bytes; at most ${maxFileBytes} are taken. Send it in parts.`;
        await this.#refuse(remote, file, reason, report);
      } else {
        fit.push(file);
      }
    }
    return fit;
  }

  async #fetch(remote: SftpRemote, file: RemoteFile): Promise<Fetched> {
    if (this.#isReceived(file)) return undefined;
    try {
      const { transfer, spool } = this.#options;
      return file.sizeBytes > IN_MEMORY_BYTES
        ? await downloadLarge(remote, file, transfer, spool)
        : await download(remote, file, transfer);
    } catch (error) {
      throw toSftpError(error, `fetch ${file.path}`);
    }
  }

  /** True when the file is received, by now or before. */
  async #handOver(file: RemoteFile, bytes: Fetched, receive: Receive, report: PollReport): Promise<boolean> {
    if (this.#isReceived(file)) return true;
    if (bytes === undefined) {
      report.waiting += 1;
      return false;
    }
    await receive({ name: file.name, bytes, sourceKey: `${file.path}/${stateOf(file)}` });
    report.received += 1;
    this.#received.set(file.name, stateOf(file));
    return true;
  }

  #isReceived(file: RemoteFile): boolean {
    return this.#received.get(file.name) === stateOf(file);
  }

  async #takeAway(remote: SftpRemote, file: RemoteFile): Promise<void> {
    const { marker, doneFolder, folder } = this.#options;
    try {
      // Another one that its owner has put in its place stays for the next poll.
      if (!(await isUnchanged(remote, file))) return;
      if (doneFolder === undefined) {
        await remote.remove(file.path);
      } else {
        await ensureFolder(remote, doneFolder);
        await remote.rename(file.path, await freePath(remote, doneFolder, file.name));
      }
      this.#received.delete(file.name);
      if (marker !== undefined) await remote.remove(joinPath(folder, markerOf(marker, file.name)));
    } catch (error) {
      if (!isMissing(error)) {
        throw toSftpError(error, `take ${file.path}, which is received, away`);
      }
    }
  }

  async #refuse(remote: SftpRemote, file: RemoteFile, reason: string, report: PollReport): Promise<void> {
    const moved = await this.#options.rejected.move(remote, file, reason);
    if (moved) report.refused.push({ name: toSafeName(file.name), reason });
    else this.#refuseInPlace(file, `${reason} It was left on the server.`, report);
  }

  /** Told once for each state of the file. */
  #refuseInPlace(file: RemoteFile, reason: string, report: PollReport): void {
    if (this.#refused.get(file.name) === stateOf(file)) return;
    this.#refused.set(file.name, stateOf(file));
    report.refused.push({ name: toSafeName(file.name), reason });
  }

  #forget(listed: readonly RemoteFile[]): void {
    const names = new Set(listed.map(({ name }) => name));
    for (const name of this.#received.keys()) if (!names.has(name)) this.#received.delete(name);
    while (this.#refused.size > MAX_REMEMBERED) this.#refused.delete(this.#refused.keys().next().value!);
  }
}

async function dispose(fetched: Fetched): Promise<void> {
  if (fetched !== undefined && 'dispose' in fetched) await fetched.dispose();
}

function markerOf(marker: string, name: string): string {
  return marker.replaceAll('{name}', name);
}

/** In the order in which they were written: a partner's later file may build on an earlier one. */
function byAge(a: RemoteFile, b: RemoteFile): number {
  return a.modifiedSeconds - b.modifiedSeconds || (a.name < b.name ? -1 : 1);
}
