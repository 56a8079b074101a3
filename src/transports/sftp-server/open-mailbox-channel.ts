import path from 'node:path';
import type { ChannelSettings } from '../../partners/channel-schema.ts';
import type { ChannelContext } from '../channel-context.ts';
import { loginTestSteps } from './login-test.ts';
import { MailboxChannel } from './mailbox-channel.ts';

export type MailboxSettings = Extract<ChannelSettings, { type: 'sftpMailbox' }>;

/** Our side of the mailbox that partner.yaml describes; the partner's side is the server's, see startMailboxServer. */
export function openMailboxChannel(
  settings: MailboxSettings,
  {
    partnerId,
    dataFolder,
    clock,
    secrets,
    mailboxServer,
  }: Pick<ChannelContext, 'partnerId' | 'dataFolder' | 'clock' | 'secrets' | 'mailboxServer'>,
): MailboxChannel {
  const { name, patterns, temporaryPatterns, maxFileBytes, maxFilesPerPoll, password } = settings;
  return new MailboxChannel({
    partnerId,
    name,
    clock,
    folder: mailboxFolder(dataFolder, partnerId, name),
    patterns,
    temporaryPatterns,
    maxFileBytes,
    maxFilesPerPoll,
    ...(mailboxServer !== undefined && {
      loginTest: () =>
        loginTestSteps({
          ...mailboxServer(),
          hostKeyFolder: hostKeyFolder(dataFolder),
          user: settings.user ?? partnerId,
          ...(password !== undefined && { passwordSecret: password.secret }),
          secrets,
        }),
    }),
  });
}

export function hostKeyFolder(dataFolder: string): string {
  return path.join(dataFolder, 'sftp-server', 'host-keys');
}

/** A partner has one mailbox as a rule; each further channel has its own. */
export function mailboxFolder(dataFolder: string, partnerId: string, channel: string): string {
  return path.join(dataFolder, 'mailboxes', channel === 'main' ? partnerId : `${partnerId}.${channel}`);
}
