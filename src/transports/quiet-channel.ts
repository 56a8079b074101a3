import { instantMs } from '../common/calendar.ts';
import { GatewayError } from '../common/errors.ts';
import type { Clock } from '../common/time.ts';
import type { QuietWindow } from '../partners/channel-common.ts';
import { quietUntil } from '../partners/quiet-window.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import { wrapChannel } from './wrap-channel.ts';

/** The work queue spreads a pause from 80 % on: so much longer, it ends after the window. */
const SPREAD = 1 / 0.8;

/** Sends nothing in quiet windows: what is due then waits for their end. */
export function withQuietWindows(
  channel: Channel,
  { windows, zone, clock }: { windows: readonly QuietWindow[]; zone: string; clock: Clock },
): Channel {
  const assertOpen = (what: string) => {
    const now = clock.now();
    const until = quietUntil(windows, now, zone);
    if (until === undefined) return;
    throw new GatewayError(
      'TRANSPORT_UNAVAILABLE',
      `${what} waits for the end of a quiet window at ${until}.`,
      {
        details: { retryAfterMs: Math.ceil((instantMs(until) - instantMs(now)) * SPREAD) },
      },
    );
  };
  return wrapChannel(channel, {
    send: async (file) => {
      assertOpen(`Sending ${file.name}`);
      return channel.send(file);
    },
    reject: async (file) => {
      assertOpen(`Rejecting ${file.name}`);
      await channel.reject(file);
    },
  });
}
