import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GatewayError } from '../../src/common/errors.ts';
import { channelSchema } from '../../src/partners/channel-schema.ts';
import { openHostKeys } from '../../src/transports/sftp-server/host-keys.ts';
import { readPublicKey } from '../../src/transports/sftp-server/login.ts';
import { Mailbox } from '../../src/transports/sftp-server/mailbox.ts';
import { hashPassword } from '../../src/transports/sftp-server/password-hash.ts';
import { SftpServer } from '../../src/transports/sftp-server/sftp-server.ts';
import type { SftpServerOptions } from '../../src/transports/sftp-server/sftp-server.ts';
import { makeSshKey } from './ssh-keys.ts';

export const PASSWORD = 'correct horse battery staple';

/** The hosted server with one account, `acme`, whose mailbox is on this disk. */
export interface MailboxServerFixture {
  server: SftpServer;
  port: number;
  user: string;
  hostKeys: string[];
  privateKey: string;
  /** Folder of the mailbox: in/, out/, ack/, error/. */
  mailbox: string;
  /** How often a file was said to be complete. */
  published(): number;
  /** What was logged, level by level. */
  logged: { level: string; message: string }[];
}

export interface MailboxServerSettings {
  options?: Partial<SftpServerOptions>;
  channel?: Record<string, unknown>;
}

export async function startMailbox(
  folder: string,
  { options = {}, channel = {} }: MailboxServerSettings = {},
): Promise<MailboxServerFixture> {
  const mailbox = path.join(folder, 'mailbox');
  mkdirSync(mailbox, { recursive: true });
  const settings = channelSchema.parse({ type: 'sftpMailbox', ...channel });
  if (settings.type !== 'sftpMailbox') throw new Error('not a mailbox');
  const userKey = makeSshKey();
  const kept = await hashPassword(PASSWORD);
  const logged: { level: string; message: string }[] = [];
  const log = (level: string) => (_details: unknown, message?: string) => {
    logged.push({ level, message: message ?? '' });
  };
  let published = 0;
  // One key is enough, and quicker made than the server's own.
  const keyFolder = path.join(folder, 'host-keys');
  if (!existsSync(keyFolder)) {
    mkdirSync(keyFolder);
    writeFileSync(path.join(keyFolder, 'ed25519'), makeSshKey().private);
  }
  const hostKeys = await openHostKeys(keyFolder);
  const server = await SftpServer.start({
    host: '127.0.0.1',
    port: 0,
    hostKeys,
    accounts: [
      {
        partnerId: 'acme',
        user: 'acme',
        passwordSecret: 'acme-sftp',
        keys: [readPublicKey(userKey.public)!],
        maxSessions: settings.maxSessions,
        mailbox: new Mailbox({
          folder: mailbox,
          temporaryPatterns: settings.temporaryPatterns,
          maxFileBytes: settings.maxFileBytes,
          maxBytes: settings.maxMailboxBytes,
          onPublished: () => (published += 1),
        }),
      },
    ],
    secrets: {
      read: (name) =>
        name === 'acme-sftp'
          ? Promise.resolve(kept)
          : Promise.reject(new GatewayError('SECRET_MISSING', `There is no secret "${name}".`)),
    },
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    ...options,
  });
  return {
    server,
    port: server.port,
    user: 'acme',
    hostKeys: hostKeys.map(({ fingerprint }) => fingerprint),
    privateKey: userKey.private,
    mailbox,
    published: () => published,
    logged,
  };
}
