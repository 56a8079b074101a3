import { GatewayError } from '../common/errors.ts';
import type { Timer } from '../pipeline/ports/clock.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import { wrapChannel } from './wrap-channel.ts';

export interface RetryOptions {
  timer: Timer;
  /** Attempts in all. */
  attempts?: number;
  /** Before the second attempt; doubled before each further one. */
  pauseMs?: number;
}

/**
 * Tries a delivery again at once where the error says that this can help (`retryable: 'now'`: an idle connection was cut).
 * Everything else is left to the work queue, whose pauses are long and survive a restart.
 */
export function withRetry(channel: Channel, options: RetryOptions): Channel {
  return wrapChannel(channel, {
    send: (file) => tryAgain(options, () => channel.send(file)),
    reject: (file) => tryAgain(options, () => channel.reject(file)),
  });
}

async function tryAgain<T>(
  { timer, attempts = 3, pauseMs = 250 }: RetryOptions,
  call: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const again = error instanceof GatewayError && error.retryable === 'now';
      if (!again || attempt >= attempts) throw error;
      await new Promise<void>((resolve) => timer.after(pauseMs * 2 ** (attempt - 1), resolve));
    }
  }
}
