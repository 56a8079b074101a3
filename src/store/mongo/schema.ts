import type { Db, IndexDescription, MongoClient } from 'mongodb';
import { GatewayError } from '../../common/errors.ts';
import { COLLECTIONS, DECLARED_INDEXES, type DeclaredIndex } from '../indexed-fields.ts';
import { backfillFields } from './backfill.ts';

/** Shape of the data that this code writes. */
const SHAPE = 1;
/**
 * Oldest code that can work on that data beside this one: two neighbouring versions share a database while it is upgraded. A
 * field that is newly indexed on a collection that was there before raises it: older code does not write that field.
 */
const COMPATIBLE_FROM = 1;

const INDEX_NAME = 'tradelane';

interface ShapeRecord {
  _id: 'shape';
  shape: number;
  compatibleFrom: number;
}

/** Checks the server and the shape of the data, and makes what is missing. Every node does so; it is safe at the same time. */
export async function prepareDatabase(client: MongoClient, db: Db): Promise<void> {
  await assertTransactions(client, db);
  await assertShape(db);
  for (const collection of COLLECTIONS) {
    const fields = new Map(DECLARED_INDEXES[collection].map(keyOf).map((key) => [key.join(','), key]));
    const indexes = [...fields].map(([name, key]): IndexDescription => ({
      name: `${INDEX_NAME}:${name}`,
      key: new Map<string, 1>([...key.map((field) => [field, 1] as const), ['_id', 1]]),
    }));
    if (indexes.length > 0) {
      const present = await db.collection(collection).indexes().catch(ignoreMissing);
      if (present !== undefined) await backfillFields(db, collection, present, `${INDEX_NAME}:`);
      await db.collection(collection).createIndexes(indexes);
    } else await db.createCollection(collection).catch(ignoreExisting);
  }
  for (const name of ['archive', 'archiveUploads']) await db.createCollection(name).catch(ignoreExisting);
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

async function assertShape(db: Db): Promise<void> {
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
  if (found !== null && found.shape >= SHAPE) return;
  const shape: ShapeRecord = { _id: 'shape', shape: SHAPE, compatibleFrom: COMPATIBLE_FROM };
  await meta.replaceOne({ _id: 'shape' }, shape, { upsert: true }).catch(ignoreExisting);
}

/** The collection is not there yet. */
function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== NAMESPACE_NOT_FOUND) throw error;
}

const NAMESPACE_NOT_FOUND = 26;
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
