import { STATUS, StatusError, toStatusError } from './sftp-status.ts';
import type { Status } from './sftp-status.ts';

export interface RequestQueueOptions {
  answer: (id: number, status: Status, message: string) => void;
  /** More was asked than is put up with. */
  overflow: () => void;
  /** Resolves when the client has read enough of what it was sent before. */
  ready: () => Promise<void>;
  onRequest: () => void;
  /** Trouble that is not the client's. */
  onTrouble: (error: unknown) => void;
}

/** Clients have some dozens of requests under way; these limits keep one from filling our memory. */
const MAX_REQUESTS = 4_096;
const MAX_BYTES = 64 * 1024 * 1024;

interface Request {
  id: number;
  /** Done when it returns, or when the promise that it returns is fulfilled. */
  work: () => unknown;
  bytes: number;
}

/** Does requests one after the other and answers those that fail. */
export class RequestQueue {
  readonly #options: RequestQueueOptions;
  #requests: Request[] = [];
  #bytes = 0;
  #running = false;
  #end: (() => Promise<void>) | undefined;
  #closed = false;

  constructor(options: RequestQueueOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return !this.#running;
  }

  add(id: number, work: () => unknown, bytes: number): void {
    if (this.#closed) return;
    this.#options.onRequest();
    this.#requests.push({ id, work, bytes });
    this.#bytes += bytes;
    if (this.#requests.length > MAX_REQUESTS || this.#bytes > MAX_BYTES) this.#options.overflow();
    else if (!this.#running) void this.#run();
  }

  /** What still waits is dropped; `end` is done after the request that runs. */
  close(end: () => Promise<void>): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#requests = [];
    this.#end = end;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Taken in batches: shifting one by one would copy the rest each time.
    while (this.#requests.length > 0) {
      const batch = this.#requests;
      this.#requests = [];
      for (const request of batch) {
        if (this.#closed) break;
        this.#bytes -= request.bytes;
        await this.#options.ready();
        await this.#do(request);
      }
    }
    this.#running = false;
    const end = this.#end;
    this.#end = undefined;
    await end?.().catch((error: unknown) => this.#options.onTrouble(error));
  }

  async #do({ id, work }: Request): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { status, message } = toStatusError(error);
      if (!(error instanceof StatusError) && status === STATUS.failure) this.#options.onTrouble(error);
      if (!this.#closed) this.#options.answer(id, status, message);
    }
  }
}
