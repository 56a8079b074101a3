import { GatewayError } from '../../common/errors.ts';
import type { CollectionName } from '../ports/store.ts';

/** More conflicts in a row than this are no coincidence. */
const MAX_ATTEMPTS = 20;

/**
 * Decides again when somebody else changed what was read: a CONFLICT says that nothing was committed, so that the whole use
 * case can simply run once more on the newer state.
 */
export async function retryOnConflict<T>(
  work: () => Promise<T>,
  /** Conflicts over this collection are the caller's. */
  except?: CollectionName,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const conflict =
        error instanceof GatewayError &&
        error.code === 'CONFLICT' &&
        error.retryable === 'now' &&
        (except === undefined || error.details['collection'] !== except);
      if (!conflict || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}
