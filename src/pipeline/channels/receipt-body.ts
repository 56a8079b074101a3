import type { Store } from '../ports/store.ts';
import type { As2Receipt } from './as2-message-record.ts';

/** The bytes of a receipt as they were on the wire; undefined where they are gone. Throws STORE_*. */
export async function readReceiptBody(
  store: Store,
  { body, sha256 }: As2Receipt,
): Promise<Uint8Array | undefined> {
  return body === undefined ? store.readArchive(sha256) : Buffer.from(body, 'latin1');
}
