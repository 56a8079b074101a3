import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scanPage } from '../../../src/pipeline/queries/scan.ts';
import type { Store } from '../../../src/pipeline/ports/store.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';

const COUNT = 130;
let store: Store;

beforeAll(async () => {
  store = SqliteStore.open({ file: ':memory:', role: 'gateway' });
  await store.commit(
    Array.from({ length: COUNT }, (_, index) => ({
      op: 'insert' as const,
      collection: 'counters' as const,
      record: { id: String(index).padStart(4, '0'), revision: 0, value: index },
    })),
  );
});

afterAll(() => store.close());

test('pages of any size join to the whole, whatever the filter keeps', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 140 }),
      async (limit, divisor) => {
        const seen: number[] = [];
        let after: string | undefined;
        do {
          const page = await scanPage(
            store,
            'counters',
            { limit, after },
            ({ value }) => value % divisor === 0,
          );
          expect(page.records.length).toBeLessThanOrEqual(limit);
          seen.push(...page.records.map(({ value }) => value));
          after = page.next;
        } while (after !== undefined);
        expect(seen).toEqual(
          Array.from({ length: COUNT }, (_, value) => value).filter((value) => value % divisor === 0),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('a cursor that is none of ours is refused in words', async () => {
  await expect(scanPage(store, 'counters', { limit: 5, after: 'x' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  });
});
