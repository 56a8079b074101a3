import type { FileContent } from '../../pipeline/ports/file-content.ts';
import type { ErrorFolder } from '../error-folder.ts';
import { toSafeName } from '../file-name.ts';
import { joinPath } from '../remote-folder.ts';
import { ensureFolder, freePath, holdsContent, upload } from './remote-file.ts';
import type { RemoteFile } from './remote-file.ts';
import type { TransferSettings } from './sftp-options.ts';
import type { Spool } from '../spool.ts';
import type { SftpRemote } from './sftp-remote.ts';
import type { SftpSession } from './sftp-session.ts';

export interface RejectedFilesOptions {
  session: SftpSession;
  /** On the server. */
  folder: string | undefined;
  /** On this machine, where the server has none. */
  local: ErrorFolder;
  transfer: TransferSettings & { mode?: number };
  spool: Spool;
}

/**
 * Where rejected files lie beside their reasons: in the error folder on the server when the channel has one, where the
 * partner sees them, otherwise in a folder of this machine.
 */
export class RejectedFiles {
  readonly #options: RejectedFilesOptions;

  constructor(options: RejectedFilesOptions) {
    this.#options = options;
  }

  /** Puts bytes there; the same bytes again change nothing. */
  async put(name: string, bytes: FileContent, reason: string): Promise<void> {
    const { session, folder, local } = this.#options;
    if (folder === undefined) {
      await local.put(name, bytes, reason);
      return;
    }
    await session.run(`write to ${folder}`, async (remote) => {
      await ensureFolder(remote, folder);
      const path = await this.#pathFor(remote, folder, toSafeName(name), bytes);
      await this.#writeReason(remote, path, reason);
      await upload(remote, path, bytes, this.#options.transfer);
    });
  }

  /** Moves a file there that must not be read; false where there is no folder on the server. */
  async move(remote: SftpRemote, file: RemoteFile, reason: string): Promise<boolean> {
    const { folder } = this.#options;
    if (folder === undefined) return false;
    await ensureFolder(remote, folder);
    const path = await freePath(remote, folder, toSafeName(file.name));
    await this.#writeReason(remote, path, reason);
    await remote.rename(file.path, path);
    return true;
  }

  #writeReason(remote: SftpRemote, path: string, reason: string): Promise<void> {
    return upload(remote, `${path}.txt`, Buffer.from(`${reason}\n`), this.#options.transfer);
  }

  /** The path whose file holds these bytes already, or one that is free. */
  async #pathFor(remote: SftpRemote, folder: string, name: string, bytes: FileContent): Promise<string> {
    const path = joinPath(folder, name);
    const stats = await remote.lstat(path);
    if (stats !== undefined) {
      const { transfer, spool } = this.#options;
      const file = { name, path, sizeBytes: stats.size, modifiedSeconds: stats.mtime, kind: 'file' } as const;
      if (await holdsContent(remote, file, bytes, transfer, spool)) return path;
    }
    return freePath(remote, folder, name);
  }
}
