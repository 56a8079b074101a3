import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  contentSha256,
  contentSize,
  IN_MEMORY_BYTES,
  readPieces,
} from '../../src/pipeline/ports/file-content.ts';
import type {
  Channel,
  ChannelTestStep,
  InboundFile,
  PollReport,
} from '../../src/pipeline/ports/transport.ts';
import { inMemory } from '../support/content.ts';

export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

/** One channel with the partner's end of it. */
export interface ChannelFixture {
  channel: Channel;
  /** The partner puts a complete file where the channel picks it up. */
  partnerPuts(name: string, bytes: Uint8Array): Promise<void>;
  /** What lies where the partner put it and was not picked up. */
  partnerHasLeft(): Promise<string[]>;
  /** What lies ready for the partner. */
  partnerSees(): Promise<NamedBytes[]>;
  partnerTakes(name: string): Promise<void>;
  /** What was rejected, with the reason as text. */
  rejected(): Promise<(NamedBytes & { reason: string })[]>;
  /** Polls as often as it takes for a complete file to be handed over. */
  poll(receive: (file: InboundFile) => Promise<void>): Promise<PollReport>;
  /** A new process opens the same channel. */
  reopen(): Promise<Channel>;
  dispose(): Promise<void>;
}

async function* inPieces(bytes: Uint8Array, breakAt = Infinity): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 300_000) {
    if (start > breakAt) throw new Error('the store is gone');
    yield await Promise.resolve(bytes.subarray(start, start + 300_000));
  }
}

/** Tens of megabytes through a cipher, on a machine with other work. */
const SLOW_MS = 60_000;

const EDI = Buffer.from("UNB+UNOC:3+SENDER+RECEIVER+260302:0800+1'UNZ+0+1'");

/** The semantics of the Channel port; every transport runs it. `receivesOnly`: nothing is sent, and all fits into memory. */
export function describeChannelContract(
  name: string,
  open: () => Promise<ChannelFixture>,
  { receivesOnly = false } = {},
): void {
  const describeSending = receivesOnly ? () => undefined : describe;
  describe(`channel contract: ${name}`, () => {
    let fixture: ChannelFixture;
    beforeEach(async () => {
      fixture = await open();
    });
    afterEach(() => fixture.dispose());

    async function receiveAll(): Promise<InboundFile[]> {
      const files: InboundFile[] = [];
      await fixture.poll((file) => {
        files.push(file);
        return Promise.resolve();
      });
      return files;
    }

    test('says whose it is and what it is', () => {
      expect(fixture.channel.partnerId).not.toBe('');
      expect(fixture.channel.name).not.toBe('');
      expect(fixture.channel.kind).not.toBe('');
    });

    describe('test', () => {
      test('tells every step as done, takes nothing in and leaves nothing behind', async () => {
        await fixture.partnerPuts('orders.edi', EDI);
        const steps: ChannelTestStep[] = [];
        for await (const step of fixture.channel.test()) steps.push(step);
        expect(steps.filter(({ ok }) => !ok)).toEqual([]);
        const tried = receivesOnly ? ['list'] : ['write', 'delete'];
        expect(steps.map(({ name: step }) => step)).toEqual(expect.arrayContaining(tried));
        for (const { text, durationMs } of steps) {
          expect(text).toMatch(/\w/);
          expect(durationMs).toBeGreaterThanOrEqual(0);
        }
        expect(await fixture.partnerHasLeft()).toEqual(['orders.edi']);
        expect(await fixture.partnerSees()).toEqual([]);
        expect((await receiveAll()).map((file) => file.name)).toEqual(['orders.edi']);
        expect(await receiveAll()).toEqual([]);
      });

      test('can be left after its first step', async () => {
        for await (const step of fixture.channel.test()) {
          expect(step.ok).toBe(true);
          break;
        }
        expect(await fixture.partnerSees()).toEqual([]);
      });
    });

    describe('poll', () => {
      test('of an empty channel receives nothing', async () => {
        expect(await fixture.poll(() => Promise.reject(new Error('nothing to receive')))).toEqual({
          received: 0,
          waiting: 0,
          refused: [],
        });
      });

      test('hands a complete file over once, and takes it off the partner’s side', async () => {
        await fixture.partnerPuts('orders.edi', EDI);
        const files = await receiveAll();
        expect(
          files.map((file) => ({ name: file.name, text: Buffer.from(inMemory(file.bytes)).toString() })),
        ).toEqual([{ name: 'orders.edi', text: EDI.toString() }]);
        expect(await fixture.partnerHasLeft()).toEqual([]);
        expect(await receiveAll()).toEqual([]);
      });

      test('takes the file off the partner’s side only after it was received', async () => {
        await fixture.partnerPuts('orders.edi', EDI);
        let left: string[] = [];
        await fixture.poll(async () => {
          left = await fixture.partnerHasLeft();
        });
        expect(left).toEqual(['orders.edi']);
      });

      test('a file that could not be received is handed over again with the same source key, also by a new process', async () => {
        await fixture.partnerPuts('orders.edi', EDI);
        const keys: string[] = [];
        const failing = fixture.poll((file) => {
          keys.push(file.sourceKey);
          return Promise.reject(new Error('store is down'));
        });
        await expect(failing).rejects.toThrow('store is down');
        expect(await fixture.partnerHasLeft()).toEqual(['orders.edi']);
        await fixture.reopen();
        const [file] = await receiveAll();
        expect([file?.sourceKey]).toEqual(keys);
      });

      test('a later file of the same name has another source key', async () => {
        await fixture.partnerPuts('orders.edi', EDI);
        const [first] = await receiveAll();
        await fixture.partnerPuts('orders.edi', Buffer.from('another'));
        const [second] = await receiveAll();
        expect(second?.name).toBe('orders.edi');
        expect(second?.sourceKey).not.toBe(first?.sourceKey);
      });

      test('bytes arrive unchanged, whatever they are and however many', async () => {
        const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 7 + (index >> 9)) & 0xff);
        await fixture.partnerPuts('binary.dat', bytes);
        const [file] = await receiveAll();
        expect(Buffer.compare(inMemory(file?.bytes), bytes)).toBe(0);
      });

      test('many files arrive each once', async () => {
        const names = Array.from({ length: 40 }, (_, index) => `file-${index}.edi`);
        for (const fileName of names) await fixture.partnerPuts(fileName, Buffer.from(fileName));
        const files = await receiveAll();
        expect(files.map((file) => file.name).sort()).toEqual(names.sort());
        for (const file of files) expect(Buffer.from(inMemory(file.bytes)).toString()).toBe(file.name);
      });

      test('an empty file is refused with its reason and never handed over', async () => {
        await fixture.partnerPuts('empty.edi', new Uint8Array());
        const report = await fixture.poll(() => Promise.reject(new Error('must not be received')));
        expect(report.refused.map((refused) => refused.name)).toEqual(['empty.edi']);
        expect(await fixture.rejected()).toMatchObject([
          { name: 'empty.edi', reason: expect.stringContaining('empty') },
        ]);
      });
    });

    describeSending('content that is too large for memory', () => {
      const bytes = Uint8Array.from(
        { length: IN_MEMORY_BYTES + 70_001 },
        (_, index) => (index * 11 + (index >> 10)) & 0xff,
      );
      const large = {
        sizeBytes: bytes.length,
        sha256: contentSha256(bytes),
        read: () => inPieces(bytes),
      };

      test(
        'is handed over piece by piece, and taken off the partner’s side',
        async () => {
          await fixture.partnerPuts('large.edi', bytes);
          const read: Uint8Array[] = [];
          const sizes: number[] = [];
          await fixture.poll(async (file) => {
            expect(file.bytes).not.toBeInstanceOf(Uint8Array);
            expect(contentSha256(file.bytes)).toBe(large.sha256);
            sizes.push(contentSize(file.bytes));
            for await (const piece of readPieces(file.bytes)) read.push(piece);
          });
          expect(sizes).toEqual([bytes.length]);
          expect(Buffer.compare(Buffer.concat(read), bytes)).toBe(0);
          expect(await fixture.partnerHasLeft()).toEqual([]);
        },
        SLOW_MS,
      );

      test(
        'stays when it could not be received',
        async () => {
          await fixture.partnerPuts('large.edi', bytes);
          await expect(fixture.poll(() => Promise.reject(new Error('store is down')))).rejects.toThrow(
            'down',
          );
          expect(await fixture.partnerHasLeft()).toEqual(['large.edi']);
          const sizes: number[] = [];
          await fixture.poll((file) => Promise.resolve(void sizes.push(contentSize(file.bytes))));
          expect(sizes).toEqual([bytes.length]);
        },
        SLOW_MS,
      );

      test(
        'is sent whole, and not twice',
        async () => {
          const file = { name: 'large.edi', bytes: large, key: 'send/large' };
          await fixture.channel.send(file);
          const again = await fixture.reopen();
          await again.send(file);
          await again.send({ ...file, key: 'send/large/2' });
          const [seen, ...more] = await fixture.partnerSees();
          expect(more).toEqual([]);
          expect(Buffer.compare(seen!.bytes, bytes)).toBe(0);
          const other = again.send({
            ...file,
            bytes: { ...large, sha256: '0'.repeat(64) },
            key: 'send/large/3',
          });
          await expect(other).rejects.toMatchObject({ code: 'TRANSPORT_REJECTED' });
        },
        SLOW_MS,
      );

      test(
        'is not delivered when it breaks off',
        async () => {
          const broken = { ...large, read: () => inPieces(bytes, 5_000_000) };
          const sending = fixture.channel.send({ name: 'large.edi', bytes: broken, key: 'send/large' });
          await expect(sending).rejects.toThrow();
          // A server may keep what has come, under its temporary name.
          expect((await fixture.partnerSees()).map(({ name: seen }) => seen)).not.toContain('large.edi');
          await fixture.channel.send({ name: 'large.edi', bytes: large, key: 'send/large' });
          expect((await fixture.partnerSees()).map((seen) => seen.bytes.length)).toEqual([bytes.length]);
        },
        SLOW_MS,
      );
    });

    describeSending('send', () => {
      const file = { name: '850-000000001.edi', bytes: EDI, key: 'send/1' };

      test('puts the whole file where the partner finds it, and says where and when', async () => {
        const receipt = await fixture.channel.send(file);
        expect(receipt.reference).toContain(file.name);
        expect(receipt.at).toMatch(/^\d{4}-\d{2}-\d{2}T/);
        expect(await fixture.partnerSees()).toEqual([{ name: file.name, bytes: EDI }]);
      });

      test('the same key again delivers nothing twice', async () => {
        await fixture.channel.send(file);
        const again = await fixture.reopen();
        const receipt = await again.send(file);
        expect(receipt.reference).toContain(file.name);
        expect(await fixture.partnerSees()).toHaveLength(1);
      });

      test('nor when the partner has taken the file away in between', async () => {
        await fixture.channel.send(file);
        await fixture.partnerTakes(file.name);
        const again = await fixture.reopen();
        await again.send(file);
        expect(await fixture.partnerSees()).toEqual([]);
      });

      test('never overwrites a file with other content', async () => {
        await fixture.channel.send(file);
        const other = fixture.channel.send({ ...file, bytes: Buffer.from('other'), key: 'send/2' });
        await expect(other).rejects.toMatchObject({ code: 'TRANSPORT_REJECTED', retryable: 'never' });
        expect(await fixture.partnerSees()).toEqual([{ name: file.name, bytes: EDI }]);
      });

      const hostile = [
        '../850.edi',
        '/etc/850.edi',
        'a/b.edi',
        'a\\b.edi',
        '.hidden',
        '..',
        '',
        'a\u0000b',
        'x'.repeat(300),
      ];
      test.each(hostile)('refuses the name %j', async (hostileName) => {
        await expect(fixture.channel.send({ ...file, name: hostileName })).rejects.toMatchObject({
          code: 'TRANSPORT_REJECTED',
        });
        expect(await fixture.partnerSees()).toEqual([]);
      });
    });

    describe('reject', () => {
      const rejected = {
        name: 'bad.edi',
        bytes: Buffer.from('garbage'),
        reason: 'Not a file that we read: line 1.',
      };

      test('keeps the bytes beside the reason', async () => {
        await fixture.channel.reject(rejected);
        expect(await fixture.rejected()).toMatchObject([{ name: 'bad.edi', bytes: rejected.bytes }]);
        expect((await fixture.rejected())[0]?.reason).toContain(rejected.reason);
      });

      test('the same again is one file; another of that name is a second one', async () => {
        await fixture.channel.reject(rejected);
        await fixture.channel.reject(rejected);
        expect(await fixture.rejected()).toHaveLength(1);
        await fixture.channel.reject({ ...rejected, bytes: Buffer.from('other garbage') });
        expect(await fixture.rejected()).toHaveLength(2);
      });

      test('a hostile name stays inside', async () => {
        await fixture.channel.reject({ ...rejected, name: '../../outside.edi' });
        expect((await fixture.rejected()).map((file) => Buffer.from(file.bytes).toString())).toEqual([
          'garbage',
        ]);
      });

      test('is not picked up again', async () => {
        await fixture.channel.reject(rejected);
        expect(await receiveAll()).toEqual([]);
      });
    });
  });
}
