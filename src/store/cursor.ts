import { GatewayError } from '../common/errors.ts';
import type { Scalar } from '../pipeline/ports/store.ts';

/** Where a page ended: the order it was read in, the last record's value in that order, and its id. */
export interface Cursor {
  orderBy: string;
  descending: boolean;
  /** null: the record has no such field. */
  value: Scalar | null;
  id: string;
}

/** Keyset cursor as opaque text: inserts and deletes elsewhere never shift or repeat records of later pages. */
export function encodeCursor(cursor: Cursor): string {
  const parts = [cursor.orderBy, cursor.descending, cursor.value, cursor.id];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads a cursor back for a query in the same order. Throws INVALID_REQUEST on any other text. */
export function decodeCursor(text: string, orderBy: string, descending: boolean): Cursor {
  const parts = parse(text);
  if (Array.isArray(parts) && parts[0] === orderBy && parts[1] === descending) {
    const value: unknown = parts[2];
    const id: unknown = parts[3];
    if ((value === null || isScalar(value)) && typeof id === 'string')
      return { orderBy, descending, value, id };
  }
  throw new GatewayError(
    'INVALID_REQUEST',
    `"${text.slice(0, 80)}" is no cursor of this list; pass the "next" of the page before, in the same order.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
