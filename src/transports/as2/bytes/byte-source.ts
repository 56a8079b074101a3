import { closeSync, openSync, readSync } from 'node:fs';
import { GatewayError } from '../../../common/errors.ts';
import { invariant } from '../../../common/invariant.ts';
import type { Content } from '../content.ts';

const BLOCK_BYTES = 64 * 1024;

/** Bytes that can be read at any place, wherever they lie. Reads are synchronous: large sources belong into a worker. */
export interface ByteSource {
  readonly length: number;
  /** The octet there. */
  octet(at: number): number;
  /** Exactly those bytes; they stay as they are for as long as the caller keeps them. */
  read(start: number, end: number): Buffer;
  /** That range in blocks. A block is good only until the next one is asked for. */
  blocks(start: number, end: number): Iterable<Buffer>;
  /** That range as content for whoever comes after. */
  content(start: number, end: number): Content;
}

function checkRange({ length }: ByteSource, start: number, end: number): void {
  if (start >= 0 && start <= end && end <= length) return;
  invariant(false, `Range ${start}–${end} of ${length}`);
}

export class MemorySource implements ByteSource {
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.#bytes.length;
  }

  octet(at: number): number {
    checkRange(this, at, at + 1);
    return this.#bytes[at]!;
  }

  read(start: number, end: number): Buffer {
    checkRange(this, start, end);
    return this.#bytes.subarray(start, end);
  }

  *blocks(start: number, end: number): Iterable<Buffer> {
    for (let at = start; at < end; at += BLOCK_BYTES) yield this.read(at, Math.min(at + BLOCK_BYTES, end));
  }

  content(start: number, end: number): Content {
    return this.read(start, end);
  }
}

export class FileSource implements ByteSource {
  readonly length: number;
  readonly #path: string;
  readonly #offset: number;
  readonly #file: number;
  /** What was read last: headers of CMS chunks are read a few bytes at a time. */
  readonly #window = Buffer.allocUnsafe(64 * 1024);
  #windowStart = 0;
  #windowEnd = 0;

  constructor(path: string, start: number, end: number) {
    this.#path = path;
    this.#offset = start;
    this.length = end - start;
    try {
      this.#file = openSync(path, 'r');
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  #fill(target: Buffer, at: number): void {
    let filled = 0;
    try {
      while (filled < target.length) {
        const count = readSync(
          this.#file,
          target,
          filled,
          target.length - filled,
          this.#offset + at + filled,
        );
        if (count === 0) throw new Error('it is shorter than it was');
        filled += count;
      }
    } catch (error) {
      throw unreadable(this.#path, error);
    }
  }

  octet(at: number): number {
    return this.read(at, at + 1)[0]!;
  }

  read(start: number, end: number): Buffer {
    checkRange(this, start, end);
    if (end - start > this.#window.length) {
      const bytes = Buffer.allocUnsafe(end - start);
      this.#fill(bytes, start);
      return bytes;
    }
    if (start < this.#windowStart || end > this.#windowEnd) {
      const size = Math.min(this.#window.length, this.length - start);
      this.#fill(this.#window.subarray(0, size), start);
      this.#windowStart = start;
      this.#windowEnd = start + size;
    }
    return Buffer.from(this.#window.subarray(start - this.#windowStart, end - this.#windowStart));
  }

  *blocks(start: number, end: number): Iterable<Buffer> {
    checkRange(this, start, end);
    const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, end - start));
    for (let at = start; at < end; at += block.length) {
      const part = block.subarray(0, Math.min(block.length, end - at));
      this.#fill(part, at);
      yield part;
    }
  }

  content(start: number, end: number): Content {
    return { path: this.#path, start: this.#offset + start, end: this.#offset + end };
  }

  close(): void {
    closeSync(this.#file);
  }
}

function unreadable(path: string, cause: unknown): GatewayError {
  return new GatewayError('STORE_UNAVAILABLE', `Cannot read ${path}: ${String(cause)}`, { cause });
}
