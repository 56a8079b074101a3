import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import { compareStates, foldOrderAsOf, replayOrder } from '../../tracking/fold.ts';
import type { OrderState } from '../../tracking/model.ts';
import type { OrderEventRecord, OrderRecord } from '../orders/order-records.ts';
import { loadPolicies } from '../orders/policy-history.ts';
import type { Store } from '../ports/store.ts';
import { getOrThrow, scanAll } from './scan.ts';

/** Longer histories than this are a fault, not an order. */
const MAX_EVENTS = 100_000;

/** What was known of an order at an instant: the fold of its events up to then. Throws NOT_FOUND. */
export async function showOrderAsOf(store: Store, orderId: string, asOf: Instant): Promise<OrderState> {
  const { order, events } = await loadHistory(store, orderId);
  const policyOf = await policiesOf(store, order, events);
  const state = foldOrderAsOf(events, asOf, policyOf);
  if (state !== undefined) return state;
  throw new GatewayError(
    'NOT_FOUND',
    `Nothing was known of order ${orderId} at ${asOf}; its first event is of ${events[0]?.at ?? 'never'}.`,
  );
}

export interface Replay {
  orderId: string;
  events: number;
  /** Events that are explained or published otherwise than on record: `#3 orderResponseReceived: explanations`. */
  differingEvents: string[];
  /** Members of the state that differ from the one on record. */
  differingState: string[];
}

/** Decides an order's whole history again and holds it against what is on record. Nothing is written. */
export async function replayHistory(store: Store, orderId: string): Promise<Replay> {
  const { order, events } = await loadHistory(store, orderId);
  const policyOf = await policiesOf(store, order, events);
  const decisions = replayOrder(events, policyOf);
  const differingEvents = events.flatMap((record, index) => {
    const decision = decisions[index]!;
    const differs = [
      ...(same(record.facts, decision.facts) ? [] : ['facts']),
      ...(same(record.explanations, decision.explanations) ? [] : ['explanations']),
    ];
    return differs.length === 0 ? [] : [`#${record.sequence} ${record.event.type}: ${differs.join(', ')}`];
  });
  return {
    orderId,
    events: events.length,
    differingEvents,
    differingState: compareStates(order.state, decisions.at(-1)?.state),
  };
}

function policiesOf(store: Store, order: OrderRecord, events: readonly OrderEventRecord[]) {
  const senders = events.flatMap(({ event }) => ('partnerId' in event ? [event.partnerId] : []));
  return loadPolicies(
    store,
    [order.partnerId, ...senders],
    events.map(({ policyVersion }) => policyVersion),
  );
}

async function loadHistory(
  store: Store,
  orderId: string,
): Promise<{ order: OrderRecord; events: OrderEventRecord[] }> {
  const order = await getOrThrow(store, 'orders', orderId, 'order');
  const events = await scanAll(store, 'orderEvents', { where: { orderId }, orderBy: 'sequence' }, MAX_EVENTS);
  return { order, events };
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
