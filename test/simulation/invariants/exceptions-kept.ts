import type { Invariant, Seen } from './invariant.ts';

/** What an order has open is open in the list of exceptions too, once; each has an owner, a way out and a place in the line. */
export class ExceptionsKept implements Invariant {
  /** Ids of the exceptions that are not resolved, by fingerprint. */
  readonly #open = new Map<string, Set<string>>();

  check(seen: Seen): string[] {
    const broken: string[] = [];
    for (const {
      id,
      fingerprint,
      status,
      type,
      owner,
      allowedActions,
      priority,
      title,
      detail,
    } of seen.changed('exceptions')) {
      const ids = this.#open.get(fingerprint) ?? new Set<string>();
      if (status === 'resolved') ids.delete(id);
      else ids.add(id);
      this.#open.set(fingerprint, ids);
      if (ids.size > 1) broken.push(`${type} is open twice: ${fingerprint}`);
      if (
        owner === '' ||
        allowedActions.length === 0 ||
        title === '' ||
        detail === '' ||
        !(priority >= 1 && priority <= 100)
      )
        broken.push(`exception ${id} (${type}) tells nobody what to do`);
    }
    for (const { id, state } of seen.changed('orders'))
      for (const { fingerprint, type } of state.exceptions)
        if ((this.#open.get(fingerprint)?.size ?? 0) === 0)
          broken.push(`${id} has ${type} open, and the list does not show it`);
    return broken;
  }
}
