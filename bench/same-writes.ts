import { Binary, MongoClient, WriteConcern } from 'mongodb';
import type { AnyBulkWriteOperation, ClientSession, Db } from 'mongodb';
import type { ArchiveEntry, CollectionName, Operation, Store } from '../src/pipeline/ports/store.ts';
import { MongoStore } from '../src/store/mongo/mongo-store.ts';
import { toStored } from '../src/store/mongo/stored-record.ts';
import type { StoredRecord } from '../src/store/mongo/stored-record.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { observeCommits, PipelineScene } from './pipeline-scene.ts';

const DURABLE = new WriteConcern('majority', undefined, true);

interface Commit {
  operations: readonly Operation[];
  archive: readonly ArchiveEntry[];
}

/**
 * Files a second of the driver alone, which writes what a gateway writes for so many files, into collections with the same indexes:
 * each commit a transaction of its own, one after the other, a command for each kind of write and collection. Nothing is read, decided or retried.
 */
export async function measureSameWrites(uri: string, files: number): Promise<number> {
  const commits = await recordCommits(files);
  await (await MongoStore.open({ uri })).close();
  const client = new MongoClient(uri);
  try {
    const db = client.db();
    await insertBefore(db, commits);
    const started = performance.now();
    for (const commit of commits) {
      const session = client.startSession();
      session.startTransaction({ writeConcern: DURABLE });
      await write(db, session, commit);
      await session.commitTransaction();
      await session.endSession();
    }
    return (files * 1000) / (performance.now() - started);
  } finally {
    await client.db().dropDatabase();
    await client.close();
  }
}

/** What a gateway commits for so many files of many partners, with all that follows. */
async function recordCommits(files: number): Promise<Commit[]> {
  const commits: Commit[] = [];
  let isRecording = false;
  const store: Store = observeCommits(
    SqliteStore.open({ file: ':memory:', role: 'tool' }),
    (operations, archive) => {
      if (isRecording) commits.push(structuredClone({ operations, archive }));
    },
  );
  const scene = await PipelineScene.open(store);
  const waiting = await scene.makeFilesOfMany(files);
  isRecording = true;
  await Promise.all(waiting.map((file) => scene.process(file)));
  await scene.idle();
  await scene.close();
  return commits;
}

/** What the first commit on a record finds. */
async function insertBefore(db: Db, commits: readonly Commit[]): Promise<void> {
  const seen = new Set<string>();
  for (const { operations } of commits) {
    for (const operation of operations) {
      const { op, collection } = operation;
      const place = `${collection}/${idOf(operation)}`;
      if (op === 'update' && !seen.has(place))
        await db.collection<StoredRecord>(collection).insertOne(toStored(collection, operation.record));
      seen.add(place);
    }
  }
}

async function write(db: Db, session: ClientSession, { operations, archive }: Commit): Promise<void> {
  for (const [name, group] of Map.groupBy(operations, ({ collection }) => collection)) {
    const collection = db.collection<StoredRecord>(name);
    const changes = group.flatMap((operation) => changeOf(name, operation));
    const inserts = group.flatMap((operation) =>
      operation.op === 'insert' ? [toStored(name, operation.record)] : [],
    );
    if (changes.length > 0) await collection.bulkWrite(changes, { session });
    if (inserts.length > 0) await collection.insertMany(inserts, { session });
  }
  const pieces = archive.map(({ sha256, bytes }) => ({ _id: sha256, bytes: new Binary(bytes) }));
  if (pieces.length > 0)
    await db.collection<{ _id: string; bytes: Binary }>('archive').insertMany(pieces, { session });
}

function changeOf(collection: CollectionName, operation: Operation): AnyBulkWriteOperation<StoredRecord>[] {
  if (operation.op === 'insert') return [];
  const filter = { _id: idOf(operation) };
  return operation.op === 'delete'
    ? [{ deleteOne: { filter } }]
    : [{ replaceOne: { filter, replacement: toStored(collection, operation.record) } }];
}

function idOf(operation: Operation): string {
  return operation.op === 'delete' ? operation.id : operation.record.id;
}
