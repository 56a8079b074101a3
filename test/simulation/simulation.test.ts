import { randomInt } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { playMany } from './play.ts';
import { shrink } from './shrink.ts';

/** Bounded so that all of it takes less than a minute; `npm run simulate` goes as far as one likes. */
const ORDERS = 60;
const FRESH_SEED = randomInt(1, 1_000_000_000);

const orders = Array.from({ length: ORDERS }, (_, index) => index);

describe('whatever goes wrong, every invariant holds after every step', () => {
  test.each([1, 2, 3, 10, 20, FRESH_SEED])(
    'seed %i',
    async (seed) => {
      const plan = { seed, orders, of: ORDERS };
      const { violations, steps } = await playMany(plan);
      if (violations.length > 0) {
        const smallest = await shrink(
          plan,
          async (smaller) => (await playMany(smaller)).violations.length > 0,
        );
        const flags = `--seed ${seed} --orders ${ORDERS} --only ${smallest.orders.join(',')}${smallest.calm === true ? ' --calm' : ''}`;
        throw new Error(
          `${violations.join('\n')}\nThe smallest that breaks: npm run simulate -- ${flags} --log`,
        );
      }
      expect(steps).toBeGreaterThan(ORDERS);
    },
    120_000,
  );
});

test('the same seed gives the same log, byte for byte', async () => {
  const run = async () => {
    const lines: string[] = [];
    const outcome = await playMany(
      { seed: 4, orders: orders.slice(0, 25), of: ORDERS },
      (line) => void lines.push(line),
    );
    return { ...outcome, log: lines.join('\n') };
  };
  const first = await run();
  expect(await run()).toEqual(first);
  expect(first.crashes).toBeGreaterThan(2);
  expect(first.log).toContain('ends and starts again');
}, 120_000);

test('what an order does, does not depend on who else plays', async () => {
  const logOf = async (some: readonly number[]) => {
    const lines: string[] = [];
    await playMany({ seed: 5, orders: some, of: ORDERS, calm: true }, (line) => void lines.push(line));
    return lines.filter((line) => line.includes('PO-000003') && !line.includes(' time: '));
  };
  const alone = await logOf([3]);
  expect(alone.length).toBeGreaterThan(2);
  expect(await logOf([1, 2, 3, 4])).toEqual(alone);
}, 120_000);
