import type { Plan } from './play.ts';

export type Breaks = (plan: Plan) => Promise<boolean>;

/**
 * A plan that still breaks something, with as little as can be left out one after the other: what goes wrong around, then the
 * orders, by halves. What an order does never depends on who else plays.
 */
export async function shrink(plan: Plan, breaks: Breaks): Promise<Plan> {
  const calm = { ...plan, calm: true };
  let smallest = plan.calm !== true && (await breaks(calm)) ? calm : plan;
  for (let size = Math.ceil(smallest.orders.length / 2); size >= 1;) {
    const smaller = await withoutSome(smallest, size, breaks);
    if (smaller !== undefined) smallest = smaller;
    else if (size === 1) break;
    else size = Math.ceil(size / 2);
  }
  return smallest;
}

/** The plan without one run of so many orders, if it breaks still. */
async function withoutSome(plan: Plan, size: number, breaks: Breaks): Promise<Plan | undefined> {
  for (let from = 0; from < plan.orders.length && plan.orders.length > 1; from += size) {
    const orders = plan.orders.filter((_, index) => index < from || index >= from + size);
    if (orders.length > 0 && (await breaks({ ...plan, orders }))) return { ...plan, orders };
  }
  return undefined;
}
