import { createHash } from 'node:crypto';
import { FTPError } from 'basic-ftp';
import type { Client } from 'basic-ftp';
import { GatewayError } from '../../common/errors.ts';
import { contentSize } from '../../pipeline/ports/file-content.ts';
import type { FileContent } from '../../pipeline/ports/file-content.ts';
import type { OutboundFile } from '../../pipeline/ports/transport.ts';
import type { DeliveryMarks } from '../delivery-marks.ts';
import { isSafeName } from '../file-name.ts';
import { joinPath } from '../remote-folder.ts';
import type { Spool } from '../spool.ts';
import type { FtpSession } from './ftp-session.ts';
import { holdsContent, sizeOf, upload } from './remote-file.ts';

export interface FtpOutboxOptions {
  session: FtpSession;
  marks: DeliveryMarks;
  folder: string;
  /** Name while it is being written: `{name}` and `{key}` are filled in. */
  temporaryName: string;
  overwrite: boolean;
  /** For comparing large files. */
  spool: Spool;
}

/**
 * Puts files onto the server, each exactly once: under a temporary name first, then the size is checked, then a mark says
 * that the file is complete, then it gets its name in one step. A retry that finds the mark and no temporary file knows that
 * the move was made, even when the partner has taken the file since.
 */
export class FtpOutbox {
  readonly #options: FtpOutboxOptions;

  constructor(options: FtpOutboxOptions) {
    this.#options = options;
  }

  /** Resolves with the path under which the whole file lay. Throws TRANSPORT_*. */
  async put(file: OutboundFile): Promise<string> {
    const { folder, session } = this.#options;
    if (!isSafeName(file.name)) {
      throw new GatewayError(
        'TRANSPORT_REJECTED',
        `"${file.name}" cannot be used as a file name; see fileName in partner.yaml.`,
        { details: { name: file.name } },
      );
    }
    const path = joinPath(folder, file.name);
    await session.run(`put ${path}`, (client) => this.#put(client, file, path));
    return path;
  }

  async #put(client: Client, file: OutboundFile, path: string): Promise<void> {
    const { marks } = this.#options;
    const marked = await marks.has(file.key);
    const temporary = this.#temporaryPath(file);
    if (marked && (await sizeOf(client, temporary)) === undefined) return;
    if (await this.#isThere(client, path, file.bytes)) {
      await marks.put(file.key);
      if (marked) await client.remove(temporary, true);
      return;
    }
    await this.#upload(client, file.bytes, temporary);
    await marks.put(file.key);
    await this.#move(client, temporary, path, file.key);
  }

  async #upload(client: Client, bytes: FileContent, temporary: string): Promise<void> {
    try {
      await upload(client, bytes, temporary);
      const size = await sizeOf(client, temporary);
      if (size !== contentSize(bytes)) {
        throw new GatewayError(
          'TRANSPORT_UNAVAILABLE',
          `${temporary} has ${size ?? 'no'} bytes on the server after sending ${contentSize(bytes)}.`,
        );
      }
    } catch (error) {
      // Room for others on a full disk; the next attempt begins anew.
      if (!client.closed) await client.remove(temporary, true).catch(() => undefined);
      throw error;
    }
  }

  async #move(client: Client, temporary: string, path: string, key: string): Promise<void> {
    try {
      await client.rename(temporary, path);
    } catch (error) {
      // Refused for certain: the file is not there. Without an answer it may be, and the mark stays.
      if (!(error instanceof FTPError)) throw error;
      if (this.#options.overwrite && (await sizeOf(client, path)) !== undefined) {
        await client.remove(path);
        await client.rename(temporary, path);
        return;
      }
      await this.#options.marks.remove(key);
      throw error;
    }
  }

  /** True when the target holds these bytes. Servers overwrite silently on a rename, so this is asked before. */
  async #isThere(client: Client, path: string, bytes: FileContent): Promise<boolean> {
    const size = await sizeOf(client, path);
    if (size === undefined) return false;
    if (await holdsContent(client, path, size, bytes, this.#options.spool)) return true;
    // The partner may have taken it while it was compared.
    if ((await sizeOf(client, path)) === undefined) return false;
    if (this.#options.overwrite) return false;
    throw new GatewayError(
      'TRANSPORT_REJECTED',
      `${path} lies on the server already with other content and is not overwritten. ` +
        'Make fileName in partner.yaml unique, for example with {control}, or allow it by overwrite.',
      { details: { path } },
    );
  }

  #temporaryPath({ name, key }: OutboundFile): string {
    const digest = createHash('sha256').update(key).digest('hex').slice(0, 12);
    const temporary = this.#options.temporaryName.replaceAll('{name}', name).replaceAll('{key}', digest);
    return joinPath(this.#options.folder, temporary);
  }
}
