import { GatewayError } from '../../common/errors.ts';
import type { PipelineContext } from '../context.ts';
import type { DeadlineRecord } from './order-records.ts';
import { applyOrderEvent } from './order-stream.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** Deadlines decided in one go; the tick comes again for the rest. */
const BATCH = 200;

/** A deadline that fires later than this was missed by us (an outage), not by the partner. */
const CAUGHT_UP_AFTER_MS = 10 * 60_000;

/**
 * Decides every deadline that is due: each in a commit of its own with the order event that it causes, so that it fires
 * exactly once. Returns how many fired.
 */
export async function fireDeadlines(context: PipelineContext): Promise<number> {
  const now = context.clock.now();
  const { records } = await context.store.find('deadlines', {
    where: { status: 'pending', dueAt: { lte: now } },
    orderBy: 'dueAt',
    limit: BATCH,
  });
  let fired = 0;
  for (const deadline of records) if (await fire(context, deadline, now)) fired += 1;
  return fired;
}

async function fire(context: PipelineContext, deadline: DeadlineRecord, now: string): Promise<boolean> {
  const unit = new UnitOfWork(context.store);
  unit.update('deadlines', { ...deadline, status: 'fired', firedAt: now });
  const order = await context.store.get('orders', deadline.orderId);
  await applyOrderEvent(unit, context, deadline.orderId, order?.partnerId ?? '', {
    type: 'deadlineReached',
    id: `${deadline.id}@${deadline.dueAt}`,
    key: deadline.key,
    kind: deadline.kind,
    dueAt: deadline.dueAt,
    caughtUp: Date.parse(now) - Date.parse(deadline.dueAt) > CAUGHT_UP_AFTER_MS,
  });
  unit.afterCommit(context.wake);
  try {
    await unit.commit();
    return true;
  } catch (error) {
    // Somebody else changed the order meanwhile: the row is still pending and the next tick takes it.
    if (error instanceof GatewayError && error.code === 'CONFLICT') return false;
    throw error;
  }
}
