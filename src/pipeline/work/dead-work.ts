import { GatewayError } from '../../common/errors.ts';
import type { Clock, Instant } from '../../common/time.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { WorkRecord } from '../records.ts';
import { unblock } from './work-order.ts';
import { done, returned, updateWork } from './work-record.ts';

interface DeadWorkContext {
  store: Store;
  clock: Clock;
}

/** Who decided, and why. */
interface Note {
  by: string;
  reason: string;
}

/** Puts a dead item back in the line, with its attempts counted anew. Throws NOT_FOUND, INVALID_REQUEST. */
export async function redriveDead(
  context: DeadWorkContext,
  id: string,
  { by, reason }: Note,
  also: readonly Operation[] = [],
): Promise<void> {
  await decideDead(context, id, also, (item, now) => ({
    ...returned(item, now, 'redriven', `${by}: ${reason}`),
    attempts: 0,
  }));
}

/** Gives a dead item up, so that what waits behind it goes on. Throws NOT_FOUND, INVALID_REQUEST. */
export async function discardDead(
  context: DeadWorkContext,
  id: string,
  { by, reason }: Note,
  also: readonly Operation[] = [],
): Promise<void> {
  const item = await decideDead(context, id, also, (dropped, now) =>
    done(dropped, now, 'discarded', `${by}: ${reason}`),
  );
  await unblock(context.store, item.orderingKey);
}

async function decideDead(
  { store, clock }: DeadWorkContext,
  id: string,
  also: readonly Operation[],
  change: (item: WorkRecord, now: Instant) => WorkRecord,
): Promise<WorkRecord> {
  const item = await store.get('work', id);
  if (item === undefined) throw new GatewayError('NOT_FOUND', `There is no work item ${id}.`);
  if (item.status !== 'dead') {
    throw new GatewayError(
      'INVALID_REQUEST',
      `Work item ${id} is ${item.status}; only a dead one can be decided.`,
      { details: { id, status: item.status } },
    );
  }
  await store.commit([updateWork(change(item, clock.now())), ...also]);
  return item;
}
