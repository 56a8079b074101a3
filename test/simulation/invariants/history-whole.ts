import { replayHistory, showOrderAsOf } from '../../../src/pipeline/queries/order-history.ts';
import { stableText } from '../../../src/tracking/stable-text.ts';
import type { OrderState } from '../../../src/tracking/model.ts';
import type { Invariant, Seen } from './invariant.ts';

/** How many moments are remembered, to be asked for again at the end. */
const MOMENTS = 200;

/** Events count up without a gap, versions only rise, a replay decides alike, and a past moment is shown as it was. */
export class HistoryWhole implements Invariant {
  readonly #sequences = new Map<string, number>();
  readonly #versions = new Map<string, number>();
  readonly #moments = new Map<string, { at: string; state: string }>();

  check(seen: Seen): string[] {
    const broken: string[] = [];
    const events = seen.commits
      .flat()
      .flatMap((operation) =>
        operation.op === 'insert' && operation.collection === 'orderEvents' ? [operation.record] : [],
      );
    for (const { id, orderId, sequence, at } of events) {
      const before = this.#sequences.get(orderId) ?? 0;
      if (sequence !== before + 1) broken.push(`event ${id} follows #${before}`);
      this.#sequences.set(orderId, sequence);
      // Whoever asks for the moment before sees nothing of this event.
      if ((this.#moments.get(orderId)?.at ?? '') >= at) this.#moments.delete(orderId);
    }
    for (const { id, state, sequence, version } of seen.changed('orders')) {
      if (sequence !== this.#sequences.get(id))
        broken.push(`${id} stands at #${sequence}, its events at #${this.#sequences.get(id) ?? 0}`);
      if (version < (this.#versions.get(id) ?? 0)) broken.push(`${id} fell back to version ${version}`);
      this.#versions.set(id, version);
      this.#remember(id, seen.now, state);
    }
    return broken;
  }

  async atRest({ store }: Seen): Promise<string[]> {
    const broken: string[] = [];
    for (const id of this.#sequences.keys()) {
      const { differingEvents, differingState } = await replayHistory(store, id);
      for (const difference of [...differingEvents, ...differingState])
        broken.push(`replay of ${id} differs: ${difference}`);
    }
    for (const [id, { at, state }] of this.#moments) {
      const then = stableText(await showOrderAsOf(store, id, at));
      if (then !== state) broken.push(`${id} as of ${at} is not what it was then`);
    }
    return broken;
  }

  #remember(id: string, at: string, state: OrderState): void {
    if (this.#moments.has(id) || this.#moments.size >= MOMENTS) return;
    this.#moments.set(id, { at, state: stableText(state) });
  }
}
