import type { Client } from 'basic-ftp';
import { instantMs } from '../../common/calendar.ts';
import type { Clock } from '../../common/time.ts';
import { contentSize, IN_MEMORY_BYTES } from '../../pipeline/ports/file-content.ts';
import type { InboundFile, PollReport } from '../../pipeline/ports/transport.ts';
import { createMatcher, toSafeName } from '../file-name.ts';
import { troubleOfName } from '../remote-name.ts';
import type { Spool, SpooledContent } from '../spool.ts';
import { StableFiles } from '../stable-files.ts';
import { joinPath } from './ftp-options.ts';
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

export interface FtpInboxOptions {
  session: FtpSession;
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
  /** Where large files lie until they are received. */
  spool: Spool;
  maxFileBytes: number;
  maxFilesPerPoll: number;
}

type Receive = (file: InboundFile) => Promise<void>;

/** Takes complete files off the server. A file leaves it only after it was received durably. */
export class FtpInbox {
  readonly #options: FtpInboxOptions;
  readonly #stable: StableFiles;
  readonly #matches: (name: string) => boolean;
  readonly #isTemporary: (name: string) => boolean;
  /** Received, but still there: the connection was lost, or the server refuses to give them up. */
  readonly #received = new Map<string, string>();
  /** Reported as refused and left where they are. */
  readonly #refused = new Map<string, string>();

  constructor(options: FtpInboxOptions) {
    this.#options = options;
    this.#stable = new StableFiles(options.settleMs);
    this.#matches = createMatcher(options.patterns);
    this.#isTemporary = createMatcher(options.temporaryPatterns);
  }

  async poll(receive: Receive): Promise<PollReport> {
    const { session, folder, maxFilesPerPoll } = this.#options;
    const report: PollReport = { received: 0, waiting: 0, refused: [] };
    const listed = await session.run(`list ${folder === '' ? 'the folder' : folder}`, async (client) => {
      const entries = await listFolder(client, folder);
      return this.#withTimes(client, this.#choose(entries, report));
    });
    this.#stable.startPoll();
    const nowMs = instantMs(this.#options.clock.now());
    const failures: unknown[] = [];
    for (const file of listed.sort(byAge)) {
      const stable = this.#stable.isStable(file.name, stateOf(file), file.sizeBytes, nowMs);
      if (!(stable || this.#options.marker !== undefined) || report.received >= maxFilesPerPoll) {
        report.waiting += 1;
      } else {
        await this.#take(file, receive, report, failures);
      }
    }
    this.#forget(listed);
    if (failures.length > 0) throw failures[0];
    return report;
  }

  /** The entries that are to be taken once they are complete. */
  #choose(entries: readonly RemoteFile[], report: PollReport): RemoteFile[] {
    const { marker } = this.#options;
    const names = new Set(entries.map(({ name }) => name));
    const markers = new Set(marker === undefined ? [] : [...names].map((name) => markerOf(marker, name)));
    const chosen = new Map<string, RemoteFile>();
    for (const file of entries) {
      const { name, kind } = file;
      if (kind === 'folder' || name.startsWith('.') || markers.has(name)) continue;
      if (this.#isTemporary(name)) {
        report.waiting += 1;
        continue;
      }
      if (!this.#matches(name)) continue;
      const trouble = kind === 'other' ? 'it is a link or a device, not a file' : troubleOfName(name);
      if (trouble !== undefined) {
        this.#refuseInPlace(file, `Left on the server untouched: ${trouble}.`, report);
      } else if (marker !== undefined && !names.has(markerOf(marker, name))) {
        report.waiting += 1;
      } else {
        chosen.set(name, file);
      }
    }
    return [...chosen.values()];
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
    const { session, maxFileBytes } = this.#options;
    if (file.sizeBytes === 0) {
      await this.#refuse(file, 'The file is empty. Send it again.', report);
      return;
    }
    if (file.sizeBytes > maxFileBytes) {
      const reason = `The file has ${file.sizeBytes} bytes; at most ${maxFileBytes} are taken. Send it in parts.`;
      await this.#refuse(file, reason, report);
      return;
    }
    if (this.#received.get(file.name) !== stateOf(file)) {
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
      this.#received.set(file.name, stateOf(file));
    }
    try {
      await session.run(`take ${file.path} away`, (client) => this.#takeAway(client, file));
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
    const { marker, doneFolder, folder } = this.#options;
    // Another one that its owner has put in its place stays for the next poll.
    if (!(await isUnchanged(client, file))) return;
    if (doneFolder === undefined) {
      await client.remove(file.path);
    } else {
      await ensureFolder(client, doneFolder);
      await client.rename(file.path, await freePath(client, doneFolder, file.name));
    }
    this.#received.delete(file.name);
    if (marker !== undefined) {
      await client.remove(joinPath(folder, markerOf(marker, file.name)), true);
    }
  }

  async #refuse(file: RemoteFile, reason: string, report: PollReport): Promise<void> {
    const moved = await this.#options.rejected.move(file, reason);
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
    while (this.#refused.size > 10_000) this.#refused.delete(this.#refused.keys().next().value!);
  }
}

async function isUnchanged(client: Client, file: RemoteFile): Promise<boolean> {
  if ((await sizeOf(client, file.path)) !== file.sizeBytes) return false;
  return (await modifiedOf(client, file.path, file.modified)) === file.modified;
}

function stateOf({ modified, sizeBytes }: RemoteFile): string {
  return `${modified}/${sizeBytes}`;
}

function markerOf(marker: string, name: string): string {
  return marker.replaceAll('{name}', name);
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T/.test(text);
}

/** In the order in which they were written: a partner's later file may build on an earlier one. */
function byAge(a: RemoteFile, b: RemoteFile): number {
  if (a.modified !== b.modified) return a.modified < b.modified ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
