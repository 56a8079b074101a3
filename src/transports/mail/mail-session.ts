import { ImapFlow } from 'imapflow';
import { GatewayError } from '../../common/errors.ts';
import { toNetworkError } from '../network-error.ts';

export interface MailConnection {
  host: string;
  port: number;
  user: string;
  readPassword: () => Promise<string>;
  readAuthority: () => Promise<string | undefined>;
  connectMs: number;
  answerMs: number;
}

/** Connects by TLS and logs in, does the work, and logs out whatever happens. Throws TRANSPORT_*, SECRET_*. */
export async function withMailbox<T>(
  connection: MailConnection,
  work: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  const client = await logIn(connection);
  try {
    return await work(client);
  } finally {
    await client.logout().catch(() => undefined);
    client.close();
  }
}

async function logIn(connection: MailConnection): Promise<ImapFlow> {
  const { host, port, user, connectMs, answerMs } = connection;
  const authority = await connection.readAuthority();
  const client = new ImapFlow({
    host,
    port,
    secure: true,
    auth: { user, pass: await connection.readPassword() },
    tls: { minVersion: 'TLSv1.2', ...(authority !== undefined && { ca: authority }) },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: answerMs,
  });
  // What breaks is told by the call that it breaks; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    client.close();
    throw toMailError(error, `log in to ${host}:${port} as ${user}`);
  }
  return client;
}

/** Turns what IMAP threw into TRANSPORT_UNAVAILABLE, or TRANSPORT_REJECTED where a person is needed. */
export function toMailError(error: unknown, action: string): GatewayError {
  if (!(error instanceof Error)) return toNetworkError(error, action);
  const { authenticationFailed, responseText } = error as {
    authenticationFailed?: boolean;
    responseText?: string;
  };
  if (authenticationFailed === true) {
    return new GatewayError(
      'TRANSPORT_REJECTED',
      `Cannot ${action}: the server refuses user or password${responseText === undefined ? '' : ` ("${responseText}")`}. Check both; many servers want a password of its own for programs.`,
      { cause: error },
    );
  }
  if (responseText !== undefined) {
    return new GatewayError(
      'TRANSPORT_UNAVAILABLE',
      `Cannot ${action}: the server answers "${responseText}".`,
      {
        cause: error,
      },
    );
  }
  return toNetworkError(error, action);
}
