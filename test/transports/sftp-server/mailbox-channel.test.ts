import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { channelSchema } from '../../../src/partners/channel-schema.ts';
import type { Channel } from '../../../src/pipeline/ports/transport.ts';
import { openMailboxChannel } from '../../../src/transports/sftp-server/open-mailbox-channel.ts';
import { FakeTime } from '../../pipeline/fake-time.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';
import { describeChannelContract } from '../channel-contract.ts';
import type { ChannelFixture, NamedBytes } from '../channel-contract.ts';

const NO_SECRETS = { read: () => Promise.reject(new Error('no secrets')) };

function openFixture(): ChannelFixture & { mailbox: string } {
  const folder = temporaryFolder();
  const mailbox = path.join(folder.path, 'mailboxes', 'acme');
  for (const name of ['in', 'out', 'ack', 'error']) mkdirSync(path.join(mailbox, name), { recursive: true });
  const settings = channelSchema.parse({ type: 'sftpMailbox' });
  if (settings.type !== 'sftpMailbox') throw new Error('not a mailbox');
  const time = new FakeTime(new Date().toISOString());
  const open = () =>
    openMailboxChannel(settings, {
      partnerId: 'acme',
      dataFolder: folder.path,
      clock: time,
      secrets: NO_SECRETS,
    });
  const fixture = {
    channel: open() as Channel,
    mailbox,
    partnerPuts: (name: string, bytes: Uint8Array) => {
      writeFileSync(path.join(mailbox, 'in', name), bytes);
      return Promise.resolve();
    },
    partnerHasLeft: () => Promise.resolve(list(path.join(mailbox, 'in')).map(({ name }) => name)),
    partnerSees: () => Promise.resolve(list(path.join(mailbox, 'out'))),
    partnerTakes: (name: string) => {
      rmSync(path.join(mailbox, 'out', name));
      return Promise.resolve();
    },
    rejected: () =>
      Promise.resolve(
        list(path.join(mailbox, 'error'))
          .filter(({ name }) => !name.endsWith('.txt'))
          .map((file) => ({
            ...file,
            reason: readFileSync(path.join(mailbox, 'error', `${file.name}.txt`), 'utf8'),
          })),
      ),
    // Files appear there complete: one look is enough.
    poll: (receive: Parameters<Channel['poll']>[0]) => fixture.channel.poll(receive),
    reopen: async () => {
      await fixture.channel.close();
      fixture.channel = open();
      return fixture.channel;
    },
    dispose: async () => {
      await fixture.channel.close();
      folder.remove();
    },
  };
  return fixture;
}

function list(folder: string): NamedBytes[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => ({ name, bytes: readFileSync(path.join(folder, name)) }));
}

describeChannelContract('mailbox on our SFTP server', () => Promise.resolve(openFixture()));

test('acknowledgments lie in ack/, documents in out/', async () => {
  const fixture = openFixture();
  await fixture.channel.send({ name: '850.edi', bytes: Buffer.from('order'), key: '1' });
  await fixture.channel.send({ name: '997.edi', bytes: Buffer.from('ack'), key: '2', acknowledgment: true });
  expect(list(path.join(fixture.mailbox, 'out')).map(({ name }) => name)).toEqual(['850.edi']);
  expect(list(path.join(fixture.mailbox, 'ack')).map(({ name }) => name)).toEqual(['997.edi']);
  await fixture.dispose();
});
