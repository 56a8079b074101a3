import type { ChannelSettings } from '../partners/channel-schema.ts';
import type { Partner } from '../partners/partner-schema.ts';
import type { PipelineContext } from '../pipeline/context.ts';
import type { OpenedChannel } from '../pipeline/channels/opened-channel.ts';
import type { Timer } from '../pipeline/ports/clock.ts';
import { watchChannel } from '../pipeline/channels/watch-channel.ts';
import { guardChannel } from './guard-channel.ts';
import type { ChannelContext } from './channel-context.ts';
import { openChannel } from './open-channel.ts';
import { withQuietWindows } from './quiet-channel.ts';

type Surroundings = Omit<ChannelContext, 'partnerId' | 'clock' | 'logger' | 'store' | 'pollNow'> & {
  timer: Timer;
  pollNow: (partnerId: string, channelName: string) => void;
};

/** Opens every enabled channel of every partner that is not suspended. Nothing is connected by that. */
export function openChannels(context: PipelineContext, surroundings: Surroundings): Promise<OpenedChannel[]> {
  return Promise.all(
    context.partners.partners
      .filter(({ status }) => status !== 'suspended')
      .flatMap((partner) =>
        partner.channels
          .filter(({ enabled }) => enabled)
          .map((settings) => open(partner, settings, context, surroundings)),
      ),
  );
}

async function open(
  { partner: partnerId }: Partner,
  settings: ChannelSettings,
  context: PipelineContext,
  { timer, pollNow, ...surroundings }: Surroundings,
): Promise<OpenedChannel> {
  const { clock, logger, store } = context;
  const transport = await openChannel(settings, {
    ...surroundings,
    partnerId,
    clock,
    logger,
    store,
    pollNow: () => pollNow(partnerId, settings.name),
  });
  const { channel, ...counts } = guardChannel(transport, { clock, timer, concurrency: settings.concurrency });
  const watched = watchChannel(context, channel, settings.alertAfterMinutes);
  const zone = context.policyOf(partnerId).calendar.timeZone;
  return {
    channel: withQuietWindows(watched, { windows: settings.quiet, zone, clock }),
    settings,
    ...counts,
  };
}
