import type { TargetValues, ValueNode, ValuePlan } from '../compile/write-values.ts';
import type { Scope, SegmentPlace } from '../compile/model.ts';
import type { Fields } from '../document-path.ts';

/** The values of the objects that are being written, by slot (see planValues). */
export class TargetValueTable {
  readonly #plan: ValuePlan;
  readonly #values: (unknown[] | undefined)[];

  constructor(plan: ValuePlan) {
    this.#plan = plan;
    this.#values = new Array<undefined>(plan.owners.length).fill(undefined);
  }

  /** Spreads the fields of the scope's target over its slots, unless the scope shares one that is spread already. */
  enter({ id }: Scope<SegmentPlace>, target: Fields): unknown[] {
    const owner = this.#plan.owners[id]!;
    const known = this.#values[owner];
    if (owner !== id && known) return known;
    const { fields, slots } = this.#plan.targets[owner]! satisfies TargetValues;
    const values = known ?? new Array<unknown>(slots);
    for (let i = 0; i < slots; i++) values[i] = undefined;
    this.#values[owner] = values;
    spread(target, fields, values);
    return values;
  }
}

function spread(target: Fields, fields: ReadonlyMap<string, ValueNode>, values: unknown[]): void {
  for (const key in target) {
    const node = fields.get(key);
    if (node === undefined) continue;
    const value = target[key];
    if (node.slot !== -1) values[node.slot] = value;
    if (node.inside && typeof value === 'object' && value !== null && !Array.isArray(value))
      spread(value as Fields, node.inside, values);
  }
}

/** True when none of the slots has a value. */
export function areEmpty(values: readonly unknown[], slots: readonly number[]): boolean {
  for (const slot of slots) if (values[slot] !== undefined) return false;
  return true;
}
