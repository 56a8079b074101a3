import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import SftpClient from 'ssh2-sftp-client';
import { temporaryFolder } from '../../store/temporary-folder.ts';
import { PASSWORD, startMailbox } from '../../support/mailbox-server.ts';
import type { MailboxServerFixture } from '../../support/mailbox-server.ts';

/** What most partners on Node use: a client that is not ours, with its own order of requests. */
describe('ssh2-sftp-client on the hosted server', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let hosted: MailboxServerFixture;
  let client: SftpClient;

  beforeEach(async () => {
    folder = temporaryFolder();
    hosted = await startMailbox(folder.path);
    client = new SftpClient();
  });
  afterEach(async () => {
    await client.end();
    await hosted.server.close();
    folder.remove();
  });

  function connect(credentials: { password: string } | { privateKey: string }) {
    return client.connect({
      host: '127.0.0.1',
      port: hosted.port,
      username: hosted.user,
      retries: 0,
      ...credentials,
    });
  }

  test('puts under a temporary name and renames, by key: published once, whole', async () => {
    await connect({ privateKey: hosted.privateKey });
    const bytes = Buffer.alloc(300_000, 'ISA*00*');
    await client.put(bytes, '/in/order.edi.filepart');
    await client.rename('/in/order.edi.filepart', '/in/order.edi');
    expect(readdirSync(path.join(hosted.mailbox, 'in'))).toEqual(['order.edi']);
    expect(readFileSync(path.join(hosted.mailbox, 'in', 'order.edi')).equals(bytes)).toBe(true);
    expect(hosted.published()).toBe(1);
  });

  test('lists, fetches and deletes what lies in out, by password', async () => {
    await connect({ password: PASSWORD });
    writeFileSync(path.join(hosted.mailbox, 'out', '850.edi'), 'ISA*00*');
    expect((await client.list('/out')).map(({ name, size }) => [name, size])).toEqual([['850.edi', 7]]);
    const fetched = (await client.get('/out/850.edi')) as Buffer;
    expect(fetched.toString()).toBe('ISA*00*');
    await client.delete('/out/850.edi');
    expect(await client.exists('/out/850.edi')).toBe(false);
  });

  test('does not get out of its mailbox', async () => {
    await connect({ password: PASSWORD });
    await expect(client.get('/../../../etc/passwd')).rejects.toThrow();
    await expect(client.put(Buffer.from('x'), '/in/../../evil')).rejects.toThrow();
  });
});
