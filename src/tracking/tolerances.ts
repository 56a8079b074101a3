import type { OrderLine } from '../documents/order.ts';
import type { Item } from '../documents/primitives.ts';
import type { ItemRules, ToleranceLayer, ToleranceName, Tolerances, TrackingPolicy } from './policy.ts';

/** A tolerance with where it came from. */
export interface ResolvedTolerance<N extends ToleranceName> {
  name: N;
  value: NonNullable<Tolerances[N]>;
  layer: ToleranceLayer;
}

function hasId(item: Item, id: string): boolean {
  return item.buyerId === id || item.sellerId === id || item.gtin === id;
}

function appliesTo(layer: ToleranceLayer, line: OrderLine): boolean {
  if (layer.appliesTo === undefined) return true;
  if (layer.level === 'orderLine') return layer.appliesTo.includes(line.id);
  return layer.appliesTo.some((id) => hasId(line.item, id));
}

/** The first level that sets the tolerance, from the most specific on (5.9.3). */
export function resolveTolerance<N extends ToleranceName>(
  policy: TrackingPolicy,
  line: OrderLine,
  name: N,
): ResolvedTolerance<N> | undefined {
  for (const layer of policy.tolerances) {
    const value = layer.values[name];
    if (value !== undefined && appliesTo(layer, line)) return { name, value, layer };
  }
  return undefined;
}

/** What the policy knows of an ordered item. */
export function itemRulesOf(policy: TrackingPolicy, item: Item): ItemRules | undefined {
  return policy.items.find((rules) => rules.ids.some((id) => hasId(item, id)));
}
