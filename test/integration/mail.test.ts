import '../support/core-errors.ts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { channelSchema } from '../../src/partners/channel-schema.ts';
import type { Channel, ChannelTestStep, InboundFile } from '../../src/pipeline/ports/transport.ts';
import { MailChannel } from '../../src/transports/mail/mail-channel.ts';
import { Dovecot, MAIL_PASSWORD, MAIL_USER } from '../support/dovecot.ts';
import { inMemory } from '../support/content.ts';
import { writeMail } from '../support/mail.ts';
import { describeChannelContract } from '../transports/channel-contract.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const missing = Dovecot.missing();
if (missing !== undefined) process.stderr.write(`mail: skipped, ${missing}\n`);

(missing === undefined ? describe : describe.skip)('a mailbox on Dovecot', () => {
  let server: Dovecot;
  beforeAll(async () => {
    server = await Dovecot.start();
  });
  afterAll(() => server.stop());

  let folder: ReturnType<typeof temporaryFolder>;

  function open(settings: Record<string, unknown> = {}, password = MAIL_PASSWORD): MailChannel {
    const parsed = channelSchema.parse({
      type: 'mail',
      host: '127.0.0.1',
      port: server.port,
      user: MAIL_USER,
      password: { secret: 'mail' },
      authority: { secret: 'authority' },
      senders: ['edi@acme.example', '@partners.example'],
      ...settings,
    });
    if (parsed.type !== 'mail') throw new Error('no mail channel');
    return new MailChannel(parsed, {
      partnerId: 'acme',
      dataFolder: folder.path,
      secrets: { read: (name) => Promise.resolve(name === 'mail' ? password : server.authority) },
    });
  }

  const errorFolder = () => path.join(folder.path, 'mail', 'acme', 'main', 'error');
  const rejected = () =>
    (existsSync(errorFolder()) ? readdirSync(errorFolder()) : [])
      .filter((name) => !name.endsWith('.txt'))
      .map((name) => ({
        name,
        bytes: readFileSync(path.join(errorFolder(), name)),
        reason: readFileSync(path.join(errorFolder(), `${name}.txt`), 'utf8'),
      }));

  const namesIn = async (mailFolder: string) =>
    (await server.messages(mailFolder)).map(
      (source) => /filename="([^"]*)"/.exec(source.toString('latin1'))?.[1] ?? '',
    );

  describeChannelContract(
    'mail',
    async () => {
      folder = temporaryFolder();
      await server.empty();
      const fixture = {
        channel: open() as Channel,
        partnerPuts: async (name: string, bytes: Uint8Array) => {
          await server.deliver(writeMail({ files: [{ name, bytes }] }));
        },
        partnerHasLeft: () => namesIn('INBOX'),
        partnerSees: () => Promise.resolve([]),
        partnerTakes: () => Promise.resolve(),
        rejected: () => Promise.resolve(rejected()),
        poll: (receive: Parameters<Channel['poll']>[0]) => fixture.channel.poll(receive),
        reopen: () => {
          fixture.channel = open();
          return Promise.resolve(fixture.channel);
        },
        dispose: async () => {
          await fixture.channel.close();
          folder.remove();
        },
      };
      return fixture;
    },
    { receivesOnly: true },
  );

  describe('messages', () => {
    beforeEach(async () => {
      folder = temporaryFolder();
      await server.empty();
    });
    afterEach(() => folder.remove());

    async function poll(channel = open()): Promise<{ files: InboundFile[]; refused: string[] }> {
      const files: InboundFile[] = [];
      const { refused } = await channel.poll((file) => Promise.resolve(void files.push(file)));
      return { files, refused: refused.map(({ reason }) => reason) };
    }
    const EDI = { name: '850.edi', bytes: Buffer.from('ISA*00*~') };

    test('each file of a message is taken, with its own name and source key; pictures of the text are not', async () => {
      const xml = { name: 'Bestellung Müller.xml', bytes: Buffer.from('<Order/>') };
      await server.deliver(writeMail({ files: [EDI, xml], picture: true }));
      const { files } = await poll();
      expect(files.map(({ name, bytes }) => [name, Buffer.from(inMemory(bytes)).toString()])).toEqual([
        ['850.edi', 'ISA*00*~'],
        ['Bestellung Müller.xml', '<Order/>'],
      ]);
      expect(new Set(files.map(({ sourceKey }) => sourceKey)).size).toBe(2);
      expect([await namesIn('INBOX'), (await server.messages('Done')).length]).toEqual([[], 1]);
    });

    test('a message that was taken but not moved is handed over under the same keys, also when the server has numbered anew', async () => {
      await server.deliver(writeMail({ files: [EDI] }));
      const first: string[] = [];
      const failing = open().poll((file) => {
        first.push(file.sourceKey);
        return Promise.reject(new Error('the process ends here'));
      });
      await expect(failing).rejects.toThrow('ends here');
      server.renumber();
      const { files } = await poll();
      expect(files.map(({ sourceKey }) => sourceKey)).toEqual(first);
    });

    test('what a person has read in a mail program is taken all the same', async () => {
      await server.deliver(writeMail({ files: [EDI] }));
      await server.as(async (client) => {
        await client.mailboxOpen('INBOX');
        await client.messageFlagsAdd('1:*', ['\\Seen']);
      });
      expect((await poll()).files).toHaveLength(1);
    });

    test.each([
      ['a stranger', { from: 'edi@stranger.example' }, 'edi@stranger.example'],
      [
        'a name that only looks like the partner’s',
        { from: '"edi@acme.example" <x@evil.example>' },
        'x@evil.example',
      ],
      ['a domain that only ends alike', { from: 'edi@notpartners.example' }, 'notpartners'],
      ['nobody', { from: '' }, 'nobody'],
    ])('%s is refused: the message is moved, and the reason kept beside it', async (_, mail, reason) => {
      await server.deliver(writeMail({ files: [EDI], ...mail }));
      const { files, refused } = await poll();
      expect(files).toEqual([]);
      expect(refused).toEqual([expect.stringContaining(reason)]);
      expect(await namesIn('Refused')).toEqual(['850.edi']);
      expect(rejected()).toMatchObject([{ reason: expect.stringContaining(reason) }]);
    });

    test('a person is told of strangers once, however many they are', async () => {
      for (const from of ['a@spam.example', 'b@spam.example'])
        await server.deliver(writeMail({ files: [EDI], from }));
      const { refused } = await open().poll(() => Promise.resolve());
      expect(new Set(refused.map(({ name }) => name))).toEqual(new Set(['Mail of unknown senders']));
      expect(rejected()).toHaveLength(2);
    });

    test('two senders, none that match, too much, no file: all refused aloud', async () => {
      await server.deliver(writeMail({ files: [EDI], headers: ['From: second@acme.example'] }));
      await server.deliver(writeMail({ files: [{ ...EDI, name: 'logo.png' }] }));
      await server.deliver(writeMail({ files: [{ ...EDI, bytes: Buffer.alloc(20_000) }] }));
      await server.deliver(writeMail({ files: [] }));
      const { files, refused } = await poll(open({ patterns: ['*.edi'], maxMessageBytes: 10_000 }));
      expect(files).toEqual([]);
      expect(refused).toEqual([
        expect.stringContaining('more than one sender'),
        expect.stringContaining('*.edi'),
        expect.stringContaining('maxMessageBytes is 10000'),
        expect.stringContaining('no attachment'),
      ]);
      expect(await server.messages('INBOX')).toEqual([]);
    });

    test('where our mail server has to vouch for the sender, its newest word counts, and no other’s', async () => {
      const results = (text: string) => [`Authentication-Results: ${text}`];
      await server.deliver(writeMail({ files: [EDI] }));
      await server.deliver(writeMail({ files: [EDI], headers: results('mx.evil.example; dmarc=pass') }));
      await server.deliver(
        writeMail({ files: [EDI], headers: results('mx.us.example; spf=pass; dmarc=fail') }),
      );
      await server.deliver(
        writeMail({
          files: [EDI],
          headers: [...results('mx.us.example; dmarc=none'), ...results('mx.us.example; dmarc=pass')],
        }),
      );
      await server.deliver(
        writeMail({ files: [EDI], headers: results('mx.us.example;\r\n dkim=pass; dmarc=pass') }),
      );
      const { files, refused } = await poll(open({ authenticatedBy: 'mx.us.example' }));
      expect([files.length, refused.length]).toEqual([1, 4]);
    });

    test('a poll takes so many messages and tells how many wait', async () => {
      for (const name of ['1.edi', '2.edi', '3.edi'])
        await server.deliver(writeMail({ files: [{ ...EDI, name }] }));
      const channel = open({ maxMessagesPerPoll: 2 });
      const names: string[] = [];
      const report = await channel.poll((file) => Promise.resolve(void names.push(file.name)));
      expect(report).toMatchObject({ received: 2, waiting: 1 });
      expect(names).toEqual(['1.edi', '2.edi']);
    });
  });

  describe('the connection', () => {
    beforeEach(() => {
      folder = temporaryFolder();
    });
    afterEach(() => folder.remove());

    const steps = async (channel: MailChannel) => {
      const told: ChannelTestStep[] = [];
      for await (const step of channel.test()) told.push(step);
      return told;
    };

    test('a wrong password is for a person; a server that is not there is tried later', async () => {
      await expect(open({}, 'wrong').poll(() => Promise.resolve())).rejects.toMatchObject({
        code: 'TRANSPORT_REJECTED',
        message: expect.stringContaining('refuses user or password'),
      });
      await expect(open({ port: 1 }).poll(() => Promise.resolve())).rejects.toMatchObject({
        code: 'TRANSPORT_UNAVAILABLE',
      });
    });

    test('nothing is said to a server whose certificate is not trusted', async () => {
      const channel = open({ authority: undefined });
      await expect(channel.poll(() => Promise.resolve())).rejects.toMatchObject({
        code: 'TRANSPORT_UNAVAILABLE',
        message: expect.stringContaining('authority'),
      });
      expect((await steps(channel)).at(-1)).toMatchObject({ name: 'tls', ok: false });
    });

    test('the test tells which step fails', async () => {
      expect((await steps(open({}, 'wrong'))).at(-1)).toMatchObject({ name: 'login', ok: false });
      expect((await steps(open({ folder: 'Nowhere' }))).at(-1)).toMatchObject({
        name: 'list',
        ok: false,
        text: expect.stringContaining('Nowhere'),
      });
    });

    test('a folder that is not there is told by the poll too', async () => {
      await expect(open({ folder: 'Nowhere' }).poll(() => Promise.resolve())).rejects.toMatchObject({
        message: expect.stringContaining('Nowhere'),
      });
    });
  });
});
