import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { PollReport } from '../../../src/pipeline/ports/transport.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';
import { startFakeFtpServer } from './fake-ftp-server.ts';
import type { FakeFtpOptions, FakeFtpServer } from './fake-ftp-server.ts';
import { ftpSettings, openFtpFixture } from './ftp-fixture.ts';
import type { FtpFixture } from './ftp-fixture.ts';

const opened: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function open(
  options: FakeFtpOptions,
  settings: Record<string, unknown> = {},
): Promise<{ server: FakeFtpServer; fixture: FtpFixture }> {
  const folder = temporaryFolder();
  for (const name of ['in', 'out']) mkdirSync(join(folder.path, name));
  const server = await startFakeFtpServer(options);
  const fixture = openFtpFixture(
    { port: server.port, user: 'acme', password: 'secret', root: folder.path, put: () => undefined },
    'none',
    { settings: { errorFolder: undefined, ...settings } },
  );
  opened.push(
    () => {
      rmSync(folder.path, { recursive: true, force: true });
    },
    () => server.stop(),
    () => fixture.dispose(),
  );
  return { server, fixture };
}

async function pollTwice(fixture: FtpFixture): Promise<{ names: string[]; reports: PollReport[] }> {
  const names: string[] = [];
  const receive = ({ name }: { name: string }) => {
    names.push(name);
    return Promise.resolve();
  };
  const reports = [await fixture.channel.poll(receive)];
  fixture.time.advance(11_000);
  reports.push(await fixture.channel.poll(receive));
  return { names, reports };
}

const unix = (name: string, size = 3) => `-rw-r--r-- 1 acme acme ${size} Mar  2 08:00 ${name}`;

describe('names from the server are the partner’s word', () => {
  const hostile = [
    'a/../../etc/passwd',
    '/etc/passwd',
    'a/b.edi',
    'a\\b.edi',
    '*',
    '*.edi',
    'a\u0001b.edi',
    'x'.repeat(300),
    'a\ufffdb.edi',
  ];
  test.each(hostile)('%j is refused once, and no command ever holds it', async (name) => {
    const { server, fixture } = await open({
      list: [unix(name), unix('honest.edi')],
      files: new Map([['out/honest.edi', Buffer.from('ISA')]]),
    });
    const { names, reports } = await pollTwice(fixture);
    expect(names).toEqual(['honest.edi']);
    expect(reports.map(({ refused }) => refused.length)).toEqual([1, 0]);
    expect(reports[0]?.refused[0]?.reason).toContain('untouched');
    expect(server.commands.filter((command) => command.includes(name))).toEqual([]);
  });

  test('a name that stands twice in the list is taken once', async () => {
    const { fixture } = await open({
      list: [unix('a.edi'), unix('a.edi')],
      files: new Map([['out/a.edi', Buffer.from('ISA')]]),
    });
    expect((await pollTwice(fixture)).names).toEqual(['a.edi']);
  });

  test('links are refused unread', async () => {
    const { server, fixture } = await open({
      list: ['lrwxrwxrwx 1 acme acme 11 Mar  2 08:00 link.edi -> /etc/passwd'],
    });
    const { names, reports } = await pollTwice(fixture);
    expect(names).toEqual([]);
    expect(reports[0]?.refused).toMatchObject([
      { name: 'link.edi', reason: expect.stringContaining('link') },
    ]);
    expect(server.commands.some((command) => command.startsWith('RETR'))).toBe(false);
  });
});

describe('a server that lies', () => {
  test('more bytes than the limit are not kept, whatever the list said', async () => {
    const { fixture } = await open(
      { list: [unix('a.edi')], files: new Map([['out/a.edi', Buffer.alloc(1_000_000)]]) },
      { maxFileBytes: 1_000 },
    );
    await fixture.channel.poll(() => Promise.resolve());
    fixture.time.advance(11_000);
    await expect(
      fixture.channel.poll(() => Promise.reject(new Error('must not come'))),
    ).rejects.toMatchObject({
      message: expect.stringContaining('more than 1000 bytes'),
    });
  });

  test('another size than the list said is a file that has changed', async () => {
    const { fixture } = await open({
      list: [unix('a.edi', 5)],
      files: new Map([['out/a.edi', Buffer.from('ISA')]]),
    });
    const { names, reports } = await pollTwice(fixture);
    expect(names).toEqual([]);
    expect(reports[1]?.waiting).toBe(1);
  });

  test('an upload that the server cut short does not get its name', async () => {
    const { server, fixture } = await open({
      script: (command, argument) => {
        if (command === 'STOR') return '150 send\r\n226 done';
        return command === 'SIZE' && argument.includes('.part') ? '213 2' : undefined;
      },
    });
    const sent = fixture.channel.send({ name: '850.edi', bytes: Buffer.from('ISA*00'), key: 'send/1' });
    await expect(sent).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    expect(server.commands.some((command) => command.startsWith('RNTO'))).toBe(false);
  });

  test('another host for data is refused', async () => {
    const { fixture } = await open({ passive: '198,51,100,7,0,1' });
    await expect(fixture.channel.poll(() => Promise.resolve())).rejects.toThrow(/another host|198\.51/);
  });
});

describe('a file on the server', () => {
  const list = [unix('a.edi'), unix('b.edi')];
  const files = new Map([
    ['out/a.edi', Buffer.from('ISA')],
    ['out/b.edi', Buffer.from('ISB')],
  ]);

  test('that the server does not give up is handed over once, told at each poll, and holds up none behind it', async () => {
    const { fixture } = await open({
      list,
      files,
      script: (command, argument) =>
        command === 'DELE' && argument === 'out/a.edi' ? '550 permission denied' : undefined,
    });
    const names: string[] = [];
    const receive = ({ name }: { name: string }) => {
      names.push(name);
      return Promise.resolve();
    };
    await fixture.channel.poll(receive);
    for (let poll = 1; poll <= 3; poll += 1) {
      fixture.time.advance(11_000);
      await expect(fixture.channel.poll(receive)).rejects.toThrow('take out/a.edi away');
      if (poll === 1) expect(names).toEqual(['a.edi', 'b.edi']);
    }
    expect(names.filter((name) => name === 'a.edi')).toHaveLength(1);
  });

  test('that its owner replaces while it is received stays there', async () => {
    let received = false;
    const { server, fixture } = await open({
      list: list.slice(0, 1),
      files,
      script: (command) => (command === 'SIZE' && received ? '213 4' : undefined),
    });
    await fixture.channel.poll(() => Promise.resolve());
    fixture.time.advance(11_000);
    await fixture.channel.poll(() => {
      received = true;
      return Promise.resolve();
    });
    expect(received).toBe(true);
    expect(server.commands.filter((command) => command.startsWith('DELE'))).toEqual([]);
  });

  test('that changes while it is fetched is not handed over', async () => {
    let fetched = false;
    const { fixture } = await open({
      list: list.slice(0, 1),
      files,
      script: (command) => {
        fetched ||= command === 'RETR';
        return command === 'MDTM' && fetched ? '213 20260302080001' : undefined;
      },
    });
    const { names, reports } = await pollTwice(fixture);
    expect(fetched).toBe(true);
    expect(names).toEqual([]);
    expect(reports[1]?.waiting).toBe(1);
  });
});

test('a data connection that is refused is told as one', async () => {
  const { fixture } = await open({ passive: '127,0,0,1,0,1' });
  await expect(fixture.channel.poll(() => Promise.resolve())).rejects.toMatchObject({
    code: 'TRANSPORT_UNAVAILABLE',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('calls that come together are done one after the other', async () => {
  const files = new Map(
    Array.from({ length: 8 }, (_, index) => [`in/${index}.edi`, Buffer.from(`${index}`)]),
  );
  const { fixture } = await open({ files });
  // Each finds its bytes there already, which takes several commands and a transfer.
  const sent = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      fixture.channel.send({ name: `${index}.edi`, bytes: Buffer.from(`${index}`), key: `send/${index}` }),
    ),
  );
  expect(sent.map(({ reference }) => reference)).toEqual(
    Array.from({ length: 8 }, (_, index) => `ftp://127.0.0.1/in/${index}.edi`),
  );
});

test('a password never shows', async () => {
  const { fixture } = await open({ script: (command) => (command === 'PASS' ? '530 no' : undefined) });
  const failure = await fixture.channel.poll(() => Promise.resolve()).catch((error: unknown) => error);
  expect(JSON.stringify([failure, String(failure)])).not.toContain('secret');
  expect(failure).toMatchObject({ code: 'TRANSPORT_REJECTED' });
});

test('a server that is full of users is asked again later', async () => {
  const { fixture } = await open({
    script: (command) => (command === 'PASS' ? '530 Sorry, the maximum number of clients' : undefined),
  });
  await expect(fixture.channel.poll(() => Promise.resolve())).rejects.toMatchObject({ retryable: 'later' });
});

describe('settings', () => {
  test('a line break in a folder would be a second command, and is refused', () => {
    expect(() => ftpSettings({ user: 'acme', inbox: 'out\r\nDELE x' })).toThrow('folder');
  });

  test('fingerprints are read in capitals or not', () => {
    const fingerprint = Array.from({ length: 32 }, () => 'ab').join(':');
    expect(ftpSettings({ user: 'acme', fingerprints: [fingerprint] }).fingerprints).toEqual([
      fingerprint.toUpperCase(),
    ]);
    expect(() => ftpSettings({ user: 'acme', fingerprints: ['ab:cd'] })).toThrow('fingerprint');
  });
});
