import type { Clock } from '../common/time.ts';
import type { OpenedChannel } from '../pipeline/channels/opened-channel.ts';
import type { Timer } from '../pipeline/ports/clock.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import { createChannelBreaker, withCircuitBreaker } from './circuit-breaker.ts';
import { ConcurrencyLimit, withConcurrencyLimit } from './concurrency-limit.ts';
import { countReceived, createMeter, withMetering } from './metering.ts';
import { withRetry } from './retry.ts';

/**
 * What every transport gets from outside: a limit of deliveries at the same time, a circuit breaker (behind the limit, so
 * that those who waited learn that it has opened), short retries, and counts of what was really tried.
 */
export function guardChannel(
  channel: Channel,
  { clock, timer, concurrency }: { clock: Clock; timer: Timer; concurrency: number },
): Omit<OpenedChannel, 'settings'> {
  const meter = createMeter();
  const breaker = createChannelBreaker({ clock });
  const limit = new ConcurrencyLimit(concurrency);
  const retrying = withRetry(withMetering(channel, meter, clock), timer);
  return {
    channel: withConcurrencyLimit(withCircuitBreaker(retrying, breaker), limit),
    report: () => ({
      inbound: { ...meter.inbound },
      outbound: { ...meter.outbound },
      refused: meter.refused,
      rejected: meter.rejected,
      sending: limit.running,
      waiting: limit.waiting,
      ...breaker.state,
    }),
    countReceived: (bytes) => countReceived(meter, bytes, clock),
  };
}
