import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { GatewayError } from '../../../common/errors.ts';
import type { Content } from '../content.ts';
import { release } from './release.ts';

/** Where spools put what is too large for memory. `undefined`: nowhere, a larger content throws SpoolFull. */
export interface SpoolPlace {
  memoryBytes: number;
  file: (() => string) | undefined;
}

/** More than memory may hold, where no file may be written: the work belongs into a worker. */
export class SpoolFull extends Error {
  override readonly name = 'SpoolFull';
}

/** Takes bytes up: in memory, and from `memoryBytes` on in a file that only we can read. */
export class Spool {
  readonly #place: SpoolPlace;
  #chunks: Buffer[] = [];
  #length = 0;
  #file: { path: string; descriptor: number } | undefined;

  constructor(place: SpoolPlace) {
    this.#place = place;
  }

  get length(): number {
    return this.#length;
  }

  /** Copies the chunk. */
  write(chunk: Uint8Array): void {
    this.#length += chunk.length;
    if (this.#file === undefined && this.#length > this.#place.memoryBytes) this.#moveToFile();
    if (this.#file !== undefined) this.#append(this.#file, chunk);
    else this.#chunks.push(Buffer.from(chunk));
  }

  /** As `write`, of a chunk that nobody else keeps: it is not copied, and given back once it is in the file. */
  take(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#file === undefined && this.#length > this.#place.memoryBytes) this.#moveToFile();
    if (this.#file === undefined) {
      this.#chunks.push(chunk);
      return;
    }
    this.#append(this.#file, chunk);
    release(chunk);
  }

  /** Everything that was written. */
  finish(): Content {
    if (this.#file === undefined)
      return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    closeSync(this.#file.descriptor);
    return { path: this.#file.path, start: 0, end: this.#length };
  }

  /** Forgets everything that was written. */
  discard(): void {
    this.#chunks = [];
    if (this.#file === undefined) return;
    closeSync(this.#file.descriptor);
    rmSync(this.#file.path, { force: true });
  }

  #moveToFile(): void {
    if (this.#place.file === undefined) throw new SpoolFull(`More than ${this.#place.memoryBytes} bytes`);
    const file = this.#place.file();
    try {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      this.#file = { path: file, descriptor: openSync(file, 'wx', 0o600) };
    } catch (error) {
      throw unwritable(file, error);
    }
    for (const chunk of this.#chunks) this.#append(this.#file, chunk);
    this.#chunks = [];
  }

  #append(file: { path: string; descriptor: number }, chunk: Uint8Array): void {
    try {
      for (let at = 0; at < chunk.length;) at += writeSync(file.descriptor, chunk, at, chunk.length - at);
    } catch (error) {
      throw unwritable(file.path, error);
    }
  }
}

function unwritable(file: string, cause: unknown): GatewayError {
  return new GatewayError('STORE_UNAVAILABLE', `Cannot write ${file}: ${String(cause)}`, { cause });
}
