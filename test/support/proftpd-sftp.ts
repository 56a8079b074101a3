import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from './ftp-servers.ts';
import { fingerprintOfFile, freePort, untilListening } from './openssh.ts';

/** Installed, or unpacked below FTP_SERVERS. */
const UNPACKED = path.join(process.env['FTP_SERVERS'] ?? '', '/usr/lib/proftpd');
const MODULES = existsSync(UNPACKED) ? UNPACKED : '/usr/lib/proftpd';
const NOBODY = 65_534;
export const PROFTPD_PASSWORD = 'correct-horse';

/** proftpd's mod_sftp: another implementation of everything, with passwords. Only root may start it. */
export interface ProftpdSftp {
  port: number;
  user: string;
  hostKeys: string[];
  /** What the user sees as `/`. */
  root: string;
  stop(): Promise<void>;
}

export function hasProftpdSftp(): boolean {
  const installed = findProgram('proftpd') !== undefined && existsSync(path.join(MODULES, 'mod_sftp.so'));
  return installed && process.getuid?.() === 0;
}

export async function startProftpdSftp(folder: string): Promise<ProftpdSftp> {
  const file = (name: string) => path.join(folder, name);
  const root = file('root');
  mkdirSync(root, { recursive: true });
  for (let each = folder; each !== path.dirname(each); each = path.dirname(each))
    if (each.startsWith('/tmp/')) chmodSync(each, 0o755);
  chownSync(root, NOBODY, NOBODY);
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-m', 'PEM', '-N', '', '-f', file('host_rsa')]);
  const hash = execFileSync('openssl', ['passwd', '-5', PROFTPD_PASSWORD]).toString().trim();
  writeFileSync(file('passwd'), `partner:${hash}:${NOBODY}:${NOBODY}::${root}:/bin/false\n`, { mode: 0o600 });
  const port = await freePort();
  const lines = [
    'ServerType standalone',
    'ServerName partner',
    `Port ${port}`,
    'DefaultAddress 127.0.0.1',
    'SocketBindTight on',
    'UseIPv6 off',
    'UseReverseDNS off',
    'User nobody',
    'Group nogroup',
    `ModulePath ${MODULES}`,
    'LoadModule mod_sftp.c',
    `AuthUserFile ${file('passwd')}`,
    'AuthOrder mod_auth_file.c',
    'RequireValidShell off',
    `PidFile ${file('pid')}`,
    `ScoreboardFile ${file('scoreboard')}`,
    `DelayTable ${file('delay')}`,
    `SystemLog ${file('log')}`,
    'WtmpLog off',
    `DefaultRoot ${root}`,
    'AllowOverwrite on',
    'SFTPEngine on',
    `SFTPHostKey ${file('host_rsa')}`,
    `SFTPLog ${file('sftp.log')}`,
    'SFTPAuthMethods password',
  ];
  writeFileSync(file('conf'), `${lines.join('\n')}\n`);
  const child = spawn(findProgram('proftpd')!, ['-n', '-q', '-c', file('conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await untilListening(port, () => (child.exitCode === null ? undefined : log));
  return {
    port,
    user: 'partner',
    hostKeys: [fingerprintOfFile(file('host_rsa.pub'))],
    root,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

/** A folder in which the user may write. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chownSync(folder, NOBODY, NOBODY);
}
