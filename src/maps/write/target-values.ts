import type { ValuePlan } from '../compile/write-values.ts';
import type { Scope, SegmentPlace } from '../compile/model.ts';
import type { Fields } from '../document-path.ts';

/** The values of an object that is being written, by slot (see planValues), and which slots are filled (see slotBit). */
export interface TargetValues {
  readonly values: readonly unknown[];
  readonly filled: number;
}

/** The values of the objects that are being written. */
export class TargetValueTable {
  readonly #plan: ValuePlan;
  readonly #targets: ({ values: unknown[]; filled: number } | undefined)[];

  constructor(plan: ValuePlan) {
    this.#plan = plan;
    this.#targets = new Array<undefined>(plan.owners.length).fill(undefined);
  }

  /** Keeps nothing of what was written. */
  clear(): void {
    for (const known of this.#targets) if (known && known.filled !== 0) clearValues(known);
  }

  /** Spreads the fields of the scope's target over its slots, unless the scope shares one that is spread already. */
  enter({ id }: Scope<SegmentPlace>, target: Fields): TargetValues {
    const owner = this.#plan.owners[id]!;
    let known = this.#targets[owner];
    if (known === undefined) this.#targets[owner] = known = { values: [], filled: 0 };
    else if (owner !== id) return known;
    known.filled = this.#plan.spreads[owner]!(target, known.values);
    return known;
  }
}

function clearValues(known: { values: unknown[]; filled: number }): void {
  known.values.fill(undefined);
  known.filled = 0;
}
