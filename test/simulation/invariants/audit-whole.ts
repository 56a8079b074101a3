import { verifyAudit } from '../../../src/pipeline/audit.ts';
import type { Invariant, Seen } from './invariant.ts';

/** Entries are only added, each onto the hash of the one before. */
export class AuditWhole implements Invariant {
  #last = '';

  check(seen: Seen): string[] {
    const broken: string[] = [];
    for (const operation of seen.commits.flat()) {
      if (operation.collection !== 'audit') continue;
      if (operation.op !== 'insert') {
        broken.push('an entry of the audit log was changed');
        continue;
      }
      const { id, previousHash, hash } = operation.record;
      if (previousHash !== this.#last) broken.push(`audit entry ${id} does not follow the one before`);
      this.#last = hash;
    }
    return broken;
  }

  async atRest({ store }: Seen): Promise<string[]> {
    const { firstBroken } = await verifyAudit(store);
    return firstBroken === undefined ? [] : [`the audit log is broken at ${firstBroken}`];
  }
}
