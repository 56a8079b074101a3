import type { Client } from 'basic-ftp';
import type { FileContent } from '../../pipeline/ports/file-content.ts';
import { toSafeName } from '../file-name.ts';
import type { ErrorFolder } from '../error-folder.ts';
import { joinPath } from '../remote-folder.ts';
import type { Spool } from '../spool.ts';
import type { FtpSession } from './ftp-session.ts';
import type { RemoteFile } from './remote-file.ts';
import { ensureFolder, freePath, holdsContent, sizeOf, upload } from './remote-file.ts';

/**
 * Where rejected files lie beside their reasons: in the error folder on the server when the channel has one, where the
 * partner sees them, otherwise in a folder of this machine.
 */
export class RejectedFiles {
  readonly #session: FtpSession;
  readonly #folder: string | undefined;
  readonly #local: ErrorFolder;
  readonly #spool: Spool;

  constructor(session: FtpSession, folder: string | undefined, local: ErrorFolder, spool: Spool) {
    this.#session = session;
    this.#folder = folder;
    this.#local = local;
    this.#spool = spool;
  }

  /** Puts bytes there; the same bytes again change nothing. */
  async put(name: string, bytes: FileContent, reason: string): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) {
      await this.#local.put(name, bytes, reason);
      return;
    }
    await this.#session.run(`write to ${folder}`, async (client) => {
      await ensureFolder(client, folder);
      const path = await this.#pathFor(client, folder, toSafeName(name), bytes);
      await upload(client, Buffer.from(`${reason}\n`), `${path}.txt`);
      await upload(client, bytes, path);
    });
  }

  /** Moves a file there that must not be read; false where there is no folder on the server. */
  async move(file: RemoteFile, reason: string): Promise<boolean> {
    const folder = this.#folder;
    if (folder === undefined) return false;
    await this.#session.run(`move ${file.path} to ${folder}`, async (client) => {
      await ensureFolder(client, folder);
      const path = await freePath(client, folder, toSafeName(file.name));
      await upload(client, Buffer.from(`${reason}\n`), `${path}.txt`);
      await client.rename(file.path, path);
    });
    return true;
  }

  /** The path whose file holds these bytes already, or one that is free. */
  async #pathFor(client: Client, folder: string, name: string, bytes: FileContent): Promise<string> {
    const path = joinPath(folder, name);
    const size = await sizeOf(client, path);
    if (size !== undefined && (await holdsContent(client, path, size, bytes, this.#spool))) return path;
    return freePath(client, folder, name);
  }
}
