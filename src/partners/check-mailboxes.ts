import type { Finding } from '../common/finding.ts';
import { configFinding } from './config-text.ts';
import type { PartnerSource } from './partner-source.ts';

/** Mailboxes on our SFTP server that one user name means: nobody could say whose files they are, so their partners are left out. */
export function checkMailboxes(sources: readonly PartnerSource[]): {
  findings: Finding[];
  partners: Set<string>;
} {
  const mailboxes = sources.flatMap(({ partner: { partner, status, channels }, locate }) =>
    channels.flatMap((channel, index) =>
      channel.type === 'sftpMailbox' && channel.enabled && status !== 'suspended'
        ? [{ partner, name: channel.name, user: channel.user ?? partner, index, locate }]
        : [],
    ),
  );
  const shared = mailboxes.flatMap((mailbox) => {
    const other = mailboxes.find((each) => each !== mailbox && each.user === mailbox.user);
    return other === undefined ? [] : [{ ...mailbox, other }];
  });
  return {
    partners: new Set(shared.map(({ partner }) => partner)),
    findings: shared.map(({ user, index, locate, other }) =>
      configFinding(
        locate(['channels', index, 'user']),
        'MAILBOX_USER_CONFLICT',
        `channels[${index}].user: the mailbox "${other.name}" of "${other.partner}" has the user "${user}" too; give each a user of its own`,
        { actual: user },
      ),
    ),
  };
}
