import { randomFillSync } from 'node:crypto';
import { invariant } from '../../common/invariant.ts';

const POOL_BYTES = 4_096;

const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** Random bytes for cryptography, up to 4,096: asked of the system for many uses at once. */
export function randomOctets(length: number): Buffer {
  invariant(length <= POOL_BYTES, 'more random bytes than are drawn at once');
  if (used + length > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const octets = Buffer.from(pool.subarray(used, used + length));
  pool.fill(0, used, used + length);
  used += length;
  return octets;
}
