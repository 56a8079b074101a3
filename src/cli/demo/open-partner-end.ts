import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Config } from '../../config.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { CliEnvironment, PartnerEnd } from '../environment.ts';
import { FolderEnd } from './folder-end.ts';
import { MailboxEnd } from './mailbox-end.ts';

/** Where the gateway that is played through listens for partners. */
export interface GatewayPorts {
  as2: number;
  sftp: number;
}

/** The partner's end of its first channel: what the partner would run on its side. */
export async function openPartnerEnd(
  environment: CliEnvironment,
  config: Config,
  { partner, channels }: Partner,
  ports: GatewayPorts,
): Promise<PartnerEnd> {
  const [channel] = channels;
  if (channel?.type === 'as2') {
    return environment.openPartnerStation(config, partner, `http://127.0.0.1:${ports.as2}/`);
  }
  if (channel?.type === 'sftpMailbox' && channel.password !== undefined) {
    return MailboxEnd.open({
      port: ports.sftp,
      user: channel.user ?? partner,
      password: await ensurePassword(environment, config, channel.password.secret),
      hostKeys: path.join(config.dataFolder, 'sftp-server', 'host-keys'),
    });
  }
  return new FolderEnd(config.home, partner);
}

async function ensurePassword(environment: CliEnvironment, config: Config, name: string): Promise<string> {
  const secrets = await environment.openSecrets(config);
  if (!(await secrets.has(name))) await secrets.set(name, randomBytes(18).toString('base64url'));
  return secrets.read(name);
}
