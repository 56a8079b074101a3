import { afterEach, describe, expect, test } from '@jest/globals';
import type { ChannelTestStep } from '../../../src/pipeline/ports/transport.ts';
import { ScriptedSftpServer } from '../../support/scripted-sftp-server.ts';
import type { Script } from '../../support/scripted-sftp-server.ts';
import { openSftpFixture } from './sftp-fixture.ts';
import type { SftpFixture } from './sftp-fixture.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';
import { contentSize, IN_MEMORY_BYTES } from '../../../src/pipeline/ports/file-content.ts';

const FILE = { name: '850.edi', bytes: Buffer.from('ISA*order'), key: 'send/1' };
const OTHER_KEY = `SHA256:${'A'.repeat(43)}`;

let server: ScriptedSftpServer;
let fixture: SftpFixture;
let folder: ReturnType<typeof temporaryFolder> | undefined;

async function open(
  script: Script,
  settings: Record<string, unknown> = {},
  password = 'right',
): Promise<SftpFixture> {
  server = await ScriptedSftpServer.start(script);
  folder = temporaryFolder();
  fixture = openSftpFixture(
    {
      port: server.port,
      user: 'us',
      hostKeys: [server.hostKey],
      secrets: { password },
      credentials: { password: { secret: 'password' } },
      inbox: `${folder.path}/in`,
      outbox: `${folder.path}/out`,
      remoteInbox: '',
      remoteOutbox: '',
    },
    { timeouts: { answerSeconds: 1, connectSeconds: 5 }, ...settings },
  );
  return fixture;
}

afterEach(async () => {
  await fixture.dispose();
  await server.close();
  folder?.remove();
});

const take = () => {
  const names: string[] = [];
  return {
    names,
    receive: ({ name }: { name: string }) => {
      names.push(name);
      return Promise.resolve();
    },
  };
};

describe('who the server is', () => {
  test('a host key that is not pinned ends everything before the password is sent', async () => {
    await open({}, { hostKeys: [OTHER_KEY] });
    await expect(fixture.channel.send(FILE)).rejects.toMatchObject({
      code: 'TRANSPORT_REJECTED',
      message: expect.stringContaining(server.hostKey),
    });
    expect(server.logins).toEqual([]);
  });

  test('any of several pinned keys will do: partners change theirs', async () => {
    await open({}, {});
    const pinned = openSftpFixture(
      {
        port: server.port,
        user: 'us',
        hostKeys: [OTHER_KEY, server.hostKey],
        secrets: { password: 'right' },
        credentials: { password: { secret: 'password' } },
        inbox: `${folder!.path}/in`,
        outbox: `${folder!.path}/out`,
        remoteInbox: '',
        remoteOutbox: '',
      },
      {},
    );
    await expect(pinned.channel.send(FILE)).resolves.toMatchObject({
      reference: expect.stringContaining('850.edi'),
    });
    await pinned.dispose();
  });

  test('the connection test shows the key that was seen beside those that are pinned, and stops there', async () => {
    await open({}, { hostKeys: [OTHER_KEY] });
    const steps: ChannelTestStep[] = [];
    for await (const step of fixture.channel.test()) steps.push(step);
    expect(steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['dns', true],
      ['tcp', true],
      ['host-key', false],
    ]);
    expect(steps.at(-1)?.text).toContain(server.hostKey);
    expect(steps.at(-1)?.text).toContain(OTHER_KEY);
  });
});

describe('login', () => {
  test('a wrong password is tried once, and a person is told', async () => {
    await open({ methods: ['password', 'keyboard-interactive'] }, {}, 'wrong');
    await expect(fixture.channel.send(FILE)).rejects.toMatchObject({
      code: 'TRANSPORT_REJECTED',
      message: expect.not.stringContaining('wrong password'),
    });
    expect(server.logins).toEqual(['password']);
  });

  test('a server that asks for the password by keyboard-interactive gets it', async () => {
    await open({ methods: ['keyboard-interactive'] });
    await fixture.channel.send(FILE);
    expect(server.logins).toEqual(['keyboard-interactive']);
  });

  test('a secret that is missing is named', async () => {
    await open({}, { password: { secret: 'forgotten' } });
    await expect(fixture.channel.send(FILE)).rejects.toMatchObject({
      code: 'SECRET_MISSING',
      message: expect.stringContaining('forgotten'),
    });
  });

  test('a private key that is none is told without its text', async () => {
    await open({}, { privateKey: { secret: 'password' } }, 'not a key: TOP-SECRET');
    const failure = fixture.channel.send(FILE);
    await expect(failure).rejects.toMatchObject({ code: 'TRANSPORT_REJECTED' });
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining('TOP-SECRET') });
  });
});

describe('a server that goes silent ends by time-out', () => {
  test.each(['OPENDIR', 'OPEN', 'READ'] as const)('in a poll at %s', async (silentOn) => {
    await open({ silentOn, files: [{ name: 'a.edi', size: 10 }] }, { settleSeconds: 0 });
    await expect(fixture.poll(() => Promise.resolve())).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      message: expect.stringContaining('not answered'),
    });
  });

  test.each(['OPEN', 'WRITE', 'RENAME'] as const)(
    'in a delivery at %s, and the next attempt delivers once',
    async (silentOn) => {
      await open({ silentOn });
      await expect(fixture.channel.send(FILE)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
      server.script = {};
      await fixture.channel.send(FILE);
      expect([...server.uploads]).toEqual([['850.edi', FILE.bytes.length]]);
    },
  );
});

describe('a connection that breaks', () => {
  test('in mid-upload leaves nothing under the final name, and the next attempt delivers', async () => {
    await open({ cutAfterBytes: 500_000 });
    const large = { ...FILE, bytes: Buffer.alloc(2_000_000) };
    await expect(fixture.channel.send(large)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    expect([...server.uploads.keys()]).not.toContain('850.edi');
    server.script = {};
    await fixture.channel.send(large);
    expect(server.uploads.get('850.edi')).toBe(2_000_000);
  });

  test('in mid-download hands nothing over, and the next poll the whole file', async () => {
    await open(
      { cutAfterBytes: 500_000, files: [{ name: 'large.edi', size: 2_000_000 }] },
      { settleSeconds: 0 },
    );
    const { names, receive } = take();
    await expect(fixture.poll(receive)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    expect(names).toEqual([]);
    delete server.script.cutAfterBytes;
    let size = 0;
    await fixture.poll(({ bytes }) => {
      size = contentSize(bytes);
      return Promise.resolve();
    });
    expect(size).toBe(2_000_000);
  });

  test('when nothing listens any more, says so', async () => {
    await open({});
    await server.close();
    await expect(fixture.channel.send(FILE)).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    server = await ScriptedSftpServer.start({});
  });
});

describe('what a server may say', () => {
  const hostile = [
    '../../etc/passwd',
    '/etc/passwd',
    'a\\b.edi',
    'a\nb.edi',
    'a\u0000b.edi',
    '*.edi',
    'x'.repeat(300),
  ];
  test.each(hostile)('the hostile name %j is never asked for, and told once', async (name) => {
    await open(
      {
        files: [
          { name, size: 10 },
          { name: 'good.edi', size: 10 },
        ],
      },
      { settleSeconds: 0 },
    );
    const { names, receive } = take();
    const first = await fixture.channel.poll(receive);
    fixture.time.advance(11_000);
    const second = await fixture.channel.poll(receive);
    expect(names).toEqual(['good.edi']);
    expect([first.refused.length, second.refused.length]).toEqual([1, 0]);
    const asked = server.requests.filter(
      (request) => !request.startsWith('OPENDIR') && request.includes(name),
    );
    expect(asked).toEqual([]);
  });

  test('files that are left there do not keep the others from their turn', async () => {
    await open(
      {
        files: [
          { name: 'a.edi', size: 100 },
          { name: 'b.edi', size: 10 },
        ],
      },
      { settleSeconds: 0, maxFileBytes: 50, maxFilesPerPoll: 1 },
    );
    const { names, receive } = take();
    await fixture.channel.poll(receive);
    expect(await fixture.channel.poll(receive)).toMatchObject({ refused: [{ name: 'a.edi' }], waiting: 1 });
    await fixture.channel.poll(receive);
    expect(names).toEqual(['b.edi']);
  });

  test('a link is not followed', async () => {
    await open({ files: [{ name: 'link.edi', size: 10, mode: 0o120777 }] }, { settleSeconds: 0 });
    const { names, receive } = take();
    const report = await fixture.channel.poll(receive);
    expect(names).toEqual([]);
    expect(report.refused).toMatchObject([{ name: 'link.edi', reason: expect.stringContaining('link') }]);
    expect(server.requests.some((request) => request.startsWith('OPEN link'))).toBe(false);
  });

  test('reads that are answered in small pieces make a whole file', async () => {
    await open({ maxReadBytes: 1_000, files: [{ name: 'a.edi', size: 100_000 }] }, { settleSeconds: 0 });
    let size = 0;
    await fixture.poll(({ bytes }) => {
      size = contentSize(bytes);
      return Promise.resolve();
    });
    expect(size).toBe(100_000);
  });

  test('a file that ends before its size is not handed over', async () => {
    await open({ files: [{ name: 'a.edi', size: 100_000, realSize: 70_000 }] }, { settleSeconds: 0 });
    const { names, receive } = take();
    const report = await fixture.poll(receive);
    expect(names).toEqual([]);
    expect(report).toMatchObject({ received: 0, waiting: 1 });
  });

  test.each([
    ['in memory', 100_000],
    ['beside it', IN_MEMORY_BYTES + 100_000],
  ])('a file that changes while its end is read is not handed over (%s)', async (_, size) => {
    const file = { name: 'a.edi', size };
    await open(
      { files: [file], changeAtEnd: true },
      {
        settleSeconds: 0,
        transfer: { chunkBytes: 32_768, parallelRequests: 1 },
        // Its megabytes come one small piece after the other, also on a machine that has much else to do.
        timeouts: { answerSeconds: 60, connectSeconds: 60 },
      },
    );
    const { names, receive } = take();
    await fixture.channel.poll(receive);
    expect(await fixture.channel.poll(receive)).toMatchObject({ received: 0, waiting: 1 });
    expect(names).toEqual([]);
    server.script = { files: [file] };
    await fixture.channel.poll(receive);
    expect(await fixture.channel.poll(receive)).toMatchObject({ received: 1 });
    expect(names).toEqual(['a.edi']);
  });

  test('an upload whose size is wrong gets no name', async () => {
    await open({ reportSize: (written) => written - 1 });
    await expect(fixture.channel.send(FILE)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    expect(server.requests.some((request) => request.startsWith('RENAME'))).toBe(false);
  });

  test.each([
    [3, 'TRANSPORT_REJECTED'],
    [4, 'TRANSPORT_UNAVAILABLE'],
  ])('a delivery refused with status %i is %s, and leaves no rubbish', async (status, code) => {
    await open({ refuse: { WRITE: status } });
    await expect(fixture.channel.send(FILE)).rejects.toMatchObject({ code });
    expect(server.uploads.size).toBe(0);
  });

  test('a rename that was refused is made by the next attempt', async () => {
    await open({ refuse: { RENAME: 4 } });
    await expect(fixture.channel.send(FILE)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    server.script = {};
    await fixture.channel.send(FILE);
    expect(server.uploads.get('850.edi')).toBe(FILE.bytes.length);
  });
});

describe('a process that ends before it hears that its file got its name', () => {
  test('delivers nothing twice, also when the partner has taken the file since', async () => {
    await open({ silentAfterRename: true });
    await expect(fixture.channel.send(FILE)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    expect(server.uploads.has('850.edi')).toBe(true);
    server.uploads.clear();
    server.script = {};
    const again = await fixture.reopen();
    await again.send(FILE);
    expect(server.uploads.size).toBe(0);
  });
});

describe('a file that is received and cannot be taken away', () => {
  test('is handed over once, its neighbours are taken, and somebody is told', async () => {
    await open(
      {
        refuse: { REMOVE: 3 },
        files: [
          { name: 'a.edi', size: 5 },
          { name: 'b.edi', size: 5 },
        ],
      },
      { settleSeconds: 0 },
    );
    const { names, receive } = take();
    await fixture.channel.poll(receive);
    for (let poll = 0; poll < 2; poll += 1) {
      fixture.time.advance(11_000);
      await expect(fixture.channel.poll(receive)).rejects.toMatchObject({
        code: 'TRANSPORT_REJECTED',
        message: expect.stringContaining('received'),
      });
    }
    expect(names).toEqual(['a.edi', 'b.edi']);
    server.script.refuse = {};
    await fixture.channel.poll(receive);
    expect(server.script.files).toEqual([]);
    expect(names).toHaveLength(2);
  });
});

describe('when a file is ready', () => {
  test('not as long as it grows', async () => {
    await open({ files: [{ name: 'a.edi', size: 5 }] }, { settleSeconds: 5 });
    const { names, receive } = take();
    for (let size = 5; size < 9; size += 1) {
      server.script.files = [{ name: 'a.edi', size }];
      fixture.time.advance(60_000);
      expect(await fixture.channel.poll(receive)).toMatchObject({ received: 0, waiting: 1 });
    }
    fixture.time.advance(60_000);
    expect(await fixture.channel.poll(receive)).toMatchObject({ received: 1 });
    expect(names).toEqual(['a.edi']);
  });

  test('with a marker when that lies beside it; both go', async () => {
    await open(
      {
        files: [
          { name: 'a.edi', size: 5 },
          { name: 'b.edi', size: 5 },
        ],
      },
      { marker: '{name}.done' },
    );
    const { names, receive } = take();
    expect(await fixture.channel.poll(receive)).toMatchObject({ received: 0, waiting: 2 });
    server.script.files?.push({ name: 'b.edi.done', size: 0 });
    await fixture.channel.poll(receive);
    expect(names).toEqual(['b.edi']);
    expect(server.script.files?.map(({ name }) => name)).toEqual(['a.edi']);
  });

  test('under a temporary name never', async () => {
    await open(
      { files: ['a.tmp', 'b.filepart', 'c.PART', '.d.edi'].map((name) => ({ name, size: 5 })) },
      { settleSeconds: 0 },
    );
    expect(await fixture.poll(() => Promise.reject(new Error('not ready')))).toMatchObject({ received: 0 });
  });
});

describe('temporary files of ours', () => {
  const stale = (mtime: number) => ({ name: `850.edi.${'0'.repeat(32)}.part`, size: 5, mtime });

  test('that no attempt comes back to are removed after a day; those of others stay', async () => {
    const old = 1_500_000_000;
    await open({ files: [stale(old), { name: 'theirs.part', size: 5, mtime: old }] });
    await fixture.channel.send(FILE);
    expect(server.script.files?.map(({ name }) => name)).toEqual(['theirs.part']);
  });

  test('of today stay', async () => {
    await open({ files: [stale(Math.floor(Date.now() / 1000))] });
    await fixture.channel.send(FILE);
    expect(server.script.files).toHaveLength(1);
  });
});
