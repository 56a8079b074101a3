import type { PartnerSet } from '../../src/partners/partner-set.ts';
import type { OpenedChannel } from '../../src/pipeline/channels/opened-channel.ts';
import type { Channel, ChannelReport, ChannelTraffic } from '../../src/pipeline/ports/transport.ts';

/** Channels of a test under the settings that partner.yaml has for their names (or for the partner's first channel). */
export function openedChannels({ partners }: PartnerSet, channels: readonly Channel[]): OpenedChannel[] {
  return channels.flatMap((channel) => {
    const settings = partners.find(({ partner }) => partner === channel.partnerId)?.channels ?? [];
    const own = settings.find(({ name }) => name === channel.name) ?? settings[0];
    return own === undefined
      ? []
      : [{ channel, settings: own, report: () => NO_REPORT, countReceived: () => undefined }];
  });
}

const NOTHING: ChannelTraffic = { files: 0, bytes: 0, calls: 0, totalMs: 0, failures: 0 };

const NO_REPORT: ChannelReport = {
  inbound: NOTHING,
  outbound: NOTHING,
  refused: 0,
  rejected: 0,
  sending: 0,
  waiting: 0,
  circuit: 'closed',
};
