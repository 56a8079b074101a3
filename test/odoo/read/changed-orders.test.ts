import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OdooClient, OdooQuery, OdooRow } from '../../../src/odoo/client/odoo-client.ts';
import { odooNames } from '../../../src/odoo/client/odoo-names.ts';
import { fromInstant } from '../../../src/odoo/odoo-date.ts';
import { ChangedOrders } from '../../../src/odoo/read/changed-orders.ts';
import type { ReadCursor } from '../../../src/odoo/read/changed-orders.ts';
import type { MasterData } from '../../../src/odoo/read/master-data.ts';

/** Seconds since the start of the test, as Odoo tells an instant: the fraction is kept and not shown. */
const at = (second: number) => fromInstant(new Date(Date.UTC(2026, 10, 21, 8) + second * 1000).toISOString());

interface Written {
  id: number;
  /** Start of the transaction: its stamp. */
  stamp: number;
  /** End of it: from then on others see it. */
  seenFrom: number;
  note: string;
}

/** Orders of an Odoo at a moment; searched as Odoo searches. */
class Orders {
  now = 0;
  readonly written: Written[] = [];
  searches = 0;

  client(): OdooClient {
    const version = { major: 19, minor: 0, text: '19.0' };
    return {
      names: odooNames(version),
      searchRead: (model: string, query: OdooQuery) => Promise.resolve(this.#search(model, query)),
    } as unknown as OdooClient;
  }

  #search(model: string, { domain, limit = 0 }: OdooQuery): OdooRow[] {
    this.searches += 1;
    if (model !== 'purchase.order') return [];
    const conditions = domain as readonly (readonly [string, string, unknown])[];
    const from = conditions.find(([field]) => field === 'write_date')![2] as string;
    const without = (conditions.find(([field]) => field === 'id')?.[2] ?? []) as number[];
    const newest = new Map<number, Written>();
    for (const each of this.written) if (each.seenFrom <= this.now) newest.set(each.id, each);
    return [...newest.values()]
      .filter(({ id, stamp }) => at(stamp) >= from && !without.includes(id))
      .sort((a, b) => a.stamp - b.stamp || a.id - b.id)
      .slice(0, limit)
      .map(({ id, stamp, note }) => ({ id, note, write_date: at(stamp) }));
  }
}

const MASTER = {
  fields: { only: (_: string, names: readonly string[]) => Promise.resolve([...names]) },
} as unknown as MasterData;

function readerOf(orders: Orders, overlapSeconds = 300, rowsPerPage = 500) {
  const changes = new ChangedOrders(overlapSeconds, rowsPerPage);
  let cursor: ReadCursor = { since: at(0), readTo: {} };
  return async (failed: number[] = []) => {
    const found = await changes.find(orders.client(), MASTER, cursor);
    found.done(new Set(failed));
    if (failed.length === 0) ({ cursor } = found);
    return found.orderIds;
  };
}

describe('changes are found by their stamps', () => {
  test('once, and not again as long as nothing is written', async () => {
    const orders = new Orders();
    const read = readerOf(orders);
    orders.written.push({ id: 1, stamp: 1, seenFrom: 1, note: 'a' });
    orders.now = 2;
    expect(await read()).toEqual([1]);
    expect(await read()).toEqual([]);
  });

  test('a transaction that began before the last one seen, and ended after it', async () => {
    const orders = new Orders();
    const read = readerOf(orders);
    orders.written.push(
      { id: 1, stamp: 32, seenFrom: 32, note: 'a' },
      { id: 2, stamp: 30, seenFrom: 36, note: 'b' },
    );
    orders.now = 33;
    expect(await read()).toEqual([1]);
    orders.now = 40;
    expect(await read()).toEqual([2]);
  });

  test('two writes in one second, whose stamps look the same', async () => {
    const orders = new Orders();
    const read = readerOf(orders);
    orders.written.push({ id: 1, stamp: 5.1, seenFrom: 5.1, note: 'a' });
    orders.now = 5.2;
    expect(await read()).toEqual([1]);
    orders.written.push({ id: 1, stamp: 5.6, seenFrom: 5.6, note: 'b' });
    orders.now = 6;
    expect(await read()).toEqual([1]);
  });

  test('a write that changed nothing that counts is passed over', async () => {
    const orders = new Orders();
    const read = readerOf(orders);
    orders.written.push({ id: 1, stamp: 1, seenFrom: 1, note: 'a' });
    orders.now = 1;
    await read();
    orders.written.push({ id: 1, stamp: 9, seenFrom: 9, note: 'a' });
    orders.now = 9;
    expect(await read()).toEqual([]);
  });

  test('what could not be dealt with comes again', async () => {
    const orders = new Orders();
    const read = readerOf(orders);
    orders.written.push(
      { id: 1, stamp: 1, seenFrom: 1, note: 'a' },
      { id: 2, stamp: 1, seenFrom: 1, note: 'b' },
    );
    orders.now = 1;
    expect(await read([2])).toEqual([1, 2]);
    expect(await read()).toEqual([2]);
  });

  test('more of one second than a page holds', async () => {
    const orders = new Orders();
    const read = readerOf(orders, 300, 3);
    for (let id = 1; id <= 20; id += 1) orders.written.push({ id, stamp: 7.5, seenFrom: 8, note: 'a' });
    orders.now = 8;
    expect(await read()).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

test('nothing is lost and nothing comes twice, whatever the transactions, as long as none takes longer than the overlap', async () => {
  const OVERLAP = 30;
  const write = fc.record({
    id: fc.integer({ min: 1, max: 12 }),
    startsAfter: fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10),
    takes: fc.integer({ min: 0, max: (OVERLAP - 2) * 10 }).map((tenths) => tenths / 10),
  });
  const history = fc.array(
    fc.oneof({ weight: 3, arbitrary: write }, { weight: 1, arbitrary: fc.constant('read' as const) }),
    {
      maxLength: 60,
    },
  );
  await fc.assert(
    fc.asyncProperty(history, fc.integer({ min: 1, max: 5 }), async (steps, rowsPerPage) => {
      const orders = new Orders();
      const read = readerOf(orders, OVERLAP, rowsPerPage);
      const told = new Map<number, string[]>();
      const readNow = async () => {
        const ids = await read();
        for (const id of ids) {
          const visible = orders.written.findLast((each) => each.id === id && each.seenFrom <= orders.now)!;
          told.set(id, [...(told.get(id) ?? []), visible.note]);
        }
      };
      let clock = 0;
      let count = 0;
      for (const step of steps) {
        if (step === 'read') {
          orders.now = clock;
          await readNow();
          continue;
        }
        clock += step.startsAfter;
        // Rows are locked: a later writer of the order ends after the earlier one.
        const before = orders.written.findLast(({ id }) => id === step.id);
        const seenFrom = Math.max(clock + step.takes, (before?.seenFrom ?? 0) + 0.01);
        if (seenFrom - clock > OVERLAP - 1) continue;
        orders.written.push({ id: step.id, stamp: clock, seenFrom, note: `n${(count += 1)}` });
      }
      orders.now = clock + 2 * OVERLAP;
      await readNow();
      for (const { id } of orders.written) {
        const newest = orders.written.findLast((each) => each.id === id)!;
        expect(told.get(id)?.at(-1)).toBe(newest.note);
        expect(new Set(told.get(id)).size).toBe(told.get(id)!.length);
      }
      expect(await read()).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
