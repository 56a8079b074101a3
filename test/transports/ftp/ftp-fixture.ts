import '../../support/core-errors.ts';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelSchema } from '../../../src/partners/channel-schema.ts';
import { GatewayError } from '../../../src/common/errors.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { FtpChannel } from '../../../src/transports/ftp/ftp-channel.ts';
import type { FtpSettings } from '../../../src/transports/ftp/ftp-channel.ts';
import { FakeTime } from '../../pipeline/fake-time.ts';
import type { FtpServer, FtpTls } from '../../support/ftp-servers.ts';
import type { ChannelFixture, NamedBytes } from '../channel-contract.ts';

export interface FtpFixture extends ChannelFixture {
  channel: FtpChannel;
  time: FakeTime;
}

/** Settings as partner.yaml has them, with every default filled in. */
export function ftpSettings(settings: Record<string, unknown>): FtpSettings {
  const parsed = channelSchema.parse({
    type: 'ftp',
    host: '127.0.0.1',
    password: { secret: 'acme-ftp' },
    inbox: 'out',
    outbox: 'in',
    ...settings,
  });
  if (parsed.type !== 'ftp') throw new Error('not FTP');
  return parsed;
}

/** A channel to a server that runs, with the partner's end of it on the disk. */
export function openFtpFixture(
  server: Pick<FtpServer, 'port' | 'user' | 'password' | 'root' | 'put'>,
  tls: FtpTls,
  {
    settings = {},
    secrets = {},
  }: { settings?: Record<string, unknown>; secrets?: Record<string, string> } = {},
): FtpFixture {
  const dataFolder = mkdtempSync(join(tmpdir(), 'tradelane-ftp-data-'));
  const store = SqliteStore.open({ file: ':memory:', role: 'tool' });
  const time = new FakeTime(new Date().toISOString());
  const known: Record<string, string> = { 'acme-ftp': server.password, ...secrets };
  const parsed = ftpSettings({
    port: server.port,
    user: server.user,
    tls,
    errorFolder: 'out/error',
    ...settings,
  });
  const open = () =>
    new FtpChannel(parsed, {
      partnerId: 'acme',
      dataFolder,
      clock: time,
      store,
      secrets: {
        read: (name) =>
          known[name] === undefined
            ? Promise.reject(new GatewayError('SECRET_MISSING', `There is no secret "${name}".`))
            : Promise.resolve(known[name]),
      },
    });
  const inbox = join(server.root, 'out');
  const outbox = join(server.root, 'in');
  const fixture: FtpFixture = {
    channel: open(),
    time,
    partnerPuts: (name, bytes) => {
      server.put(`out/${name}`, bytes);
      return Promise.resolve();
    },
    partnerHasLeft: () => Promise.resolve(listFiles(inbox).map(({ name }) => name)),
    partnerSees: () => Promise.resolve(listFiles(outbox)),
    partnerTakes: (name) => {
      rmSync(join(outbox, name));
      return Promise.resolve();
    },
    rejected: () => {
      const errors = join(inbox, 'error');
      return Promise.resolve(
        listFiles(errors)
          .filter(({ name }) => !name.endsWith('.txt'))
          .map((file) => ({ ...file, reason: readFileSync(join(errors, `${file.name}.txt`), 'utf8') })),
      );
    },
    poll: async (receive) => {
      await fixture.channel.poll(receive);
      time.advance(11_000);
      return fixture.channel.poll(receive);
    },
    reopen: async () => {
      await fixture.channel.close();
      fixture.channel = open();
      return fixture.channel;
    },
    dispose: async () => {
      await fixture.channel.close();
      await store.close();
      rmSync(dataFolder, { recursive: true, force: true });
      for (const folder of [inbox, outbox]) {
        for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
      }
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
