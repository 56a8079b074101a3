import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import path from 'node:path';
import { userInfo } from 'node:os';

/** Debian keeps servers where an ordinary user's PATH does not look. */
const SBIN = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Where a program is; undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), ...SBIN];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** A real OpenSSH server for the user who runs the tests, with nothing but SFTP, on a port of its own. */
export interface OpenSsh {
  port: number;
  user: string;
  /** The only key that may log in. */
  privateKey: string;
  privateKeyFile: string;
  /** `SHA256:…` of its host keys. */
  hostKeys: string[];
  knownHostsFile: string;
  process: ChildProcess;
  /** Processes that serve connections, to be frozen or killed. */
  sessions(): number[];
  stop(): Promise<void>;
}

export async function startOpenSsh(
  folder: string,
  { maxFileKilobytes }: { maxFileKilobytes?: number } = {},
): Promise<OpenSsh> {
  const sshd = findProgram('sshd');
  if (sshd === undefined) throw new Error('sshd is not installed');
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => path.join(folder, name);
  for (const [name, type] of [
    ['host_ed25519', 'ed25519'],
    ['host_rsa', 'rsa'],
    ['user_key', 'ed25519'],
  ] as const) {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', file(name)]);
  }
  writeFileSync(file('authorized_keys'), readFileSync(file('user_key.pub')), { mode: 0o600 });
  const port = await freePort();
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${file('host_ed25519')}`,
    `HostKey ${file('host_rsa')}`,
    `AuthorizedKeysFile ${file('authorized_keys')}`,
    `PidFile ${file('sshd.pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication yes',
    'PermitRootLogin yes',
    'MaxStartups 100',
    'Subsystem sftp internal-sftp',
    'ForceCommand internal-sftp -u 0022',
  ];
  writeFileSync(file('sshd_config'), `${settings.join('\n')}\n`);
  const command = [sshd, '-D', '-e', '-f', file('sshd_config')];
  // A write beyond the limit fails as on a full disk; without the trap it would end the server.
  const limit = maxFileKilobytes === undefined ? '' : `trap '' XFSZ; ulimit -f ${maxFileKilobytes}; `;
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await untilListening(port, () => (child.exitCode === null ? undefined : log));
  const publicKeys = ['host_ed25519.pub', 'host_rsa.pub'].map((name) =>
    readFileSync(file(name), 'utf8').trim(),
  );
  writeFileSync(file('known_hosts'), publicKeys.map((key) => `[127.0.0.1]:${port} ${key}\n`).join(''));
  return {
    port,
    user: userInfo().username,
    privateKey: readFileSync(file('user_key'), 'utf8'),
    privateKeyFile: file('user_key'),
    hostKeys: ['host_ed25519', 'host_rsa'].map((name) => fingerprintOfFile(file(`${name}.pub`))),
    knownHostsFile: file('known_hosts'),
    process: child,
    sessions: () => childrenOf(child.pid!),
    stop: async () => {
      for (const pid of childrenOf(child.pid!)) tryKill(pid);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

export function fingerprintOfFile(publicKeyFile: string): string {
  return execFileSync('ssh-keygen', ['-l', '-f', publicKeyFile]).toString().split(' ')[1]!;
}

/** All processes below one. */
function childrenOf(parent: number): number[] {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid=']).toString().trim().split('\n');
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const below = pairs.filter(([, ppid]) => ppid === parent).map(([pid]) => pid!);
  return below.flatMap((pid) => [pid, ...childrenOf(pid)]);
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Resolves when the port answers; `failure` tells why it never will. */
export async function untilListening(port: number, failure: () => string | undefined): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const text = failure();
    if (text !== undefined) throw new Error(`The server ended: ${text}`);
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Nothing listens on port ${port}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
