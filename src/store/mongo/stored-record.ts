import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { Binary } from 'mongodb';
import type { CollectionName } from '../../pipeline/ports/store.ts';
import { INDEXED_FIELDS } from '../indexed-fields.ts';

const unpack = promisify(gunzip);

/** A document of MongoDB ends at 16 MB: longer bodies are kept compressed. */
const PLAIN_BODY_LIMIT = 1024 * 1024;

/** A record as MongoDB keeps it: the body as JSON, so that it comes back as it went in, and what the indexes need beside it. */
export interface StoredRecord {
  _id: string;
  revision: number;
  body: string | Binary;
  [field: string]: unknown;
}

/** `record` already has the revision that is to be stored. */
export function toStored(collection: CollectionName, record: { id: string; revision: number }): StoredRecord {
  const json = JSON.stringify(record);
  const stored: StoredRecord = {
    _id: record.id,
    revision: record.revision,
    body: json.length <= PLAIN_BODY_LIMIT ? json : new Binary(gzipSync(json)),
  };
  return { ...stored, ...indexedValues({ ...record }, INDEXED_FIELDS[collection]) };
}

/** What the indexes need of a record. */
export function indexedValues(
  record: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Record<string, string | number | boolean> {
  const values: Record<string, string | number | boolean> = {};
  for (const name of fields) {
    const value = record[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values[name] = value;
  }
  return values;
}

export async function fromStored<R>({ body }: Pick<StoredRecord, 'body'>): Promise<R> {
  const json = typeof body === 'string' ? body : (await unpack(body.buffer)).toString('utf8');
  return JSON.parse(json) as R;
}
