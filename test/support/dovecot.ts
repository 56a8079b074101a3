import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { ImapFlow } from 'imapflow';
import { freePort } from './as2-peer.ts';
import { TestAuthority } from './certificates.ts';
import { findProgram } from './openssh.ts';

export const MAIL_USER = 'edi';
export const MAIL_PASSWORD = 'correct-horse';

/** A real IMAP server with one mailbox, on 127.0.0.1, by TLS. */
export class Dovecot {
  readonly port: number;
  /** PEM. */
  readonly authority: string;
  readonly #folder: string;
  readonly #stop: () => Promise<void>;

  /** Why it cannot be run here; undefined where it can. */
  static missing(): string | undefined {
    if (findProgram('dovecot') === undefined) return 'dovecot is not installed';
    return process.getuid?.() === 0 ? undefined : 'dovecot needs root';
  }

  private constructor(parts: { port: number; authority: string; folder: string; stop: () => Promise<void> }) {
    this.port = parts.port;
    this.authority = parts.authority;
    this.#folder = parts.folder;
    this.#stop = parts.stop;
  }

  static async start(): Promise<Dovecot> {
    const folder = mkdtempSync(path.join(tmpdir(), 'dovecot-'));
    chmodSync(folder, 0o755);
    const authority = new TestAuthority();
    const certificate = authority.issue('imap');
    const port = await freePort();
    const file = (name: string) => path.join(folder, name);
    const { uid, gid } = ownerOfMail();
    mkdirSync(file('mail'));
    chownSync(file('mail'), uid, gid);
    writeFileSync(file('cert.pem'), certificate.pem);
    writeFileSync(file('key.pem'), certificate.keyPem, { mode: 0o600 });
    writeFileSync(file('users'), `${MAIL_USER}:{PLAIN}${MAIL_PASSWORD}:${uid}:${gid}::${file('mail')}\n`);
    writeFileSync(
      file('dovecot.conf'),
      `base_dir = ${file('run')}
state_dir = ${file('run')}
log_path = ${file('log')}
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${file('cert.pem')}
ssl_key = <${file('key.pem')}
mail_location = maildir:~/Maildir
auth_failure_delay = 0
mail_max_userip_connections = 50
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = passwd-file
  args = ${file('users')}
}
userdb {
  driver = passwd-file
  args = ${file('users')}
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${port}
  }
}
`,
    );
    const child = spawn(findProgram('dovecot')!, ['-F', '-c', file('dovecot.conf')], { stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await listening(port, () => child.exitCode);
    return new Dovecot({
      port,
      authority: authority.pem,
      folder,
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
        authority.dispose();
        rmSync(folder, { recursive: true, force: true });
      },
    });
  }

  /** What another mail program does with the mailbox. */
  async as<T>(work: (client: ImapFlow) => Promise<T>): Promise<T> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: this.port,
      secure: true,
      auth: { user: MAIL_USER, pass: MAIL_PASSWORD },
      tls: { ca: this.authority },
      logger: false,
      disableAutoIdle: true,
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.logout();
    }
  }

  deliver(source: string | Buffer, folder = 'INBOX'): Promise<unknown> {
    return this.as((client) => client.append(folder, Buffer.from(source)));
  }

  /** The messages of a folder, in their order. */
  messages(folder = 'INBOX'): Promise<Buffer[]> {
    return this.as(async (client) => {
      if (!(await client.list()).some(({ path: name }) => name === folder)) return [];
      const lock = await client.getMailboxLock(folder);
      try {
        const found = await client.fetchAll('1:*', { source: true });
        return found.map(({ source }) => source!);
      } catch {
        return [];
      } finally {
        lock.release();
      }
    });
  }

  /** Empties every folder. */
  async empty(): Promise<void> {
    await this.as(async (client) => {
      for (const { path: name } of await client.list())
        if (name !== 'INBOX') await client.mailboxDelete(name);
      await client.mailboxOpen('INBOX');
      await client.messageDelete('1:*');
    });
  }

  /** As when the server has lost its index: the same messages under other numbers. */
  renumber(): void {
    for (const name of [
      'dovecot-uidlist',
      'dovecot-uidvalidity',
      'dovecot.index',
      'dovecot.index.log',
      'dovecot.index.cache',
    ])
      rmSync(path.join(this.#folder, 'mail', 'Maildir', name), { force: true });
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}

/** Mail does not belong to root. */
function ownerOfMail(): { uid: number; gid: number } {
  const { uid, gid } = userInfo();
  return uid === 0 ? { uid: 65_534, gid: 65_534 } : { uid, gid };
}

async function listening(port: number, status: () => number | null): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (status() !== null) throw new Error(`dovecot ended with ${String(status())}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('dovecot does not listen');
}
