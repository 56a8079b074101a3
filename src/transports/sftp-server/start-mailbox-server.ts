import { GatewayError } from '../../common/errors.ts';
import type { Logger } from '../../common/log.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import type { Account } from './account.ts';
import { openHostKeys } from './host-keys.ts';
import { readPublicKey } from './login.ts';
import { Mailbox } from './mailbox.ts';
import { hostKeyFolder, mailboxFolder } from './open-mailbox-channel.ts';
import type { MailboxSettings } from './open-mailbox-channel.ts';
import { SftpServer } from './sftp-server.ts';

export interface MailboxServerOptions {
  partners: readonly Partner[];
  dataFolder: string;
  host: string;
  port: number;
  secrets: Secrets;
  logger: Logger;
  /** A complete file lies in a mailbox. */
  onPublished: (partnerId: string, channel: string) => void;
}

export interface MailboxServer {
  port: number;
  /** `ssh-ed25519 SHA256:…`, for partners to pin. */
  hostKeys: string[];
  close(): Promise<void>;
}

/** Starts the SFTP server for all mailboxes; undefined where no partner has one. Throws PORT_IN_USE, PARTNER_INVALID. */
export async function startMailboxServer(options: MailboxServerOptions): Promise<MailboxServer | undefined> {
  const accounts = options.partners
    .filter(({ status }) => status !== 'suspended')
    .flatMap((partner) =>
      partner.channels
        .filter((channel) => channel.type === 'sftpMailbox')
        .filter(({ enabled }) => enabled)
        .map((settings) => toAccount(partner.partner, settings, options)),
    );
  if (accounts.length === 0) return undefined;
  const { host, port, secrets, logger, dataFolder } = options;
  const hostKeys = await openHostKeys(hostKeyFolder(dataFolder));
  const server = await SftpServer.start({ host, port, hostKeys, accounts, secrets, logger });
  return {
    port: server.port,
    hostKeys: hostKeys.map(({ type, fingerprint }) => `${type} ${fingerprint}`),
    close: () => server.close(),
  };
}

function toAccount(
  partnerId: string,
  settings: MailboxSettings,
  { dataFolder, onPublished }: MailboxServerOptions,
): Account {
  const {
    name,
    user,
    password,
    authorizedKeys,
    temporaryPatterns,
    maxSessions,
    maxFileBytes,
    maxMailboxBytes,
  } = settings;
  return {
    partnerId,
    user: user ?? partnerId,
    ...(password !== undefined && { passwordSecret: password.secret }),
    keys: authorizedKeys.map((line) => {
      const key = readPublicKey(line);
      if (key !== undefined) return key;
      throw new GatewayError(
        'PARTNER_INVALID',
        `${partnerId}: an entry of authorizedKeys is not a public key.`,
      );
    }),
    maxSessions,
    mailbox: new Mailbox({
      folder: mailboxFolder(dataFolder, partnerId, name),
      temporaryPatterns,
      maxFileBytes,
      maxBytes: maxMailboxBytes,
      onPublished: () => onPublished(partnerId, name),
    }),
  };
}
