import { createHash } from 'node:crypto';
import { GatewayError } from '../common/errors.ts';
import type { Clock } from '../common/time.ts';
import type { Store } from '../pipeline/ports/store.ts';

/**
 * Which files a channel has begun to move to their final name, kept across restarts. Partners take files away whenever they
 * like: only the mark tells a retry that a file which is not there any more has been delivered.
 */
export interface DeliveryMarks {
  has(key: string): Promise<boolean>;
  /** Durable when it resolves. */
  put(key: string): Promise<void>;
  /** The move was refused for certain. */
  remove(key: string): Promise<void>;
}

/** Marks in the store, one claim each. */
export function createDeliveryMarks(
  { store, clock }: { store: Store; clock: Clock },
  channel: { partnerId: string; name: string },
): DeliveryMarks {
  const idOf = (key: string) => {
    const place = `${channel.partnerId}|${channel.name}|${key}`;
    return `moved|${createHash('sha256').update(place).digest('hex')}`;
  };
  return {
    has: async (key) => (await store.get('claims', idOf(key))) !== undefined,
    async put(key) {
      const record = { id: idOf(key), revision: 0, ownerId: key, contentSha256: '', createdAt: clock.now() };
      try {
        await store.commit([{ op: 'insert', collection: 'claims', record }]);
      } catch (error) {
        // It is there already, from an attempt before this one.
        if (!(error instanceof GatewayError && error.code === 'CONFLICT')) throw error;
      }
    },
    remove: (key) => store.commit([{ op: 'delete', collection: 'claims', id: idOf(key) }]),
  };
}
