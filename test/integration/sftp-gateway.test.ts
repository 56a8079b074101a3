import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Installation } from '../support/installation.ts';
import { freePort } from '../support/openssh.ts';
import { ScriptedSftpServer } from '../support/scripted-sftp-server.ts';
import { SftpClient } from '../support/sftp-client.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PASSWORD = 'right';

const COMPANY = `company: Test
currency: EUR
identities:
  x12: [{ qualifier: ZZ, id: US }]
`;

let folder: ReturnType<typeof temporaryFolder>;
let gateways: ChildProcess[];

beforeEach(() => {
  folder = temporaryFolder();
  gateways = [];
});
afterEach(async () => {
  for (const gateway of gateways) await end(gateway, 'SIGTERM');
  folder.remove();
});

interface Running {
  gateway: ChildProcess;
  installation: Installation;
  sftpPort: number;
}

/** A gateway in a process of its own, on one installation per test; `channel` is the channel of its only partner. */
async function start(channel: string): Promise<Running> {
  const home = folder.path;
  const partner = path.join(home, 'partners', 'acme');
  if (!existsSync(partner)) {
    mkdirSync(partner, { recursive: true });
    symlinkSync(path.join(ROOT, 'maps'), path.join(home, 'maps'));
    writeFileSync(path.join(home, 'partners', 'company.yaml'), COMPANY);
  }
  const yaml = `partner: acme
name: Acme
accounts: { supplierId: ACME }
currency: EUR
x12: { identities: [{ qualifier: ZZ, id: ACME }], version: '004010' }
channels:
  - ${channel}
documents: {}
`;
  writeFileSync(path.join(partner, 'partner.yaml'), yaml);
  const [port, sftpPort] = [await freePort(), await freePort()];
  const main = path.join(ROOT, 'src', 'main.ts');
  const gateway = spawn(process.execPath, [main, 'start'], {
    env: {
      ...process.env,
      TRADELANE_HOME: home,
      TRADELANE_PORT: String(port),
      TRADELANE_SFTP_PORT: String(sftpPort),
      TRADELANE_POLL_INTERVAL_MS: '200',
      ACME_SFTP: PASSWORD,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  gateways.push(gateway);
  await new Promise<void>((resolve, reject) => {
    gateway.once('exit', (code) => reject(new Error(`the gateway has ended with ${code ?? '?'}`)));
    gateway.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('is running')) resolve();
    });
  });
  return { gateway, installation: new Installation(home, port, { main }), sftpPort };
}

function end(gateway: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  if (gateway.exitCode !== null || gateway.signalCode !== null) return Promise.resolve();
  const ended = new Promise((resolve) => gateway.once('exit', resolve));
  gateway.kill(signal);
  return ended;
}

/** What another process does can only be looked at again. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; !(await holds()); look += 1) {
    if (look > 1_000) throw new Error('it never came to hold');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const inbound = async (installation: Installation) =>
  (await installation.list<{ name: string; direction: string }>('/files'))
    .filter(({ direction }) => direction === 'inbound')
    .map(({ name }) => name)
    .sort();

describe('a partner’s server', () => {
  test('kill -9 between download and delete: the file is known once, and is removed after the next start', async () => {
    const names = ['a.edi', 'b.edi', 'c.edi'];
    const server = await ScriptedSftpServer.start({
      silentOn: 'REMOVE',
      files: names.map((name) => ({ name, size: 500 })),
    });
    const channel = `{ type: sftp, host: 127.0.0.1, port: ${server.port}, user: us, password: { secret: 'env:ACME_SFTP' }, hostKeys: ['${server.hostKey}'], settleSeconds: 0 }`;
    const first = await start(channel);
    await until(
      () => server.requests.filter((request) => request.startsWith('REMOVE')).length === names.length,
    );
    await end(first.gateway, 'SIGKILL');
    expect(server.script.files).toHaveLength(names.length);
    server.script = { files: server.script.files ?? [] };
    const second = await start(channel);
    await until(() => server.script.files?.length === 0);
    expect(await inbound(second.installation)).toEqual(names);
    await end(second.gateway, 'SIGTERM');
    await server.close();
  });
});

describe('the mailbox of a partner', () => {
  /** Polls come once an hour: what is received at once was received because it was put there. */
  const channel = `{ type: sftpMailbox, password: { secret: 'env:ACME_SFTP' }, pollSeconds: 3600 }`;

  test('what is put in is received at once; a rejection comes back with its reason', async () => {
    const { installation, sftpPort } = await start(channel);
    await until(async () => (await installation.list('/files')).length === 0);
    const client = await SftpClient.connect({ port: sftpPort, username: 'acme', password: PASSWORD });
    await client.put('/in/noise.edi', Buffer.from('not a file of any kind\u0001'));
    await until(async () => (await inbound(installation)).length === 1);
    await until(async () => (await client.list('/error')).length === 2);
    expect(await client.list('/error')).toEqual(['noise.edi', 'noise.edi.txt']);
    expect((await client.get('/error/noise.edi.txt')).toString()).toMatch(/\w/);
    expect(await client.list('/in')).toEqual([]);
    await client.leave();
  });

  test('kill -9 in mid-upload: nothing of it is ever seen, and what was complete is known once', async () => {
    const first = await start(channel);
    const client = await SftpClient.connect({ port: first.sftpPort, username: 'acme', password: PASSWORD });
    await client.put('/in/whole.edi', Buffer.from('whole'));
    const handle = await client.open('/in/half.edi', 'w');
    await client.write(handle, Buffer.from('half'));
    const ended = client.ended();
    await end(first.gateway, 'SIGKILL');
    await ended;
    const second = await start(channel);
    await until(async () => (await inbound(second.installation)).length === 1);
    const again = await SftpClient.connect({ port: second.sftpPort, username: 'acme', password: PASSWORD });
    expect(await again.list('/in')).toEqual([]);
    await again.put('/in/half.edi', Buffer.from('half, and the rest'));
    await until(async () => (await inbound(second.installation)).length === 2);
    expect(await inbound(second.installation)).toEqual(['half.edi', 'whole.edi']);
    await again.leave();
  });

  test('the start tells where it is, and its key stays the same', async () => {
    const keys = () =>
      readFileSync(path.join(folder.path, 'data', 'sftp-server', 'host-keys', 'ed25519'), 'utf8');
    const first = await start(channel);
    const before = keys();
    await end(first.gateway, 'SIGTERM');
    await start(channel);
    expect(keys()).toBe(before);
  });
});
