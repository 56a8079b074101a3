import { createHash } from 'node:crypto';
import { instantMs } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import type { FileContent } from '../../pipeline/ports/file-content.ts';
import type { OutboundFile } from '../../pipeline/ports/transport.ts';
import type { DeliveryMarks } from '../delivery-marks.ts';
import { isSafeName } from '../file-name.ts';
import { joinPath } from '../remote-folder.ts';
import { holdsContent, listFolder, upload } from './remote-file.ts';
import { STATUS, statusOf } from './sftp-error.ts';
import type { TransferSettings } from './sftp-options.ts';
import type { SftpRemote } from './sftp-remote.ts';
import type { SftpSession } from './sftp-session.ts';
import type { Spool } from '../spool.ts';

export interface SftpOutboxOptions {
  session: SftpSession;
  marks: DeliveryMarks;
  clock: Clock;
  folder: string;
  /** Name while it is being written: `{name}` and `{key}` are filled in. */
  temporaryName: string;
  overwrite: boolean;
  transfer: TransferSettings & { mode?: number };
  /** For comparing large files. */
  spool: Spool;
}

const DAY_MS = 86_400_000;

/**
 * Puts files onto the server, each exactly once: under a temporary name first, then the size is checked, then a mark says
 * that the file is complete, then it gets its name in one step. A retry that finds the mark and no temporary file knows that
 * the move was made, even when the partner has taken the file since.
 */
export class SftpOutbox {
  readonly #options: SftpOutboxOptions;
  #nextSweepMs = 0;

  constructor(options: SftpOutboxOptions) {
    this.#options = options;
  }

  /** Resolves with the path under which the whole file lay. Throws TRANSPORT_*. */
  async put({ name, bytes, key }: OutboundFile): Promise<string> {
    const { folder, marks, session, temporaryName } = this.#options;
    if (!isSafeName(name)) {
      throw new GatewayError(
        'TRANSPORT_REJECTED',
        `"${name}" cannot be used as a file name; see fileName in partner.yaml.`,
        { details: { name } },
      );
    }
    const mark = createHash('sha256').update(key).digest('hex').slice(0, 32);
    const path = joinPath(folder, name);
    const temporary = joinPath(folder, fill(temporaryName, name, mark));
    const isMarked = await marks.has(mark);
    await session.run(`put ${path}`, async (remote) => {
      await this.#sweep(remote);
      if (isMarked && (await remote.lstat(temporary)) === undefined) return;
      await this.#put(remote, { bytes, path, temporary, mark });
    });
    return path;
  }

  async #put(
    remote: SftpRemote,
    { bytes, path, temporary, mark }: { bytes: FileContent; path: string; temporary: string; mark: string },
  ): Promise<void> {
    const { marks, transfer } = this.#options;
    // Both are asked at once: as a rule the target is not there.
    const [there, uploaded] = await Promise.allSettled([
      this.#isThere(remote, path, bytes),
      upload(remote, temporary, bytes, transfer),
    ]);
    if (there.status === 'rejected' || there.value || uploaded.status === 'rejected') {
      // Room for others on a full disk; the next attempt begins anew.
      await remote.remove(temporary).catch(() => undefined);
    }
    if (there.status === 'rejected') throw there.reason;
    if (there.value) {
      await marks.put(mark);
      return;
    }
    if (uploaded.status === 'rejected') throw uploaded.reason;
    await marks.put(mark);
    await this.#move(remote, { temporary, path, mark, bytes });
  }

  async #move(
    remote: SftpRemote,
    { temporary, path, mark, bytes }: { temporary: string; path: string; mark: string; bytes: FileContent },
  ): Promise<void> {
    try {
      await this.#rename(remote, temporary, path);
    } catch (error) {
      // Without an answer it may have been made: the mark stays, and the next attempt finds out.
      if (statusOf(error) === undefined) throw error;
      await this.#options.marks.remove(mark);
      // Somebody was quicker: with the same bytes that is a delivery.
      if (!(await this.#isThere(remote, path, bytes))) throw error;
      await remote.remove(temporary).catch(() => undefined);
      await this.#options.marks.put(mark);
    }
  }

  /** A plain rename never replaces a file; where that is allowed, the one that does it in a single step is tried first. */
  async #rename(remote: SftpRemote, from: string, to: string): Promise<void> {
    if (!this.#options.overwrite) {
      await remote.rename(from, to);
      return;
    }
    try {
      await remote.replace(from, to);
    } catch (error) {
      if (statusOf(error) !== STATUS.unsupported) throw error;
      if ((await remote.lstat(to)) !== undefined) await remote.remove(to);
      await remote.rename(from, to);
    }
  }

  /** True when the target holds these bytes. */
  async #isThere(remote: SftpRemote, path: string, bytes: FileContent): Promise<boolean> {
    const stats = await remote.lstat(path);
    if (stats === undefined) return false;
    const { transfer, spool } = this.#options;
    const file = {
      name: path,
      path,
      sizeBytes: stats.size,
      modifiedSeconds: stats.mtime,
      kind: 'file',
    } as const;
    if (await holdsContent(remote, file, bytes, transfer, spool)) return true;
    if (this.#options.overwrite) return false;
    throw new GatewayError(
      'TRANSPORT_REJECTED',
      `${path} lies on the server already with other content and is not overwritten. ` +
        'Make fileName in partner.yaml unique, for example with {control}, or allow it by overwrite.',
      { details: { path } },
    );
  }

  /**
   * Once a day: temporary files of ours that an attempt has left which will not come back. One that is marked stays: it is
   * complete, and only its absence would say that it was delivered.
   */
  async #sweep(remote: SftpRemote): Promise<void> {
    const { clock, folder, marks, temporaryName } = this.#options;
    const nowMs = instantMs(clock.now());
    if (nowMs < this.#nextSweepMs) return;
    this.#nextSweepMs = nowMs + DAY_MS;
    for (const { name, path, modifiedSeconds } of await listFolder(remote, folder)) {
      const mark = markOf(temporaryName, name);
      if (mark === undefined || nowMs - modifiedSeconds * 1000 < DAY_MS || (await marks.has(mark))) continue;
      await remote.remove(path).catch(() => undefined);
    }
  }
}

function fill(template: string, name: string, mark: string): string {
  return template.replaceAll('{name}', name).replaceAll('{key}', mark);
}

/** The mark in the name of a temporary file; undefined where it is none of ours. */
function markOf(template: string, name: string): string | undefined {
  const pattern = template
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replaceAll('{name}', '.+')
    .replaceAll('{key}', '([0-9a-f]{32})');
  return new RegExp(`^${pattern}$`, 's').exec(name)?.[1];
}
