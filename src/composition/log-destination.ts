import { writeSync, write as writeToFile } from 'node:fs';

/** What waits for a place that takes nothing at the moment; lines beyond that are counted and dropped. */
const MOST_WAITING_BYTES = 1_000_000;
/** How long to wait before what could not be written is tried again. */
const AGAIN_AFTER_MS = 1_000;
/** As `write` of node:fs. */
type WriteToFile = (
  descriptor: number,
  bytes: Buffer,
  done: (error: NodeJS.ErrnoException | null, written: number) => void,
) => void;

/** Nobody reads there any more, and nobody will. */
const GONE = new Set(['EPIPE', 'EBADF']);

/**
 * Where the lines of the log go: an open file, by its descriptor. A log is there for the gateway, not the other way round: a disk that is
 * full, or a reader that is slow or gone, keeps nothing from going on, neither the work nor the end of the process. What waits is written
 * once there is room; how many lines were dropped meanwhile is a line of its own.
 */
export class LogDestination {
  readonly #descriptor: number;
  readonly #write: WriteToFile;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #trouble = '';
  #isWriting = false;
  #isGone = false;

  constructor(descriptor: number, write: WriteToFile = writeToFile) {
    this.#descriptor = descriptor;
    this.#write = write;
  }

  write(line: string): void {
    if (this.#isGone) return;
    if (this.#waitingBytes >= MOST_WAITING_BYTES) {
      this.#dropped += 1;
      return;
    }
    const bytes = Buffer.from(line);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#isWriting) this.#writeNext();
  }

  /** Writes what waits, as far as it is taken now. For the end of the process. */
  flush(): void {
    // What is being written is taken by another thread already.
    for (const bytes of this.#isWriting ? this.#waiting.slice(1) : this.#waiting) {
      try {
        for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
      } catch {
        return;
      }
    }
  }

  #writeNext(): void {
    this.#waiting = [Buffer.concat(this.#waiting)];
    this.#isWriting = true;
    this.#write(this.#descriptor, this.#waiting[0]!, (error, written) => {
      if (error === null) this.#wrote(written);
      else this.#failed(error);
    });
  }

  #wrote(count: number): void {
    this.#isWriting = false;
    const [first, ...later] = this.#waiting;
    this.#waitingBytes -= count;
    this.#waiting = count < first!.length ? [first!.subarray(count), ...later] : later;
    if (this.#waiting.length > 0) this.#writeNext();
    else if (this.#dropped > 0) this.#tellDropped();
  }

  #tellDropped(): void {
    const told = { level: 40, time: new Date().toISOString(), lines: this.#dropped, cause: this.#trouble };
    this.#dropped = 0;
    this.write(`${JSON.stringify({ ...told, msg: 'Lines of the log could not be written' })}\n`);
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (GONE.has(error.code ?? '')) {
      this.#isGone = true;
      this.#waiting = [];
      return;
    }
    this.#trouble = error.code ?? error.message;
    setTimeout(() => this.#writeNext(), AGAIN_AFTER_MS).unref();
  }
}
