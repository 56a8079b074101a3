import type { AnyBulkWriteOperation, Db } from 'mongodb';
import type { CollectionName } from '../../pipeline/ports/store.ts';
import { INDEXED_FIELDS } from '../indexed-fields.ts';
import { recordsOf } from './apply-plan.ts';
import { fromStored, indexedValues } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

const BATCH = 500;

/**
 * Puts fields that an index has needed since this release beside the bodies of the records that an earlier one wrote. Called
 * before the index is made, so that an end in the middle only means to do it again.
 */
export async function backfillFields(
  db: Db,
  collection: CollectionName,
  indexes: readonly { name?: string }[],
  prefix: string,
): Promise<void> {
  const known = new Set(
    indexes.flatMap(({ name = '' }) => (name.startsWith(prefix) ? name.slice(prefix.length).split(',') : [])),
  );
  const added = INDEXED_FIELDS[collection].filter((field) => !known.has(field));
  if (added.length === 0) return;
  const records = recordsOf(db, collection);
  let updates: AnyBulkWriteOperation<StoredRecord>[] = [];
  const flush = async () => {
    if (updates.length > 0) await records.bulkWrite(updates, { ordered: false });
    updates = [];
  };
  for await (const stored of records.find({}, { projection: { body: 1, revision: 1 } })) {
    const values = indexedValues(await fromStored<Record<string, unknown>>(stored), added);
    // Whoever has changed the record meanwhile has written the fields himself.
    if (Object.keys(values).length > 0)
      updates.push({
        updateOne: { filter: { _id: stored._id, revision: stored.revision }, update: { $set: values } },
      });
    if (updates.length === BATCH) await flush();
  }
  await flush();
}
