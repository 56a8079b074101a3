import type { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { Client } from 'basic-ftp';
import { instantMs } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import type { FtpConnection } from './ftp-options.ts';

/** A client that is not connected yet. */
export function createClient({ commandMs, allowSeparateTransferHost, encoding }: FtpConnection): Client {
  const client = new Client(commandMs, { allowSeparateTransferHost });
  client.ftp.encoding = encoding;
  return client;
}

/** Connects and secures the connection; nobody has logged in yet. */
export async function openConnection(client: Client, connection: FtpConnection, clock: Clock): Promise<void> {
  const { host, port, tls } = connection;
  if (tls === 'none') {
    await client.connect(host, port);
    return;
  }
  const options: ConnectionOptions = {
    ...(await connection.readTlsOptions()),
    host,
    minVersion: 'TLSv1.2',
    // By fingerprint the certificate is judged below, on every connection: no authority is asked.
    rejectUnauthorized: connection.fingerprints === undefined,
  };
  if (tls === 'implicit') {
    await client.connectImplicitTLS(host, port, options);
  } else {
    await client.connect(host, port);
    await client.useTLS(options);
  }
  if (connection.fingerprints === undefined) return;
  requirePinned(client.ftp.socket, connection.fingerprints, clock);
  pinDataConnections(client, connection.fingerprints, clock);
}

export async function logIn(client: Client, connection: FtpConnection): Promise<void> {
  const password = await connection.readPassword();
  await client.sendIgnoringError('OPTS UTF8 ON');
  await client.login(connection.user, password);
  await client.useDefaultSettings();
}

function pinDataConnections(client: Client, fingerprints: readonly string[], clock: Clock): void {
  const prepare = client.prepareTransfer;
  client.prepareTransfer = async (context) => {
    const reply = await prepare(context);
    const socket = context.dataSocket;
    // A resumed session is the one of the control connection, which was judged.
    if (socket instanceof TLSSocket) {
      socket.once('secureConnect', () => {
        if (socket.isSessionReused()) return;
        const trouble = troubleOfPin(socket, fingerprints, clock);
        if (trouble !== undefined) socket.destroy(trouble);
      });
    }
    return reply;
  };
}

function requirePinned(socket: unknown, fingerprints: readonly string[], clock: Clock): void {
  const trouble = socket instanceof TLSSocket ? troubleOfPin(socket, fingerprints, clock) : undefined;
  if (trouble !== undefined) throw trouble;
}

function troubleOfPin(
  socket: TLSSocket,
  fingerprints: readonly string[],
  clock: Clock,
): GatewayError | undefined {
  const certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  const seen = certificate?.fingerprint256 ?? 'none';
  if (!fingerprints.includes(seen)) {
    return new GatewayError(
      'TRANSPORT_UNAVAILABLE',
      `The server’s certificate has the SHA-256 fingerprint ${seen}, which is none of those in the settings. ` +
        'Ask the partner by another way whether it was renewed, then add it.',
      { details: { fingerprint: seen } },
    );
  }
  if (certificate !== undefined && certificate.validToDate.getTime() < instantMs(clock.now())) {
    return new GatewayError(
      'TRANSPORT_UNAVAILABLE',
      `The server’s certificate expired on ${certificate.validToDate.toISOString().slice(0, 10)}: the partner has to renew it.`,
    );
  }
  return undefined;
}
