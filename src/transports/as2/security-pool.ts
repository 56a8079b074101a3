import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { GatewayError } from '../../common/errors.ts';
import type { SecurityAnswer, SecurityResults, SecurityWork } from './security-work.ts';

const MAX_WORKERS = Math.max(1, Math.min(4, availableParallelism() - 1));
const IDLE_MS = 30_000;
const WORKER_FILE = new URL(
  `./security-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

// The size that the command line gives the young generation is for the main thread, and would override that of a thread.
setFlagsFromString('--max-semi-space-size=0');

interface Job {
  work: SecurityWork;
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/** One thread and the message that it works on. It ends when nothing came for a while; it never keeps the process alive. */
class SecurityThread {
  // A small young generation: the buffers of zlib and ciphers are given back before they pile up.
  readonly #worker = new Worker(WORKER_FILE, {
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 256 },
  });
  #job: Job | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(onFree: (thread: SecurityThread, alive: boolean) => void) {
    this.#worker.on('message', (answer: SecurityAnswer) => {
      const job = this.#take();
      if ('result' in answer) job?.resolve(answer.result as never);
      else job?.reject(errorOf(answer.error));
      onFree(this, true);
    });
    this.#worker.on('error', (error) => {
      this.#take()?.reject(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', (code) => {
      this.#take()?.reject(new Error(`The worker thread ended with ${code}`));
      clearTimeout(this.#idle);
      onFree(this, false);
    });
  }

  start(job: Job): void {
    clearTimeout(this.#idle);
    this.#job = job;
    this.#worker.ref();
    this.#worker.postMessage(job.work);
  }

  /** Nothing to do: ends after a while. */
  rest(): void {
    this.#worker.unref();
    this.#idle = setTimeout(() => void this.#worker.terminate(), IDLE_MS).unref();
  }

  #take(): Job | undefined {
    const job = this.#job;
    this.#job = undefined;
    return job;
  }
}

function errorOf({ code, message }: { code: GatewayError['code'] | undefined; message: string }): Error {
  return code === undefined ? new Error(message) : new GatewayError(code, message);
}

const threads = new Set<SecurityThread>();
const free: SecurityThread[] = [];
const waiting: Job[] = [];

function onFree(thread: SecurityThread, alive: boolean): void {
  if (!alive) {
    threads.delete(thread);
    const at = free.indexOf(thread);
    if (at >= 0) free.splice(at, 1);
  }
  const job = waiting.shift();
  if (job !== undefined) {
    (alive ? thread : newThread()).start(job);
  } else if (alive) {
    free.push(thread);
    thread.rest();
  }
}

function newThread(): SecurityThread {
  const thread = new SecurityThread(onFree);
  threads.add(thread);
  return thread;
}

/** Has a message packed or unpacked in a worker thread: as many at a time as there are other cores, the rest in turn. */
export function runInWorker<Kind extends SecurityWork['kind']>(
  work: SecurityWork & { kind: Kind },
): Promise<SecurityResults[Kind]> {
  return new Promise((resolve, reject) => {
    const job: Job = { work, resolve: resolve, reject };
    const thread = free.pop() ?? (threads.size < MAX_WORKERS ? newThread() : undefined);
    if (thread === undefined) waiting.push(job);
    else thread.start(job);
  });
}
