import '../../support/core-errors.ts';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { PASSWORD, startMailbox } from '../../support/mailbox-server.ts';
import type { MailboxServerFixture, MailboxServerSettings } from '../../support/mailbox-server.ts';
import { SftpClient } from '../../support/sftp-client.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';

const NO_SUCH_FILE = 2;
const DENIED = 3;
const FAILURE = 4;
const UNSUPPORTED = 8;

let folder: ReturnType<typeof temporaryFolder>;
let hosted: MailboxServerFixture;
let clients: SftpClient[] = [];

async function start(settings: MailboxServerSettings = {}): Promise<void> {
  folder = temporaryFolder();
  hosted = await startMailbox(folder.path, settings);
}

async function logIn(
  config: Record<string, unknown> = { privateKey: hosted.privateKey },
): Promise<SftpClient> {
  const client = await SftpClient.connect({ port: hosted.port, username: 'acme', ...config });
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients) client.client.destroy();
  clients = [];
  await hosted.server.close();
  folder.remove();
});

const file = (...parts: string[]) => path.join(hosted.mailbox, ...parts);
const lying = (name: string) => readdirSync(file(name)).sort();
const EDI = Buffer.from('ISA*00*order~');

/** Looks again until it holds; what the server does at the end of a connection, the client cannot wait for. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let look = 0; !holds(); look += 1) {
    if (look > 500) throw new Error('it never came to hold');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('an upload', () => {
  test('cannot be seen before it is complete, and then in one piece', async () => {
    await start();
    const client = await logIn();
    const handle = await client.open('/in/order.edi', 'w');
    await client.write(handle, EDI);
    expect(lying('in')).toEqual([]);
    expect(await client.list('/in')).toEqual([]);
    expect(hosted.published()).toBe(0);
    await client.close(handle);
    expect(readFileSync(file('in', 'order.edi'))).toEqual(EDI);
    expect(hosted.published()).toBe(1);
  });

  test('that is cut off never appears and leaves nothing', async () => {
    await start();
    const client = await logIn();
    const handle = await client.open('/in/order.edi', 'w');
    await client.write(handle, EDI);
    await client.cut();
    await eventually(() => lying('.uploads').length === 0);
    expect(lying('in')).toEqual([]);
    expect(hosted.published()).toBe(0);
  });

  test('that is cut off under a temporary name can be gone on with, and is published by a rename', async () => {
    await start();
    const first = await logIn();
    const handle = await first.open('/in/order.edi.filepart', 'w');
    await first.write(handle, EDI.subarray(0, 5));
    await first.cut();
    await eventually(() => lying('in').length === 1);
    const second = await logIn();
    expect((await second.stat('/in/order.edi.filepart')).size).toBe(5);
    const again = await second.open('/in/order.edi.filepart', 'r+');
    await second.write(again, EDI.subarray(5), 5);
    await second.close(again);
    expect(hosted.published()).toBe(0);
    await second.rename('/in/order.edi.filepart', '/in/order.edi');
    expect(readFileSync(file('in', 'order.edi'))).toEqual(EDI);
    expect(hosted.published()).toBe(1);
  });

  test('with a hole in it is refused', async () => {
    await start();
    const client = await logIn();
    const handle = await client.open('/in/order.edi', 'w');
    await client.write(handle, EDI, 100);
    await expect(client.close(handle)).rejects.toMatchObject({ code: FAILURE });
    expect(lying('in')).toEqual([]);
    expect(lying('.uploads')).toEqual([]);
  });

  test('in pieces that come in another order is whole', async () => {
    await start();
    const client = await logIn();
    const handle = await client.open('/in/order.edi', 'w');
    await client.write(handle, EDI.subarray(6), 6);
    await client.write(handle, EDI.subarray(0, 6), 0);
    await client.close(handle);
    expect(readFileSync(file('in', 'order.edi'))).toEqual(EDI);
  });

  test('above the limit is refused, although the client goes on', async () => {
    await start({ channel: { maxFileBytes: 10 } });
    const client = await logIn();
    const handle = await client.open('/in/order.edi', 'w');
    await expect(client.write(handle, Buffer.alloc(11))).rejects.toMatchObject({ code: FAILURE });
    await expect(client.write(handle, Buffer.alloc(1))).rejects.toMatchObject({ code: FAILURE });
    await expect(client.close(handle)).rejects.toMatchObject({ code: FAILURE });
    expect(lying('in')).toEqual([]);
    await client.put('/in/order.edi', Buffer.alloc(10));
    expect(lying('in')).toEqual(['order.edi']);
  });

  test('into a full mailbox is refused until files have been taken', async () => {
    await start({ channel: { maxMailboxBytes: 20 } });
    const client = await logIn();
    await client.put('/in/first.edi', Buffer.alloc(15));
    await expect(client.put('/in/second.edi', Buffer.alloc(6))).rejects.toMatchObject({
      code: FAILURE,
      message: expect.stringContaining('full'),
    });
    rmSync(file('in', 'first.edi'));
    await client.put('/in/second.edi', Buffer.alloc(6));
    expect(lying('in')).toEqual(['second.edi']);
  });

  test('by two sessions under one name: both arrive, each whole, one after the other', async () => {
    await start();
    const [one, two] = [await logIn(), await logIn()];
    const [a, b] = [await one.open('/in/same.edi', 'w'), await two.open('/in/same.edi', 'w')];
    await one.write(a, Buffer.alloc(50_000, 'a'));
    await two.write(b, Buffer.alloc(60_000, 'b'));
    await one.close(a);
    const second = two.close(b);
    await eventually(() => hosted.published() > 1);
    // The second waits until the first is taken.
    expect(readFileSync(file('in', 'same.edi'), 'latin1')).toBe('a'.repeat(50_000));
    rmSync(file('in', 'same.edi'));
    await second;
    expect(readFileSync(file('in', 'same.edi'), 'latin1')).toBe('b'.repeat(60_000));
  });

  test('that we have taken at once is still there for the client that asks after it', async () => {
    await start();
    const client = await logIn();
    await client.put('/in/order.edi', EDI);
    rmSync(file('in', 'order.edi'));
    expect((await client.stat('/in/order.edi')).size).toBe(EDI.length);
    const other = await logIn();
    await expect(other.stat('/in/order.edi')).rejects.toMatchObject({ code: NO_SUCH_FILE });
  });

  test('what a crash has left of one is cleared away at the next start', async () => {
    await start();
    await hosted.server.close();
    writeFileSync(file('.uploads', 'cut-off'), 'half');
    writeFileSync(file('in', 'old.filepart'), 'half');
    writeFileSync(file('in', 'today.filepart'), 'half');
    utimesSync(file('in', 'old.filepart'), 1_700_000_000, 1_700_000_000);
    hosted = await startMailbox(folder.path);
    expect(lying('.uploads')).toEqual([]);
    expect(lying('in')).toEqual(['today.filepart']);
  });
});

describe('a mailbox', () => {
  test('shows four folders, and nothing of ours that is hidden', async () => {
    await start();
    mkdirSync(file('out', '.staged'));
    writeFileSync(file('out', 'po.edi'), 'PO');
    writeFileSync(file('in', '.taken-a.edi'), 'x');
    const client = await logIn();
    expect(await client.list('/')).toEqual(['ack', 'error', 'in', 'out']);
    expect(await client.list('.')).toEqual(['ack', 'error', 'in', 'out']);
    expect(await client.list('/out')).toEqual(['po.edi']);
    expect(await client.list('/in')).toEqual([]);
    expect((await client.get('/out/po.edi')).toString()).toBe('PO');
    await client.remove('/out/po.edi');
    expect(existsSync(file('out', 'po.edi'))).toBe(false);
  });

  test.each([
    '/../secret',
    '../secret',
    '/in/../../secret',
    '/in/a/../../../secret',
    '/secret',
    '/.uploads/x',
    '/in/sub/x',
    '/in/link',
    '/in/a\\..\\..\\secret',
    `/in/${'x'.repeat(300)}`,
  ])('lets nobody read %s', async (hostile) => {
    await start();
    writeFileSync(path.join(folder.path, 'secret'), 'secret');
    symlinkSync(path.join(folder.path, 'secret'), file('in', 'link'));
    const client = await logIn();
    await expect(client.get(hostile)).rejects.toMatchObject({ code: NO_SUCH_FILE });
    await expect(client.stat(hostile)).rejects.toMatchObject({ code: NO_SUCH_FILE });
  });

  test.each(['/out/x.edi', '/ack/x.edi', '/error/x.edi'])('lets nobody write %s', async (target) => {
    await start();
    const client = await logIn();
    await expect(client.put(target, EDI)).rejects.toMatchObject({ code: DENIED });
    await client.put('/in/mine.edi', EDI);
    await expect(client.rename('/in/mine.edi', target)).rejects.toMatchObject({ code: DENIED });
    expect(lying('in')).toEqual(['mine.edi']);
  });

  test('writes through no link that somebody has put there', async () => {
    await start();
    const outside = path.join(folder.path, 'outside');
    writeFileSync(outside, 'untouched');
    symlinkSync(outside, file('in', 'x.filepart'));
    const client = await logIn();
    await client.put('/in/x.filepart', EDI);
    expect(readFileSync(outside, 'utf8')).toBe('untouched');
  });

  test('has no links, no further folders and no extensions', async () => {
    await start();
    const { sftp } = await logIn();
    const status = (ask: (done: (error: unknown) => void) => void) =>
      new Promise((resolve) => ask((error) => resolve((error as { code?: number } | undefined)?.code)));
    expect(await status((done) => sftp.symlink('/etc/passwd', '/in/l', done))).toBe(UNSUPPORTED);
    expect(await status((done) => sftp.readlink('/in/l', done))).toBe(UNSUPPORTED);
    expect(await status((done) => sftp.mkdir('/in/sub', done))).toBe(DENIED);
    expect(await status((done) => sftp.rmdir('/in', done))).toBe(DENIED);
    expect(readdirSync(file('in'))).toEqual([]);
  });

  test('pages through a long list of files', async () => {
    await start();
    const names = Array.from(
      { length: 1_000 },
      (_, index) => `invoice-${String(index).padStart(4, '0')}.edi`,
    );
    for (const name of names) writeFileSync(file('out', name), name);
    const client = await logIn();
    expect(await client.list('/out')).toEqual(names);
  });
});

describe('login', () => {
  test('by password, kept as its hash', async () => {
    await start();
    const client = await logIn({ password: PASSWORD });
    expect(await client.list('/')).toHaveLength(4);
  });

  test.each([
    ['a wrong password', 'acme', 'wrong'],
    ['no password', 'acme', ''],
    ['somebody who is not known', 'nobody', PASSWORD],
  ])('is refused for %s', async (_case, username, password) => {
    await start();
    await expect(logIn({ username, password })).rejects.toMatchObject({ level: 'client-authentication' });
    expect(hosted.logged).toContainEqual({ level: 'warn', message: 'SFTP: a login was refused' });
  });

  test('is refused for an account without a password, whatever is typed', async () => {
    await start({ options: { secrets: { read: () => Promise.reject(new Error('not set')) } } });
    for (const password of ['', 'x', 'undefined']) {
      await expect(logIn({ password })).rejects.toMatchObject({ level: 'client-authentication' });
    }
  });

  test('an address that guesses is turned away, without a further look', async () => {
    await start();
    for (let guess = 0; guess < 5; guess += 1) {
      await expect(logIn({ password: `guess ${guess}` })).rejects.toThrow();
    }
    await expect(logIn({ password: PASSWORD })).rejects.not.toMatchObject({ level: 'client-authentication' });
  });

  test('that nobody makes within the time ends the connection', async () => {
    await start({ options: { loginMs: 50 } });
    const socket = (await import('node:net')).connect(hosted.port, '127.0.0.1');
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
  });
});

describe('limits', () => {
  test('an account has no more connections than it is allowed', async () => {
    await start({ channel: { maxSessions: 2 } });
    const [one] = [await logIn(), await logIn()];
    await expect(logIn()).rejects.toThrow();
    await one.leave();
    const again = await logIn();
    expect(await again.list('/')).toHaveLength(4);
  });

  test('a client that is silent for too long is ended', async () => {
    await start({ options: { idleMs: 100 } });
    const client = await logIn();
    await client.ended();
  });

  test('a client has no more files open than it is allowed', async () => {
    await start();
    const client = await logIn();
    const handles: Buffer[] = [];
    for (let index = 0; index < 64; index += 1) handles.push(await client.open(`/in/${index}.edi`, 'w'));
    await expect(client.open('/in/64.edi', 'w')).rejects.toMatchObject({ code: FAILURE });
    await client.close(handles[0]!);
    await client.open('/in/64.edi', 'w');
  });

  test('rubbish on the wire ends the connection that it comes by, and no other', async () => {
    await start();
    const [good, bad] = [await logIn(), await logIn()];
    // A packet of 4 GB, as SFTP counts.
    const channel = bad.sftp as unknown as {
      _protocol: { channelData(id: number, data: Buffer): void };
      outgoing: { id: number };
    };
    channel._protocol.channelData(channel.outgoing.id, Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    await bad.ended();
    expect(await good.list('/')).toHaveLength(4);
  });
});

describe('when the server stops', () => {
  test('a transfer under way may end; nobody new is let in', async () => {
    await start();
    const client = await logIn();
    const handle = await client.open('/in/order.edi', 'w');
    const stopped = hosted.server.close();
    await expect(logIn()).rejects.toThrow();
    await client.write(handle, EDI);
    await client.close(handle);
    expect(readFileSync(file('in', 'order.edi'))).toEqual(EDI);
    await stopped;
  });
});
