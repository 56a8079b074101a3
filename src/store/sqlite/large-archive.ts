import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { release } from '../../common/release.ts';
import { blocksOf } from '../blocks.ts';
import { conflict } from '../conflict.ts';
import { damagedArchive, otherContent } from '../corrupt.ts';
import { Statements } from './statements.ts';

/** Pages that are kept in memory: of large content none is read twice. */
const CACHE_KIB = 1_024;
/** Smaller than the pieces of a commit: SQLite copies one, and makes a row of it, while it writes it. */
const PIECE_BYTES = 256 * 1024;

const PUT =
  'INSERT INTO archive (sha256, chunk, chunks, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET chunks = excluded.chunks, bytes = excluded.bytes';
const EXISTS = 'SELECT chunks FROM archive WHERE sha256 = ? AND chunk = 0';
const START = 'INSERT INTO archive_uploads (sha256) VALUES (?) ON CONFLICT DO NOTHING';
const UPLOADING = 'SELECT 1 FROM archive_uploads WHERE sha256 = ?';
const END = 'DELETE FROM archive_uploads WHERE sha256 = ?';
const DROP = 'DELETE FROM archive WHERE sha256 = ?';
const READ = 'SELECT bytes FROM archive WHERE sha256 = ? AND chunk = ?';

/**
 * Archive entries that are too large for memory, over a connection of its own: the pages of a gigabyte would fill the cache of the
 * other one, and push out what it holds.
 */
export class LargeArchive {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #statements: Statements;
  readonly #isOwn: boolean;

  /** `only` is the connection of a store in memory, which can have no other. */
  constructor(file: string, busyTimeoutMs: number, only?: DatabaseSync) {
    this.#isOwn = only === undefined;
    this.#db = only ?? new DatabaseSync(file, { timeout: busyTimeoutMs });
    this.#file = file;
    this.#statements = new Statements(this.#db);
    if (this.#isOwn) this.#db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY`);
  }

  /**
   * Writes content piece by piece, a transaction each. The first piece is written last, together with the end of the upload:
   * without it there is no entry.
   */
  async put(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.#exists(sha256)) return;
    this.#transact(() => this.#run(START, sha256), 'NORMAL');
    const hash = createHash('sha256');
    let first: Uint8Array | undefined;
    let count = 0;
    try {
      for await (const block of blocksOf(pieces, PIECE_BYTES)) {
        hash.update(block);
        const chunk = count;
        count += 1;
        if (chunk === 0) {
          first = block;
          continue;
        }
        this.#transact(() => this.#run(PUT, sha256, chunk, 0, block), 'NORMAL');
        release(block);
        // Others have their turn between two pieces.
        await nextTurn();
      }
      if (hash.digest('hex') !== sha256) throw otherContent(sha256);
    } catch (error) {
      if (this.#db.isOpen) this.#transact(() => this.#drop(sha256), 'NORMAL');
      throw error;
    }
    this.#transact(() => {
      // Ended by another upload of the same, or by an erasure of what that one has put.
      if (this.#statements.get(UPLOADING).get(sha256) === undefined) {
        if (this.#exists(sha256)) return;
        this.#run(DROP, sha256);
        throw conflict('archive', sha256, 'changed');
      }
      this.#run(PUT, sha256, 0, count, first!);
      this.#run(END, sha256);
    }, 'FULL');
  }

  /** Checks every piece's presence, and the hash at the end. Undefined where there is no entry. */
  stream(sha256: string): AsyncIterable<Uint8Array> | undefined {
    const row = this.#statements.get(EXISTS).get(sha256);
    return row === undefined ? undefined : this.#pieces(sha256, Number(row['chunks']));
  }

  async *#pieces(sha256: string, count: number): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for (let chunk = 0; chunk < count; chunk += 1) {
      const row = this.#statements.get(READ).get(sha256, chunk);
      if (row === undefined) throw damagedArchive(sha256, this.#file);
      const bytes = row['bytes'] as Uint8Array;
      hash.update(bytes);
      yield bytes;
      await nextTurn();
    }
    if (hash.digest('hex') !== sha256) throw damagedArchive(sha256, this.#file);
  }

  /** Removes what uploads have left that were cut off. Only while nobody uploads. */
  sweep(): void {
    for (const { sha256 } of this.#db.prepare('SELECT sha256 FROM archive_uploads').all())
      this.#transact(() => this.#drop(String(sha256)), 'NORMAL');
  }

  close(): void {
    if (this.#isOwn) this.#db.close();
  }

  #exists(sha256: string): boolean {
    return this.#statements.get(EXISTS).get(sha256) !== undefined;
  }

  /** Unless another upload of the same has been faster. */
  #drop(sha256: string): void {
    if (!this.#exists(sha256)) this.#run(DROP, sha256);
    this.#run(END, sha256);
  }

  #run(sql: string, ...values: (string | number | Uint8Array)[]): void {
    this.#statements.get(sql).run(...values);
  }

  /** NORMAL leaves the flush to the next FULL one; the order is kept. */
  #transact(action: () => void, synchronous: 'NORMAL' | 'FULL'): void {
    this.#db.exec(this.#isOwn ? `PRAGMA synchronous = ${synchronous}; BEGIN IMMEDIATE` : 'BEGIN IMMEDIATE');
    try {
      action();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
