import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What the foreign AS2 partner prints of a message that it has received. */
export interface PeerEvent {
  event: string;
  id?: string;
  attempt?: number;
  same_bytes_as_first?: boolean | null;
  conformance?: string[];
  error?: string | null;
  layers?: unknown[];
  payloads?: { filename: string; size: number; sha256: string }[];
}

/**
 * A foreign AS2 partner (`as2peer.py` in the folder that AS2_PEER names), with certificates of its own making. It needs
 * Python with asn1crypto and requests, and openssl.
 */
export class As2Peer {
  readonly folder: string;
  readonly #program: string;
  readonly #running: ChildProcess[] = [];

  private constructor(program: string, folder: string) {
    this.#program = program;
    this.folder = folder;
  }

  /** Why it cannot be had here; undefined when it can. */
  static missing(): string | undefined {
    const folder = process.env['AS2_PEER'];
    if (folder === undefined) return 'AS2_PEER is not set';
    try {
      accessSync(path.join(folder, 'as2peer.py'));
      execFileSync('/usr/bin/python3', ['-c', 'import asn1crypto, requests'], { stdio: 'ignore' });
      execFileSync('openssl', ['version'], { stdio: 'ignore' });
      return undefined;
    } catch {
      return 'as2peer.py, /usr/bin/python3 with asn1crypto and requests, or openssl is missing';
    }
  }

  static async create(): Promise<As2Peer> {
    const program = process.env['AS2_PEER']!;
    const folder = await mkdtemp(path.join(tmpdir(), 'as2-peer-'));
    execFileSync('sh', [path.join(program, 'mkpki.sh'), path.join(folder, 'pki')], { stdio: 'ignore' });
    return new As2Peer(program, folder);
  }

  /** The text of a certificate or key: `peer.crt`. */
  pem(name: string): string {
    return readFileSync(path.join(this.folder, 'pki', name), 'utf8');
  }

  /** Runs it to its end; `summary` is its last line, such as `73 passed, 0 failed`. */
  run(...args: string[]): Promise<{ status: number; summary: string; output: string }> {
    return new Promise((resolve) => {
      const child = this.#spawn(args);
      let output = '';
      child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stderr!.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.once('close', (code) => {
        resolve({ status: code ?? 1, summary: output.trim().split('\n').at(-1) ?? '', output });
      });
    });
  }

  /** Listens as PEER for GW; resolves once it does. Returns its port and what it has received so far. */
  async listen(...args: string[]): Promise<{ port: number; events: () => PeerEvent[] }> {
    const port = await freePort();
    const pki = path.join(this.folder, 'pki');
    const child = this.#spawn([
      'listen',
      ...['--listen', String(port), '--my-id', 'PEER', '--partner-id', 'GW'],
      ...['--key', `${pki}/peer.key`, '--cert', `${pki}/peer.crt`, '--partner-cert', `${pki}/gw.crt`],
      ...args,
    ]);
    let output = '';
    const events = () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as PeerEvent);
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the peer has ended with ${code ?? '?'}`)));
      child.stderr!.on('data', (chunk: Buffer) => process.stderr.write(chunk));
      child.stdout!.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (events().some(({ event }) => event === 'listening')) resolve();
      });
    });
    return { port, events };
  }

  async close(): Promise<void> {
    for (const child of this.#running) {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  #spawn(args: readonly string[]): ChildProcess {
    const child = spawn('/usr/bin/python3', [path.join(this.#program, 'as2peer.py'), ...args], {
      env: { ...process.env, AS2_PKI: path.join(this.folder, 'pki'), PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.push(child);
    return child;
  }
}

/** A port of 127.0.0.1 that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
