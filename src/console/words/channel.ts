import type { ChannelStatus, GatewayFile } from '../data/types.ts';
import { formatCount } from './format.ts';

/** `sftp`, and its name where a partner has several channels: `sftp (orders)`. */
export function describeChannel({ channel, channelName = '' }: GatewayFile): string {
  return channelName === '' || channelName === 'main' ? channel : `${channel} (${channelName})`;
}

/** Where the partner calls us, or lays something down with us, nobody has to look for it. */
const BROUGHT: Record<string, string> = {
  as2: 'what the partner sends to our AS2 station, as it comes',
  cxml: 'what the partner posts to us, as it comes',
  http: 'what the partner posts to our API, as it comes',
  httpPush: 'nothing',
  sftpMailbox: 'what the partner puts into his mailbox here, as it comes',
};

/** How files come in: fetched every so often, or brought. */
export function describeReceiving({
  type,
  receive,
  pollSeconds,
}: Pick<ChannelStatus, 'type' | 'receive' | 'pollSeconds'>): string {
  if (!receive) return 'nothing';
  return BROUGHT[type] ?? `what we fetch, every ${formatSeconds(pollSeconds)}`;
}

function formatSeconds(seconds: number): string {
  if (seconds < 120) return formatCount(seconds, 'second');
  return formatCount(Math.round(seconds / 60), 'minute');
}
