import type { Clock } from '../common/time.ts';
import type { ChannelSettings } from '../partners/channel-schema.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import { FolderChannel } from './folder/folder-channel.ts';

/** What every transport may need besides its settings. */
export interface ChannelContext {
  partnerId: string;
  /** Folder that holds inbox/ and outbox/. */
  root: string;
  clock: Clock;
}

type Opener<T extends ChannelSettings['type']> = (
  settings: Extract<ChannelSettings, { type: T }>,
  context: ChannelContext,
) => Channel;

/** Every transport by its `type` in partner.yaml; docs/transports.md tells how to add one. */
const OPENERS: { readonly [T in ChannelSettings['type']]: Opener<T> } = {
  folder: (settings, { partnerId, root, clock }) =>
    new FolderChannel({
      partnerId,
      root,
      clock,
      inbox: settings.inbox ?? `inbox/${partnerId}`,
      outbox: settings.outbox ?? `outbox/${partnerId}`,
      pattern: settings.pattern,
    }),
};

/** Opens a partner's channel. Connecting transports connect on first use. */
export function openChannel(settings: ChannelSettings, context: ChannelContext): Channel {
  return OPENERS[settings.type](settings, context);
}
