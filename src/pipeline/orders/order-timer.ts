import type { Instant } from '../../common/time.ts';
import type { DeadlineChange, OrderState } from '../../tracking/model.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * Has the order looked at no later than at its next deadline. A deadline that nothing waits for any more leaves the timer as it is: it is
 * moved on when it rings, which is cheaper than to move it with every answer.
 */
export async function keepTimer(
  unit: UnitOfWork,
  orderId: string,
  { deadlines }: OrderState,
  changes: readonly DeadlineChange[],
): Promise<void> {
  if (!changes.some(({ change }) => change === 'set')) return;
  const dueAt = earliest(deadlines);
  if (dueAt === undefined) return;
  const timer = await unit.get('orderTimers', orderId);
  if (timer === undefined) unit.insert('orderTimers', { id: orderId, revision: 0, dueAt });
  else if (dueAt < timer.dueAt) unit.update('orderTimers', { ...timer, dueAt });
}

/** A timer has rung, and what was due is decided: sets it to the next deadline. The unit has to write the order too, as the guard. */
export async function moveTimer(
  unit: UnitOfWork,
  orderId: string,
  state: OrderState | undefined,
  now: Instant,
): Promise<void> {
  const dueAt = earliest((state?.deadlines ?? []).filter((deadline) => deadline.dueAt > now));
  const timer = await unit.get('orderTimers', orderId);
  if (dueAt === undefined) unit.delete('orderTimers', orderId);
  else if (timer === undefined) unit.insert('orderTimers', { id: orderId, revision: 0, dueAt });
  else unit.update('orderTimers', { ...timer, dueAt });
}

function earliest(deadlines: readonly { dueAt: Instant }[]): Instant | undefined {
  return deadlines.reduce<Instant | undefined>(
    (first, { dueAt }) => (first === undefined || dueAt < first ? dueAt : first),
    undefined,
  );
}
