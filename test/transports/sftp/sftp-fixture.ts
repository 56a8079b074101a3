import '../../support/core-errors.ts';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../../../src/common/errors.ts';
import { channelSchema } from '../../../src/partners/channel-schema.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { openSftpChannel } from '../../../src/transports/sftp/open-sftp-channel.ts';
import type { SftpSettings } from '../../../src/transports/sftp/open-sftp-channel.ts';
import type { SftpChannel } from '../../../src/transports/sftp/sftp-channel.ts';
import { FakeTime } from '../../pipeline/fake-time.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';
import type { ChannelFixture, NamedBytes } from '../channel-contract.ts';

/** A server that runs, as a client has to know it, and where its folders are on this disk. */
export interface SftpPlace {
  port: number;
  user: string;
  hostKeys: readonly string[];
  /** Values of the secrets that settings name. */
  secrets: Readonly<Record<string, string>>;
  credentials: Record<string, unknown>;
  /** Where the partner puts files and finds ours, on this disk. */
  inbox: string;
  outbox: string;
  /** The same as the server calls them. */
  remoteInbox: string;
  remoteOutbox: string;
  /** On the server; without one rejected files stay here. */
  remoteErrorFolder?: string;
}

export interface SftpFixture extends ChannelFixture {
  channel: SftpChannel;
  time: FakeTime;
  dataFolder: string;
}

/** Settings as partner.yaml has them, with every default filled in. */
function sftpSettings(place: SftpPlace, settings: Record<string, unknown> = {}): SftpSettings {
  const { port, user, hostKeys, credentials, remoteInbox, remoteOutbox, remoteErrorFolder } = place;
  const parsed = channelSchema.parse({
    type: 'sftp',
    host: '127.0.0.1',
    port,
    user,
    hostKeys,
    inbox: remoteInbox,
    outbox: remoteOutbox,
    ...(remoteErrorFolder !== undefined && { errorFolder: remoteErrorFolder }),
    ...credentials,
    ...settings,
  });
  if (parsed.type !== 'sftp') throw new Error('not SFTP');
  return parsed;
}

/** A channel to a server that runs, with the partner's end of it on the disk. */
export function openSftpFixture(place: SftpPlace, settings: Record<string, unknown> = {}): SftpFixture {
  const folder = temporaryFolder();
  const store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  const time = new FakeTime(new Date().toISOString());
  const parsed = sftpSettings(place, settings);
  const open = () =>
    openSftpChannel(parsed, {
      partnerId: 'acme',
      dataFolder: folder.path,
      clock: time,
      store,
      secrets: {
        read: (name) =>
          place.secrets[name] === undefined
            ? Promise.reject(new GatewayError('SECRET_MISSING', `There is no secret "${name}".`))
            : Promise.resolve(place.secrets[name]),
      },
    });
  const remoteErrors = join(place.inbox, 'error');
  const localErrors = join(folder.path, 'sftp', 'acme', 'main', 'error');
  /** What stays where it is when the server has no folder for it. */
  const leftInPlace = new Map<string, string>();
  const fixture: SftpFixture = {
    channel: open(),
    time,
    dataFolder: folder.path,
    partnerPuts: (name, bytes) => {
      writeFileSync(join(place.inbox, name), bytes);
      return Promise.resolve();
    },
    partnerHasLeft: () => Promise.resolve(listFiles(place.inbox).map(({ name }) => name)),
    partnerSees: () => Promise.resolve(listFiles(place.outbox).filter(({ name }) => !name.endsWith('.part'))),
    partnerTakes: (name) => {
      rmSync(join(place.outbox, name));
      return Promise.resolve();
    },
    rejected: () => {
      const errors = place.remoteErrorFolder === undefined ? localErrors : remoteErrors;
      const put = listFiles(errors)
        .filter(({ name }) => !name.endsWith('.txt'))
        .map((file) => ({ ...file, reason: readFileSync(join(errors, `${file.name}.txt`), 'utf8') }));
      const left = listFiles(place.inbox).flatMap((file) => {
        const reason = leftInPlace.get(file.name);
        return reason === undefined ? [] : [{ ...file, reason }];
      });
      return Promise.resolve([...put, ...left]);
    },
    poll: async (receive) => {
      const first = await fixture.channel.poll(receive);
      time.advance(11_000);
      const report = await fixture.channel.poll(receive);
      for (const { name, reason } of [...first.refused, ...report.refused]) leftInPlace.set(name, reason);
      return report;
    },
    reopen: async () => {
      await fixture.channel.close();
      fixture.channel = open();
      return fixture.channel;
    },
    dispose: async () => {
      await fixture.channel.close();
      await store.close();
      folder.remove();
      for (const each of [place.inbox, place.outbox]) {
        rmSync(each, { recursive: true, force: true });
        mkdirSync(each, { recursive: true });
      }
    },
  };
  return fixture;
}

function listFiles(folder: string): NamedBytes[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => ({ name: entry.name, bytes: readFileSync(join(folder, entry.name)) }));
}
