import { instantMs } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Instant } from '../../common/time.ts';
import type { ExceptionInput } from '../../tracking/exceptions.ts';
import { fingerprintOf } from '../../tracking/exceptions.ts';
import type { PipelineContext } from '../context.ts';
import { closeException, raiseException } from '../exceptions/exceptions.ts';
import type { Channel } from '../ports/transport.ts';
import { retryOnConflict } from '../work/retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';

const MINUTE_MS = 60_000;

/**
 * Tells somebody when nothing could be fetched, or nothing sent, over a channel for so long: one exception for each
 * direction, which closes itself as soon as it works again.
 */
export function watchChannel(context: PipelineContext, channel: Channel, alertAfterMinutes: number): Channel {
  const fetching = new Watch(context, channel, 'receive', alertAfterMinutes);
  const sending = new Watch(context, channel, 'send', alertAfterMinutes);
  return {
    partnerId: channel.partnerId,
    kind: channel.kind,
    name: channel.name,
    poll: (receive, refused) => fetching.during(() => channel.poll(receive, refused)),
    send: (file) => sending.during(() => channel.send(file)),
    reject: (file) => sending.during(() => channel.reject(file)),
    test: () => channel.test(),
    close: () => channel.close(),
  };
}

class Watch {
  readonly #context: PipelineContext;
  readonly #channel: Channel;
  readonly #direction: 'receive' | 'send';
  readonly #alertAfterMinutes: number;
  #failingSince: Instant | undefined;
  /** What the store has been told; not known when the process starts. */
  #told: 'works' | 'fails' | undefined;

  constructor(
    context: PipelineContext,
    channel: Channel,
    direction: 'receive' | 'send',
    alertAfterMinutes: number,
  ) {
    this.#context = context;
    this.#channel = channel;
    this.#direction = direction;
    this.#alertAfterMinutes = alertAfterMinutes;
  }

  async during<T>(call: () => Promise<T>): Promise<T> {
    try {
      const result = await call();
      await this.#worked();
      return result;
    } catch (error) {
      if (isTroubleOfChannel(error, this.#direction)) await this.#failed(error);
      throw error;
    }
  }

  async #worked(): Promise<void> {
    this.#failingSince = undefined;
    if (this.#told === 'works') return;
    await this.#tell('works', async (unit) => {
      await closeException(unit, this.#context, {
        fingerprint: fingerprintOf(this.#identity()),
        by: 'system',
        action: 'resolved',
        reason: 'The channel works again.',
      });
    });
  }

  async #failed(error: unknown): Promise<void> {
    const now = this.#context.clock.now();
    this.#failingSince ??= now;
    const since = this.#failingSince;
    const tooLong = instantMs(now) - instantMs(since) >= this.#alertAfterMinutes * MINUTE_MS;
    if (this.#told === 'fails' || !tooLong) return;
    const { partnerId, name, kind } = this.#channel;
    const what = this.#direction === 'receive' ? 'Nothing can be fetched from' : 'Nothing can be sent to';
    const reason = error instanceof Error ? error.message : String(error);
    await this.#tell('fails', async (unit) => {
      await raiseException(unit, this.#context, {
        ...this.#identity(),
        detail:
          `${what} ${partnerId} over its channel "${name}" (${kind}) since ${since}: ${reason} ` +
          `It is tried again by itself. To see where it fails: tradelane channel test ${partnerId} --channel ${name}`,
      });
    });
  }

  #identity(): Pick<ExceptionInput, 'type' | 'subject' | 'discriminator'> {
    return {
      type: 'CIRCUIT_OPEN',
      subject: { partnerId: this.#channel.partnerId },
      discriminator: `${this.#channel.name}/${this.#direction}`,
    };
  }

  /** Must not make of a delivery that worked one that did not: when the store is down, the next call tells. */
  async #tell(news: 'works' | 'fails', change: (unit: UnitOfWork) => Promise<void>): Promise<void> {
    try {
      await retryOnConflict(async () => {
        const unit = new UnitOfWork(this.#context.store);
        await change(unit);
        await unit.commit();
      });
      this.#told = news;
    } catch (error) {
      const { partnerId, name } = this.#channel;
      this.#context.logger.error(
        { partner: partnerId, channel: name, error },
        'The state of a channel could not be told',
      );
    }
  }
}

/** Not what our own store does while a file is handed over; nor one file that the other side refuses. */
function isTroubleOfChannel(error: unknown, direction: 'receive' | 'send'): boolean {
  if (!(error instanceof GatewayError)) return true;
  if (direction === 'send') return error.retryable !== 'never';
  return error.code.startsWith('TRANSPORT_') || error.code.startsWith('SECRET_');
}
