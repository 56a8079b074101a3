import type { Slice } from '../../../src/tracking/model.ts';
import type { Invariant, Seen } from './invariant.ts';

const AGREED = new Set(['CONFIRMED', 'CONFIRMED_CHANGED', 'BACKORDERED', 'CANCELLED']);

/** The ERP hears everything once, in an unbroken count, and nothing that is only proposed, held or pending. */
export class EffectsOnce implements Invariant {
  readonly #done = new Set<string>();
  /** Given up, as a person was told or has decided: the ERP may have been told of its number, but not have the file. */
  readonly #dead = new Set<string>();
  #files = 0;
  #number = 0;
  readonly #told = new Set<string>();

  check(seen: Seen): string[] {
    const broken: string[] = [];
    for (const { kind, status, payload, id, history } of seen.changed('work')) {
      if (kind !== 'writeErp') continue;
      const { kind: what, data } = payload['command'] as {
        kind: string;
        data: { lines?: { slices?: Slice[] }[] };
      };
      const slices = what === 'confirmations' ? (data.lines ?? []).flatMap((line) => line.slices ?? []) : [];
      const early = slices.find(({ state }) => !AGREED.has(state));
      if (early !== undefined) broken.push(`${id} tells the ERP of a part that is ${early.state}`);
      this.#dead.delete(id);
      const discarded = history.at(-1)?.outcome === 'discarded';
      if (status === 'done' && !discarded) this.#done.add(id);
      if (status === 'dead' || discarded) this.#dead.add(id);
    }
    for (const operation of seen.commits.flat()) {
      if (operation.collection !== 'erpCommands') continue;
      if (operation.op !== 'insert') broken.push('a command to the ERP was changed');
      else if (operation.record.number !== (this.#number += 1))
        broken.push(
          `command ${operation.record.id} has number ${operation.record.number}, not ${this.#number}`,
        );
    }
    const { deliveries } = seen.world.erp;
    for (const { name } of deliveries.slice(this.#files)) {
      if (this.#told.has(name)) broken.push(`the ERP got ${name} twice`);
      this.#told.add(name);
    }
    this.#files = deliveries.length;
    return broken;
  }

  atRest(): string[] {
    const [done, dead] = [this.#done.size, this.#dead.size];
    const whole = done === this.#files && this.#number >= done && this.#number <= done + dead;
    if (whole) return [];
    return [
      `${done} commands to the ERP are done and ${dead} given up, ${this.#number} are on record, ${this.#files} have arrived`,
    ];
  }
}
