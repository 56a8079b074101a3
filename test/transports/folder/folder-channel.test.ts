import {
  appendFileSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChannelTestStep } from '../../../src/pipeline/ports/transport.ts';
import { describeChannelContract } from '../channel-contract.ts';
import { openFolderFixture, type FolderFixture } from './folder-fixture.ts';
import type { InboundFile, RefusedFile } from '../../../src/pipeline/ports/transport.ts';
import { inMemory } from '../../support/content.ts';

describeChannelContract('folder', () => Promise.resolve(openFolderFixture()));

let fixture: FolderFixture;
beforeEach(() => {
  fixture = openFolderFixture();
});
afterEach(() => fixture.dispose());

const nothing = { received: 0, waiting: 0, refused: [] };

/** The bytes of a file that is complete: old enough for any poll. */
function putOld(name: string, text: string): string {
  const file = join(fixture.inbox, name);
  writeFileSync(file, text);
  const past = new Date(Date.parse(fixture.time.now()) - 60_000);
  utimesSync(file, past, past);
  return file;
}

describe('a file that is still being written', () => {
  test('is left until it was the same at two polls', async () => {
    const file = join(fixture.inbox, 'growing.edi');
    writeFileSync(file, 'ISA*');
    expect((await fixture.pollOnce()).report).toEqual({ ...nothing, waiting: 1 });
    fixture.time.advance(2000);
    appendFileSync(file, '00*');
    expect((await fixture.pollOnce()).report).toEqual({ ...nothing, waiting: 1 });
    fixture.time.advance(2000);
    const { files } = await fixture.pollOnce();
    expect(files.map(({ bytes }) => Buffer.from(inMemory(bytes)).toString())).toEqual(['ISA*00*']);
  });

  test('two polls in quick succession do not make it complete', async () => {
    writeFileSync(join(fixture.inbox, 'growing.edi'), 'ISA*');
    for (let poll = 0; poll < 5; poll += 1) {
      expect((await fixture.pollOnce()).report.waiting).toBe(1);
      fixture.time.advance(100);
    }
  });

  test('one that nobody has touched for a while is complete at the first poll after a start', async () => {
    putOld('yesterday.edi', 'ISA');
    expect((await fixture.pollOnce()).report.received).toBe(1);
  });

  test('an empty one gets time to be filled', async () => {
    const file = join(fixture.inbox, 'slow.edi');
    writeFileSync(file, '');
    await fixture.pollOnce();
    fixture.time.advance(5000);
    expect((await fixture.pollOnce()).report).toEqual({ ...nothing, waiting: 1 });
    writeFileSync(file, 'ISA');
    await fixture.pollOnce();
    fixture.time.advance(2000);
    expect((await fixture.pollOnce()).report.received).toBe(1);
  });

  test.each(['a.tmp', 'b.PART', 'c.edi.filepart', '.d.edi'])(
    'its temporary name is not taken: %s',
    async (name) => {
      putOld(name, 'ISA');
      const { files } = await fixture.pollOnce();
      expect(files).toEqual([]);
      expect(existsSync(join(fixture.inbox, name))).toBe(true);
      renameSync(join(fixture.inbox, name), join(fixture.inbox, 'final.edi'));
      expect((await fixture.pollOnce()).files.map((file) => file.name)).toEqual(['final.edi']);
    },
  );
});

describe('what a partner may put into the inbox', () => {
  test('a link is refused, unread, and its target is left alone', async () => {
    const secret = join(fixture.root, 'secret.txt');
    writeFileSync(secret, 'secret');
    symlinkSync(secret, join(fixture.inbox, 'innocent.edi'));
    const { report, files } = await fixture.pollOnce();
    expect(files).toEqual([]);
    expect(report.refused).toMatchObject([{ name: 'innocent.edi', reason: expect.stringContaining('link') }]);
    expect(readFileSync(secret, 'utf8')).toBe('secret');
    expect(readdirSync(fixture.inbox)).toEqual(['error']);
  });

  test('a folder is left alone', async () => {
    mkdirSync(join(fixture.inbox, 'archive'));
    expect((await fixture.pollOnce()).report).toEqual(nothing);
  });

  test('a link in the place of error/ never leads rejected files elsewhere', async () => {
    symlinkSync(fixture.root, join(fixture.inbox, 'error'));
    await expect(
      fixture.channel.reject({ name: 'bad.edi', bytes: Buffer.from('x'), reason: 'no' }),
    ).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    expect(readdirSync(fixture.root)).toEqual(['inbox']);
  });

  test('a file above the limit is refused without being read', async () => {
    await fixture.dispose();
    fixture = openFolderFixture({ maxFileBytes: 10 });
    putOld('large.edi', '12345678901');
    putOld('small.edi', '1234567890');
    const { report, files } = await fixture.pollOnce();
    expect(files.map(({ name }) => name)).toEqual(['small.edi']);
    expect(report.refused).toMatchObject([
      { name: 'large.edi', reason: expect.stringContaining('11 bytes; at most 10') },
    ]);
    expect(await fixture.rejected()).toMatchObject([{ name: 'large.edi' }]);
  });

  test('a name that is not UTF-8 is refused instead of being skipped', async () => {
    writeFileSync(
      Buffer.concat([Buffer.from(`${fixture.inbox}/`), Buffer.from([0x42, 0xff, 0x2e, 0x65])]),
      'ISA',
    );
    const { report } = await fixture.pollOnce();
    expect(report.refused).toHaveLength(1);
    expect(await fixture.rejected()).toHaveLength(1);
  });

  test('odd but honest names are taken as they are', async () => {
    const names = ['Bestellung Müller (2).edi', '注文.edi', 'a;b&c$(d).edi', 'no-extension'];
    for (const name of names) putOld(name, name);
    const { files } = await fixture.pollOnce();
    expect(files.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  test('only names of the pattern are taken, capitals or not', async () => {
    await fixture.dispose();
    fixture = openFolderFixture({ pattern: '*.edi' });
    for (const name of ['a.edi', 'B.EDI', 'readme.txt']) putOld(name, name);
    const { files } = await fixture.pollOnce();
    expect(files.map(({ name }) => name).sort()).toEqual(['B.EDI', 'a.edi']);
    expect(await fixture.partnerHasLeft()).toEqual(['readme.txt']);
  });
});

test('files are handed over in the order in which they were written', async () => {
  for (const [index, name] of ['z.edi', 'a.edi', 'm.edi'].entries()) {
    const file = putOld(name, name);
    const at = new Date(Date.parse(fixture.time.now()) - 60_000 + index * 1000);
    utimesSync(file, at, at);
  }
  expect((await fixture.pollOnce()).files.map(({ name }) => name)).toEqual(['z.edi', 'a.edi', 'm.edi']);
});

test('a file that cannot be removed holds up none behind it, and the poll tells of it', async () => {
  const first = putOld('a.edi', 'ISA');
  utimesSync(first, 0, 0);
  putOld('b.edi', 'ISA');
  mkdirSync(join(fixture.inbox, '.taken-a.edi', 'in the way'), { recursive: true });
  const received: string[] = [];
  const receive = ({ name }: InboundFile) => Promise.resolve(void received.push(name));
  await expect(fixture.channel.poll(receive)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
  expect(received).toEqual(['a.edi', 'b.edi']);
});

test('a file that cannot be put aside holds up none behind it, and the poll tells of it', async () => {
  await fixture.dispose();
  fixture = openFolderFixture({ pattern: '*.edi' });
  utimesSync(putOld('a.edi', ''), 0, 0);
  putOld('b.edi', 'ISA');
  writeFileSync(join(fixture.inbox, 'error'), 'no folder');
  const { report } = await fixture.pollOnce();
  expect(report).toEqual({ ...nothing, received: 1, waiting: 1 });
  putOld('c.edi', 'ISA');
  fixture.time.advance(11_000);
  const received: string[] = [];
  const receive = ({ name }: InboundFile) => Promise.resolve(void received.push(name));
  await expect(fixture.channel.poll(receive)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
  expect(received).toEqual(['c.edi']);
});

test('what was put aside is told also where the poll fails after that', async () => {
  symlinkSync('elsewhere', join(fixture.inbox, 'a.edi'));
  lutimesSync(join(fixture.inbox, 'a.edi'), 0, 0);
  putOld('b.edi', 'ISA');
  const refused: RefusedFile[] = [];
  const failing = fixture.channel.poll(() => Promise.reject(new Error('store away')), refused);
  await expect(failing).rejects.toThrow('store away');
  expect(refused.map(({ name }) => name)).toEqual(['a.edi']);
});

test('one poll takes no more than its limit and says how many wait', async () => {
  await fixture.dispose();
  fixture = openFolderFixture({ maxFilesPerPoll: 2 });
  for (const name of ['a', 'b', 'c', 'd', 'e']) putOld(name, name);
  expect((await fixture.pollOnce()).report).toEqual({ received: 2, waiting: 3, refused: [] });
});

test('a file that its owner replaces while it is received is a second file', async () => {
  putOld('orders.edi', 'first');
  const texts: string[] = [];
  const receive = (file: InboundFile): Promise<void> => {
    texts.push(Buffer.from(inMemory(file.bytes)).toString());
    if (texts.length === 1) {
      rmSync(join(fixture.inbox, 'orders.edi'));
      putOld('orders.edi', 'second');
    }
    return Promise.resolve();
  };
  await fixture.channel.poll(receive);
  await fixture.channel.poll(receive);
  await fixture.channel.poll(receive);
  expect(texts).toEqual(['first', 'second']);
  expect(readdirSync(fixture.inbox)).toEqual([]);
});

test('what a crash left between received and removed is handed over with the same name and source key', async () => {
  const file = putOld('orders.edi', 'ISA');
  const [first] = (await fixture.pollOnce()).files;
  expect(first?.name).toBe('orders.edi');
  const taken = join(fixture.inbox, '.taken-orders.edi');
  putOld('orders.edi', 'ISA');
  let key = '';
  await fixture.channel
    .poll((found) => {
      key = found.sourceKey;
      renameSync(file, taken);
      return Promise.reject(new Error('killed'));
    })
    .catch(() => undefined);
  await fixture.reopen();
  const { files } = await fixture.pollOnce();
  expect(files).toMatchObject([{ name: 'orders.edi', sourceKey: key }]);
  expect(existsSync(taken)).toBe(false);
});

test('a poll asked for while one runs is the same poll', async () => {
  putOld('a.edi', 'ISA');
  let received = 0;
  const receive = (): Promise<void> => {
    received += 1;
    return Promise.resolve();
  };
  const reports = await Promise.all([fixture.channel.poll(receive), fixture.channel.poll(receive)]);
  expect(reports[0]).toBe(reports[1]);
  expect(received).toBe(1);
});

describe('sending', () => {
  const file = { name: '850.edi', bytes: Buffer.from('ISA*00*'), key: 'send/1' };
  const staging = (): string[] => readdirSync(join(fixture.outbox, '.staged')).sort();

  test('after a crash while staging starts from the beginning', async () => {
    await fixture.channel.send({ ...file, key: 'other', name: 'other.edi' });
    const [mark = ''] = staging();
    await fixture.channel.send(file);
    const own = staging()
      .find((name) => name !== mark)!
      .replace('.sent', '');
    rmSync(join(fixture.outbox, '.staged', `${own}.sent`));
    rmSync(join(fixture.outbox, file.name));
    writeFileSync(join(fixture.outbox, '.staged', own), 'ISA*0'); // cut off in the middle
    await fixture.channel.send(file);
    expect(readFileSync(join(fixture.outbox, file.name))).toEqual(file.bytes);
  });

  test('after a crash between mark and move makes the move', async () => {
    await fixture.channel.send(file);
    const own = staging()[0]!.replace('.sent', '');
    renameSync(join(fixture.outbox, file.name), join(fixture.outbox, '.staged', own));
    await (await fixture.reopen()).send(file);
    expect((await fixture.partnerSees()).map(({ name }) => name)).toEqual([file.name]);
    expect(staging()).toEqual([`${own}.sent`]);
  });

  test('is not done again while nobody can tell whether it was done', async () => {
    await fixture.channel.send(file);
    const mark = join(fixture.outbox, '.staged', staging()[0]!);
    await fixture.partnerTakes(file.name);
    renameSync(mark, `${mark}.kept`);
    symlinkSync(mark, mark); // ELOOP, as a share says ESTALE
    await expect(fixture.channel.send(file)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    renameSync(`${mark}.kept`, mark);
    await fixture.channel.send(file);
    expect(await fixture.partnerSees()).toEqual([]);
  });

  test('forgets its marks after three months', async () => {
    await fixture.channel.send(file);
    const [old = ''] = staging();
    fixture.time.advance(91 * 86_400_000);
    await fixture.channel.send({ ...file, key: 'send/2', name: '851.edi' });
    expect(staging()).toHaveLength(1);
    expect(staging()).not.toContain(old);
  });

  test('into a place that is no folder says what is wrong, and can be tried again', async () => {
    mkdirSync(join(fixture.root, 'outbox'));
    writeFileSync(fixture.outbox, 'a file');
    await expect(fixture.channel.send(file)).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
      retryable: 'later',
      message: expect.stringContaining('outbox/acme/850.edi'),
    });
    rmSync(fixture.outbox);
    await expect(fixture.channel.send(file)).resolves.toMatchObject({ reference: 'outbox/acme/850.edi' });
  });
});

describe('a connection test', () => {
  test('ends at the first step that fails, and says what to do', async () => {
    rmSync(fixture.inbox, { recursive: true });
    writeFileSync(fixture.inbox, 'a file in the way');
    const steps: ChannelTestStep[] = [];
    for await (const step of fixture.channel.test()) steps.push(step);
    expect(steps).toEqual([
      {
        name: 'list',
        ok: false,
        text: expect.stringContaining('a file stands where the folder should be'),
        durationMs: expect.any(Number),
      },
    ]);
  });
});
