import { expect, test } from '@jest/globals';
import { shrink } from './shrink.ts';
import type { Plan } from './play.ts';

const plan: Plan = { seed: 7, of: 40, orders: Array.from({ length: 40 }, (_, index) => index) };

test('a failure of two orders in bad weather is shrunk to these two', async () => {
  const needed = [3, 31];
  const smallest = await shrink(plan, ({ orders, calm }) =>
    Promise.resolve(calm !== true && needed.every((order) => orders.includes(order))),
  );
  expect(smallest).toEqual({ seed: 7, of: 40, orders: needed });
});

test('what also breaks in good weather is shown in good weather', async () => {
  const smallest = await shrink(plan, ({ orders }) => Promise.resolve(orders.includes(12)));
  expect(smallest).toEqual({ seed: 7, of: 40, orders: [12], calm: true });
});
