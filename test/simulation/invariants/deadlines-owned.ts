import type { DeadlineRecord } from '../../../src/pipeline/orders/order-records.ts';
import type { Invariant, Seen } from './invariant.ts';

/** Every open deadline has an owner and is the one that its order waits for; none is left behind once its time has come. */
export class DeadlinesOwned implements Invariant {
  /** By order, and by id. */
  readonly #pending = new Map<string, Map<string, DeadlineRecord>>();
  readonly #orderOf = new Map<string, string>();

  check(seen: Seen): string[] {
    const broken: string[] = [];
    for (const id of seen.deleted('deadlines')) this.#pending.get(this.#orderOf.get(id) ?? '')?.delete(id);
    for (const deadline of seen.changed('deadlines')) {
      const ofOrder = this.#pending.get(deadline.orderId) ?? new Map<string, DeadlineRecord>();
      if (deadline.status === 'pending') ofOrder.set(deadline.id, deadline);
      else ofOrder.delete(deadline.id);
      this.#orderOf.set(deadline.id, deadline.orderId);
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
