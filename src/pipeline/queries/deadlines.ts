import type { Deadline } from '../../tracking/model.ts';
import type { OrderRecord } from '../orders/order-records.ts';
import type { Store } from '../ports/store.ts';

/** What an order waits for. */
export interface DeadlineView {
  orderId: string;
  /** Unique in the order: `responseDue/v1/R2`. */
  key: string;
  kind: Deadline['kind'];
  dueAt: Deadline['dueAt'];
  /** Who has to act when it passes. */
  owner: Deadline['owner'];
  /** Line, document or invoice that it waits for. */
  subject: string;
}

/** Timers that are looked behind for the next deadline of all orders. */
const LOOK_AHEAD = 100;

/** The next first. */
export function listDeadlines({ id, state }: OrderRecord): DeadlineView[] {
  return state.deadlines
    .map(({ key, kind, dueAt, owner, subject = '' }) => ({ orderId: id, key, kind, dueAt, owner, subject }))
    .sort((a, b) => a.dueAt.localeCompare(b.dueAt));
}

/** The next deadline of all orders. A timer may be earlier than its order's deadline: then one of an order behind it is the next. */
export async function findNextDeadline(store: Store): Promise<DeadlineView | undefined> {
  const { records: timers } = await store.find('orderTimers', { orderBy: 'dueAt', limit: LOOK_AHEAD });
  let next: DeadlineView | undefined;
  for (const { id, dueAt } of timers) {
    if (next !== undefined && next.dueAt <= dueAt) break;
    const order = await store.get('orders', id);
    const [first] = order === undefined ? [] : listDeadlines(order);
    if (first !== undefined && (next === undefined || first.dueAt < next.dueAt)) next = first;
  }
  return next;
}
