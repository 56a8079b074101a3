import type { Store } from '../ports/store.ts';
import type { WorkRecord } from '../records.ts';
import type { WorkLine } from './work-line.ts';
import { commitUnlessTaken, oldestBlocked, unblock } from './work-order.ts';
import { blocked, updateWork } from './work-record.ts';

/** Items that an older one of their order is before; where a process is alone, its line remembers of which orders there are any. */
export class ParkedWork {
  readonly #store: Store;
  readonly #line: WorkLine;

  constructor(store: Store, line: WorkLine) {
    this.#store = store;
    this.#line = line;
  }

  /** Puts an item aside that an older one of its order is before. */
  async park(item: WorkRecord): Promise<void> {
    this.#line.park(item.orderingKey);
    try {
      await commitUnlessTaken(this.#store, updateWork(blocked(item)));
    } finally {
      this.#line.endPark();
    }
  }

  async oldest(orderingKey: string): Promise<WorkRecord | undefined> {
    if (orderingKey === '' || !this.#line.mayHaveParked(orderingKey)) return undefined;
    const since = this.#line.parkings;
    const item = await oldestBlocked(this.#store, orderingKey);
    if (item === undefined) this.#line.forgetParked(orderingKey, since);
    return item;
  }

  /** After a completion: brings the next item of that order back, if its parking crossed the completion. */
  async bringBack(orderingKey: string): Promise<void> {
    if ((await this.oldest(orderingKey)) !== undefined) await unblock(this.#store, orderingKey);
  }
}
