import { instantMs } from '../../common/calendar.ts';
import type { Clock } from '../../common/time.ts';
import { IN_MEMORY_BYTES } from '../../pipeline/ports/file-content.ts';
import type { InboundFile, PollReport, RefusedFile } from '../../pipeline/ports/transport.ts';
import { toSafeName } from '../file-name.ts';
import { joinPath } from '../remote-folder.ts';
import { RemoteSelection } from '../remote-selection.ts';
import type { SelectionRules } from '../remote-selection.ts';
import type { Spool, SpooledContent } from '../spool.ts';
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
import type { TransferSettings } from './sftp-options.ts';
import type { SftpRemote } from './sftp-remote.ts';
import type { SftpSession } from './sftp-session.ts';

export interface SftpInboxOptions extends SelectionRules {
  session: SftpSession;
  clock: Clock;
  folder: string;
  /** Where received files are moved; without it they are deleted. */
  doneFolder?: string;
  rejected: RejectedFiles;
  transfer: TransferSettings;
  /** Where large files lie until they are received. */
  spool: Spool;
  /** Files that are fetched at the same time; they are handed over one after the other all the same. */
  parallelFiles: number;
}

/** Undefined where the file changed or went. */
type Fetched = Uint8Array | SpooledContent | undefined;

type Receive = (file: InboundFile) => Promise<void>;

/** Files that were fetched and wait to be handed over take no more memory than this, except a single larger one. */
const READ_AHEAD_BYTES = 64 * 1024 * 1024;

/** Takes complete files off the server. A file leaves it only after it was received durably. */
export class SftpInbox {
  readonly #options: SftpInboxOptions;
  readonly #selection: RemoteSelection<RemoteFile>;

  constructor(options: SftpInboxOptions) {
    this.#options = options;
    this.#selection = new RemoteSelection(options, stateOf);
  }

  poll(receive: Receive, refused: RefusedFile[] = []): Promise<PollReport> {
    const { session, folder } = this.#options;
    return session.run(`take files from ${folder === '' ? 'the folder' : folder}`, (remote) =>
      this.#poll(remote, receive, refused),
    );
  }

  async #poll(remote: SftpRemote, receive: Receive, refused: RefusedFile[]): Promise<PollReport> {
    const report: PollReport = { received: 0, waiting: 0, refused };
    const listed = await listFolder(remote, this.#options.folder);
    const chosen = this.#selection.choose(listed, report).sort(byAge);
    const complete = this.#selection.complete(chosen, instantMs(this.#options.clock.now()), report);
    const { fit, failures } = await this.#refuseUnfit(remote, complete, report);
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
      this.#selection.forget(listed);
    }
    await Promise.all(removals);
    if (failures.length > 0) throw failures[0];
    return report;
  }

  async #refuseUnfit(
    remote: SftpRemote,
    files: readonly RemoteFile[],
    report: PollReport,
  ): Promise<{ fit: RemoteFile[]; failures: unknown[] }> {
    const fit: RemoteFile[] = [];
    const failures: unknown[] = [];
    for (const file of files) {
      const trouble = this.#selection.troubleOfSize(file);
      if (trouble === undefined) fit.push(file);
      // Those behind it are not to wait for a folder that cannot be written to.
      else
        await this.#refuse(remote, file, trouble, report).catch((error: unknown) =>
          failures.push(toSftpError(error, `put ${file.path} aside`)),
        );
    }
    return { fit, failures };
  }

  async #fetch(remote: SftpRemote, file: RemoteFile): Promise<Fetched> {
    if (this.#selection.isReceived(file)) return undefined;
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
    if (this.#selection.isReceived(file)) return true;
    if (bytes === undefined) {
      report.waiting += 1;
      return false;
    }
    await receive({ name: file.name, bytes, sourceKey: `${file.path}/${stateOf(file)}` });
    report.received += 1;
    this.#selection.setReceived(file);
    return true;
  }

  async #takeAway(remote: SftpRemote, file: RemoteFile): Promise<void> {
    const { doneFolder, folder } = this.#options;
    const marker = this.#selection.markerOf(file.name);
    try {
      // Another one that its owner has put in its place stays for the next poll.
      if (!(await isUnchanged(remote, file))) return;
      if (doneFolder === undefined) {
        await remote.remove(file.path);
      } else {
        await ensureFolder(remote, doneFolder);
        await remote.rename(file.path, await freePath(remote, doneFolder, file.name));
      }
      this.#selection.setGone(file);
      if (marker !== undefined) await remote.remove(joinPath(folder, marker));
    } catch (error) {
      if (!isMissing(error)) {
        throw toSftpError(error, `take ${file.path}, which is received, away`);
      }
    }
  }

  async #refuse(remote: SftpRemote, file: RemoteFile, reason: string, report: PollReport): Promise<void> {
    const moved = await this.#options.rejected.move(remote, file, reason);
    if (moved) report.refused.push({ name: toSafeName(file.name), reason });
    else this.#selection.refuseInPlace(file, `${reason} It was left on the server.`, report);
  }
}

async function dispose(fetched: Fetched): Promise<void> {
  if (fetched !== undefined && 'dispose' in fetched) await fetched.dispose();
}

/** In the order in which they were written: a partner's later file may build on an earlier one. */
function byAge(a: RemoteFile, b: RemoteFile): number {
  return a.modifiedSeconds - b.modifiedSeconds || (a.name < b.name ? -1 : 1);
}
