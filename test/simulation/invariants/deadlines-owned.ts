import type { DeadlineRecord } from '../../../src/pipeline/orders/order-records.ts';
import type { Invariant, Seen } from './invariant.ts';

/** Every open deadline has an owner and is the one that its order waits for; none is left behind once its time has come. */
export class DeadlinesOwned implements Invariant {
  readonly #pending = new Map<string, Map<string, DeadlineRecord>>();

  check(seen: Seen): string[] {
    const broken: string[] = [];
    for (const deadline of seen.changed('deadlines')) {
      const ofOrder = this.#pending.get(deadline.orderId) ?? new Map<string, DeadlineRecord>();
      if (deadline.status === 'pending') ofOrder.set(deadline.key, deadline);
      else ofOrder.delete(deadline.key);
      this.#pending.set(deadline.orderId, ofOrder);
      if (deadline.status === 'pending' && deadline.owner === '')
        broken.push(`deadline ${deadline.id} has no owner`);
    }
    for (const { id, state } of seen.changed('orders')) {
      const pending = this.#pending.get(id) ?? new Map<string, DeadlineRecord>();
      const kept = tell([...pending.values()]);
      const wanted = tell(state.deadlines);
      if (kept !== wanted) broken.push(`${id} waits for [${wanted}], the rows are [${kept}]`);
    }
    return broken;
  }

  atRest({ now }: Seen): string[] {
    return [...this.#pending.values()]
      .flatMap((deadlines) => [...deadlines.values()])
      .filter(({ dueAt }) => dueAt <= now)
      .map(({ id, dueAt }) => `deadline ${id} of ${dueAt} never fired`);
  }
}

function tell(deadlines: readonly { key: string; dueAt: string }[]): string {
  return deadlines
    .map(({ key, dueAt }) => `${key} ${dueAt}`)
    .sort()
    .join(', ');
}
