import { createHash } from 'node:crypto';
import { access, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { instantMs } from '../common/calendar.ts';
import { GatewayError } from '../common/errors.ts';
import type { Clock } from '../common/time.ts';
import type { FileContent } from '../pipeline/ports/file-content.ts';
import type { OutboundFile } from '../pipeline/ports/transport.ts';
import { isSafeName } from './file-name.ts';
import { ensureFolder, renameDurably, syncFolder, writeDurably } from './durable-file.ts';
import { systemCode } from './folder-error.ts';
import { isSameFile } from './large-file.ts';

const DAY_MS = 86_400_000;
/** Long after the last retry and any redrive by a person. */
const KEEP_MARKS_MS = 90 * DAY_MS;

/**
 * Puts files into a folder, each exactly once, although the partner takes them away whenever it likes. A file is first
 * staged in the hidden folder `.staged` under its key, then a mark says that it is complete, then it is moved. A retry that
 * finds the mark and no staged file knows that the move was made, even when the file has gone since.
 */
export class Outbox {
  readonly #folder: string;
  readonly #staging: string;
  readonly #clock: Clock;
  #nextPruneMs = 0;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#staging = path.join(folder, '.staged');
    this.#clock = clock;
  }

  /** Resolves when the file lies complete and durable under its name. Throws TRANSPORT_REJECTED. */
  async put({ name, bytes, key }: OutboundFile): Promise<void> {
    if (!isSafeName(name)) {
      throw new GatewayError(
        'TRANSPORT_REJECTED',
        `"${name}" cannot be used as a file name; see fileName in partner.yaml.`,
        {
          details: { name },
        },
      );
    }
    await ensureFolder(this.#staging);
    await this.#pruneMarks();
    const staged = path.join(this.#staging, createHash('sha256').update(key).digest('hex'));
    const mark = `${staged}.sent`;
    const target = path.join(this.#folder, name);
    if (await exists(mark)) {
      if (!(await exists(staged))) return;
    } else {
      if (await this.#isThere(target, bytes)) return;
      await writeDurably(staged, bytes);
      await writeFile(mark, '');
      await syncFolder(this.#staging);
    }
    if (await this.#isThere(target, bytes)) {
      await unlink(staged);
      return;
    }
    await renameDurably(staged, target);
  }

  /** True when the target holds these bytes; another content is never overwritten. */
  async #isThere(target: string, bytes: FileContent): Promise<boolean> {
    try {
      const { size } = await stat(target);
      if (await isSameFile(target, size, bytes)) return true;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    }
    throw new GatewayError(
      'TRANSPORT_REJECTED',
      `${path.basename(target)} lies in the outbox already with other content and is not overwritten. ` +
        'Make fileName in partner.yaml unique, for example with {control}.',
      { details: { name: path.basename(target) } },
    );
  }

  /** Once a day. */
  async #pruneMarks(): Promise<void> {
    const nowMs = instantMs(this.#clock.now());
    if (nowMs < this.#nextPruneMs) return;
    this.#nextPruneMs = nowMs + DAY_MS;
    for (const name of await readdir(this.#staging)) {
      const file = path.join(this.#staging, name);
      if (name.endsWith('.sent') && nowMs - (await stat(file)).mtimeMs > KEEP_MARKS_MS) await unlink(file);
    }
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    // A share that does not answer says nothing: without its mark a file would be delivered twice.
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
