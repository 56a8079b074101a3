import type { ChannelSettings } from '../partners/channel-schema.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import type { ChannelContext } from './channel-context.ts';
import { openAs2Channel } from './as2/open-as2.ts';
import { FolderChannel } from './folder/folder-channel.ts';
import { FtpChannel } from './ftp/ftp-channel.ts';
import { HttpChannel } from './http/http-channel.ts';
import { HttpPushChannel } from './http-push/http-push-channel.ts';
import { MailChannel } from './mail/mail-channel.ts';
import { openSftpChannel } from './sftp/open-sftp-channel.ts';
import { openMailboxChannel } from './sftp-server/open-mailbox-channel.ts';

type Opener<T extends ChannelSettings['type']> = (
  settings: Extract<ChannelSettings, { type: T }>,
  context: ChannelContext,
) => Channel;

/** Every transport by its `type` in partner.yaml; docs/transports.md tells how to add one. */
const OPENERS: { readonly [T in ChannelSettings['type']]: Opener<T> } = {
  folder: (settings, { partnerId, root, clock }) =>
    new FolderChannel({
      partnerId,
      name: settings.name,
      root,
      clock,
      inbox: settings.inbox ?? `inbox/${partnerId}`,
      outbox: settings.outbox ?? `outbox/${partnerId}`,
      pattern: settings.pattern,
      maxFileBytes: settings.maxFileBytes,
    }),
  as2: openAs2Channel,
  ftp: (settings, context) => new FtpChannel(settings, context),
  http: (settings, context) => new HttpChannel(settings, context),
  httpPush: (settings, context) => new HttpPushChannel(settings, context),
  mail: (settings, context) => new MailChannel(settings, context),
  sftp: openSftpChannel,
  sftpMailbox: openMailboxChannel,
};

/** Opens a partner's channel. Connecting transports connect on first use. */
export function openChannel(settings: ChannelSettings, context: ChannelContext): Channel {
  // The compiler does not see that the opener and the settings are of one type; the type of OPENERS does.
  const open = OPENERS[settings.type] as (settings: ChannelSettings, context: ChannelContext) => Channel;
  return open(settings, context);
}
