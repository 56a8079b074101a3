import { randomBytes } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { Client } from 'basic-ftp';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import { describeCertificate, dnsStep, tcpStep } from '../connection-test.ts';
import type { ConnectionStep } from '../connection-test.ts';
import { describeFolder, joinPath } from '../remote-folder.ts';
import { createClient, logIn, openConnection } from './ftp-connect.ts';
import { toFtpError } from './ftp-error.ts';
import type { FtpConnection, FtpFolders } from './ftp-options.ts';
import { within } from './ftp-session.ts';
import { listFolder, sizeOf, upload } from './remote-file.ts';

const SAMPLE = Buffer.from('Tradelane connection test; may be deleted.\n');

/** Everything that a poll and a delivery do, on a connection of its own; nothing is left behind. */
export function ftpTestSteps(
  connection: FtpConnection,
  { inbox, outbox }: FtpFolders,
  clock: Clock,
): ConnectionStep[] {
  const client = createClient(connection);
  const { host, port, tls, user, commandMs } = connection;
  const name = `tradelane-test-${randomBytes(4).toString('hex')}`;
  const written = joinPath(outbox, `${name}.part`);
  const renamed = joinPath(outbox, `${name}.txt`);
  let left: string | undefined;
  const step = (stepName: string, action: string, run: () => Promise<string>): ConnectionStep => ({
    name: stepName,
    run: async () => {
      try {
        return await within(2 * commandMs, client, action, run());
      } catch (error) {
        throw toFtpError(error, action);
      }
    },
  });
  return [
    dnsStep(host),
    tcpStep(host, port, commandMs),
    {
      ...step(tls === 'none' ? 'connect' : 'tls', `connect to ${host}:${port}`, async () => {
        await openConnection(client, connection, clock);
        return describeSocket(client);
      }),
      undo: () => {
        client.close();
        return Promise.resolve();
      },
    },
    step('login', `log in as ${user}`, async () => {
      await logIn(client, connection);
      return `Logged in as ${user}.`;
    }),
    step('list', `list ${describeFolder(inbox)}`, async () => {
      const entries = await listFolder(client, inbox);
      return `${describeFolder(inbox)} holds ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}.`;
    }),
    {
      ...step('write', `write ${written}`, async () => {
        left = written;
        await upload(client, SAMPLE, written);
        const size = await sizeOf(client, written);
        if (size === SAMPLE.length) return `Wrote ${written}, ${size} bytes.`;
        throw new GatewayError(
          'TRANSPORT_UNAVAILABLE',
          `${written} has ${size ?? 'no'} bytes after writing ${SAMPLE.length}.`,
        );
      }),
      undo: async () => {
        if (left !== undefined && !client.closed) await client.remove(left, true);
      },
    },
    step('rename', `rename ${written}`, async () => {
      await client.rename(written, renamed);
      left = renamed;
      return `Renamed it to ${renamed}.`;
    }),
    step('delete', `delete ${renamed}`, async () => {
      await client.remove(renamed);
      left = undefined;
      return `Deleted ${renamed}.`;
    }),
  ];
}

function describeSocket({ ftp: { socket } }: Client): string {
  if (!(socket instanceof TLSSocket))
    return 'Connected without TLS: password and files can be read on the way.';
  const certificate = socket.getPeerX509Certificate();
  const shown =
    certificate === undefined ? 'no certificate' : describeCertificate(certificate.toLegacyObject());
  return `${socket.getProtocol() ?? 'TLS'}, ${shown}.`;
}
