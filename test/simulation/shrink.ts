import { playMany } from './play.ts';
import type { Plan } from './play.ts';

/**
 * A plan that still breaks something, with as little as can be left out one after the other: what goes wrong around, then the
 * orders, by halves. What an order does never depends on who else plays.
 */
export async function shrink(plan: Plan): Promise<Plan> {
  const calm = { ...plan, calm: true };
  let smallest = plan.calm !== true && (await breaks(calm)) ? calm : plan;
  for (let size = Math.ceil(smallest.orders.length / 2); size >= 1;) {
    const smaller = await withoutSome(smallest, size);
    if (smaller === undefined) size = size === 1 ? 0 : Math.ceil(size / 2);
    else smallest = smaller;
  }
  return smallest;
}

/** The plan without one run of so many orders, if it breaks still. */
async function withoutSome(plan: Plan, size: number): Promise<Plan | undefined> {
  for (let from = 0; from < plan.orders.length && plan.orders.length > 1; from += size) {
    const orders = plan.orders.filter((_, index) => index < from || index >= from + size);
    if (orders.length > 0 && (await breaks({ ...plan, orders }))) return { ...plan, orders };
  }
  return undefined;
}

async function breaks(plan: Plan): Promise<boolean> {
  return (await playMany(plan)).violations.length > 0;
}
