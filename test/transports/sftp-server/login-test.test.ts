import '../../support/core-errors.ts';
import { afterEach, expect, test } from '@jest/globals';
import { channelSchema } from '../../../src/partners/channel-schema.ts';
import { loadPartners } from '../../../src/partners/load-partners.ts';
import type { ChannelTestStep } from '../../../src/pipeline/ports/transport.ts';
import { openMailboxChannel } from '../../../src/transports/sftp-server/open-mailbox-channel.ts';
import { hashPassword } from '../../../src/transports/sftp-server/password-hash.ts';
import { startMailboxServer } from '../../../src/transports/sftp-server/start-mailbox-server.ts';
import type { MailboxServer } from '../../../src/transports/sftp-server/start-mailbox-server.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const CHANNEL = { type: 'sftpMailbox', password: { secret: 'acme' } };
const COMPANY = 'company: Test\ncurrency: EUR\nidentities: { x12: [{ qualifier: ZZ, id: US }] }\n';
const PARTNER = `partner: acme
name: Acme
accounts: { supplierId: ACME }
currency: EUR
x12: { identities: [{ qualifier: ZZ, id: ACME }], version: '004010' }
channels: [${JSON.stringify(CHANNEL)}]
documents: {}
`;

const folders: ReturnType<typeof temporaryFolder>[] = [];
const servers: MailboxServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  for (const folder of folders.splice(0)) folder.remove();
});

function newFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder.path;
}

/** The SFTP server of an installation in which the password is kept so. */
async function startServer(dataFolder: string, kept: string): Promise<MailboxServer> {
  const { set } = loadPartners([
    { path: 'company.yaml', text: COMPANY },
    { path: 'acme/partner.yaml', text: PARTNER },
  ]);
  const server = await startMailboxServer({
    partners: set!.partners,
    dataFolder,
    host: '127.0.0.1',
    port: 0,
    secrets: { read: () => Promise.resolve(kept) },
    logger: silentLogger,
    onPublished: () => undefined,
  });
  servers.push(server!);
  return server!;
}

/** What `channel test` shows in that installation. */
async function testChannel(dataFolder: string, port: number, kept: string): Promise<ChannelTestStep[]> {
  const settings = channelSchema.parse(CHANNEL);
  if (settings.type !== 'sftpMailbox') throw new Error('not a mailbox');
  const channel = openMailboxChannel(settings, {
    partnerId: 'acme',
    dataFolder,
    clock: { now: () => new Date().toISOString() },
    secrets: { read: () => Promise.resolve(kept) },
    mailboxServer: () => ({ host: '0.0.0.0', port }),
  });
  const steps: ChannelTestStep[] = [];
  for await (const step of channel.test()) steps.push(step);
  return steps;
}

test('the connection test comes in as the partner does', async () => {
  const data = newFolder();
  const server = await startServer(data, 'sesame');
  const steps = await testChannel(data, server.port, 'sesame');
  expect(steps.map(({ name, ok }) => [name, ok])).toEqual(
    ['list', 'write', 'rename', 'delete', 'tcp', 'host-key', 'login'].map((name) => [name, true]),
  );
  expect(server.hostKeys.join()).toContain(/SHA256:\S+(?=\.)/.exec(steps.at(-2)!.text)![0]);
  expect(steps.at(-1)!.text).toBe('Logged in as acme; the mailbox is there (ack, error, in, out).');
});

test('whose password is known by its hash only cannot be played: that is said', async () => {
  const data = newFolder();
  const hash = await hashPassword('sesame');
  const { port } = await startServer(data, hash);
  expect((await testChannel(data, port, hash)).at(-1)).toMatchObject({
    name: 'login',
    ok: true,
    text: expect.stringContaining('Not tried'),
  });
});

test('a password that the server does not take is told', async () => {
  const data = newFolder();
  const { port } = await startServer(data, 'sesame');
  expect((await testChannel(data, port, 'another')).at(-1)).toMatchObject({
    name: 'login',
    ok: false,
    text: expect.stringContaining('acme cannot log in'),
  });
});

test('without a server, and with another in its place, it says so', async () => {
  const data = newFolder();
  const { port } = await startServer(newFolder(), 'sesame');
  expect((await testChannel(data, port, 'sesame')).at(-1)).toMatchObject({
    name: 'host-key',
    ok: false,
    text: expect.stringContaining('Another server answers'),
  });
  await servers.splice(0)[0]!.close();
  expect((await testChannel(data, port, 'sesame')).at(-1)).toMatchObject({
    name: 'tcp',
    ok: false,
    text: expect.stringContaining('npm start'),
  });
});
