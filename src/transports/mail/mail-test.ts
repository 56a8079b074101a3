import { GatewayError } from '../../common/errors.ts';
import type { ConnectionStep } from '../connection-test.ts';
import { dnsStep, tcpStep, tlsStep } from '../connection-test.ts';
import { toMailError, withMailbox } from './mail-session.ts';
import type { MailConnection } from './mail-session.ts';

interface MailFolders {
  folder: string;
  doneFolder: string;
  refusedFolder: string;
}

/** What a poll needs; nothing is taken, moved or marked. */
export function* mailTestSteps(connection: MailConnection, folders: MailFolders): Generator<ConnectionStep> {
  const { host, port, user, connectMs } = connection;
  yield dnsStep(host);
  yield tcpStep(host, port, connectMs);
  yield {
    name: 'tls',
    run: async () => {
      const authority = await connection.readAuthority();
      return tlsStep({
        host,
        port,
        connection: { minVersion: 'TLSv1.2', ...(authority !== undefined && { ca: authority }) },
      }).run();
    },
  };
  yield {
    name: 'login',
    run: () => withMailbox(connection, () => Promise.resolve(`Logged in as ${user}.`)),
  };
  yield { name: 'list', run: () => withMailbox(connection, (client) => describeFolders(client, folders)) };
}

async function describeFolders(
  client: Parameters<Parameters<typeof withMailbox>[1]>[0],
  { folder, doneFolder, refusedFolder }: MailFolders,
): Promise<string> {
  try {
    const there = (await client.list()).map(({ path }) => path);
    const { messages = 0 } = (await client.status(folder, { messages: true })) || {};
    const missing = [doneFolder, refusedFolder].filter((name) => !there.includes(name));
    const { readOnly } = await client.mailboxOpen(folder);
    if (readOnly === true) {
      throw new GatewayError(
        'TRANSPORT_REJECTED',
        `${folder} can only be read by this user: messages that were taken cannot be moved out of it.`,
      );
    }
    const told = missing.length === 0 ? '' : ` ${missing.join(' and ')} will be made with the first message.`;
    return `${folder} holds ${messages} ${messages === 1 ? 'message' : 'messages'}.${told}`;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw toMailError(error, `look into ${folder}`);
  }
}
