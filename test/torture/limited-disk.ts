import { execFile, execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  symlinkSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const BYTES = 8 * 1024 ** 3;
const BALLAST_STEP = 4096;

/**
 * A file system of its own for `data/` and `outbox/` of an installation, in a file: it can be filled up, and it can be held so
 * that every write and every flush waits. Needs Linux and root.
 */
export class LimitedDisk {
  readonly #image: string;
  readonly #mount: string;
  readonly #ballast: string;
  #held = false;
  readonly #leave = () => this.#unmount();

  private constructor(home: string) {
    this.#image = path.join(home, 'disk.img');
    this.#mount = path.join(home, 'disk');
    this.#ballast = path.join(this.#mount, 'ballast');
  }

  /** Undefined where this machine does not let us. */
  static make(home: string): LimitedDisk | undefined {
    const disk = new LimitedDisk(home);
    try {
      closeSync(openSync(disk.#image, 'w'));
      truncateSync(disk.#image, BYTES);
      mkdirSync(disk.#mount);
      execFileSync('mkfs.ext4', ['-q', '-F', disk.#image], { stdio: 'ignore' });
      execFileSync('mount', ['-o', 'loop', disk.#image, disk.#mount], { stdio: 'ignore' });
    } catch {
      rmSync(disk.#image, { force: true });
      return undefined;
    }
    process.once('exit', disk.#leave);
    for (const name of ['data', 'outbox']) {
      mkdirSync(path.join(disk.#mount, name));
      symlinkSync(path.join(disk.#mount, name), path.join(home, name));
    }
    return disk;
  }

  /** Not a byte is left. */
  async fill(): Promise<void> {
    const { bavail, bsize } = statfsSync(this.#mount);
    const most = Math.max(0, bavail * bsize - 1024 ** 2);
    if (most > 0) await run('fallocate', ['-l', String(most), this.#ballast]);
    const file = openSync(this.#ballast, 'a');
    try {
      for (;;) writeSync(file, Buffer.alloc(BALLAST_STEP));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** Whoever writes or flushes waits until `release`. */
  async hold(): Promise<void> {
    await run('fsfreeze', ['--freeze', this.#mount]);
    this.#held = true;
  }

  async release(): Promise<void> {
    this.#held = false;
    await run('fsfreeze', ['--unfreeze', this.#mount]);
  }

  remove(): void {
    process.removeListener('exit', this.#leave);
    this.#unmount();
    rmSync(this.#image, { force: true });
  }

  #unmount(): void {
    try {
      if (this.#held) execFileSync('fsfreeze', ['--unfreeze', this.#mount], { stdio: 'ignore' });
      execFileSync('umount', ['--lazy', this.#mount], { stdio: 'ignore' });
    } catch {
      // It was not mounted any more.
    }
  }
}
