import type { Client } from 'basic-ftp';
import { instantMs } from '../../common/calendar.ts';
import type { Clock } from '../../common/time.ts';
import { contentSize, IN_MEMORY_BYTES } from '../../pipeline/ports/file-content.ts';
import type { InboundFile, PollReport, RefusedFile } from '../../pipeline/ports/transport.ts';
import { toSafeName } from '../file-name.ts';
import { joinPath } from '../remote-folder.ts';
import { RemoteSelection } from '../remote-selection.ts';
import type { SelectionRules } from '../remote-selection.ts';
import type { Spool, SpooledContent } from '../spool.ts';
import type { FtpSession } from './ftp-session.ts';
import type { RejectedFiles } from './rejected-files.ts';
import {
  download,
  downloadLarge,
  ensureFolder,
  freePath,
  listFolder,
  modifiedOf,
  sizeOf,
} from './remote-file.ts';
import type { RemoteFile } from './remote-file.ts';

export interface FtpInboxOptions extends SelectionRules {
  session: FtpSession;
  clock: Clock;
  folder: string;
  /** Where received files are moved; without it they are deleted. */
  doneFolder?: string;
  rejected: RejectedFiles;
  /** Where large files lie until they are received. */
  spool: Spool;
}

type Receive = (file: InboundFile) => Promise<void>;

/** Takes complete files off the server. A file leaves it only after it was received durably. */
export class FtpInbox {
  readonly #options: FtpInboxOptions;
  readonly #selection: RemoteSelection<RemoteFile>;

  constructor(options: FtpInboxOptions) {
    this.#options = options;
    this.#selection = new RemoteSelection(options, stateOf);
  }

  async poll(receive: Receive, refused: RefusedFile[] = []): Promise<PollReport> {
    const { session, folder, clock } = this.#options;
    const report: PollReport = { received: 0, waiting: 0, refused };
    const chosen = await session.run(`list ${folder === '' ? 'the folder' : folder}`, async (client) => {
      const entries = await listFolder(client, folder);
      return this.#withTimes(client, this.#selection.choose(entries, report));
    });
    const complete = this.#selection.complete(chosen.sort(byAge), instantMs(clock.now()), report);
    const failures: unknown[] = [];
    for (const file of complete) await this.#take(file, receive, report, failures);
    this.#selection.forget(chosen);
    if (failures.length > 0) throw failures[0];
    return report;
  }

  /** Where the list tells no exact time, each file is asked for its own. */
  async #withTimes(client: Client, files: readonly RemoteFile[]): Promise<RemoteFile[]> {
    const timed: RemoteFile[] = [];
    for (const file of files) {
      const modified = isInstant(file.modified)
        ? file.modified
        : await modifiedOf(client, file.path, file.modified);
      if (modified !== undefined) timed.push({ ...file, modified });
    }
    return timed;
  }

  async #take(file: RemoteFile, receive: Receive, report: PollReport, failures: unknown[]): Promise<void> {
    const trouble = this.#selection.troubleOfSize(file);
    if (trouble !== undefined) {
      // Those behind it are not to wait for a folder that cannot be written to.
      await this.#refuse(file, trouble, report).catch((error: unknown) => failures.push(error));
      return;
    }
    if (!this.#selection.isReceived(file)) {
      const bytes = await this.#fetch(file);
      if (bytes === undefined) {
        report.waiting += 1;
        return;
      }
      try {
        await receive({ name: file.name, bytes, sourceKey: `${file.name}/${stateOf(file)}` });
      } finally {
        if ('dispose' in bytes) await bytes.dispose();
      }
      report.received += 1;
      this.#selection.setReceived(file);
    }
    try {
      await this.#options.session.run(`take ${file.path} away`, (client) => this.#takeAway(client, file));
    } catch (error) {
      // Those behind it are not to wait for that.
      failures.push(error);
    }
  }

  /** The bytes of exactly that state of the file; undefined when it changed or went meanwhile. */
  async #fetch(file: RemoteFile): Promise<Uint8Array | SpooledContent | undefined> {
    const { session, maxFileBytes, spool } = this.#options;
    try {
      return await session.run(`fetch ${file.path}`, async (client) => {
        const bytes =
          file.sizeBytes > IN_MEMORY_BYTES
            ? await downloadLarge(client, file.path, maxFileBytes, spool)
            : await download(client, file.path, maxFileBytes);
        if (bytes === undefined) return undefined;
        if (contentSize(bytes) === file.sizeBytes && (await isUnchanged(client, file))) return bytes;
        if ('dispose' in bytes) await bytes.dispose();
        return undefined;
      });
    } catch (error) {
      // Some servers break the connection off when the file has gone.
      const gone = await session
        .run(`look for ${file.path}`, async (client) => (await sizeOf(client, file.path)) === undefined)
        .catch(() => false);
      if (gone) return undefined;
      throw error;
    }
  }

  async #takeAway(client: Client, file: RemoteFile): Promise<void> {
    const { doneFolder, folder } = this.#options;
    const marker = this.#selection.markerOf(file.name);
    // Another one that its owner has put in its place stays for the next poll.
    if (!(await isUnchanged(client, file))) return;
    if (doneFolder === undefined) {
      await client.remove(file.path);
    } else {
      await ensureFolder(client, doneFolder);
      await client.rename(file.path, await freePath(client, doneFolder, file.name));
    }
    this.#selection.setGone(file);
    if (marker !== undefined) await client.remove(joinPath(folder, marker), true);
  }

  async #refuse(file: RemoteFile, reason: string, report: PollReport): Promise<void> {
    const moved = await this.#options.rejected.move(file, reason);
    if (moved) report.refused.push({ name: toSafeName(file.name), reason });
    else this.#selection.refuseInPlace(file, `${reason} It was left on the server.`, report);
  }
}

async function isUnchanged(client: Client, file: RemoteFile): Promise<boolean> {
  if ((await sizeOf(client, file.path)) !== file.sizeBytes) return false;
  return (await modifiedOf(client, file.path, file.modified)) === file.modified;
}

function stateOf({ modified, sizeBytes }: RemoteFile): string {
  return `${modified}/${sizeBytes}`;
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T/.test(text);
}

/** In the order in which they were written: a partner's later file may build on an earlier one. */
function byAge(a: RemoteFile, b: RemoteFile): number {
  if (a.modified !== b.modified) return a.modified < b.modified ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
