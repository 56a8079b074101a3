import type { ChannelSettings } from '../partners/channel-schema.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import type { ChannelContext } from './channel-context.ts';

type Opener<T extends ChannelSettings['type']> = (
  settings: Extract<ChannelSettings, { type: T }>,
  context: ChannelContext,
) => Promise<Channel>;

/**
 * Every transport by its `type` in partner.yaml; docs/transports.md tells how to add one. Each is loaded only where a
 * partner has such a channel: the libraries behind them take tens of megabytes.
 */
const OPENERS: { readonly [T in ChannelSettings['type']]: Opener<T> } = {
  folder: async (settings, { partnerId, root, clock }) =>
    new (await import('./folder/folder-channel.ts')).FolderChannel({
      partnerId,
      name: settings.name,
      root,
      clock,
      inbox: settings.inbox ?? `inbox/${partnerId}`,
      outbox: settings.outbox ?? `outbox/${partnerId}`,
      pattern: settings.pattern,
      maxFileBytes: settings.maxFileBytes,
    }),
  as2: async (settings, context) => (await import('./as2/open-as2.ts')).openAs2Channel(settings, context),
  cxml: async (settings, context) =>
    new (await import('./cxml/cxml-channel.ts')).CxmlChannel(settings, context),
  ftp: async (settings, context) => new (await import('./ftp/ftp-channel.ts')).FtpChannel(settings, context),
  http: async (settings, context) =>
    new (await import('./http/http-channel.ts')).HttpChannel(settings, context),
  httpPush: async (settings, context) =>
    new (await import('./http-push/http-push-channel.ts')).HttpPushChannel(settings, context),
  mail: async (settings, context) =>
    new (await import('./mail/mail-channel.ts')).MailChannel(settings, context),
  sftp: async (settings, context) =>
    (await import('./sftp/open-sftp-channel.ts')).openSftpChannel(settings, context),
  sftpMailbox: async (settings, context) =>
    (await import('./sftp-server/open-mailbox-channel.ts')).openMailboxChannel(settings, context),
};

/** Opens a partner's channel. Connecting transports connect on first use. */
export function openChannel(settings: ChannelSettings, context: ChannelContext): Promise<Channel> {
  // The compiler does not see that the opener and the settings are of one type; the type of OPENERS does.
  const open = OPENERS[settings.type] as (
    settings: ChannelSettings,
    context: ChannelContext,
  ) => Promise<Channel>;
  return open(settings, context);
}
