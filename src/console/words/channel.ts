import type { GatewayFile } from '../data/types.ts';

/** `sftp`, and its name where a partner has several channels: `sftp (orders)`. */
export function describeChannel({ channel, channelName = '' }: GatewayFile): string {
  return channelName === '' || channelName === 'main' ? channel : `${channel} (${channelName})`;
}
