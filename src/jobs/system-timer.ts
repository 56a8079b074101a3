import type { Timer } from '../pipeline/ports/clock.ts';

/** The timers of the process. A pending one does not keep the process alive. */
export const systemTimer: Timer = {
  after: (delayMs, callback) => {
    const timeout = setTimeout(callback, delayMs);
    timeout.unref();
    return () => clearTimeout(timeout);
  },
};
