import { hash } from 'node:crypto';
import { invariant } from '../../common/invariant.ts';
import type { ArchiveEntry, CollectionName, CommitOptions, Operation } from '../../pipeline/ports/store.ts';
import { conflict } from '../conflict.ts';
import { INDEXED_FIELDS, perCollection } from '../indexed-fields.ts';
import { columnValue, quote, type SqlValue } from './columns.ts';
import type { Statements } from './statements.ts';

/** Archive entries are cut into rows of this size, so that no row comes near SQLite's limit for one value. */
const CHUNK_BYTES = 1024 * 1024;

/** One row to write, as plain values: what the caller does to its records afterwards changes nothing. */
interface Write {
  op: Operation['op'];
  collection: CollectionName;
  id: string;
  /** What it becomes; 0 for a delete. */
  revision: number;
  /** Values of the indexed fields, in their order. */
  columns: SqlValue[];
  /** The same as they are stored under the revision before; undefined where that is to be looked up. */
  before: SqlValue[] | undefined;
  body: string;
}

export interface PreparedCommit {
  writes: Write[];
  archive: readonly ArchiveEntry[];
  erase: readonly string[];
  requires: readonly string[];
  durable: boolean;
}

const SQL = perCollection((collection) => {
  const table = quote(collection);
  const columns = ['revision', ...INDEXED_FIELDS[collection]].map(quote);
  const values = columns.map(() => '?').join(', ');
  return {
    insert: `INSERT INTO ${table} (${columns.join(', ')}, "body", "id") VALUES (${values}, ?, ?) ON CONFLICT DO NOTHING`,
    look: `SELECT ${columns.join(', ')} FROM ${table} WHERE "id" = ?`,
    delete: `DELETE FROM ${table} WHERE "id" = ?`,
  };
});

/** By the set of fields that change, one bit each: an index is written only where one of its own fields is set. */
const UPDATES = perCollection(() => new Map<number, string>());

function updateSql(collection: CollectionName, changed: number): string {
  const known = UPDATES[collection].get(changed);
  if (known !== undefined) return known;
  const fields = INDEXED_FIELDS[collection].filter((_, index) => (changed & (1 << index)) !== 0);
  const assignments = ['revision', ...fields, 'body'].map((field) => `${quote(field)} = ?`).join(', ');
  const sql = `UPDATE ${quote(collection)} SET ${assignments} WHERE "id" = ? AND "revision" = ?`;
  UPDATES[collection].set(changed, sql);
  return sql;
}

/** Serialises a commit, outside the transaction. */
export function prepareCommit(
  operations: readonly Operation[],
  archive: readonly ArchiveEntry[],
  { durability = 'durable', erase = [], requires = [] }: CommitOptions,
): PreparedCommit {
  for (const { sha256, bytes } of archive) {
    invariant(hash('sha256', bytes) === sha256, `The archive entry ${sha256} does not hold those bytes.`);
  }
  const durable = durability === 'durable';
  return { writes: operations.map(prepareWrite), archive, erase, requires, durable };
}

function prepareWrite(operation: Operation): Write {
  const { op, collection } = operation;
  if (op === 'delete')
    return { op, collection, id: operation.id, revision: 0, columns: [], before: undefined, body: '' };
  const { record } = operation;
  const revision = record.revision + 1;
  const stored: Record<string, unknown> = { ...record, revision };
  const columns = columnsOf(collection, stored);
  const known = op === 'update' ? operation.before : undefined;
  const before = known && columnsOf(collection, { ...known });
  return { op, collection, id: record.id, revision, columns, before, body: JSON.stringify(stored) };
}

function columnsOf(collection: CollectionName, record: Readonly<Record<string, unknown>>): SqlValue[] {
  return INDEXED_FIELDS[collection].map((column) => columnValue(record[column]));
}

/** Applies one commit inside the open transaction. Throws CONFLICT. */
export function applyCommit(statements: Statements, commit: PreparedCommit): void {
  for (const write of commit.writes) {
    const { op, collection, id } = write;
    if (op === 'insert') insert(statements, write);
    else if (op === 'update') update(statements, write);
    else statements.get(SQL[collection].delete).run(id);
  }
  for (const entry of commit.archive) writeArchive(statements, entry);
  for (const sha256 of commit.requires)
    if (!hasArchive(statements, sha256)) throw conflict('archive', sha256, 'changed');
  for (const sha256 of commit.erase) eraseUnlessKept(statements, sha256);
}

function insert(statements: Statements, { collection, id, revision, columns, body }: Write): void {
  const { changes } = statements.get(SQL[collection].insert).run(revision, ...columns, body, id);
  if (changes === 0) throw conflict(collection, id, 'exists');
}

function update(statements: Statements, write: Write): void {
  const { collection, id, revision, columns, body } = write;
  const before = write.before ?? lookUp(statements, write);
  const values: SqlValue[] = [revision];
  let changed = 0;
  for (let index = 0; index < columns.length; index += 1) {
    const value = columns[index]!;
    if (before[index] === value) continue;
    changed |= 1 << index;
    values.push(value);
  }
  const { changes } = statements.get(updateSql(collection, changed)).run(...values, body, id, revision - 1);
  if (changes === 0) throw conflict(collection, id, 'changed');
}

function lookUp(statements: Statements, { collection, id, revision }: Write): SqlValue[] {
  const stored = statements.get(SQL[collection].look).get(id);
  if (stored?.['revision'] !== revision - 1) throw conflict(collection, id, 'changed');
  return INDEXED_FIELDS[collection].map((field) => stored[field] as SqlValue);
}

function hasArchive(statements: Statements, sha256: string): boolean {
  return statements.get('SELECT 1 FROM archive WHERE sha256 = ? AND chunk = 0').get(sha256) !== undefined;
}

function eraseUnlessKept(statements: Statements, sha256: string): void {
  // Without a first piece there is no entry: what is there is of an upload under way.
  if (!hasArchive(statements, sha256)) return;
  const kept = statements
    .get(`SELECT 1 FROM files WHERE sha256 = ? AND json_extract(body, '$.erased') IS NULL LIMIT 1`)
    .get(sha256);
  if (kept !== undefined) return;
  statements.get('DELETE FROM archive WHERE sha256 = ?').run(sha256);
  // An upload of the same that is under way has to begin again.
  statements.get('DELETE FROM archive_uploads WHERE sha256 = ?').run(sha256);
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
