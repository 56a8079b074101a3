import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient, WriteConcern } from 'mongodb';

const RUN_MS = 1_500;

export interface DiskLimits {
  /** Flushes of 4 KB to the disk, a second. */
  flushes: number;
  /** Commits a second by the documents in each: WAL, synchronous FULL, 2 KB rows, nothing else. */
  commits: ReadonlyMap<number, number>;
}

/** What this disk allows, without any gateway. */
export function measureDisk(folder: string): DiskLimits {
  return {
    flushes: measureFlushes(path.join(folder, 'flush')),
    commits: new Map([1, 10, 100].map((size) => [size, measureCommits(folder, size)])),
  };
}

function measureFlushes(file: string): number {
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(4_096, 1);
  let position = 0;
  try {
    return perSecond(() => {
      writeSync(handle, block, 0, block.length, position);
      position += block.length;
      fsyncSync(handle);
    });
  } finally {
    closeSync(handle);
  }
}

function measureCommits(folder: string, size: number): number {
  const db = new DatabaseSync(path.join(folder, `limit-${size}.sqlite`));
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    db.exec('CREATE TABLE document (id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL) STRICT');
    const insert = db.prepare('INSERT INTO document (id, body) VALUES (?, ?)');
    const body = JSON.stringify({ text: 'x'.repeat(2_000) });
    let id = 0;
    return perSecond(() => {
      db.exec('BEGIN IMMEDIATE');
      for (let i = 0; i < size; i += 1) insert.run(String((id += 1)).padStart(12, '0'), body);
      db.exec('COMMIT');
    });
  } finally {
    db.close();
  }
}

function perSecond(work: () => void): number {
  const started = performance.now();
  let count = 0;
  while (performance.now() - started < RUN_MS) {
    work();
    count += 1;
  }
  return (count * 1000) / (performance.now() - started);
}

/** Transactions a second of the driver alone that write what one file writes: twelve documents, journalled by a majority. */
export async function measureMongo(uri: string): Promise<{ transactions: number; drop(): Promise<void> }> {
  const client = new MongoClient(uri);
  await client.connect();
  const documents = client.db().collection<{ _id: string; body: string }>('limit');
  await client.db().createCollection('limit');
  const body = JSON.stringify({ text: 'x'.repeat(1_000) });
  const writeConcern = new WriteConcern('majority', undefined, true);
  let id = 0;
  const started = performance.now();
  let count = 0;
  while (performance.now() - started < 2 * RUN_MS) {
    const session = client.startSession();
    await session.withTransaction(
      () =>
        documents.insertMany(
          Array.from({ length: 12 }, () => ({ _id: String((id += 1)).padStart(12, '0'), body })),
          { session },
        ),
      { writeConcern },
    );
    await session.endSession();
    count += 1;
  }
  return {
    transactions: (count * 1000) / (performance.now() - started),
    drop: async () => {
      await client.db().dropDatabase();
      await client.close();
    },
  };
}
