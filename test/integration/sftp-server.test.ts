import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PASSWORD, startMailbox } from '../support/mailbox-server.ts';
import type { MailboxServerFixture } from '../support/mailbox-server.ts';
import { findProgram } from '../support/openssh.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const missing = ['sftp', 'ssh-keygen', 'lftp'].filter((program) => findProgram(program) === undefined);
if (missing.length > 0) process.stdout.write(`skipped: ${missing.join(', ')} not installed\n`);
const suite = missing.length === 0 ? describe : describe.skip;

let folder: ReturnType<typeof temporaryFolder>;
let hosted: MailboxServerFixture;
let local: string;

beforeEach(async () => {
  folder = temporaryFolder();
  local = path.join(folder.path, 'local');
  mkdirSync(local);
  hosted = await startMailbox(folder.path);
});
afterEach(async () => {
  await hosted.server.close();
  folder.remove();
});

interface Outcome {
  status: number | null;
  output: string;
}

function run(program: string, args: string[], input = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: local, timeout: 60_000 });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('close', (status) => resolve({ status, output }));
    child.stdin.end(input);
  });
}

/** OpenSSH's client with the account's key; resolves when it has ended. */
function sftp(commands: string[], options: string[] = []): Promise<Outcome> {
  const key = path.join(folder.path, 'key');
  const known = path.join(folder.path, 'known_hosts');
  writeFileSync(key, hosted.privateKey, { mode: 0o600 });
  const settings = [
    ['IdentityFile', key],
    ['UserKnownHostsFile', known],
    ['StrictHostKeyChecking', 'accept-new'],
    ['IdentitiesOnly', 'yes'],
    ['Port', String(hosted.port)],
  ].flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return run(
    'sftp',
    ['-b', '-', ...options, ...settings, `${hosted.user}@127.0.0.1`],
    `${commands.join('\n')}\n`,
  );
}

function lftp(commands: string[]): Promise<Outcome> {
  const settings = [
    'set sftp:auto-confirm yes',
    'set net:max-retries 1',
    'set net:timeout 20',
    `set sftp:connect-program "ssh -a -x -o StrictHostKeyChecking=no -o UserKnownHostsFile=${path.join(folder.path, 'lftp_hosts')} -o PubkeyAuthentication=no"`,
    `open -u ${hosted.user},'${PASSWORD}' sftp://127.0.0.1:${hosted.port}`,
  ];
  return run('lftp', ['-c', [...settings, ...commands].join('; ')]);
}

const inMailbox = (folderName: string) => readdirSync(path.join(hosted.mailbox, folderName)).sort();

suite('OpenSSH’s client', () => {
  test('puts, lists, gets, renames and removes, and ends', async () => {
    writeFileSync(path.join(local, 'order.edi'), 'ISA*order');
    writeFileSync(path.join(hosted.mailbox, 'out', 'po.edi'), 'ISA*po');
    const { status, output } = await sftp([
      'pwd',
      'ls -l',
      'put order.edi in/order.edi.filepart',
      'rename in/order.edi.filepart in/order.edi',
      'ls -la in',
      'get out/po.edi',
      'rm out/po.edi',
      'ls out',
    ]);
    expect(output).toContain('Remote working directory: /');
    expect(output).toMatch(/order\.edi\n/);
    expect(status).toBe(0);
    expect(readFileSync(path.join(hosted.mailbox, 'in', 'order.edi'), 'utf8')).toBe('ISA*order');
    expect(readFileSync(path.join(local, 'po.edi'), 'utf8')).toBe('ISA*po');
    expect(inMailbox('out')).toEqual([]);
    expect(hosted.published()).toBe(1);
  });

  test('sets times and permissions without being refused', async () => {
    writeFileSync(path.join(local, 'order.edi'), 'ISA');
    const { status, output } = await sftp(['put -p order.edi in/order.edi', 'chmod 600 in/order.edi']);
    expect(output).not.toMatch(/denied|failure/i);
    expect(status).toBe(0);
  });

  test('asks after its file when it has been taken already', async () => {
    writeFileSync(path.join(local, 'order.edi'), 'ISA*order');
    // "!" runs a command here while the connection stays open: the gateway takes the file meanwhile.
    const taken = path.join(hosted.mailbox, 'in', 'order.edi');
    const { status, output } = await sftp([
      'put order.edi in/order.edi',
      `!rm ${taken}`,
      'chmod 600 in/order.edi',
    ]);
    expect(output).not.toMatch(/No such file/);
    expect(status).toBe(0);
  });

  test('lists several thousand files', async () => {
    const names = Array.from(
      { length: 5_000 },
      (_, index) => `invoice-${String(index).padStart(5, '0')}.edi`,
    );
    for (const name of names) writeFileSync(path.join(hosted.mailbox, 'out', name), 'x');
    const { status, output } = await sftp(['ls -1 out']);
    expect(status).toBe(0);
    expect(output.split('\n').filter((line) => line.startsWith('out/invoice-'))).toHaveLength(5_000);
  });

  test('moves 50 MB both ways unchanged', async () => {
    const bytes = Buffer.alloc(50_000_000);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);
    writeFileSync(path.join(local, 'large.edi'), bytes);
    writeFileSync(path.join(hosted.mailbox, 'out', 'large.edi'), bytes);
    const { status } = await sftp(['put large.edi in/large.edi', 'get out/large.edi back.edi']);
    expect(status).toBe(0);
    expect(readFileSync(path.join(hosted.mailbox, 'in', 'large.edi')).equals(bytes)).toBe(true);
    expect(readFileSync(path.join(local, 'back.edi')).equals(bytes)).toBe(true);
  });

  test.each([
    'get ../../../etc/passwd stolen',
    'get /etc/passwd stolen',
    'get in/../../../etc/passwd stolen',
    'get in/link stolen',
    'get out/.staged/x stolen',
    'put order.edi /etc/evil',
    'put order.edi out/evil.edi',
    'put order.edi in/sub/evil.edi',
    'put order.edi in/.taken-x',
    'mkdir in/sub',
    'rmdir in',
    'ln -s /etc/passwd in/link2',
    'rename in/mine.edi out/mine.edi',
    'rename in/mine.edi ../mine.edi',
    'rm error',
  ])('is not let out of the mailbox: %s', async (command) => {
    writeFileSync(path.join(local, 'order.edi'), 'ISA');
    writeFileSync(path.join(hosted.mailbox, 'in', 'mine.edi'), 'mine');
    symlinkSync('/etc/passwd', path.join(hosted.mailbox, 'in', 'link'));
    const before = readdirSync(hosted.mailbox).sort();
    const { status } = await sftp([command]);
    expect(status).not.toBe(0);
    expect(readdirSync(local)).toEqual(['order.edi']);
    expect(readdirSync(hosted.mailbox).sort()).toEqual(before);
    expect(inMailbox('in')).toEqual(['link', 'mine.edi']);
    expect(inMailbox('out').filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  test('is not let in with a key that is not the account’s, nor as somebody else', async () => {
    const stranger = path.join(folder.path, 'stranger');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    hosted.privateKey = readFileSync(stranger, 'utf8');
    expect((await sftp(['ls'])).output).toMatch(/Permission denied/);
    hosted.user = 'nobody';
    expect((await sftp(['ls'])).output).toMatch(/Permission denied/);
  });

  test('gets no shell, no command and no tunnel', async () => {
    const key = path.join(folder.path, 'key');
    writeFileSync(key, hosted.privateKey, { mode: 0o600 });
    const settings = [
      '-i',
      key,
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      `UserKnownHostsFile=${path.join(folder.path, 'k')}`,
    ];
    const target = ['-p', String(hosted.port), `${hosted.user}@127.0.0.1`];
    expect((await run('ssh', [...settings, ...target, 'id'])).status).not.toBe(0);
    expect((await run('ssh', [...settings, '-W', `127.0.0.1:${hosted.port}`, ...target])).output).toMatch(
      /prohibited|failed/,
    );
  });
});

suite('lftp', () => {
  test('mirrors both ways with a password, and ends', async () => {
    mkdirSync(path.join(local, 'up'));
    for (let index = 0; index < 20; index += 1) {
      writeFileSync(path.join(local, 'up', `invoice-${index}.edi`), `invoice ${index}`);
      writeFileSync(path.join(hosted.mailbox, 'out', `order-${index}.edi`), `order ${index}`);
    }
    const { status, output } = await lftp([
      'mirror -R --no-perms --parallel=3 up in',
      'mirror --parallel=3 --Remove-source-files out down',
    ]);
    expect(output).not.toMatch(/denied|failed|error/i);
    expect(status).toBe(0);
    expect(inMailbox('in').filter((name) => name.endsWith('.edi'))).toHaveLength(20);
    expect(readdirSync(path.join(local, 'down'))).toHaveLength(20);
    expect(inMailbox('out')).toEqual([]);
    expect(readFileSync(path.join(local, 'down', 'order-7.edi'), 'utf8')).toBe('order 7');
  });

  test('goes on with an upload that was cut off, under its temporary name', async () => {
    const bytes = Buffer.alloc(3_000_000, 'abc');
    writeFileSync(path.join(local, 'large.filepart'), bytes);
    writeFileSync(path.join(hosted.mailbox, 'in', 'large.filepart'), bytes.subarray(0, 1_000_000));
    const { status, output } = await lftp([
      'put -c large.filepart -o in/large.filepart',
      'mv in/large.filepart in/large.edi',
    ]);
    expect(output).not.toMatch(/denied|failed/i);
    expect(status).toBe(0);
    expect(readFileSync(path.join(hosted.mailbox, 'in', 'large.edi')).equals(bytes)).toBe(true);
    expect(hosted.published()).toBe(1);
  });

  test('is turned away with a wrong password', async () => {
    const { status } = await run('lftp', [
      '-c',
      `set net:max-retries 1; set sftp:auto-confirm yes; open -u acme,wrong sftp://127.0.0.1:${hosted.port}; ls`,
    ]);
    expect(status).not.toBe(0);
    expect(hosted.logged.map(({ message }) => message)).toContain('SFTP: a login was refused');
  });
});
