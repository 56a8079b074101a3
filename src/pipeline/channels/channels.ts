import { GatewayError } from '../../common/errors.ts';
import type { ChannelSettings } from '../../partners/channel-schema.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { ChannelPoller } from './channel-poller.ts';
import type { ChannelStatus } from './channel-status.ts';
import type { PipelineContext } from '../context.ts';
import type { OpenedChannel } from './opened-channel.ts';
import type { Channel, ChannelTestStep } from '../ports/transport.ts';

/** All channels of all partners. */
export class Channels {
  readonly #context: PipelineContext;
  readonly #opened: readonly OpenedChannel[];
  readonly #poller: ChannelPoller;
  readonly #pollIntervalMs: number;

  constructor(
    context: PipelineContext,
    opened: readonly OpenedChannel[],
    { pollIntervalMs }: { pollIntervalMs: number },
  ) {
    this.#context = context;
    this.#opened = opened;
    this.#pollIntervalMs = pollIntervalMs;
    this.#poller = new ChannelPoller(context, opened, pollIntervalMs);
  }

  /** That channel of the partner; without a name its first one. Undefined where it is off or not there. */
  find(partnerId: string, name?: string): Channel | undefined {
    return this.#find(partnerId, name)?.channel;
  }

  /** Begins to look into every channel that is due. */
  tick(): void {
    this.#poller.tick();
  }

  pollAll(): Promise<number> {
    return this.#poller.pollAll();
  }

  pollNow(partnerId: string, name: string): void {
    this.#poller.pollNow(partnerId, name);
  }

  /** A file came in: by a poll, or because the partner called. */
  countReceived({
    partnerId,
    channelName,
    sizeBytes,
  }: Parameters<NonNullable<PipelineContext['onReceived']>>[0]): void {
    if (channelName !== undefined) this.#find(partnerId, channelName)?.countReceived(sizeBytes);
  }

  list(): ChannelStatus[] {
    return this.#context.partners.partners.flatMap((partner) =>
      partner.channels.map((settings) => this.#status(partner, settings)),
    );
  }

  /** Tries a channel step by step. Throws NOT_FOUND, and INVALID_REQUEST for one that is off. */
  test(partnerId: string, name?: string): AsyncIterable<ChannelTestStep> {
    const partner = this.#context.partners.partners.find((known) => known.partner === partnerId);
    if (partner === undefined) throw new GatewayError('NOT_FOUND', `There is no partner "${partnerId}".`);
    const opened = this.#find(partnerId, name);
    if (opened !== undefined) return opened.channel.test();
    const names = partner.channels.map((channel) => channel.name);
    if (name !== undefined && !names.includes(name)) {
      throw new GatewayError(
        'NOT_FOUND',
        `${partnerId} has no channel "${name}"; its channels are ${names.join(', ')}.`,
      );
    }
    const why = partner.status === 'suspended' ? 'the partner is suspended' : 'it is not enabled';
    throw new GatewayError(
      'INVALID_REQUEST',
      `${partnerId}: the channel cannot be tested, because ${why} in partner.yaml.`,
    );
  }

  /** Waits for the polls that run, then closes all. */
  async close(): Promise<void> {
    await Promise.all(this.#opened.map(({ channel }) => channel.close()));
    await this.#poller.idle();
  }

  #find(partnerId: string, name: string | undefined): OpenedChannel | undefined {
    return this.#opened.find(
      ({ channel }) => channel.partnerId === partnerId && (name === undefined || channel.name === name),
    );
  }

  #status({ partner: partnerId }: Partner, settings: ChannelSettings): ChannelStatus {
    const { name, type, receive, send, documents } = settings;
    const common = {
      partnerId,
      name,
      type,
      receive,
      send,
      pollSeconds: settings.pollSeconds ?? this.#pollIntervalMs / 1_000,
      ...(documents !== undefined && { documents }),
    };
    const opened = this.#find(partnerId, name);
    if (opened === undefined) return { ...common, state: 'off', polling: false, failuresInARow: 0 };
    const polls = this.#poller.stateOf(opened);
    const quietUntil = this.#poller.quietUntil(opened);
    const report = opened.report();
    const failing = polls.failuresInARow > 0 || report.circuit !== 'closed';
    return {
      ...common,
      ...polls,
      ...(quietUntil !== undefined && { quietUntil }),
      state: failing ? 'failing' : quietUntil === undefined ? 'working' : 'quiet',
      report,
    };
  }
}
