import { GatewayError } from '../common/errors.ts';
import type { Timer } from '../pipeline/ports/clock.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import { wrapChannel } from './wrap-channel.ts';

/** In all. */
const ATTEMPTS = 3;
/** Before the second attempt; doubled before each further one. */
const PAUSE_MS = 250;

/**
 * Tries a delivery again at once where the error says that this can help (`retryable: 'now'`: an idle connection was cut).
 * Everything else is left to the work queue, whose pauses are long and survive a restart.
 */
export function withRetry(channel: Channel, timer: Timer): Channel {
  return wrapChannel(channel, {
    send: (file) => tryAgain(timer, () => channel.send(file)),
    reject: (file) => tryAgain(timer, () => channel.reject(file)),
  });
}

async function tryAgain<T>(timer: Timer, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const again = error instanceof GatewayError && error.retryable === 'now';
      if (!again || attempt >= ATTEMPTS) throw error;
      await new Promise<void>((resolve) => timer.after(PAUSE_MS * 2 ** (attempt - 1), resolve));
    }
  }
}
