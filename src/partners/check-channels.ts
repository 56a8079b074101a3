import type { Finding } from '../common/finding.ts';
import { configFinding } from './config-text.ts';
import { findOutboundChannel } from './outbound-channel.ts';
import type { PartnerSource } from './partner-source.ts';

/** Documents that would be written for a partner and that no channel of it sends. */
export function checkChannels(sources: readonly PartnerSource[]): Finding[] {
  return sources.flatMap(({ partner, locate }) => {
    const { documents, acknowledgments, x12, edifact } = partner;
    const written = Object.entries(documents)
      .filter(([, directions]) => directions?.out !== undefined)
      .map(([type]) => ({ type, path: ['documents', type, 'out'] }));
    if ((x12 ?? edifact) !== undefined && acknowledgments.send.functional !== 'never') {
      written.push({ type: 'functionalAcknowledgment', path: ['channels'] });
    }
    return written
      .filter(({ type }) => findOutboundChannel(partner, type) === undefined)
      .map(({ type, path }) =>
        configFinding(
          locate(path),
          'CHANNEL_MISSING',
          `no enabled channel of ${partner.partner} sends ${type}; see "send" and "documents" of its channels`,
          { actual: type, severity: 'warning' },
        ),
      );
  });
}
