import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findProgram, startOpenSsh } from '../support/openssh.ts';
import type { OpenSsh } from '../support/openssh.ts';
import { hasProftpdSftp, makeFolder, PROFTPD_PASSWORD, startProftpdSftp } from '../support/proftpd-sftp.ts';
import type { ProftpdSftp } from '../support/proftpd-sftp.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';
import { describeChannelContract } from '../transports/channel-contract.ts';
import { openSftpFixture } from '../transports/sftp/sftp-fixture.ts';
import type { SftpFixture, SftpPlace } from '../transports/sftp/sftp-fixture.ts';
import { makeSshKey } from '../support/ssh-keys.ts';
import { contentSize } from '../../src/pipeline/ports/file-content.ts';
import { inMemory } from '../support/content.ts';

const hasOpenSsh = ['sshd', 'ssh-keygen', 'ps'].every((program) => findProgram(program) !== undefined);
if (!hasOpenSsh) process.stdout.write('skipped: OpenSSH’s server is not installed\n');
if (!hasProftpdSftp())
  process.stdout.write('skipped: proftpd with mod_sftp is not installed, or we are not root\n');

const EDI = Buffer.from('ISA*00*order~');

(hasOpenSsh ? describe : describe.skip)('OpenSSH’s server', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let server: OpenSsh;
  let fixture: SftpFixture | undefined;

  beforeAll(async () => {
    folder = temporaryFolder();
    server = await startOpenSsh(path.join(folder.path, 'ssh'));
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  function place(): SftpPlace {
    const inbox = path.join(folder.path, 'partner', 'out');
    const outbox = path.join(folder.path, 'partner', 'in');
    for (const each of [inbox, outbox]) mkdirSync(each, { recursive: true });
    return {
      port: server.port,
      user: server.user,
      hostKeys: server.hostKeys,
      secrets: { key: server.privateKey },
      credentials: { privateKey: { secret: 'key' } },
      inbox,
      outbox,
      remoteInbox: inbox,
      remoteOutbox: outbox,
      remoteErrorFolder: `${inbox}/error`,
    };
  }

  describeChannelContract('SFTP on OpenSSH', () => Promise.resolve(openSftpFixture(place())));

  describe('besides', () => {
    const open = (settings: Record<string, unknown> = {}): SftpFixture => {
      fixture = openSftpFixture(place(), { settleSeconds: 0, timeouts: { answerSeconds: 2 }, ...settings });
      return fixture;
    };
    afterEach(async () => {
      await fixture?.dispose();
    });

    const inbox = () => place().inbox;
    const outbox = () => place().outbox;
    const visible = (at: string) => readdirSync(at).filter((name) => !name.endsWith('.part'));
    const large = Buffer.alloc(100_000_000, 'x');
    const sending = { name: 'large.edi', bytes: large, key: 'send/large' };

    test('a file that is not under its final name yet has its permissions; nobody else may write it', async () => {
      const { channel } = open({ mode: '0640' });
      await channel.send({ name: 'order.edi', bytes: EDI, key: 'send/1' });
      expect(statSync(path.join(outbox(), 'order.edi')).mode & 0o777).toBe(0o640);
    });

    test('a file that may be replaced is replaced in one step', async () => {
      const { channel } = open({ overwrite: true });
      await channel.send({ name: 'stock.csv', bytes: Buffer.from('old'), key: 'send/1' });
      await channel.send({ name: 'stock.csv', bytes: Buffer.from('new'), key: 'send/2' });
      expect(readFileSync(path.join(outbox(), 'stock.csv'), 'utf8')).toBe('new');
    });

    test('received files are moved to the folder for them, also a second one of the name', async () => {
      const opened = open({ doneFolder: `${inbox()}/done` });
      for (const content of ['first', 'second']) {
        writeFileSync(path.join(inbox(), 'invoice.edi'), content);
        await opened.poll(() => Promise.resolve());
      }
      expect(readdirSync(path.join(inbox(), 'done')).sort()).toEqual(['invoice-2.edi', 'invoice.edi']);
    });

    test('a link in the inbox is not followed', async () => {
      const opened = open();
      symlinkSync('/etc/passwd', path.join(inbox(), 'innocent.edi'));
      const report = await opened.poll(() => Promise.reject(new Error('must not be read')));
      expect(report.received).toBe(0);
      expect(existsSync(path.join(inbox(), 'innocent.edi'))).toBe(true);
    });

    test('several thousand files are taken, each once', async () => {
      const opened = open({ maxFilesPerPoll: 10_000 });
      const names = Array.from({ length: 3_000 }, (_, index) => `invoice-${index}.edi`);
      for (const name of names) writeFileSync(path.join(inbox(), name), name);
      const got: string[] = [];
      await opened.poll(({ name, bytes }) => {
        expect(Buffer.from(inMemory(bytes)).toString()).toBe(name);
        got.push(name);
        return Promise.resolve();
      });
      expect(got.sort()).toEqual(names.sort());
      expect(readdirSync(inbox())).toEqual([]);
    });

    test('a folder that is not there is named', async () => {
      const { channel } = open({ outbox: '/nowhere' });
      await expect(channel.send({ name: 'a.edi', bytes: EDI, key: '1' })).rejects.toMatchObject({
        code: 'TRANSPORT_REJECTED',
        message: expect.stringContaining('/nowhere'),
      });
    });

    test('a key that the server does not know is refused', async () => {
      const stranger = makeSshKey().private;
      fixture = openSftpFixture({ ...place(), secrets: { key: stranger } });
      await expect(fixture.channel.send(sending)).rejects.toMatchObject({
        code: 'TRANSPORT_REJECTED',
        message: expect.stringContaining(server.user),
      });
    });

    test('a server killed in mid-upload leaves nothing under the name; the next attempt delivers', async () => {
      const { channel } = open();
      const failing = channel.send(sending);
      failing.catch(() => undefined);
      await until(() => readdirSync(outbox()).some((name) => sizeOf(outbox(), name) > 1_000_000));
      for (const pid of server.sessions()) tryKill(pid, 'SIGKILL');
      await expect(failing).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
      expect(visible(outbox())).toEqual([]);
      await channel.send(sending);
      expect(sizeOf(outbox(), 'large.edi')).toBe(large.length);
      expect(readdirSync(outbox())).toEqual(['large.edi']);
    });

    test('a server killed in mid-download hands nothing over; the next poll the whole file', async () => {
      const opened = open();
      writeFileSync(path.join(inbox(), 'large.edi'), large);
      await opened.channel.poll(() => Promise.resolve());
      opened.time.advance(10_000);
      let received = 0;
      const failing = opened.channel.poll(() => Promise.resolve(void (received += 1)));
      failing.catch(() => undefined);
      setTimeout(() => server.sessions().forEach((pid) => tryKill(pid, 'SIGKILL')), 60);
      await expect(failing).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
      expect(received).toBe(0);
      let size = 0;
      await opened.poll(({ bytes }) => Promise.resolve(void (size = contentSize(bytes))));
      expect(size).toBe(large.length);
    });

    test('a server that is frozen ends by time-out', async () => {
      const { channel } = open();
      await channel.send({ name: 'first.edi', bytes: EDI, key: 'send/first' });
      const frozen = server.sessions();
      for (const pid of frozen) tryKill(pid, 'SIGSTOP');
      try {
        await expect(channel.send({ name: 'second.edi', bytes: EDI, key: 'send/2' })).rejects.toMatchObject({
          code: 'TRANSPORT_UNAVAILABLE',
          message: expect.stringContaining('not answered'),
        });
      } finally {
        for (const pid of frozen) tryKill(pid, 'SIGKILL');
      }
      await channel.send({ name: 'second.edi', bytes: EDI, key: 'send/2' });
      expect(visible(outbox()).sort()).toEqual(['first.edi', 'second.edi']);
    });

    test('a disk that is full tells so, and leaves no rubbish', async () => {
      // No file of this server may become larger than 1 MB: to a client that looks like a full disk.
      const cramped = await startOpenSsh(path.join(folder.path, 'cramped'), { maxFileKilobytes: 1_024 });
      fixture = openSftpFixture({
        ...place(),
        port: cramped.port,
        hostKeys: cramped.hostKeys,
        secrets: { key: cramped.privateKey },
      });
      const failing = fixture.channel.send(sending);
      await expect(failing).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
      expect(readdirSync(outbox())).toEqual([]);
      await cramped.stop();
    });
  });
});

(hasProftpdSftp() ? describe : describe.skip)('proftpd’s mod_sftp', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let server: ProftpdSftp;

  beforeAll(async () => {
    folder = temporaryFolder();
    server = await startProftpdSftp(path.join(folder.path, 'proftpd'));
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  function place(): SftpPlace {
    return {
      port: server.port,
      user: server.user,
      hostKeys: server.hostKeys,
      secrets: { password: PROFTPD_PASSWORD },
      credentials: { password: { secret: 'password' } },
      inbox: path.join(server.root, 'out'),
      outbox: path.join(server.root, 'in'),
      remoteInbox: '/out',
      remoteOutbox: '/in',
      remoteErrorFolder: '/out/error',
    };
  }

  beforeEach(() => {
    for (const name of ['in', 'out']) makeFolder(path.join(server.root, name));
  });

  describeChannelContract('SFTP on proftpd', () => Promise.resolve(openSftpFixture(place())));

  test('a wrong password is refused, once', async () => {
    const fixture = openSftpFixture({ ...place(), secrets: { password: 'wrong' } });
    await expect(fixture.channel.send({ name: 'a.edi', bytes: EDI, key: '1' })).rejects.toMatchObject({
      code: 'TRANSPORT_REJECTED',
    });
    await fixture.dispose();
  });

  test('a folder in which the user may not write is refused', async () => {
    const fixture = openSftpFixture({ ...place(), remoteOutbox: '/closed' });
    mkdirSync(path.join(server.root, 'closed'), { recursive: true, mode: 0o555 });
    await expect(fixture.channel.send({ name: 'a.edi', bytes: EDI, key: '1' })).rejects.toMatchObject({
      code: 'TRANSPORT_REJECTED',
    });
    await fixture.dispose();
  });
});

function sizeOf(folder: string, name: string): number {
  return statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** What a foreign process does can only be looked at again. */
async function until(holds: () => boolean): Promise<void> {
  for (let look = 0; !holds(); look += 1) {
    if (look > 5_000) throw new Error('it never came to hold');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
