import { createHash } from 'node:crypto';
import { GatewayError } from '../../common/errors.ts';
import type { OdooClient } from '../client/odoo-client.ts';

/** Module of our external ids. It is none that can be installed, so that no upgrade of Odoo removes them. */
const MODULE = '__tradelane__';

/** Odoo does not try again within `load`; what it could not serialize it tells in words. */
const NOT_SERIALIZED = /could not serialize|deadlock detected/i;

/** One cell of `Model.load`: always text; '' leaves the field empty. */
export type LoadRow = readonly string[];

export interface Creation {
  model: string;
  /** Idempotency key; the external id is made of it. */
  key: string;
  /** Columns without the external id, which comes first. */
  fields: readonly string[];
  rows: readonly LoadRow[];
  context?: Readonly<Record<string, unknown>>;
}

interface LoadAnswer {
  ids: number[] | false;
  messages: { type: string; message: string; record?: number }[];
}

/** `bill` and `erp/invoice/4711|A-1` give `__tradelane__.bill_<digest>`: a name that Odoo takes, whatever the key holds. */
export function externalIdOf(prefix: string, key: string): string {
  return `${MODULE}.${nameOf(prefix, key)}`;
}

function nameOf(prefix: string, key: string): string {
  return `${prefix}_${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
}

/** Whether an external id, as Odoo tells it in get_metadata, is one of ours. */
export function isOurs(externalId: unknown): boolean {
  return typeof externalId === 'string' && externalId.startsWith(`${MODULE}.`);
}

/** The record that was created under that key; undefined when there is none, or no more. */
export async function findCreated(
  client: OdooClient,
  prefix: string,
  key: string,
): Promise<number | undefined> {
  try {
    const args = { module: MODULE, xml_id: nameOf(prefix, key) };
    const found = await client.call<[string, number | false]>(
      'ir.model.data',
      'check_object_reference',
      args,
      { retry: 'always' },
    );
    return found[1] === false ? undefined : found[1];
  } catch (error) {
    if (isUnknownId(error)) return undefined;
    throw error;
  }
}

/** The method raises a bare ValueError, and nothing else does, for an id that it does not know. */
function isUnknownId(error: unknown): boolean {
  return error instanceof GatewayError && /(^|\.)ValueError$/.test(String(error.details['odooName']));
}

/**
 * Creates a record with what is below it, once: Odoo's own unique index on external ids stands for it, also when two do it at
 * the same time, and when the answer to the first attempt was lost. Returns the record's id.
 */
export async function createOnce(client: OdooClient, prefix: string, creation: Creation): Promise<number> {
  const known = await findCreated(client, prefix, creation.key);
  return known ?? createOrFind(client, prefix, creation);
}

/**
 * The same without looking first, for what people do not edit: where it is there already, Odoo writes the same values again, or
 * refuses to, and it is looked for then.
 */
export async function createOrFind(client: OdooClient, prefix: string, creation: Creation): Promise<number> {
  const { model, key, fields, rows, context } = creation;
  const externalId = externalIdOf(prefix, key);
  const answer = await client.call<LoadAnswer>(model, 'load', {
    fields: ['id', ...fields],
    data: rows.map((row, index) => [index === 0 ? externalId : '', ...row]),
    ...(context !== undefined && { context }),
  });
  if (answer.ids !== false && answer.ids[0] !== undefined) return answer.ids[0];
  const [first] = answer.messages;
  const text = first?.message ?? 'no reason given';
  const details = { model, method: 'load', odooName: 'load', answered: true };
  if (NOT_SERIALIZED.test(text)) {
    throw new GatewayError('ODOO_BUSY', `Odoo could not create ${model} now: ${text}`, { details });
  }
  // Somebody else was faster: two gateways that took the same piece of work.
  const faster = await findCreated(client, prefix, key);
  if (faster !== undefined) return faster;
  throw new GatewayError('ODOO_REJECTED', `Odoo refused to create ${model}: ${text}`, { details });
}
