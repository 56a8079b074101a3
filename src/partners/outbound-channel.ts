import type { ChannelSettings } from './channel-schema.ts';
import type { Partner } from './partner-schema.ts';

/** The channel over which a document of that type goes out: the first enabled one that sends it. */
export function findOutboundChannel(partner: Partner, documentType: string): ChannelSettings | undefined {
  return partner.channels.find(
    ({ enabled, send, documents }) =>
      enabled && send && (documents === undefined || documents.some((type) => type === documentType)),
  );
}
