import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import type { Deadline } from '../../tracking/model.ts';
import type { PipelineContext } from '../context.ts';
import { raiseOnce } from '../exceptions/exceptions.ts';
import { applyOrderEvent } from './order-stream.ts';
import { moveTimer } from './order-timer.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** Orders that are looked at in one call. */
const BATCH = 200;

/** A deadline that fires later than this was missed by us (an outage), not by the partner. */
const CAUGHT_UP_AFTER_MS = 10 * 60_000;

/**
 * Decides the deadlines that are due, of the orders that are overdue longest: those of an order in a commit of its own, with the events that
 * they cause and the time at which it is to be looked at next, so that each fires exactly once. To be called until no order was looked at.
 */
export async function fireDeadlines(context: PipelineContext): Promise<{ orders: number; fired: number }> {
  const now = context.clock.now();
  const sum = { orders: 0, fired: 0 };
  for (const due of await findDue(context, now)) {
    const fired = await ringAlone(context, due, now);
    if (fired === undefined) continue;
    sum.orders += 1;
    sum.fired += fired;
  }
  return sum;
}

interface DueOrder {
  orderId: string;
  /** Row of a release that kept one for each deadline. */
  deadlineId?: string;
}

async function findDue({ store }: PipelineContext, now: Instant): Promise<DueOrder[]> {
  const [timers, earlier] = await Promise.all([
    store.find('orderTimers', { where: { dueAt: { lte: now } }, orderBy: 'dueAt', limit: BATCH }),
    store.find('deadlines', {
      where: { status: 'pending', dueAt: { lte: now } },
      orderBy: 'dueAt',
      limit: BATCH,
    }),
  ]);
  return [
    ...timers.records.map(({ id }) => ({ orderId: id })),
    ...earlier.records.map(({ id, orderId }) => ({ orderId, deadlineId: id })),
  ];
}

/**
 * A fault of our own over one order must not keep the deadlines of all others from firing, and it would be in front for ever: it is
 * told, and the order is looked at again. Trouble of the store is thrown on.
 */
async function ringAlone(context: PipelineContext, due: DueOrder, now: Instant): Promise<number | undefined> {
  try {
    return await ring(context, due, now);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const { orderId } = due;
    context.logger.error({ order: orderId, error }, 'The deadlines of an order could not be decided');
    const partnerId = (await context.store.get('orders', orderId))?.partnerId ?? '';
    await raiseOnce(context, {
      type: 'WORK_FAILED',
      subject: { orderId, ...(partnerId !== '' && { partnerId }) },
      discriminator: `deadlines/${orderId}`,
      detail: `The deadlines of order ${orderId} cannot be decided, so that nobody is told when its supplier is late: ${messageOf(error)}. This is a fault of the gateway; report it with the log.`,
    });
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns how many deadlines have fired; undefined where somebody else was faster. */
async function ring(
  context: PipelineContext,
  { orderId, deadlineId }: DueOrder,
  now: Instant,
): Promise<number | undefined> {
  const unit = new UnitOfWork(context.store);
  const order = await unit.get('orders', orderId);
  const fired = order === undefined ? 0 : await fireDue(unit, context, orderId, now);
  // Whoever changes the order at this moment would leave its timer as it is.
  if (order !== undefined && fired === 0) unit.update('orders', order);
  await moveTimer(unit, orderId, (await unit.get('orders', orderId))?.state, now);
  if (deadlineId !== undefined) unit.delete('deadlines', deadlineId);
  unit.afterCommit(context.wake);
  try {
    await unit.commit();
    return fired;
  } catch (error) {
    // Somebody else changed the order meanwhile: the next tick looks at it again.
    if (error instanceof GatewayError && error.code === 'CONFLICT') return undefined;
    throw error;
  }
}

/** Each deadline of the order once, the oldest first; one may set the next, which may be due already. */
async function fireDue(
  unit: UnitOfWork,
  context: PipelineContext,
  orderId: string,
  now: Instant,
): Promise<number> {
  const decided = new Set<string>();
  for (let fired = 0; ;) {
    const order = await unit.get('orders', orderId);
    const deadline = order?.state.deadlines
      .filter((each) => each.dueAt <= now && !decided.has(eventIdOf(orderId, each)))
      .sort((a, b) => a.dueAt.localeCompare(b.dueAt))[0];
    if (order === undefined || deadline === undefined) return fired;
    const id = eventIdOf(orderId, deadline);
    decided.add(id);
    const { key, kind, dueAt } = deadline;
    const caughtUp = Date.parse(now) - Date.parse(dueAt) > CAUGHT_UP_AFTER_MS;
    const { changed } = await applyOrderEvent(unit, context, orderId, order.partnerId, {
      type: 'deadlineReached',
      id,
      key,
      kind,
      dueAt,
      caughtUp,
    });
    if (changed) fired += 1;
  }
}

function eventIdOf(orderId: string, { key, dueAt }: Deadline): string {
  return `${orderId}|${key}@${dueAt}`;
}
