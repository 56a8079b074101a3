import { instantMs } from '../common/calendar.ts';
import type { Clock, Instant } from '../common/time.ts';
import type { ErpCompany, ErpState } from '../pipeline/ports/connected-erp.ts';
import type { Store } from '../pipeline/ports/store.ts';
import { retryOnConflict } from '../pipeline/work/retry.ts';

const ID = 'odoo.state';

/** What an unchanged connection tells all the same: so often somebody who looks sees that it is read. */
const REPEAT_MS = 30_000;

/** What the process that reads Odoo has last told the others of it. */
export interface ToldState {
  at: Instant;
  state: ErpState;
  companies: ErpCompany[];
}

/** Lets the processes that show Odoo know how it is with the one that reads it. */
export class OdooStateTeller {
  readonly #store: Store;
  readonly #clock: Clock;
  #last = { text: '', atMs: -Infinity };

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Without companies, those that were told before stay. */
  async tell(state: ErpState, companies: ErpCompany[] | undefined): Promise<void> {
    const { circuit, version, protocol, trouble } = state;
    const text = JSON.stringify({ circuit, version, protocol, trouble, companies });
    const at = this.#clock.now();
    if (text === this.#last.text && instantMs(at) - this.#last.atMs < REPEAT_MS) return;
    await retryOnConflict(async () => {
      const known = await this.#store.get('settings', ID);
      const before = known?.value as ToldState | undefined;
      const value: ToldState = { at, state, companies: companies ?? before?.companies ?? [] };
      const record = { id: ID, revision: known?.revision ?? 0, value };
      const op = known === undefined ? 'insert' : 'update';
      await this.#store.commit([{ op, collection: 'settings', record }], [], { durability: 'relaxed' });
    });
    this.#last = { text, atMs: instantMs(at) };
  }
}

export async function readToldState(store: Store): Promise<ToldState | undefined> {
  return (await store.get('settings', ID))?.value as ToldState | undefined;
}
