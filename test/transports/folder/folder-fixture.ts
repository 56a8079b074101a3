import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InboundFile, PollReport } from '../../../src/pipeline/ports/transport.ts';
import { FolderChannel, type FolderChannelOptions } from '../../../src/transports/folder/folder-channel.ts';
import { FakeTime } from '../../pipeline/fake-time.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';
import type { ChannelFixture, NamedBytes } from '../channel-contract.ts';

export interface FolderFixture extends ChannelFixture {
  channel: FolderChannel;
  root: string;
  inbox: string;
  outbox: string;
  time: FakeTime;
  /** One poll, with no time passing before it. */
  pollOnce(): Promise<{ report: PollReport; files: InboundFile[] }>;
}

export function openFolderFixture(options: Partial<FolderChannelOptions> = {}): FolderFixture {
  const folder = temporaryFolder();
  const root = folder.path;
  const inbox = join(root, 'inbox', 'acme');
  const outbox = join(root, 'outbox', 'acme');
  const time = new FakeTime(new Date().toISOString());
  const open = (): FolderChannel =>
    new FolderChannel({
      partnerId: 'acme',
      name: 'main',
      root,
      inbox: 'inbox/acme',
      outbox: 'outbox/acme',
      clock: time,
      ...options,
    });
  mkdirSync(inbox, { recursive: true });

  const fixture: FolderFixture = {
    channel: open(),
    root,
    inbox,
    outbox,
    time,
    partnerPuts: (name, bytes) => {
      writeFileSync(join(inbox, name), bytes);
      return Promise.resolve();
    },
    partnerHasLeft: () => Promise.resolve(listFiles(inbox).map(({ name }) => name)),
    partnerSees: () => Promise.resolve(listFiles(outbox)),
    partnerTakes: (name) => {
      rmSync(join(outbox, name));
      return Promise.resolve();
    },
    rejected: () => {
      const files = listFiles(join(inbox, 'error'));
      return Promise.resolve(
        files
          .filter(({ name }) => !name.endsWith('.txt'))
          .map((file) => ({
            ...file,
            reason: readFileSync(join(inbox, 'error', `${file.name}.txt`), 'utf8'),
          })),
      );
    },
    poll: async (receive) => {
      await fixture.channel.poll(receive);
      time.advance(11_000);
      return fixture.channel.poll(receive);
    },
    pollOnce: async () => {
      const files: InboundFile[] = [];
      const report = await fixture.channel.poll((file) => {
        files.push(file);
        return Promise.resolve();
      });
      return { report, files };
    },
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

function listFiles(folder: string): NamedBytes[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ name: entry.name, bytes: readFileSync(join(folder, entry.name)) }));
}
