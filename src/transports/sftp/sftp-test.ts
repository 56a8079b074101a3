import { randomUUID } from 'node:crypto';
import { invariant } from '../../common/invariant.ts';
import { dnsStep, tcpStep } from '../connection-test.ts';
import type { ConnectionStep } from '../connection-test.ts';
import { describeFolder, joinPath } from '../remote-folder.ts';
import { connect, readHostKey } from './connect.ts';
import { listFolder, upload } from './remote-file.ts';
import { toSftpError } from './sftp-error.ts';
import type { SftpConnection, TransferSettings } from './sftp-options.ts';
import type { SftpRemote } from './sftp-remote.ts';

interface TestedChannel {
  connection: SftpConnection;
  inbox: string;
  outbox: string;
  doneFolder?: string;
  errorFolder?: string;
  transfer: TransferSettings & { mode?: number };
}

/** Hidden: neither our polls nor the partner's take it. */
const PREFIX = '.tradelane-test-';

/** From the host name to a file that is written, renamed and deleted, over a connection of its own. */
export function sftpTestSteps({ connection, transfer, ...folders }: TestedChannel): ConnectionStep[] {
  const { host, port, user } = connection;
  const written = joinPath(folders.outbox, `${PREFIX}${randomUUID()}`);
  const renamed = `${written}.moved`;
  let remote: SftpRemote | undefined;
  const step = (name: string, run: (over: SftpRemote) => Promise<string>): ConnectionStep => ({
    name,
    run: async () => {
      invariant(remote !== undefined, 'The login comes before.');
      try {
        return await run(remote);
      } catch (error) {
        throw toSftpError(error, name);
      }
    },
  });
  return [
    dnsStep(host),
    tcpStep(host, port),
    { name: 'host-key', run: async () => `The server shows ${await readHostKey(connection)}, as pinned.` },
    {
      name: 'login',
      run: async () => {
        remote = await connect(connection);
        return `Logged in as ${user}.`;
      },
      undo: async () => {
        remote?.end();
        return Promise.resolve();
      },
    },
    step('list', (over) => listEach(over, folders)),
    {
      ...step('write', async (over) => {
        await upload(over, written, Buffer.from('test'), transfer);
        return `Written to ${describeFolder(folders.outbox)}.`;
      }),
      undo: async () => {
        for (const path of [written, renamed]) await remote?.remove(path).catch(() => undefined);
      },
    },
    step('rename', async (over) => {
      await over.rename(written, renamed);
      return `Renamed in ${describeFolder(folders.outbox)}.`;
    }),
    step('delete', async (over) => {
      await over.remove(renamed);
      return `Deleted in ${describeFolder(folders.outbox)}.`;
    }),
  ];
}

/** Folders that are made when they are needed may be missing; those that files come from and go to may not. */
async function listEach(
  remote: SftpRemote,
  { inbox, outbox, doneFolder, errorFolder }: Omit<TestedChannel, 'connection' | 'transfer'>,
): Promise<string> {
  const seen: string[] = [];
  for (const folder of new Set([inbox, outbox])) {
    try {
      seen.push(`${describeFolder(folder)} (${(await listFolder(remote, folder)).length} entries)`);
    } catch (error) {
      throw toSftpError(error, `list ${describeFolder(folder)}`);
    }
  }
  for (const folder of [doneFolder, errorFolder]) {
    if (folder === undefined) continue;
    const there = (await remote.lstat(folder)) !== undefined;
    seen.push(there ? folder : `${folder} (not there yet: made when needed)`);
  }
  return `Found ${seen.join(', ')}.`;
}
