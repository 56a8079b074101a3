import type { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../../common/errors.ts';
import { COLLECTIONS, DECLARED_INDEXES, INDEXED_FIELDS } from '../indexed-fields.ts';
import { quote } from './columns.ts';
import { onlySql } from './partial-index.ts';

/** Marks the file as ours: "TRLN". */
const APPLICATION_ID = 0x54524c4e;

/** Columns that every table has, beside those of its indexes. */
const OWN_COLUMNS: readonly string[] = ['id', 'revision', 'body'];

export interface Migration {
  /** Shape of the data after it. */
  version: number;
  description: string;
  up(db: DatabaseSync): void;
}

/** Steps from each released shape of the data to the next. Tables and indexes follow the code by themselves. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, description: 'first release', up: () => undefined },
  {
    version: 2,
    description: 'one timer an order instead of a row a deadline',
    up: (db) => {
      db.exec(`INSERT INTO "orderTimers" ("id", "revision", "dueAt", "body")
        SELECT "orderId", 1, min("dueAt"), json_object('id', "orderId", 'revision', 1, 'dueAt', min("dueAt"))
        FROM (SELECT json_extract("body", '$.orderId') AS "orderId", "dueAt" FROM "deadlines" WHERE "status" = 'pending')
        GROUP BY "orderId"`);
      db.exec(`DELETE FROM "deadlines" WHERE "status" = 'pending'`);
    },
  },
];

/** What must be done before this code can use the file; empty when nothing. Throws when the file is not for this code. */
export function pendingChanges(
  db: DatabaseSync,
  file: string,
  migrations: readonly Migration[] = MIGRATIONS,
): { migrations: readonly Migration[]; statements: readonly string[] } {
  const version = pragmaNumber(db, 'user_version');
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest) {
    throw new GatewayError(
      'STORE_VERSION',
      `The data in ${file} has shape ${version} and was written by a newer Tradelane; this one knows shapes up to ` +
        `${newest}. Run the newer version, or restore the backup made before the upgrade.`,
      { details: { file, version, newest } },
    );
  }
  const applicationId = pragmaNumber(db, 'application_id');
  if (applicationId !== APPLICATION_ID && (applicationId !== 0 || tableNames(db).length > 0)) {
    throw new GatewayError('STORE_CORRUPT', `${file} is a database of some other program.`, {
      details: { file, applicationId },
    });
  }
  return {
    migrations: migrations.filter((migration) => migration.version > version),
    statements: schemaDifference(db),
  };
}

/** Brings the file to the shape of this code, in one transaction. The caller holds the gateway lock. */
export function applyChanges(
  db: DatabaseSync,
  file: string,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const pending = pendingChanges(db, file, migrations);
    for (const statement of pending.statements) db.exec(statement);
    for (const migration of pending.migrations) {
      migration.up(db);
      db.exec(`PRAGMA user_version = ${migration.version}`);
    }
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** The statements that turn the file's tables and indexes into the declared ones. */
function schemaDifference(db: DatabaseSync): string[] {
  const tables = new Set(tableNames(db));
  const statements: string[] = [];
  for (const collection of COLLECTIONS) {
    const table = quote(collection);
    if (!tables.has(collection)) {
      const columns = INDEXED_FIELDS[collection].map((column) => `${quote(column)} ANY, `).join('');
      statements.push(
        `CREATE TABLE ${table} (id TEXT PRIMARY KEY NOT NULL, revision INTEGER NOT NULL, ${columns}body TEXT NOT NULL) STRICT`,
      );
    } else {
      const present = new Set(names(db, `SELECT name FROM pragma_table_info('${collection}')`));
      for (const column of present)
        if (!OWN_COLUMNS.includes(column) && !INDEXED_FIELDS[collection].includes(column))
          statements.push(`ALTER TABLE ${table} DROP COLUMN ${quote(column)}`);
      for (const column of INDEXED_FIELDS[collection].filter((name) => !present.has(name))) {
        statements.push(
          `ALTER TABLE ${table} ADD COLUMN ${quote(column)} ANY`,
          `UPDATE ${table} SET ${quote(column)} = json_extract(body, '$.${column}')`,
        );
      }
    }
  }
  const indexes = indexDifference(db);
  statements.unshift(...indexes.dropped);
  statements.push(...indexes.created);
  if (!tables.has('archive')) {
    statements.push(
      'CREATE TABLE archive (sha256 TEXT NOT NULL, chunk INTEGER NOT NULL, chunks INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (sha256, chunk)) STRICT',
    );
  }
  if (!tables.has('archive_uploads')) {
    statements.push('CREATE TABLE archive_uploads (sha256 TEXT PRIMARY KEY NOT NULL) STRICT');
  }
  return statements;
}

function indexDifference(db: DatabaseSync): { dropped: string[]; created: string[] } {
  const declared = new Map<string, string>();
  for (const collection of COLLECTIONS) {
    for (const { fields, only } of DECLARED_INDEXES[collection]) {
      const name = quote(`${collection}:${fields.join(',')}${only ? ` ${only.values.join('|')}` : ''}`);
      const columns = [...fields, 'id'].map(quote).join(', ');
      const rows = only ? ` WHERE ${onlySql(only)}` : '';
      declared.set(name, `CREATE INDEX ${name} ON ${quote(collection)} (${columns})${rows}`);
    }
  }
  const present = new Set(
    names(db, `SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`).map(quote),
  );
  return {
    dropped: [...present].filter((name) => !declared.has(name)).map((name) => `DROP INDEX ${name}`),
    created: [...declared].filter(([name]) => !present.has(name)).map(([, statement]) => statement),
  };
}

function tableNames(db: DatabaseSync): string[] {
  return names(db, `SELECT name FROM sqlite_schema WHERE type = 'table'`);
}

function names(db: DatabaseSync, sql: string): string[] {
  return db
    .prepare(sql)
    .all()
    .map((row) => String(row['name']));
}

function pragmaNumber(db: DatabaseSync, pragma: string): number {
  return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}
