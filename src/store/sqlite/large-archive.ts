import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { blocksOf } from '../blocks.ts';
import { damagedArchive, otherContent } from '../corrupt.ts';
import type { Statements } from './statements.ts';
import { CHUNK_BYTES } from './writes.ts';

/** Runs statements as one transaction. */
export type Transact = (action: () => void, durable: boolean) => void;

const PUT =
  'INSERT INTO archive (sha256, chunk, chunks, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET chunks = excluded.chunks, bytes = excluded.bytes';
const EXISTS = 'SELECT chunks FROM archive WHERE sha256 = ? AND chunk = 0';
const START = 'INSERT INTO archive_uploads (sha256) VALUES (?) ON CONFLICT DO NOTHING';
const END = 'DELETE FROM archive_uploads WHERE sha256 = ?';
const DROP = 'DELETE FROM archive WHERE sha256 = ?';
const READ = 'SELECT bytes FROM archive WHERE sha256 = ? AND chunk = ?';

/**
 * Writes content piece by piece, a transaction each. The first piece is written last, together with the end of the upload:
 * without it there is no entry.
 */
export async function putLarge(
  statements: Statements,
  transact: Transact,
  sha256: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  if (statements.get(EXISTS).get(sha256) !== undefined) return;
  transact(() => statements.get(START).run(sha256), false);
  const hash = createHash('sha256');
  let first: Uint8Array | undefined;
  let count = 0;
  try {
    for await (const block of blocksOf(pieces, CHUNK_BYTES)) {
      hash.update(block);
      const chunk = count;
      count += 1;
      if (chunk === 0) {
        first = block;
        continue;
      }
      transact(() => statements.get(PUT).run(sha256, chunk, 0, block), false);
      // Others have their turn between two pieces.
      await nextTurn();
    }
    if (hash.digest('hex') !== sha256) throw otherContent(sha256);
  } catch (error) {
    // Unless another upload of the same has been faster.
    if (statements.get(EXISTS).get(sha256) === undefined)
      transact(() => dropUpload(statements, sha256), false);
    throw error;
  }
  transact(() => {
    statements.get(PUT).run(sha256, 0, count, first!);
    statements.get(END).run(sha256);
  }, true);
}

/** Checks every piece's presence, and the hash at the end. Undefined where there is no entry. */
export function streamLarge(
  statements: Statements,
  file: string,
  sha256: string,
): AsyncIterable<Uint8Array> | undefined {
  const row = statements.get(EXISTS).get(sha256);
  return row === undefined ? undefined : readPieces(statements, file, sha256, Number(row['chunks']));
}

async function* readPieces(
  statements: Statements,
  file: string,
  sha256: string,
  count: number,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for (let chunk = 0; chunk < count; chunk += 1) {
    const row = statements.get(READ).get(sha256, chunk);
    if (row === undefined) throw damagedArchive(sha256, file);
    const bytes = row['bytes'] as Uint8Array;
    hash.update(bytes);
    yield bytes;
    await nextTurn();
  }
  if (hash.digest('hex') !== sha256) throw damagedArchive(sha256, file);
}

/** Removes what uploads have left that were cut off. Only while nobody uploads. */
export function sweepUploads(db: DatabaseSync, statements: Statements, transact: Transact): void {
  for (const { sha256 } of db.prepare('SELECT sha256 FROM archive_uploads').all()) {
    transact(() => dropUpload(statements, String(sha256)), false);
  }
}

function dropUpload(statements: Statements, sha256: string): void {
  if (statements.get(EXISTS).get(sha256) === undefined) statements.get(DROP).run(sha256);
  statements.get(END).run(sha256);
}
