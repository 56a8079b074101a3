import path from 'node:path';
import type { Clock } from '../../common/time.ts';
import type { ChannelSettings } from '../../partners/channel-schema.ts';
import { MailboxChannel } from './mailbox-channel.ts';

export type MailboxSettings = Extract<ChannelSettings, { type: 'sftpMailbox' }>;

/** Our side of the mailbox that partner.yaml describes; the partner's side is the server's, see startMailboxServer. */
export function openMailboxChannel(
  settings: MailboxSettings,
  { partnerId, dataFolder, clock }: { partnerId: string; dataFolder: string; clock: Clock },
): MailboxChannel {
  const { name, patterns, temporaryPatterns, maxFileBytes, maxFilesPerPoll } = settings;
  return new MailboxChannel({
    partnerId,
    name,
    clock,
    folder: mailboxFolder(dataFolder, partnerId, name),
    patterns,
    temporaryPatterns,
    maxFileBytes,
    maxFilesPerPoll,
  });
}

/** A partner has one mailbox as a rule; each further channel has its own. */
export function mailboxFolder(dataFolder: string, partnerId: string, channel: string): string {
  return path.join(dataFolder, 'mailboxes', channel === 'main' ? partnerId : `${partnerId}.${channel}`);
}
