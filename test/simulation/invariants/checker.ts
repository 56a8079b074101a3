import type { Collections } from '../../../src/pipeline/collections.ts';
import type { CollectionName } from '../../../src/pipeline/ports/store.ts';
import type { World } from '../../support/gateway.ts';
import type { Drop } from '../courier.ts';
import type { Commit } from '../observed-store.ts';
import { AcknowledgedOnce } from './acknowledged-once.ts';
import { ApprovedWithinReceipt } from './approved-within-receipt.ts';
import { AuditWhole } from './audit-whole.ts';
import { Balance } from './balance.ts';
import { DeadlinesOwned } from './deadlines-owned.ts';
import { DecisionsAgain } from './decisions-again.ts';
import { EffectsOnce } from './effects-once.ts';
import { EventsTold } from './events-told.ts';
import { ExceptionsKept } from './exceptions-kept.ts';
import { HistoryWhole } from './history-whole.ts';
import { HoldsReal } from './holds-real.ts';
import type { Invariant, Seen } from './invariant.ts';
import { NothingLost } from './nothing-lost.ts';
import { SentOnce } from './sent-once.ts';

/** Holds every invariant against what the store committed and what the partners have. */
export class Checker {
  readonly #invariants: readonly Invariant[] = [
    new Balance(),
    new HistoryWhole(),
    new DeadlinesOwned(),
    new ExceptionsKept(),
    new EffectsOnce(),
    new EventsTold(),
    new ApprovedWithinReceipt(),
    new HoldsReal(),
    new DecisionsAgain(),
    new SentOnce(),
    new AcknowledgedOnce(),
    new AuditWhole(),
    new NothingLost(),
  ];
  #commits: Commit[] = [];
  #drops: Drop[] = [];

  readonly seeCommit = (commit: Commit): void => void this.#commits.push(commit);
  readonly seeDrop = (drop: Drop): void => void this.#drops.push(drop);

  /** What is broken now. `atRest`: no work is left and every partner can be reached. */
  async check(world: World, atRest = false): Promise<string[]> {
    const seen = this.#take(world);
    const broken: string[] = [];
    for (const invariant of this.#invariants) {
      broken.push(...(await invariant.check(seen)));
      if (atRest) broken.push(...((await invariant.atRest?.(seen)) ?? []));
    }
    return broken;
  }

  #take(world: World): Seen {
    const commits = this.#commits;
    const drops = this.#drops;
    this.#commits = [];
    this.#drops = [];
    const changed = new Map<CollectionName, Map<string, unknown>>();
    const deleted = new Map<CollectionName, Set<string>>();
    for (const operation of commits.flat()) {
      const records = changed.get(operation.collection) ?? new Map<string, unknown>();
      changed.set(operation.collection, records);
      const ids = deleted.get(operation.collection) ?? new Set<string>();
      deleted.set(operation.collection, ids);
      if (operation.op === 'delete') {
        records.delete(operation.id);
        ids.add(operation.id);
      } else {
        records.set(operation.record.id, operation.record);
        ids.delete(operation.record.id);
      }
    }
    return {
      world,
      store: world.store,
      now: world.time.now(),
      commits,
      drops,
      changed: <N extends CollectionName>(collection: N) =>
        [...(changed.get(collection)?.values() ?? [])] as Collections[N][],
      deleted: (collection) => [...(deleted.get(collection) ?? [])],
    };
  }
}
