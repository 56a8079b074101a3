import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

if (!hasOpenssl) process.stderr.write('openssl is not installed: it checks no message of AS2 here.\n');

/** The openssl command as an oracle, with a folder for its files. */
export class Openssl {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tradelane-openssl-'));
  #count = 0;

  /** A file with these bytes. */
  file(bytes: Uint8Array | string): string {
    const file = path.join(this.folder, `f${this.#count++}`);
    writeFileSync(file, bytes);
    return file;
  }

  /** Runs a command that writes to `-out`; throws with its words where it fails. */
  run(command: string, ...args: readonly string[]): Buffer {
    const out = path.join(this.folder, `f${this.#count++}`);
    const result = spawnSync('openssl', [command, '-out', out, ...args], { encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`openssl ${command} ${args.join(' ')}: ${result.stderr}`);
    return readFileSync(out);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
