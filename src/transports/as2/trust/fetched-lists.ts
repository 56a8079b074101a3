import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { instantMs } from '../../../common/calendar.ts';
import { GatewayError } from '../../../common/errors.ts';
import type { Clock } from '../../../common/time.ts';
import { renameDurably, writeDurably } from '../../durable-file.ts';
import { fetchRevocationList } from './fetch-revocation-list.ts';
import type { ListAddress } from './fetch-revocation-list.ts';
import { readRevocationList } from './revocation-list.ts';
import type { RevocationList } from './revocation-list.ts';

export interface ListResult {
  list?: RevocationList;
  /** Why it could not be read or renewed the last time. */
  trouble?: string;
}

interface Kept extends ListResult {
  fetchedMs: number;
  triedMs: number;
  running?: Promise<void>;
}

const HOUR_MS = 3_600_000;
/** Between two attempts in vain. */
const PAUSE_MS = 5 * 60_000;

/** Revocation lists of addresses that the settings name, with a copy of each on the disk: a start needs no network. */
export class FetchedLists {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Promise<Kept>>();

  constructor(dataFolder: string, clock: Clock) {
    this.#folder = path.join(dataFolder, 'as2', 'revocation-lists');
    this.#clock = clock;
  }

  /** The list of an address: what is known and still counts at once, renewed beside; else it is waited for. */
  async get(address: ListAddress, refreshHours: number): Promise<ListResult> {
    const loading = this.#kept.get(address.url) ?? this.#load(address.url);
    this.#kept.set(address.url, loading);
    const kept = await loading;
    const now = this.#clock.now();
    const nowMs = instantMs(now);
    const counts = kept.list !== undefined && now < kept.list.nextUpdate;
    const due = !counts || nowMs - kept.fetchedMs >= refreshHours * HOUR_MS;
    if (due && nowMs - kept.triedMs >= PAUSE_MS) kept.running ??= this.#renew(address, kept);
    if (!counts) await kept.running;
    return {
      ...(kept.list !== undefined && { list: kept.list }),
      ...(kept.trouble !== undefined && { trouble: kept.trouble }),
    };
  }

  async #renew(address: ListAddress, kept: Kept): Promise<void> {
    kept.triedMs = instantMs(this.#clock.now());
    try {
      const bytes = await fetchRevocationList(address);
      const list = readRevocationList(bytes, address.url);
      // Somebody on the way could bring back the time before a revocation.
      if (kept.list !== undefined && list.thisUpdate < kept.list.thisUpdate) {
        throw new GatewayError('CERTIFICATE_INVALID', `${address.url} gives an older list than before.`);
      }
      kept.list = list;
      kept.fetchedMs = kept.triedMs;
      delete kept.trouble;
      await this.#write(address.url, bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      kept.trouble = `the revocation list ${address.url} could not be renewed: ${reason}`;
    } finally {
      delete kept.running;
    }
  }

  async #load(url: string): Promise<Kept> {
    const file = this.#fileOf(url);
    try {
      const list = readRevocationList(await readFile(file), url);
      return { list, fetchedMs: (await stat(file)).mtimeMs, triedMs: -Infinity };
    } catch {
      return { fetchedMs: -Infinity, triedMs: -Infinity };
    }
  }

  async #write(url: string, bytes: Uint8Array): Promise<void> {
    const file = this.#fileOf(url);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    // The command line may fetch at the same time.
    const temporary = `${file}.${process.pid}`;
    await writeDurably(temporary, bytes);
    await renameDurably(temporary, file);
  }

  #fileOf(url: string): string {
    return path.join(this.#folder, `${createHash('sha256').update(url).digest('hex')}.crl`);
  }
}
