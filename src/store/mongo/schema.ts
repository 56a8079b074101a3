import type { Db, IndexDescription, MongoClient } from 'mongodb';
import { GatewayError } from '../../common/errors.ts';
import type { CollectionName } from '../../pipeline/ports/store.ts';
import { COLLECTIONS, DECLARED_INDEXES, type DeclaredIndex } from '../indexed-fields.ts';
import { backfillFields } from './backfill.ts';

/** Shape of the data that this code writes. Another list of indexes raises it too: who is older leaves the indexes alone. */
const SHAPE = 3;
/**
 * Oldest code that can work on that data beside this one: two neighbouring versions share a database while it is upgraded. A
 * field that is newly indexed on a collection that was there before raises it: older code does not write that field.
 */
const COMPATIBLE_FROM = 2;

/** Names of our indexes begin with this; those of an operator do not. */
const INDEX_PREFIX = 'tradelane:';

interface ShapeRecord {
  _id: 'shape';
  shape: number;
  compatibleFrom: number;
}

/** Checks the server and the shape of the data, and brings the indexes up to date. Every node does so; it is safe at the same time. */
export async function prepareDatabase(client: MongoClient, db: Db): Promise<void> {
  await assertTransactions(client, db);
  const isNewest = await assertShape(db);
  for (const collection of COLLECTIONS) await prepareIndexes(db, collection, isNewest);
  for (const name of ['archive', 'archiveUploads']) await db.createCollection(name).catch(ignoreExisting);
}

async function prepareIndexes(db: Db, collection: CollectionName, dropsOthers: boolean): Promise<void> {
  const fields = new Map(DECLARED_INDEXES[collection].map(keyOf).map((key) => [key.join(','), key]));
  const indexes = [...fields].map(([name, key]): IndexDescription => ({
    name: `${INDEX_PREFIX}${name}`,
    key: new Map<string, 1>([...key.map((field) => [field, 1] as const), ['_id', 1]]),
  }));
  const present = (await db.collection(collection).indexes().catch(ignoreMissing)) ?? [];
  if (indexes.length > 0) {
    if (present.length > 0) await backfillFields(db, collection, present, INDEX_PREFIX);
    await db.collection(collection).createIndexes(indexes);
  } else await db.createCollection(collection).catch(ignoreExisting);
  if (!dropsOthers) return;
  for (const { name = '' } of present) {
    const isEarlier = name.startsWith(INDEX_PREFIX) && !fields.has(name.slice(INDEX_PREFIX.length));
    if (isEarlier) await db.collection(collection).dropIndex(name).catch(ignoreDropped);
  }
}

/** Of a partial index all records are in it here, those that are asked for in one place: not every server has partial ones. */
function keyOf({ fields, only }: DeclaredIndex): readonly string[] {
  return only === undefined || fields.includes(only.field) ? fields : [only.field, ...fields];
}

/** A server that takes a transaction and does not undo it would lose money: try it instead of believing its version. */
async function assertTransactions(client: MongoClient, db: Db): Promise<void> {
  const probes = db.collection<{ _id: string }>('probe');
  await db.createCollection('probe').catch(ignoreExisting);
  const _id = `${process.pid}-${Date.now()}-${Math.random()}`;
  const session = client.startSession();
  try {
    session.startTransaction();
    await probes.insertOne({ _id }, { session });
    await session.abortTransaction();
  } finally {
    await session.endSession();
  }
  if ((await probes.findOne({ _id })) === null) return;
  await probes.deleteOne({ _id });
  throw new GatewayError(
    'STORE_UNAVAILABLE',
    'The server does not undo an aborted transaction. Tradelane needs multi-document transactions: use a replica set.',
  );
}

/** Whether no newer code has worked on the data. */
async function assertShape(db: Db): Promise<boolean> {
  const meta = db.collection<ShapeRecord>('meta');
  const found = await meta.findOne({ _id: 'shape' });
  if (found !== null && found.compatibleFrom > SHAPE) {
    throw new GatewayError(
      'STORE_VERSION',
      `The data in the database ${db.databaseName} has shape ${found.shape} and can be used from shape ` +
        `${found.compatibleFrom} on; this Tradelane knows shapes up to ${SHAPE}. Run the newer version.`,
      { details: { shape: found.shape, newest: SHAPE } },
    );
  }
  if (found !== null && found.shape >= SHAPE) return found.shape === SHAPE;
  const shape: ShapeRecord = { _id: 'shape', shape: SHAPE, compatibleFrom: COMPATIBLE_FROM };
  await meta.replaceOne({ _id: 'shape' }, shape, { upsert: true }).catch(ignoreExisting);
  return true;
}

/** The collection is not there yet. */
function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== NAMESPACE_NOT_FOUND) throw error;
}

/** Another node was first. */
function ignoreDropped(error: unknown): void {
  if (codeOf(error) !== INDEX_NOT_FOUND) throw error;
}

const NAMESPACE_NOT_FOUND = 26;
const INDEX_NOT_FOUND = 27;
const NAMESPACE_EXISTS = 48;
const DUPLICATE_KEY = 11_000;

/** Another node was first. */
function ignoreExisting(error: unknown): void {
  const code = codeOf(error);
  if (code !== NAMESPACE_EXISTS && code !== DUPLICATE_KEY) throw error;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
