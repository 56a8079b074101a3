import { GatewayError } from '../common/errors.ts';

/** More conflicts in a row than this are no coincidence. */
const MAX_ATTEMPTS = 20;

/**
 * Decides again when somebody else changed what was read: a CONFLICT says that nothing was committed, so that the whole use
 * case can simply run once more on the newer state.
 */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const conflict =
        error instanceof GatewayError && error.code === 'CONFLICT' && error.retryable === 'now';
      if (!conflict || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}
