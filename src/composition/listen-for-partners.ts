import type { Config } from '../config.ts';
import type { PipelineContext } from '../pipeline/context.ts';
import type { Secrets } from '../pipeline/ports/secrets.ts';
import type { As2Service } from '../transports/as2/serve-as2.ts';
import type { Closers } from './closers.ts';

export interface PartnerSide {
  secrets: Secrets;
  as2: As2Service | undefined;
  /** A complete file lies in a mailbox. */
  onPublished: (partnerId: string, channel: string) => void;
}

/** Opens what partners connect to, where there are partners that do: AS2 and the mailboxes by SFTP. */
export async function listenForPartners(
  config: Config,
  { partners, logger }: PipelineContext,
  { secrets, as2, onPublished }: PartnerSide,
  closers: Closers,
) {
  const { dataFolder } = config;
  const listener = await as2?.listen({ host: config.as2Host, port: config.as2Port });
  if (listener !== undefined) closers.add(() => listener.close());
  const hasMailboxes = partners.partners.some(({ channels }) =>
    channels.some(({ type }) => type === 'sftpMailbox'),
  );
  const mailboxes = hasMailboxes
    ? await (
        await import('../transports/sftp-server/start-mailbox-server.ts')
      ).startMailboxServer({
        partners: partners.partners,
        dataFolder,
        host: config.sftpHost,
        port: config.sftpPort,
        secrets,
        logger,
        onPublished,
      })
    : undefined;
  if (mailboxes !== undefined) closers.add(() => mailboxes.close());
  return {
    ...(mailboxes !== undefined && { mailboxes }),
    ...(listener !== undefined && { as2: { port: listener.port } }),
  };
}
