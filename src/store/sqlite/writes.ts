import { hash } from 'node:crypto';
import { invariant } from '../../common/invariant.ts';
import type { ArchiveEntry, CollectionName, CommitOptions, Operation } from '../../pipeline/ports/store.ts';
import { conflict } from '../conflict.ts';
import { INDEXED_FIELDS, perCollection } from '../indexed-fields.ts';
import { columnValue, quote, type SqlValue } from './columns.ts';
import type { Statements } from './statements.ts';

/** Archive entries are cut into rows of this size, so that no row comes near SQLite's limit for one value. */
export const CHUNK_BYTES = 1024 * 1024;

/** One row to write, as plain values: what the caller does to its records afterwards changes nothing. */
interface Write {
  op: Operation['op'];
  collection: CollectionName;
  id: string;
  params: SqlValue[];
}

export interface PreparedCommit {
  writes: Write[];
  archive: readonly ArchiveEntry[];
  erase: readonly string[];
  durable: boolean;
}

const SQL = perCollection((collection): Readonly<Record<Operation['op'], string>> => {
  const table = quote(collection);
  const columns = ['revision', ...INDEXED_FIELDS[collection], 'body'].map(quote);
  const values = columns.map(() => '?').join(', ');
  const assignments = columns.map((column) => `${column} = ?`).join(', ');
  return {
    insert: `INSERT INTO ${table} (${columns.join(', ')}, "id") VALUES (${values}, ?) ON CONFLICT DO NOTHING`,
    update: `UPDATE ${table} SET ${assignments} WHERE "id" = ? AND "revision" = ?`,
    delete: `DELETE FROM ${table} WHERE "id" = ?`,
  };
});

/** Serialises a commit, outside the transaction. */
export function prepareCommit(
  operations: readonly Operation[],
  archive: readonly ArchiveEntry[],
  { durability = 'durable', erase = [] }: CommitOptions,
): PreparedCommit {
  for (const { sha256, bytes } of archive) {
    invariant(hash('sha256', bytes) === sha256, `The archive entry ${sha256} does not hold those bytes.`);
  }
  return { writes: operations.map(prepareWrite), archive, erase, durable: durability === 'durable' };
}

function prepareWrite(operation: Operation): Write {
  const { op, collection } = operation;
  if (op === 'delete') return { op, collection, id: operation.id, params: [operation.id] };
  const { record } = operation;
  const stored: Record<string, unknown> = { ...record, revision: record.revision + 1 };
  const columns = INDEXED_FIELDS[collection].map((column) => columnValue(stored[column]));
  const params = [record.revision + 1, ...columns, JSON.stringify(stored), record.id];
  if (op === 'update') params.push(record.revision);
  return { op, collection, id: record.id, params };
}

/** Applies one commit inside the open transaction. Throws CONFLICT. */
export function applyCommit(statements: Statements, commit: PreparedCommit): void {
  for (const { op, collection, id, params } of commit.writes) {
    const { changes } = statements.get(SQL[collection][op]).run(...params);
    if (changes === 0 && op !== 'delete') {
      throw conflict(collection, id, op === 'insert' ? 'exists' : 'changed');
    }
  }
  for (const entry of commit.archive) writeArchive(statements, entry);
  for (const sha256 of commit.erase) eraseUnlessKept(statements, sha256);
}

function eraseUnlessKept(statements: Statements, sha256: string): void {
  const kept = statements
    .get(`SELECT 1 FROM files WHERE sha256 = ? AND json_extract(body, '$.erased') IS NULL LIMIT 1`)
    .get(sha256);
  if (kept === undefined) statements.get('DELETE FROM archive WHERE sha256 = ?').run(sha256);
}

function writeArchive(statements: Statements, { sha256, bytes }: ArchiveEntry): void {
  const insert = statements.get(
    'INSERT INTO archive (sha256, chunk, chunks, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const part = bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
    const { changes } = insert.run(sha256, chunk, chunks, part);
    // A later piece may be there already: of an upload of the same that was cut off, or is under way.
    if (changes === 0 && chunk === 0) return;
  }
}
