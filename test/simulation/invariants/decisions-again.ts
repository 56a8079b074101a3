import { recomputeAll } from '../../../src/pipeline/queries/match-history.ts';
import type { Invariant, Seen } from './invariant.ts';

/** Every match decision comes out the same when it is made again from its own input, hash and all. */
export class DecisionsAgain implements Invariant {
  check(): string[] {
    return [];
  }

  async atRest({ store }: Seen): Promise<string[]> {
    const { differences } = await recomputeAll(store);
    return differences.map(
      ({ decisionId, paths }) => `decision ${decisionId}, made again, differs in ${paths.join(', ')}`,
    );
  }
}
