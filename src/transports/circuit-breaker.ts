import { CircuitBreaker } from '../common/circuit-breaker.ts';
import type { BreakerVerdict, CircuitBreakerOptions } from '../common/circuit-breaker.ts';
import { GatewayError } from '../common/errors.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import { wrapChannel } from './wrap-channel.ts';

/** The breaker of a channel: refuses with TRANSPORT_UNAVAILABLE while it is open. */
export function createChannelBreaker(
  options: Omit<CircuitBreakerOptions, 'verdictOf' | 'refusal'>,
): CircuitBreaker {
  return new CircuitBreaker({
    ...options,
    verdictOf,
    refusal: (what, failures, retryAt) =>
      new GatewayError(
        'TRANSPORT_UNAVAILABLE',
        `${what} is not tried: the last ${failures} attempts over this channel failed. The next one is made after ${retryAt}.`,
        { details: { circuit: 'open' } },
      ),
  });
}

/** A "no" is an answer. Any other error that no retry helps says nothing of the other side: a secret is missing, a name is wrong. */
function verdictOf(error: unknown): BreakerVerdict {
  if (!(error instanceof GatewayError)) return 'silence';
  if (error.code === 'TRANSPORT_REJECTED') return 'answer';
  return error.retryable === 'never' ? 'neither' : 'silence';
}

/** Deliveries go through the breaker, and a test that every step of has passed closes it; polls have a back-off of their own. */
export function withCircuitBreaker(channel: Channel, breaker: CircuitBreaker): Channel {
  return wrapChannel(channel, {
    send: (file) => breaker.run(`Sending ${file.name}`, () => channel.send(file)),
    reject: (file) => breaker.run(`Rejecting ${file.name}`, () => channel.reject(file)),
    async *test() {
      let passed = true;
      for await (const step of channel.test()) {
        passed &&= step.ok;
        yield step;
      }
      if (passed) breaker.close();
    },
  });
}
