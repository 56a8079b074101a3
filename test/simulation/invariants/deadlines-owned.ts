import type { OrderTimerRecord } from '../../../src/pipeline/orders/order-records.ts';
import type { Invariant, Seen } from './invariant.ts';

/** Every deadline has an owner, and its order a timer that rings by then; none is left behind once its time has come. */
export class DeadlinesOwned implements Invariant {
  readonly #timers = new Map<string, OrderTimerRecord>();
  /** The next deadline of each order. */
  readonly #next = new Map<string, { key: string; dueAt: string }>();

  check(seen: Seen): string[] {
    const broken: string[] = [];
    for (const id of seen.deleted('orderTimers')) this.#timers.delete(id);
    for (const timer of seen.changed('orderTimers')) this.#timers.set(timer.id, timer);
    for (const { id, state } of seen.changed('orders')) {
      for (const { key, owner } of state.deadlines)
        if ((owner as string) === '') broken.push(`deadline ${key} of ${id} has no owner`);
      const [next] = [...state.deadlines].sort((a, b) => a.dueAt.localeCompare(b.dueAt));
      this.#next.delete(id);
      if (next === undefined) continue;
      this.#next.set(id, next);
      const timer = this.#timers.get(id)?.dueAt;
      if (timer === undefined || timer > next.dueAt)
        broken.push(
          `${id} waits for ${next.key} until ${next.dueAt}, its timer rings at ${timer ?? 'no time'}`,
        );
    }
    return broken;
  }

  atRest({ now }: Seen): string[] {
    return [...this.#next]
      .filter(([, { dueAt }]) => dueAt <= now)
      .map(([id, { key, dueAt }]) => `deadline ${key} of ${id}, of ${dueAt}, never fired`);
  }
}
