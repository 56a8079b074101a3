import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type FtpServerKind = 'vsftpd' | 'proftpd' | 'pure-ftpd';
export type FtpTls = 'none' | 'explicit' | 'implicit';

const NOBODY = 65_534;
/** vsftpd looks for the home of its user, and `nobody` has none. */
const DAEMON = 1;
const PASSWORD = 'correct-horse';

/** A real server, for one user, on 127.0.0.1. */
export interface FtpServer {
  port: number;
  user: string;
  password: string;
  /** What the user sees as `/`; it holds `in` and `out`. */
  root: string;
  /** Put a file there as the partner does. */
  put(path: string, bytes: Uint8Array): void;
  remove(path: string): void;
  /** Makes a folder in which the user may write. */
  makeFolder(path: string): void;
  process: ChildProcess;
  /** Process ids of the sessions that are open. */
  sessions(): number[];
  stop(): Promise<void>;
}

export interface FtpServerOptions {
  tls: FtpTls;
  certificate?: { file: string; keyFile: string };
  /** Lines of the server's own configuration (vsftpd, proftpd) or arguments (pure-ftpd) besides ours. */
  extra?: readonly string[];
  /** A few megabytes a second, so that a transfer can be met in its middle. */
  slow?: boolean;
  /** pure-ftpd: megabytes that the user may store. */
  quotaMegabytes?: number;
}

/** Absolute path of a server's program: installed, or unpacked below FTP_SERVERS. Undefined where it is not there. */
export function findProgram(name: string): string | undefined {
  const unpacked = process.env['FTP_SERVERS'];
  const folders = [
    ...(unpacked === undefined ? [] : [join(unpacked, 'usr/sbin'), join(unpacked, 'usr/bin')]),
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
  ];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** Starts a server and waits until it answers. Only root may: the servers give their rights up themselves. */
export async function startFtpServer(kind: FtpServerKind, options: FtpServerOptions): Promise<FtpServer> {
  const base = mkdtempSync(join(tmpdir(), `tradelane-${kind}-`));
  const root = join(base, 'root');
  chmodSync(base, 0o755);
  mkdirSync(root, { mode: 0o755 });
  const owner = kind === 'vsftpd' ? DAEMON : NOBODY;
  for (const folder of ['in', 'out']) {
    mkdirSync(join(root, folder));
    chownSync(join(root, folder), owner, owner);
  }
  // pure-ftpd keeps its quota file there.
  if (options.quotaMegabytes !== undefined) chownSync(root, owner, owner);
  const port = await freePort();
  const { command, args, user } = STARTERS[kind]({ base, root, port, ...options });
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await waitForPort(port, child, () => `${kind}: ${said}`);
  return {
    port,
    user,
    password: PASSWORD,
    root,
    remove(path) {
      rmSync(join(root, path));
    },
    makeFolder(path) {
      mkdirSync(join(root, path));
      chownSync(join(root, path), owner, owner);
    },
    process: child,
    sessions: () => descendantsOf(child.pid ?? 0),
    put(path, bytes) {
      const file = join(root, path);
      writeFileSync(file, bytes);
      chownSync(file, owner, owner);
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      for (const pid of descendantsOf(child.pid ?? 0)) signal(pid, 'SIGKILL');
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT');
        child.kill('SIGTERM');
        await Promise.race([ended, pause(2_000, undefined, { ref: false })]);
        child.kill('SIGKILL');
      }
      rmSync(base, { recursive: true, force: true });
    },
  };
}

interface Start extends FtpServerOptions {
  base: string;
  root: string;
  port: number;
}

const STARTERS: Record<FtpServerKind, (start: Start) => { command: string; args: string[]; user: string }> = {
  vsftpd({ base, root, port, tls, certificate, slow, extra = [] }) {
    mkdirSync(join(base, 'empty'), { mode: 0o555 });
    writeFileSync(join(base, 'passwords'), `${PASSWORD}\n`);
    const lines = [
      'listen=YES',
      'background=NO',
      'listen_address=127.0.0.1',
      `listen_port=${port}`,
      // Without PAM: the anonymous user, but only with a password of the list.
      'anonymous_enable=YES',
      'local_enable=NO',
      'secure_email_list_enable=YES',
      `email_password_file=${join(base, 'passwords')}`,
      'ftp_username=daemon',
      `anon_root=${root}`,
      'write_enable=YES',
      'anon_upload_enable=YES',
      'anon_mkdir_write_enable=YES',
      'anon_other_write_enable=YES',
      'anon_umask=022',
      'anon_world_readable_only=NO',
      `secure_chroot_dir=${join(base, 'empty')}`,
      'seccomp_sandbox=NO',
      'isolate=NO',
      'isolate_network=NO',
      'xferlog_enable=NO',
      ...(slow === true ? ['anon_max_rate=4000000'] : []),
      ...(tls === 'none' || certificate === undefined
        ? []
        : [
            'ssl_enable=YES',
            'allow_anon_ssl=YES',
            'force_anon_logins_ssl=YES',
            'force_anon_data_ssl=YES',
            'require_ssl_reuse=YES',
            `implicit_ssl=${tls === 'implicit' ? 'YES' : 'NO'}`,
            `rsa_cert_file=${certificate.file}`,
            `rsa_private_key_file=${certificate.keyFile}`,
          ]),
      ...extra,
    ];
    const file = join(base, 'vsftpd.conf');
    writeFileSync(file, `${lines.join('\n')}\n`);
    return { command: program('vsftpd'), args: [file], user: 'anonymous' };
  },

  proftpd({ base, root, port, tls, certificate, slow, extra = [] }) {
    const hash = execFileSync('openssl', ['passwd', '-6', PASSWORD]).toString().trim();
    const users = join(base, 'users');
    writeFileSync(users, `partner:${hash}:${NOBODY}:${NOBODY}::${root}:/bin/false\n`, { mode: 0o600 });
    const modules = join(process.env['FTP_SERVERS'] ?? '', '/usr/lib/proftpd');
    const lines = [
      'ServerType standalone',
      'DefaultAddress 127.0.0.1',
      'UseIPv6 off',
      `Port ${port}`,
      'User nobody',
      'Group nogroup',
      `AuthUserFile ${users}`,
      'AuthOrder mod_auth_file.c',
      'RequireValidShell off',
      'UseReverseDNS off',
      'WtmpLog off',
      'TransferLog none',
      `SystemLog ${join(base, 'log')}`,
      `PidFile ${join(base, 'pid')}`,
      `ScoreboardFile ${join(base, 'scoreboard')}`,
      `DefaultRoot ${root}`,
      'AllowOverwrite on',
      ...(slow === true ? ['TransferRate APPE,RETR,STOR 4000'] : []),
      ...(tls === 'none' || certificate === undefined
        ? []
        : [
            `ModulePath ${existsSync(modules) ? modules : '/usr/lib/proftpd'}`,
            'LoadModule mod_tls.c',
            'TLSEngine on',
            'TLSRequired on',
            `TLSRSACertificateFile ${certificate.file}`,
            `TLSRSACertificateKeyFile ${certificate.keyFile}`,
            ...(tls === 'implicit' ? ['TLSOptions UseImplicitSSL'] : []),
          ]),
      ...extra,
    ];
    const file = join(base, 'proftpd.conf');
    writeFileSync(file, `${lines.join('\n')}\n`);
    return { command: program('proftpd'), args: ['-n', '-q', '-c', file], user: 'partner' };
  },

  'pure-ftpd'({ base, root, port, tls, certificate, slow, extra = [], quotaMegabytes }) {
    const passwords = join(base, 'users');
    const database = join(base, 'users.pdb');
    // By hand: the tool's own hash takes seconds at every login.
    const hash = execFileSync('openssl', ['passwd', '-6', PASSWORD]).toString().trim();
    const quota = quotaMegabytes === undefined ? ':' : `1000:${quotaMegabytes * 1_048_576}`;
    writeFileSync(passwords, `partner:${hash}:${NOBODY}:${NOBODY}::${root}/./::::::${quota}::::::\n`, {
      mode: 0o600,
    });
    execFileSync(program('pure-pw'), ['mkdb', database, '-f', passwords]);
    const args = [
      '-S',
      `127.0.0.1,${port}`,
      '-l',
      `puredb:${database}`,
      '-E',
      '-H',
      '-A',
      '-4',
      '-D',
      '-u',
      '1',
    ];
    if (slow === true) args.push('-T', '4000');
    if (quotaMegabytes !== undefined) args.push('-n', `1000:${quotaMegabytes}`);
    if (tls !== 'none' && certificate !== undefined) {
      const pem = join(base, 'server.pem');
      execFileSync('sh', ['-c', `cat "$0" "$1" > "$2"`, certificate.keyFile, certificate.file, pem]);
      args.push('-Y', '3', '-2', pem);
    }
    return { command: program('pure-ftpd'), args: [...args, ...extra], user: 'partner' };
  },
};

/** Children, and theirs, as /proc tells them. */
function descendantsOf(parent: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      if (fields[0] !== 'Z') parents.set(Number(entry), Number(fields[1]));
    } catch {
      // It has just ended.
    }
  }
  const found = [parent];
  for (const pid of found) for (const [child, its] of parents) if (its === pid) found.push(child);
  return found.slice(1);
}

/** Sends a signal to a process that may have ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}

function program(name: string): string {
  const found = findProgram(name);
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}

async function waitForPort(port: number, child: ChildProcess, describe: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${describe()}`);
    if (await answers(port)) return;
    await pause(25);
  }
  throw new Error(`the server does not answer: ${describe()}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
