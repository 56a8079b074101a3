import type { Finding } from '../common/finding.ts';
import { configFinding } from './config-text.ts';
import { findOutboundChannel } from './outbound-channel.ts';
import type { PartnerSource } from './partner-source.ts';

/** Documents that no channel of a partner sends, and partners from whom no channel takes what maps would read. */
export function checkChannels(sources: readonly PartnerSource[]): Finding[] {
  return [...sources.flatMap(notReceived), ...notSent(sources)];
}

function notReceived({ partner, locate }: PartnerSource): Finding[] {
  const read = Object.entries(partner.documents)
    .filter(([, directions]) => directions?.in !== undefined)
    .map(([type]) => type);
  const receives = partner.channels.some(({ enabled, receive }) => enabled && receive);
  if (receives || read.length === 0) return [];
  return [
    configFinding(
      locate(['channels']),
      'CHANNEL_MISSING',
      `no enabled channel of ${partner.partner} takes files from it: ${read.join(', ')} can only be handed in by a person; add a channel such as http, sftp, mail or folder`,
      { actual: read.join(', '), severity: 'warning' },
    ),
  ];
}

function notSent(sources: readonly PartnerSource[]): Finding[] {
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
