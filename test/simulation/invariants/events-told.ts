import type { Invariant, Seen } from './invariant.ts';

/**
 * Every fact of every order is in the feed once, in the order of its order, under numbers without a gap; and every exception
 * that no order has raised, once opened and once closed.
 */
export class EventsTold implements Invariant {
  /** Ids of the facts that were decided and are not told yet, oldest first, by order. */
  readonly #untold = new Map<string, string[]>();
  /** Facts of no order that are not told yet. */
  readonly #others = new Set<string>();
  #number = 0;

  check(seen: Seen): string[] {
    const broken: string[] = [];
    for (const operation of seen.commits.flat()) {
      if (operation.op !== 'insert') {
        if (operation.collection === 'events') broken.push('an event of the feed was changed');
        continue;
      }
      if (operation.collection === 'orderEvents') {
        const { orderId, facts } = operation.record;
        const untold = this.#untold.get(orderId) ?? [];
        this.#untold.set(orderId, [...untold, ...facts.map(({ id }) => id)]);
      }
      if (operation.collection === 'eventOutbox')
        for (const { id } of operation.record.facts ?? []) this.#others.add(id);
      if (operation.collection === 'events') {
        const { number, orderId, event } = operation.record;
        if (number !== (this.#number += 1)) broken.push(`event ${number} follows ${this.#number - 1}`);
        if (this.#others.delete(event.id)) continue;
        const next = this.#untold.get(orderId)?.shift();
        if (next !== event.id)
          broken.push(`the feed tells ${event.id}, next of ${orderId} is ${next ?? 'nothing'}`);
      }
    }
    return broken;
  }

  atRest(): string[] {
    return [
      ...[...this.#untold]
        .filter(([, untold]) => untold.length > 0)
        .map(([orderId, untold]) => `${untold.length} facts of ${orderId} are not in the feed`),
      ...[...this.#others].map((id) => `${id} is not in the feed`),
    ];
  }
}
