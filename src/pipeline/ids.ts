import { randomFillSync } from 'node:crypto';
import type { Clock } from '../common/time.ts';
import type { IdSource } from './ports/clock.ts';

/** Random bytes are asked for so many ids at once. */
const IDS_AT_ONCE = 128;

/** UUID version 7 (RFC 9562 section 5.7) with a counter in rand_a, so that ids of one process sort as they were made. */
export function createIdSource(clock: Clock): IdSource {
  let lastMs = 0;
  let counter = 0;
  const pool = Buffer.alloc(8 * IDS_AT_ONCE);
  let used = pool.length;
  return {
    next() {
      const now = Date.parse(clock.now());
      if (now > lastMs) {
        lastMs = now;
        counter = 0;
      } else if (++counter > 0xfff) {
        lastMs += 1;
        counter = 0;
      }
      const time = lastMs.toString(16).padStart(12, '0');
      if (used === pool.length) {
        randomFillSync(pool);
        used = 0;
      }
      const random = pool.subarray(used, (used += 8));
      random[0] = (random[0]! & 0x3f) | 0x80;
      const tail = random.toString('hex');
      const sequence = counter.toString(16).padStart(3, '0');
      return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${tail.slice(0, 4)}-${tail.slice(4)}`;
    },
  };
}
