import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { channelSchema } from '../src/partners/channel-schema.ts';
import { SqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { openSftpChannel } from '../src/transports/sftp/open-sftp-channel.ts';
import type { SftpChannel } from '../src/transports/sftp/sftp-channel.ts';
import { startMailbox } from '../test/support/mailbox-server.ts';
import type { MailboxServerFixture } from '../test/support/mailbox-server.ts';
import { findProgram, startOpenSsh } from '../test/support/openssh.ts';
import type { OpenSsh } from '../test/support/openssh.ts';
import type { Figure } from './report.ts';

const FILES = 300;
const SMALL = Buffer.alloc(10_240, 'ISA*00*');
const LARGE_MEGABYTES = 200;
const ROUNDS = 5;
/** OpenSSH's client takes two to three times as long in one round as in another. */
const LARGE_ROUNDS = 9;
/** Deliveries of one partner at the same time, as the pipeline makes them unless it is told otherwise. */
const CONCURRENCY = 8;

/** Our client against OpenSSH's, both on OpenSSH's server; our server against OpenSSH's, both with OpenSSH's client. */
export async function* runSftp(wanted: string): AsyncGenerator<Figure> {
  if (['sshd', 'sftp', 'ssh-keygen'].some((program) => findProgram(program) === undefined)) {
    process.stderr.write('sftp: OpenSSH is not installed; nothing is measured.\n');
    return;
  }
  const place = new Place();
  try {
    const sshd = await startOpenSsh(place.folder('ssh'));
    const hosted = await startMailbox(place.folder('hosted'), { channel: { maxFileBytes: 1_000_000_000 } });
    place.add(() => sshd.stop());
    place.add(() => hosted.server.close());
    const bench = new SftpBench(place, sshd, hosted);
    for (const [name, run] of Object.entries(bench.cases())) if (name.includes(wanted)) yield* run(name);
  } finally {
    await place.close();
  }
}

/** A folder for everything, and what has to be stopped at the end. */
class Place {
  readonly root = mkdtempSync(path.join(tmpdir(), 'tradelane-bench-'));
  readonly #closers: (() => Promise<unknown>)[] = [];

  folder(name: string): string {
    const folder = path.join(this.root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

interface NativeTarget {
  port: number;
  user: string;
  keyFile: string;
  /** Where files are put and found, as the server calls it. */
  upload: string;
  download: string;
  /** The same on this disk. */
  uploadFolder: string;
  downloadFolder: string;
}

/** Milliseconds of one round of each contender, by name. */
type Contenders = Record<string, () => Promise<number>>;

class SftpBench {
  readonly #place: Place;
  readonly #channel: SftpChannel;
  readonly #openSsh: NativeTarget;
  readonly #hosted: NativeTarget;
  readonly #large: Buffer;
  readonly #largeFile: string;
  #number = 0;

  constructor(place: Place, sshd: OpenSsh, hosted: MailboxServerFixture) {
    this.#place = place;
    const [uploadFolder, downloadFolder] = [place.folder('up'), place.folder('down')];
    this.#openSsh = {
      port: sshd.port,
      user: sshd.user,
      keyFile: sshd.privateKeyFile,
      upload: uploadFolder,
      download: downloadFolder,
      uploadFolder,
      downloadFolder,
    };
    const keyFile = path.join(place.root, 'hosted-key');
    writeFileSync(keyFile, hosted.privateKey, { mode: 0o600 });
    this.#hosted = {
      port: hosted.port,
      user: hosted.user,
      keyFile,
      upload: '/in',
      download: '/out',
      uploadFolder: path.join(hosted.mailbox, 'in'),
      downloadFolder: path.join(hosted.mailbox, 'out'),
    };
    const store = SqliteStore.open({ file: path.join(place.root, 'marks.sqlite'), role: 'gateway' });
    this.#channel = openChannel(this.#openSsh, sshd, place, store);
    place.add(() => store.close());
    place.add(() => this.#channel.close());
    this.#large = Buffer.alloc(LARGE_MEGABYTES * 1_000_000);
    for (let at = 0; at < this.#large.length; at += 4)
      this.#large.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);
    this.#largeFile = path.join(place.root, 'large');
    writeFileSync(this.#largeFile, this.#large);
  }

  cases(): Record<string, (name: string) => AsyncGenerator<Figure>> {
    const files = (name: string, work: string, contenders: Contenders) =>
      compare({ name, work, contenders, amount: FILES, unit: 'files/s', rounds: ROUNDS });
    const megabytes = (name: string, work: string, contenders: Contenders) =>
      compare({ name, work, contenders, amount: LARGE_MEGABYTES, unit: 'MB/s', rounds: LARGE_ROUNDS });
    const peer = 'OpenSSH client';
    const server = 'sshd';
    return {
      'sftp client, 10 KB': (name) =>
        join(
          files(name, 'send one by one', {
            ours: () => this.#send(1),
            [peer]: () => this.#nativePut(this.#openSsh),
          }),
          files(name, `send ${CONCURRENCY} at a time`, {
            ours: () => this.#send(CONCURRENCY),
            [peer]: () => this.#nativePut(this.#openSsh),
          }),
          files(name, 'fetch (and delete)', {
            ours: () => this.#fetch(),
            [`${peer} (only fetches)`]: () => this.#nativeGet(this.#openSsh),
          }),
        ),
      'sftp client, 200 MB': (name) =>
        join(
          megabytes(name, 'send', {
            ours: () => this.#sendLarge(),
            [peer]: () => this.#nativePutLarge(this.#openSsh),
          }),
          megabytes(name, 'fetch', {
            ours: () => this.#fetchLarge(),
            [peer]: () => this.#nativeGetLarge(this.#openSsh),
          }),
        ),
      'sftp server, 10 KB': (name) =>
        join(
          files(name, 'put and rename', {
            ours: () => this.#nativePut(this.#hosted),
            [server]: () => this.#nativePut(this.#openSsh),
          }),
          files(name, 'get', {
            ours: () => this.#nativeGet(this.#hosted),
            [server]: () => this.#nativeGet(this.#openSsh),
          }),
        ),
      'sftp server, 200 MB': (name) =>
        join(
          megabytes(name, 'put', {
            ours: () => this.#nativePutLarge(this.#hosted),
            [server]: () => this.#nativePutLarge(this.#openSsh),
          }),
          megabytes(name, 'get', {
            ours: () => this.#nativeGetLarge(this.#hosted),
            [server]: () => this.#nativeGetLarge(this.#openSsh),
          }),
        ),
    };
  }

  async #send(parallel: number): Promise<number> {
    const names = Array.from({ length: FILES }, () => this.#nextName());
    const took = await timed(async () => {
      const waiting = [...names];
      const worker = async () => {
        for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
          await this.#channel.send({ name, bytes: SMALL, key: name });
      };
      await Promise.all(Array.from({ length: parallel }, worker));
    });
    empty(this.#openSsh.uploadFolder);
    return took;
  }

  async #sendLarge(): Promise<number> {
    const name = this.#nextName();
    const took = await timed(() => this.#channel.send({ name, bytes: this.#large, key: name }));
    empty(this.#openSsh.uploadFolder);
    return took;
  }

  async #fetch(): Promise<number> {
    this.#fill(this.#openSsh.downloadFolder);
    return this.#poll(FILES);
  }

  async #fetchLarge(): Promise<number> {
    writeFileSync(path.join(this.#openSsh.downloadFolder, this.#nextName()), this.#large);
    return this.#poll(1);
  }

  /** The first poll only sees that the files are there. */
  async #poll(expected: number): Promise<number> {
    await this.#channel.poll(() => Promise.resolve());
    let received = 0;
    const took = await timed(async () => {
      ({ received } = await this.#channel.poll(() => Promise.resolve()));
    });
    if (received !== expected) throw new Error(`${received} files of ${expected} were fetched`);
    return took;
  }

  async #nativePut(target: NativeTarget): Promise<number> {
    const local = path.join(this.#place.root, 'small');
    writeFileSync(local, SMALL);
    const commands = Array.from({ length: FILES }, () => this.#nextName()).flatMap((name) => [
      `put ${local} ${target.upload}/${name}.part`,
      `rename ${target.upload}/${name}.part ${target.upload}/${name}`,
    ]);
    const took = await this.#native(target, commands);
    empty(target.uploadFolder);
    return took;
  }

  async #nativeGet(target: NativeTarget): Promise<number> {
    const names = this.#fill(target.downloadFolder);
    const here = this.#place.folder('got');
    const took = await this.#native(
      target,
      names.map((name) => `get ${target.download}/${name} ${here}/${name}`),
    );
    empty(target.downloadFolder);
    empty(here);
    return took;
  }

  async #nativePutLarge(target: NativeTarget): Promise<number> {
    const took = await this.#native(target, [`put ${this.#largeFile} ${target.upload}/large.part`]);
    empty(target.uploadFolder);
    return took;
  }

  async #nativeGetLarge(target: NativeTarget): Promise<number> {
    writeFileSync(path.join(target.downloadFolder, 'large'), this.#large);
    const here = this.#place.folder('got');
    const took = await this.#native(target, [`get ${target.download}/large ${here}/large`]);
    empty(target.downloadFolder);
    empty(here);
    return took;
  }

  #fill(folder: string): string[] {
    const names = Array.from({ length: FILES }, () => this.#nextName());
    for (const name of names) writeFileSync(path.join(folder, name), SMALL);
    return names;
  }

  #nextName(): string {
    this.#number += 1;
    return `file-${this.#number}.edi`;
  }

  /** From the first command to the end; the login before it is not counted. */
  #native({ port, user, keyFile }: NativeTarget, commands: readonly string[]): Promise<number> {
    const options = [
      ['IdentityFile', keyFile],
      ['IdentitiesOnly', 'yes'],
      ['StrictHostKeyChecking', 'no'],
      ['UserKnownHostsFile', '/dev/null'],
      ['LogLevel', 'ERROR'],
      ['Port', String(port)],
    ].flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    return new Promise((resolve, reject) => {
      const child = spawn('sftp', ['-b', '-', ...options, `${user}@127.0.0.1`], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let began: number | undefined;
      child.stdout.on('data', () => {
        if (began !== undefined) return;
        began = performance.now();
        child.stdin.end(`${commands.join('\n')}\n`);
      });
      child.stdin.write('pwd\n');
      child.once('close', (status) => {
        if (status === 0 && began !== undefined) resolve(performance.now() - began);
        else reject(new Error(`sftp ended with ${status}`));
      });
    });
  }
}

/**
 * The contenders take turns, another one first in each round, so that what the machine does besides and what one leaves to the
 * next (the disk's cache) hit all alike; medians of the rounds. None waits for the disk, except for what a comparison is about:
 * OpenSSH flushes nothing, our server flushes what it publishes, our client its mark.
 */
async function* compare({
  name,
  work,
  contenders,
  amount,
  unit,
  rounds,
}: {
  name: string;
  work: string;
  contenders: Contenders;
  amount: number;
  unit: string;
  rounds: number;
}): AsyncGenerator<Figure> {
  const times = new Map(Object.keys(contenders).map((contender) => [contender, [] as number[]]));
  const order = Object.entries(contenders);
  for (const [, run] of order) await run();
  for (let round = 0; round < rounds; round += 1) {
    for (const [contender, run] of order) times.get(contender)!.push(await run());
    order.push(order.shift()!);
  }
  const [ours = [], ...others] = times.values();
  const peers = [...times.keys()].slice(1);
  const ratios = others.map((theirs) => median(theirs.map((time, round) => time / ours[round]!)));
  yield {
    suite: 'transports',
    case: name,
    work,
    value: (amount / median(ours)) * 1000,
    unit,
    ratios: Object.fromEntries(peers.map((peer, index) => [peer, ratios[index]!])),
  };
}

async function* join(...parts: AsyncGenerator<Figure>[]): AsyncGenerator<Figure> {
  for (const part of parts) yield* part;
}

function openChannel(target: NativeTarget, sshd: OpenSsh, place: Place, store: SqliteStore): SftpChannel {
  const settings = channelSchema.parse({
    type: 'sftp',
    host: '127.0.0.1',
    port: target.port,
    user: target.user,
    privateKey: { secret: 'key' },
    hostKeys: sshd.hostKeys,
    inbox: target.download,
    outbox: target.upload,
    settleSeconds: 0,
    maxFileBytes: 1_000_000_000,
  });
  if (settings.type !== 'sftp') throw new Error('not SFTP');
  return openSftpChannel(settings, {
    partnerId: 'bench',
    dataFolder: place.root,
    clock: { now: () => new Date().toISOString() },
    secrets: { read: () => Promise.resolve(sshd.privateKey) },
    store,
  });
}

function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
